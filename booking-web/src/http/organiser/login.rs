//! `/organiser/login` and `/organiser/logout`.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use url::Host;

use super::super::caller::Caller;
use super::super::{Answer, App};
use super::guard::{Organiser, Posted, cookie, is_our_own, local, token};
use super::show;
use crate::config::ServeSettings;
use crate::organiser::password::Password;
use crate::organiser::sign_in::{SignIn, sign_in, sign_out};
use crate::pages::organiser::{LoginFault, LoginPage};
use crate::server::Peer;

const DESK: &str = "/organiser";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Back {
    back: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    password: String,
    back: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// `GET /organiser/login`.
pub(super) async fn page(
    State(app): State<App>,
    signed_in: Result<Organiser, axum::response::Response>,
    Query(Back { back }): Query<Back>,
) -> Answer {
    let back = local(&back).unwrap_or(DESK).to_owned();
    if signed_in.is_ok() {
        return Ok(Redirect::to(&back).into_response());
    }
    show(StatusCode::OK, &LoginPage { hidden: travels_hidden(&app.settings), ..LoginPage::new(back) })
}

/// `POST /organiser/login`.
pub(super) async fn submit(
    State(app): State<App>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
    jar: CookieJar,
    form: Result<Form<Typed>, FormRejection>,
) -> Answer {
    // Nobody is to find themselves signed in as somebody else by another site's page.
    is_our_own(&headers, &app.settings)?;
    let Form(Typed { name, password, back }) = form?;
    let back = local(&back).unwrap_or(DESK).to_owned();
    let address = Caller::of(peer.ip(), &headers, &app.settings.trusted_proxies).counted();
    let before = token(&headers, &app.settings);
    let again = |status, fault| {
        show(status, &LoginPage { name: name.clone(), fault: Some(fault), ..LoginPage::new(back.clone()) })
    };
    match sign_in(&app.db, &name, Password::typed(&password), address, before.as_ref()).await? {
        SignIn::Welcome(token) => {
            Ok((jar.add(cookie(Some(&token), &app.settings)), Redirect::to(&back)).into_response())
        }
        SignIn::Wrong => again(StatusCode::UNAUTHORIZED, LoginFault::Wrong),
        SignIn::Busy => again(StatusCode::SERVICE_UNAVAILABLE, LoginFault::Busy),
        SignIn::Locked(wait) => {
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, LoginFault::Locked(wait))?;
            response.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().into());
            Ok(response)
        }
    }
}

/// By TLS, or because it does not leave the machine.
fn travels_hidden(settings: &ServeSettings) -> bool {
    let url = &settings.public_url;
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || loopback
}

/// `POST /organiser/logout`.
pub(super) async fn leave(State(app): State<App>, jar: CookieJar, posted: Posted<Nothing>) -> Answer {
    let Organiser { name, token, .. } = posted.organiser;
    sign_out(&app.db, &name, &token).await?;
    Ok((jar.add(cookie(None, &app.settings)), Redirect::to("/organiser/login")).into_response())
}

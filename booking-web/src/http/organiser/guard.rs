//! Who may, and which forms are believed.
//!
//! The cookie is `HttpOnly`, so that no script reads it, and `SameSite=Strict`:
//! no page of another site makes the browser send it, not even by a link.
//! (The way back after the sign-in is our own redirect and needs no more.)
//! Over HTTPS its name begins with `__Host-`, which keeps a neighbouring
//! subdomain from setting one.
//!
//! A form must besides carry what only this session's pages know, and must
//! not say that it comes from elsewhere.

use axum::Form;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::App;
use super::super::problem::Problem;
use crate::config::ServeSettings;
use crate::organiser::session::{self, Token};
use crate::pages::organiser::{Desk, Tab};

/// The body was heard and measured before; this only says so to the reader.
const HEARD: usize = usize::MAX;

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub(super) struct Organiser {
    pub(super) name: String,
    /// What each form of theirs carries as `csrf`.
    pub(super) csrf: String,
    pub(super) token: Token,
}

/// A form of theirs.
#[derive(Clone, Debug)]
pub(super) struct Posted<T> {
    pub(super) organiser: Organiser,
    pub(super) form: T,
}

#[derive(Deserialize)]
struct Carried {
    #[serde(default)]
    csrf: String,
}

impl Organiser {
    /// What every page of the desk shows around itself.
    pub(super) fn desk(&self, here: Tab) -> Desk {
        Desk { name: self.name.clone(), csrf: self.csrf.clone(), here }
    }

    /// Whose session the request is of.
    async fn of(headers: &HeaderMap, app: &App) -> Result<Option<Self>, Problem> {
        let Some(token) = token(headers, &app.settings) else { return Ok(None) };
        let name = session::find(&app.db, &token).await?;
        Ok(name.map(|name| Self { name, csrf: token.csrf(), token }))
    }
}

impl FromRequestParts<App> for Organiser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match Self::of(&parts.headers, app).await {
            Ok(Some(organiser)) => Ok(organiser),
            Ok(None) => Err(to_login(parts)),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

/// To the sign-in, and from there back to the page that was asked for. A form
/// that came too late is not sent again by itself.
fn to_login(parts: &Parts) -> Response {
    let back = parts.uri.path_and_query().map_or("", |asked| asked.as_str());
    let target = match parts.method.is_safe().then(|| local(back)).flatten() {
        Some(back) => format!("/organiser/login?back={}", url_encoded(back)),
        None => "/organiser/login".to_owned(),
    };
    Redirect::to(&target).into_response()
}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        is_our_own(&parts.headers, &app.settings).map_err(IntoResponse::into_response)?;
        let organiser = Organiser::from_request_parts(&mut parts, app).await?;
        let refused = |status| Problem::Refused(status).into_response();
        let body = to_bytes(body, HEARD).await.map_err(|_| refused(StatusCode::BAD_REQUEST))?;
        let Carried { csrf } = read(&parts, body.clone()).await?;
        if !same(&csrf, &organiser.csrf) {
            tracing::warn!(organiser = organiser.name, "a form without its session's mark was refused");
            return Err(refused(StatusCode::FORBIDDEN));
        }
        Ok(Self { organiser, form: read(&parts, body).await? })
    }
}

async fn read<T: DeserializeOwned>(parts: &Parts, body: Bytes) -> Result<T, Response> {
    let request = Request::from_parts(parts.clone(), body.into());
    let form = Form::<T>::from_request(request, &()).await;
    form.map(|Form(form)| form).map_err(|rejection| Problem::from(rejection).into_response())
}

/// Refuses a form that the browser says comes from another site's page. Each
/// browser of today says one of the two; what says neither is no browser that
/// could be misled, and needs the session's mark as well.
///
/// # Errors
/// [`StatusCode::FORBIDDEN`].
pub(super) fn is_our_own(headers: &HeaderMap, settings: &ServeSettings) -> Result<(), Problem> {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let ours = match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => is_ours(origin, said("host"), settings),
        (None, None) => true,
    };
    if ours {
        return Ok(());
    }
    tracing::warn!(origin = said("origin"), "a form from another site was refused");
    Err(Problem::Refused(StatusCode::FORBIDDEN))
}

/// Under the address that guests know, or the one it was sent to: an
/// organiser may come to the server past the proxy.
fn is_ours(origin: &str, host: Option<&str>, settings: &ServeSettings) -> bool {
    let asked = origin.split_once("://").map(|(_, authority)| authority);
    origin == settings.public_url.origin().ascii_serialization() || (asked.is_some() && asked == host)
}

/// In a time that does not tell how much of it is right.
fn same(one: &str, other: &str) -> bool {
    let differs = one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differs) == 0
}

/// A path of the desk, as after a sign-in: nothing that a browser could take
/// for another site's address.
pub(super) fn local(back: &str) -> Option<&str> {
    let rest = back.strip_prefix("/organiser")?;
    let begins = rest.is_empty() || rest.starts_with(['/', '?']);
    let plain = rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (begins && plain && !rest.contains("//") && !rest.contains("..")).then_some(back)
}

fn url_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn cookie_name(settings: &ServeSettings) -> &'static str {
    if is_secure(settings) { "__Host-organiser" } else { "organiser" }
}

fn is_secure(settings: &ServeSettings) -> bool {
    settings.public_url.scheme() == "https"
}

/// What the browser brings along, whether it is worth anything or not.
pub(super) fn token(headers: &HeaderMap, settings: &ServeSettings) -> Option<Token> {
    CookieJar::from_headers(headers).get(cookie_name(settings)).and_then(|cookie| Token::parse(cookie.value()))
}

/// What the browser is to bring along from now on; nothing any more without a token.
pub(super) fn cookie(token: Option<&Token>, settings: &ServeSettings) -> Cookie<'static> {
    let value = token.map_or(String::new(), |token| token.exposed().to_owned());
    // Without an age: closing the browser ends it on this computer.
    let mut cookie = Cookie::build((cookie_name(settings), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_secure(settings))
        .build();
    if token.is_none() {
        cookie.make_removal();
    }
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_at_the_desk() {
        for path in ["/organiser", "/organiser?q=1", "/organiser/orders?q=Asha%20K&before=0199", "/organiser/audit"] {
            assert_eq!(local(path), Some(path));
        }
        for path in [
            "",
            "/",
            "https://evil.example/organiser",
            "//evil.example/organiser",
            "/\\evil.example",
            "/organiser.evil.example",
            "/organiser@evil.example",
            "/organiser//evil.example",
            "/organiser/..//evil.example",
            "/organiser/\\evil.example",
            "/organiser/\r\nSet-Cookie: a=b",
            "/organiser/\u{202e}",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(path), None, "{path}");
        }
    }

    #[test]
    fn marks_are_compared_whole() {
        assert!(same("abc", "abc"));
        for (one, other) in [("", "abc"), ("abc", ""), ("abc", "abd"), ("ab", "abc"), ("abcd", "abc")] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}

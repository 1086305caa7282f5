//! `/organiser…`: the organiser's desk.
//!
//! Reading order: [`guard`] (who may, and which forms are believed) →
//! [`login`] → the desk's pages, each a file of its own. A page asks for an
//! [`guard::Organiser`] and a form for a [`guard::Posted`]: without one there
//! is no handler that could forget to look.

mod audit;
mod books;
mod conflicts;
mod door_list;
mod event;
mod export;
mod gates;
mod guard;
mod login;
mod order;
mod orders;
mod overview;
mod person;

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use super::problem::Problem;
use super::{ANSWER_WITHIN, Answer, App, layers};
use crate::organiser::books::Progress;
use crate::organiser::numbers::LastRead;
use crate::pages::organiser::RefusedPage;

/// Every address of the desk, with limits of its own: who sends too much or
/// too slowly here takes no place from guests.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/organiser", get(overview::page))
        .route("/organiser/figures", get(overview::figures))
        .route("/organiser/gates", get(gates::page).post(gates::add))
        .route("/organiser/gates/revoke", get(gates::confirm).post(gates::revoke))
        .route("/organiser/conflicts", get(conflicts::page))
        .route("/organiser/event", get(event::page).post(event::submit))
        .route("/organiser/books", get(books::page).post(books::begin))
        .route("/organiser/login", get(login::page).post(login::submit))
        .route("/organiser/logout", post(login::leave))
        .route("/organiser/orders", get(orders::page))
        .route("/organiser/orders.csv", get(export::orders))
        .route("/organiser/tickets.csv", get(export::tickets))
        .route("/organiser/orders/{id}", get(order::page))
        .route("/organiser/orders/{id}/{wish}", get(order::confirm).post(order::act))
        .route("/organiser/person", get(person::page).post(person::confirm))
        .route("/organiser/person/export", post(person::export))
        .route("/organiser/person/erase", post(person::erase))
        .route("/organiser/door-list", get(door_list::page))
        .route("/organiser/audit", get(audit::page))
        .layer(Extension(Arc::<LastRead>::default()))
        .layer(Extension(Progress::default()))
        .layer(from_fn(layers::hear_the_guest_out))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(from_fn(refuse_with_a_page))
        .layer(CompressionLayer::new())
        .layer(from_fn(keep_to_ourselves))
}

/// A page of the desk.
pub(super) fn show(status: StatusCode, page: &impl Template) -> Answer {
    let mut response = (status, Html(page.render()?)).into_response();
    response.extensions_mut().insert(Drawn);
    Ok(response)
}

/// On a refusal that has a page of its own already, such as a form that is shown again.
#[derive(Clone, Copy, Debug)]
struct Drawn;

/// Whatever else goes wrong is said by a page of the desk, and not by one for guests.
async fn refuse_with_a_page(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    if refused && response.extensions().get::<Drawn>().is_none() { refusal(status) } else { response }
}

fn refusal(status: StatusCode) -> Response {
    let page = show(status, &RefusedPage { status: status.as_u16() });
    page.unwrap_or_else(|_| Problem::Refused(status).into_response())
}

/// Nothing of the desk is kept by a browser or a proxy, nor found by a search.
async fn keep_to_ourselves(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

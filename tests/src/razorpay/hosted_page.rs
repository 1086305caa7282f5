//! The page on which a guest pays, at a link's `short_url`. Works without JavaScript.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use url::Url;

use super::account::Account;
use super::html::{amount, escaped, page};
use super::model::{Link, LinkStatus};
use super::signature;
use super::simulator::Simulator;
use super::table::Name;

type Shared = State<Arc<Simulator>>;

/// The page and its three buttons.
pub(super) fn routes(simulator: &Arc<Simulator>) -> Router {
    Router::new()
        .route("/i/{code}", get(show))
        .route("/i/{code}/pay", post(pay))
        .route("/i/{code}/fail", post(fail))
        .route("/i/{code}/leave", post(leave))
        .with_state(Arc::clone(simulator))
}

#[derive(Deserialize)]
struct Notice {
    #[serde(default)]
    failed: bool,
}

async fn show(State(simulator): Shared, Path(code): Path<String>, Query(notice): Query<Notice>) -> Response {
    match link_of(&simulator, &code) {
        Some(link) => ([(header::CACHE_CONTROL, "no-store")], link_page(&link, notice.failed)).into_response(),
        None => not_found(),
    }
}

async fn pay(State(simulator): Shared, Path(code): Path<String>) -> Response {
    let Some(link) = link_of(&simulator, &code) else { return not_found() };
    match pay_link(&simulator, &link.id) {
        Ok(Some(callback)) => Redirect::to(callback.as_str()).into_response(),
        // Paid, expired or cancelled since the page was shown, or nowhere to go: the page says so.
        Ok(None) | Err(_) => Redirect::to(&format!("/i/{code}")).into_response(),
    }
}

async fn fail(State(simulator): Shared, Path(code): Path<String>) -> Response {
    let Some(link) = link_of(&simulator, &code) else { return not_found() };
    let failed = simulator.change(|account, now| account.fail(&link.id, now)).is_ok();
    Redirect::to(&format!("/i/{code}?failed={failed}")).into_response()
}

async fn leave() -> Html<String> {
    page("Left", r#"<div class="card" id="left"><h1>You left without paying</h1><p>You can close this tab.</p></div>"#)
}

/// Pays as a guest does; answers where the browser goes next.
pub(super) fn pay_link(simulator: &Simulator, link_id: &str) -> Result<Option<Url>, super::errors::ApiError> {
    simulator.change(|account, now| {
        let payment_id = account.pay(link_id, now)?;
        Ok(callback(account, &simulator.key_secret, &payment_id))
    })
}

/// The merchant's address with the payment's names and their signature.
pub(super) fn callback(account: &Account, key_secret: &str, payment_id: &str) -> Option<Url> {
    let link = account.link(&account.payment(payment_id).ok()?.link_id).ok()?;
    let mut url = Url::parse(&link.callback_url).ok()?;
    let status = link.status.as_str();
    let signature = signature::of_return(key_secret, &link.id, &link.reference_id, status, payment_id);
    url.query_pairs_mut()
        .append_pair("razorpay_payment_id", payment_id)
        .append_pair("razorpay_payment_link_id", &link.id)
        .append_pair("razorpay_payment_link_reference_id", &link.reference_id)
        .append_pair("razorpay_payment_link_status", status)
        .append_pair("razorpay_signature", &signature);
    Some(url)
}

fn link_of(simulator: &Simulator, code: &str) -> Option<Link> {
    simulator.look(|account| account.links.named(Name::Code, code).next().cloned())
}

fn not_found() -> Response {
    let inner = r#"<div class="card" id="unknown"><h1>There is no such payment link</h1></div>"#;
    (StatusCode::NOT_FOUND, page("Not found", inner)).into_response()
}

fn link_page(link: &Link, failed: bool) -> Html<String> {
    let description = if link.description.is_empty() { "Payment" } else { &link.description };
    let inner = format!(
        r#"<div class="card">
<h1>{}</h1>
<p class="amount" id="amount">{}</p>
{}
<p class="quiet">{}<br>Reference {}</p>
</div>"#,
        escaped(description),
        amount(link.amount - if link.status.is_open() { link.amount_paid } else { 0 }, &link.currency),
        what_can_be_done(link, failed),
        escaped(link.customer["name"].as_str().unwrap_or_default()),
        escaped(if link.reference_id.is_empty() { &link.id } else { &link.reference_id }),
    );
    page(description, &inner)
}

fn what_can_be_done(link: &Link, failed: bool) -> String {
    let state = |id: &str, says: &str| format!(r#"<p class="notice" id="{id}" role="status">{says}</p>"#);
    match link.status {
        LinkStatus::Paid => state("paid", "This payment link has been paid."),
        LinkStatus::Cancelled => state("cancelled", "This payment link was cancelled. Nothing can be paid here."),
        LinkStatus::Expired => state("expired", "This payment link has expired. Nothing can be paid here."),
        LinkStatus::Created | LinkStatus::PartiallyPaid => {
            let notice = if failed { state("failed", "The payment failed. You can try again.") } else { String::new() };
            let button = |name: &str, class: &str, label: &str| {
                format!(
                    r#"<form method="post" action="/i/{}/{name}"><button id="{name}" class="{class}">{label}</button></form>"#,
                    escaped(&link.code)
                )
            };
            let pay = button("pay", "go", "Pay");
            let fail = button("fail", "stop", "Fail the payment");
            let leave = button("leave", "", "Leave without paying");
            format!("{notice}\n{pay}\n{fail}\n{leave}")
        }
    }
}

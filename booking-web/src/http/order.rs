//! `GET /orders/{token}…`: the attendee's one page and what belongs to it.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::booking::{page as show, payment_page};
use super::problem::Problem;
use super::{Answer, App, refund_view, resend};
use crate::chain;
use crate::event::Event;
use crate::language::Language;
use crate::order::{By, Order, OrderState, OrderToken};
use crate::pages::{Admitted, OrderPage, Spoken, Stage, Ticket, Waiting};
use crate::payment::books::Books;
use crate::payment::look_up::look_soon;
use crate::payment::settle::settle;
use crate::payment::signature::return_is_signed;
use crate::ticket::admission::{Admission, Shown};
use crate::ticket::{calendar, qr};

/// A guest in front of a blank page should not wait for Razorpay longer than this.
const SETTLE_WITHIN: Duration = Duration::from_secs(6);

#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    returned: Option<String>,
    /// What became of the wish for another e-mail.
    mail: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PictureQuery {
    /// Which guest's, counted from 1.
    n: Option<usize>,
    download: Option<String>,
}

/// What Razorpay sends the browser back with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReturnQuery {
    pub razorpay_payment_id: String,
    pub razorpay_payment_link_status: String,
    pub razorpay_signature: String,
}

#[derive(Serialize)]
struct OrderStateView {
    state: &'static str,
}

/// The page itself, whatever the order has come to.
pub(super) async fn page(
    State(app): State<App>,
    words: Spoken,
    Path(token): Path<String>,
    Query(query): Query<PageQuery>,
) -> Answer {
    let (order, event) = order_and_event(&app, &token).await?;
    let now = Utc::now();
    let stage = match order.state {
        OrderState::Held => {
            let pay_url = match &order.link {
                Some(link) => Some(link.url.clone()),
                None => payment_page(&app, &event, &order, now).await,
            };
            let just_returned = query.returned.is_some();
            Stage::Waiting(Waiting { pay_url, hold_until: order.hold_until, now, just_returned })
        }
        OrderState::Paid => Stage::Ticket(ticket(&app, &order, query.mail.as_deref()).await?),
        OrderState::Expired => Stage::Expired,
        OrderState::Refunding => Stage::Refunding(refund_view::refund(&books(&app, &order).await?)),
        OrderState::Refunded => Stage::Refunded(refund_view::refund(&books(&app, &order).await?)),
        OrderState::Revoked => Stage::Revoked(refund_view::revoked_by(&books(&app, &order).await?)),
    };
    let guests = order.attendees.iter().map(|it| it.name.clone()).collect();
    let view = OrderPage { words, event, guests, amount: order.amount, path: order.token.path(), stage };
    show(StatusCode::OK, &view)
}

/// For the page's script: has something changed?
pub(super) async fn state(State(app): State<App>, Path(token): Path<String>) -> Answer {
    let order = order(&app, &token).await?;
    Ok(Json(OrderStateView { state: order.state.as_str() }).into_response())
}

pub(super) async fn qr_png(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<PictureQuery>,
) -> Answer {
    let code = ticket_code(&app, &token, query.n).await?;
    let kept = match (query.download, query.n) {
        (None, _) => "inline".to_owned(),
        (Some(_), None | Some(1)) => "attachment; filename=\"ticket.png\"".to_owned(),
        (Some(_), Some(n)) => format!("attachment; filename=\"ticket-{n}.png\""),
    };
    let headers = [(header::CONTENT_TYPE, "image/png".to_owned()), (header::CONTENT_DISPOSITION, kept)];
    Ok((headers, qr::png(&code)).into_response())
}

pub(super) async fn qr_svg(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<PictureQuery>,
) -> Answer {
    let code = ticket_code(&app, &token, query.n).await?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], qr::svg(&code)).into_response())
}

pub(super) async fn calendar(State(app): State<App>, language: Language, Path(token): Path<String>) -> Answer {
    let (order, event) = order_and_event(&app, &token).await?;
    only_a_ticket(&order)?;
    let entry = calendar::Entry {
        words: language.words(),
        name: &event.name,
        venue: &event.venue,
        starts_at: event.starts_at,
        doors_open_at: event.doors_open_at,
        time_zone: event.time_zone,
        ticket_url: &app.settings.link_to(&order.token.path()),
        uid: &order.id.to_string(),
        made_at: order.created_at,
    };
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"event.ics\""),
    ];
    Ok((headers, entry.file()).into_response())
}

/// The first knock: the browser comes back from Razorpay's page. Its word
/// only decides whether we ask at once; what is true Razorpay's API says.
pub(super) async fn returned(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(back): Query<ReturnQuery>,
) -> Answer {
    let order = order(&app, &token).await?;
    let link_id = order.link.as_ref().map(|link| link.id.as_str()).unwrap_or_default();
    let signed = return_is_signed(
        &app.settings.razorpay.key_secret,
        link_id,
        &order.id.to_string(),
        &back.razorpay_payment_link_status,
        &back.razorpay_payment_id,
        &back.razorpay_signature,
    );
    if !signed {
        tracing::warn!(order = %order.id, "a return without Razorpay's signature");
        return Ok(Redirect::to(&order.token.path()).into_response());
    }
    let settled = settle(&app.db, &app.razorpay, order.id, Utc::now());
    let state = match tokio::time::timeout(SETTLE_WITHIN, settled).await {
        Ok(Ok(state)) => state.unwrap_or(order.state),
        Ok(Err(error)) => {
            tracing::warn!(order = %order.id, cause = chain(&error), "not settled at the return");
            order.state
        }
        Err(_) => order.state,
    };
    if state == OrderState::Held {
        look_soon(&app.db, order.id, Utc::now()).await?;
        return Ok(Redirect::to(&format!("{}?returned", order.token.path())).into_response());
    }
    Ok(Redirect::to(&order.token.path()).into_response())
}

pub(super) async fn order(app: &App, token: &str) -> Result<Order, Problem> {
    let not_found = Problem::Refused(StatusCode::NOT_FOUND);
    let Some(token) = OrderToken::parse(token) else { return Err(not_found) };
    Order::find(&app.db, By::Token(&token)).await?.ok_or(not_found)
}

async fn order_and_event(app: &App, token: &str) -> Result<(Order, Event), Problem> {
    let order = order(app, token).await?;
    let event = app.event().await?.ok_or(Problem::Broken("there are orders, but no event".into()))?;
    Ok((order, event))
}

async fn books(app: &App, order: &Order) -> Result<Books, Problem> {
    Ok(Books::of(&app.db, order.id).await?)
}

async fn ticket(app: &App, order: &Order, mail: Option<&str>) -> Result<Ticket, Problem> {
    let shown = Shown::find(&app.db, order).await?;
    let admitted = |it: Admission| Admitted { at: it.at, gate: it.gate };
    let admitted = shown.admissions.into_iter().map(|it| it.map(admitted)).collect();
    let paid_again = if shown.paid_again { refund_view::parts(&books(app, order).await?) } else { Vec::new() };
    Ok(Ticket { admitted, paid_again, mail: resend::offer(app, order, mail) })
}

/// There is no code before there is a ticket.
pub(super) fn only_a_ticket(order: &Order) -> Result<(), Problem> {
    match order.state {
        OrderState::Paid => Ok(()),
        _ => Err(Problem::Refused(StatusCode::NOT_FOUND)),
    }
}

/// The code of the `n`th guest, or of the first.
async fn ticket_code(app: &App, token: &str, n: Option<usize>) -> Result<String, Problem> {
    let order = order(app, token).await?;
    only_a_ticket(&order)?;
    let place = n.unwrap_or(1).checked_sub(1);
    let attendee = place.and_then(|place| order.attendees.get(place));
    let attendee = attendee.ok_or(Problem::Refused(StatusCode::NOT_FOUND))?;
    Ok(app.signer.sign(&attendee.unique_id).to_string())
}

//! `GET /` and `POST /submit`: from the form to Razorpay's page.

use std::time::Duration;

use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};
use axum_extra::extract::{CookieJar, Form, FormRejection};
use chrono::{DateTime, Utc};
use common::FirstName;

use super::caller::Caller;
use super::crowd::{Place, WORK_WITHIN, again_in};
use super::{Answer, App};
use crate::chain;
use crate::db::DbError;
use crate::delivery::ask_again;
use crate::event::{Event, Sales};
use crate::form::{Booking, FormFaults, FormKey, TypedForm};
use crate::hold::{Hold, hold};
use crate::order::{Order, OrderState, OrderToken};
use crate::pages::form::whole_seconds;
use crate::pages::{DuplicatePage, FormPage, NoEventPage, Notice, SalesClosed, SalesClosedPage, SoldOutPage, Spoken};
use crate::payment::link::{LinkTerms, ensure_link};
use crate::payment::settle::settle;
use crate::server::Peer;

/// Remembers in the browser which order it made last.
const OWN_ORDER: &str = "order";

/// `GET /`.
pub(super) async fn form(State(app): State<App>, words: Spoken) -> Answer {
    let Some(event) = app.event().await? else { return no_event(words) };
    if let Some(closed) = closed(&event, Utc::now()) {
        return page(StatusCode::OK, &SalesClosedPage { words, event, closed });
    }
    if event.seats_left() == 0 {
        return sold_out(StatusCode::OK, words, event);
    }
    let forgets_after = app.settings.purge_after_days;
    let form = FormPage { words, forgets_after, ..FormPage::empty(event, &FormKey::random()) };
    let mut response = page(StatusCode::OK, &form)?;
    // Kept for the way back from the payment page, so that the form that is sent again is the same one.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// `POST /submit`.
pub(super) async fn submit(
    State(app): State<App>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
    words: Spoken,
    jar: CookieJar,
    form: Result<Form<TypedForm>, FormRejection>,
) -> Answer {
    let caller = Caller::of(peer.ip(), &headers, &app.settings.trusted_proxies);
    let too_fast = app.pace().and_then(|pace| pace.count(caller).err());
    let Form(typed) = form?;
    let Some(event) = app.event().await? else { return no_event(words) };
    if let Some(wait) = too_fast {
        app.metrics.booking("too_fast");
        let form = again(&app, words, event, typed).because(Notice::TooFast { wait });
        return later(StatusCode::TOO_MANY_REQUESTS, wait, &form);
    }
    if let Some(typed) = typed.with_other_guests() {
        return page(StatusCode::OK, &again(&app, words, event, typed));
    }
    let booking = match typed.read() {
        Ok(booking) => Booking { language: words.language, ..booking },
        Err(faults) => {
            app.metrics.booking("bad_input");
            return page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { faults, ..again(&app, words, event, typed) });
        }
    };
    let now = Utc::now();
    if let Some(closed) = closed(&event, now) {
        app.metrics.booking("closed");
        return page(StatusCode::CONFLICT, &SalesClosedPage { words, event, closed });
    }
    let place = match turn(&app, &event, &jar).await {
        Turn::Now(place) => place,
        Turn::SoldOut => {
            app.metrics.booking("sold_out");
            return sold_out(StatusCode::CONFLICT, words, event);
        }
        Turn::Later => {
            app.metrics.booking("crowded");
            let (wait, free) = (again_in(), event.seats_left());
            let form = again(&app, words, event, typed).because(Notice::Crowded { wait, free });
            return later(StatusCode::SERVICE_UNAVAILABLE, wait, &form);
        }
    };
    let held = tokio::time::timeout(WORK_WITHIN, hold(&app.db, &event, &booking, now, app.settings.hold)).await;
    // A free seat's ticket is written next, by the database as well; a payment page is Razorpay's work.
    let _place = event.is_free().then_some(place);
    match held.unwrap_or(Err(DbError::Timeout)) {
        Ok(Hold::SoldOut { left }) if left > 0 => {
            app.metrics.booking("too_few");
            page(StatusCode::CONFLICT, &again(&app, words, event, typed).because(Notice::TooFew { left }))
        }
        Ok(held) => answer(&app, words, event, &booking, &held, jar, now).await,
        Err(error) => {
            tracing::error!(cause = chain(&error), "no seat could be held");
            app.metrics.booking("unable");
            let wait = again_in();
            let form = again(&app, words, event, typed).because(Notice::Unable { wait });
            later(StatusCode::SERVICE_UNAVAILABLE, wait, &form)
        }
    }
}

/// When a form is worked on.
enum Turn<'a> {
    Now(Place<'a>),
    Later,
    /// Never: nothing is left to be had.
    SoldOut,
}

async fn turn<'a>(app: &'a App, event: &Event, jar: &CookieJar) -> Turn<'a> {
    match app.crowd().at_once() {
        Some(place) => Turn::Now(place),
        None if all_sold(event, jar) => Turn::SoldOut,
        None => app.crowd().soon().await.map_or(Turn::Later, Turn::Now),
    }
}

/// What the database said.
async fn answer(
    app: &App,
    words: Spoken,
    event: Event,
    booking: &Booking,
    held: &Hold,
    jar: CookieJar,
    now: DateTime<Utc>,
) -> Answer {
    match held {
        Hold::Made(order) => {
            app.seats_held(order.seats());
            app.metrics.booking("held");
            tracing::info!(order = %order.id, seats = order.seats(), "seats held");
            to_payment(app, &event, order, jar, now).await
        }
        Hold::Same(order) => {
            app.metrics.booking("repeated");
            to_payment(app, &event, order, jar, now).await
        }
        Hold::Duplicate { order, who } => {
            app.metrics.booking("duplicate");
            let who = if booking.names.len() > 1 { who.clone() } else { Vec::new() };
            duplicate(app, words, event, order, who, &jar, now).await
        }
        Hold::SoldOut { .. } => {
            app.metrics.booking("sold_out");
            sold_out(StatusCode::CONFLICT, words, event)
        }
    }
}

/// Whether there is nothing left to ask the database for, as far as we have
/// seen a moment ago: no seat is free and none is held that might come back.
/// Only asked when there is a crowd; and not where the same form may have been
/// sent before and made an order whose answer was lost, since that order, not
/// the seats, is the answer then.
fn all_sold(event: &Event, jar: &CookieJar) -> bool {
    event.seats_left() == 0 && event.held == 0 && !event.is_free() && jar.get(OWN_ORDER).is_none()
}

/// The form again, with what was typed.
fn again(app: &App, words: Spoken, event: Event, typed: TypedForm) -> FormPage {
    let form_key = FormKey::parse(&typed.form_key).unwrap_or_else(FormKey::random).as_str().to_owned();
    let typed = TypedForm { form_key, ..typed };
    let forgets_after = app.settings.purge_after_days;
    FormPage { words, event, typed, faults: FormFaults::default(), notice: None, forgets_after }
}

/// A page that says when to press again, and says it to the browser, too.
fn later(status: StatusCode, wait: Duration, form: &FormPage) -> Answer {
    let mut response = page(status, form)?;
    response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(wait).into());
    Ok(response)
}

/// To Razorpay's page; to the order's own when there is nothing to pay, or
/// while Razorpay does not answer: the seat is held, and that page tries again.
async fn to_payment(app: &App, event: &Event, order: &Order, jar: CookieJar, now: DateTime<Utc>) -> Answer {
    let target = match order.state {
        OrderState::Held if event.is_free() => {
            settle(&app.db, &app.razorpay, order.id, now).await?;
            order.token.path()
        }
        OrderState::Held => payment_page(app, event, order, now).await.unwrap_or_else(|| order.token.path()),
        _ => order.token.path(),
    };
    let own = Cookie::build((OWN_ORDER, order.token.as_str().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.settings.public_url.scheme() == "https")
        .build();
    Ok((StatusCode::SEE_OTHER, jar.add(own), [(header::LOCATION, target)]).into_response())
}

/// Where this order is paid, if Razorpay says so now.
pub(super) async fn payment_page(app: &App, event: &Event, order: &Order, now: DateTime<Utc>) -> Option<String> {
    let callback_url = app.settings.link_to(&format!("{}/return", order.token.path()));
    let terms = LinkTerms { event_name: &event.name, callback_url: &callback_url, now, hold: app.settings.hold };
    match ensure_link(&app.db, &app.razorpay, order, &terms).await {
        Ok(link) => link.map(|link| link.url),
        Err(error) => {
            tracing::warn!(order = %order.id, cause = chain(&error), "no payment link yet");
            None
        }
    }
}

/// Says nothing of the booking there is, except to the browser that made it:
/// its link goes to its own address once more, if it has one, and the page is
/// the same whether it does.
async fn duplicate(
    app: &App,
    words: Spoken,
    event: Event,
    order: &Order,
    who: Vec<FirstName>,
    jar: &CookieJar,
    now: DateTime<Utc>,
) -> Answer {
    let own = jar.get(OWN_ORDER).and_then(|cookie| OrderToken::parse(cookie.value()));
    let own_order = own.filter(|token| *token == order.token).map(|token| token.path());
    let mailed = app.settings.mail.is_some();
    if mailed
        && own_order.is_none()
        && let Err(error) = ask_again(&app.db, order.id, now).await
    {
        tracing::warn!(order = %order.id, cause = chain(&error), "the link could not be sent again");
    }
    let unpaid_free_by = now + app.settings.hold;
    page(StatusCode::CONFLICT, &DuplicatePage { words, event, who, own_order, mailed, unpaid_free_by, now })
}

fn sold_out(status: StatusCode, words: Spoken, event: Event) -> Answer {
    // Whoever waited in line saw the event a while ago: what was free then is held by now.
    let seats_may_return = event.sold < event.capacity;
    page(status, &SoldOutPage { words, event, seats_may_return })
}

fn no_event(words: Spoken) -> Answer {
    page(StatusCode::SERVICE_UNAVAILABLE, &NoEventPage { words })
}

fn closed(event: &Event, now: DateTime<Utc>) -> Option<SalesClosed> {
    match event.sales(now) {
        Sales::Open => None,
        Sales::NotYet { from } => Some(SalesClosed::NotYet { from }),
        Sales::Over { since } => Some(SalesClosed::Over { since }),
    }
}

pub(super) fn page(status: StatusCode, page: &impl Template) -> Answer {
    let response: Response = (status, Html(page.render()?)).into_response();
    Ok(response)
}

//! `GET /` and `POST /submit`: from the form to Razorpay's page.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::{DateTime, Utc};

use super::{Answer, App};
use crate::chain;
use crate::event::{Event, Sales};
use crate::form::{FormFaults, FormKey, TypedForm};
use crate::hold::{Hold, hold};
use crate::order::{Order, OrderState, OrderToken};
use crate::pages::{DuplicatePage, FormPage, NoEventPage, SalesClosed, SalesClosedPage, SoldOutPage};
use crate::payment::link::{LinkTerms, ensure_link};
use crate::payment::settle::settle;

/// Remembers in the browser which order it made last.
const OWN_ORDER: &str = "order";

/// `GET /`.
pub(super) async fn form(State(app): State<App>) -> Answer {
    let Some(event) = app.event().await? else { return no_event() };
    if let Some(closed) = closed(&event, Utc::now()) {
        return page(StatusCode::OK, &SalesClosedPage { event, closed });
    }
    if event.seats_left() == 0 {
        return sold_out(StatusCode::OK, event);
    }
    let mut response = page(StatusCode::OK, &FormPage::empty(event, &FormKey::random()))?;
    // Kept for the way back from the payment page, so that the form that is sent again is the same one.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// `POST /submit`.
pub(super) async fn submit(
    State(app): State<App>,
    jar: CookieJar,
    form: Result<Form<TypedForm>, FormRejection>,
) -> Answer {
    let Form(typed) = form?;
    let Some(event) = app.event().await? else { return no_event() };
    let now = Utc::now();
    let booking = match typed.read() {
        Ok(booking) => booking,
        Err(faults) => {
            app.metrics.booking("bad_input");
            return page(StatusCode::UNPROCESSABLE_ENTITY, &again(&event, typed, faults, false));
        }
    };
    if let Some(closed) = closed(&event, now) {
        app.metrics.booking("closed");
        return page(StatusCode::CONFLICT, &SalesClosedPage { event, closed });
    }
    let held = match hold(&app.db, &event, &booking, now, app.settings.hold).await {
        Ok(held) => held,
        Err(error) => {
            tracing::error!(cause = chain(&error), "no seat could be held");
            app.metrics.booking("unable");
            let form = again(&event, typed, FormFaults::default(), true);
            return page(StatusCode::SERVICE_UNAVAILABLE, &form);
        }
    };
    match held {
        Hold::Made(order) => {
            app.metrics.booking("held");
            tracing::info!(order = %order.id, "seat held");
            to_payment(&app, &event, &order, jar, now).await
        }
        Hold::Same(order) => {
            app.metrics.booking("repeated");
            to_payment(&app, &event, &order, jar, now).await
        }
        Hold::Duplicate(order) => {
            app.metrics.booking("duplicate");
            duplicate(&app, event, &order, &jar, now)
        }
        Hold::SoldOut => {
            app.metrics.booking("sold_out");
            sold_out(StatusCode::CONFLICT, event)
        }
    }
}

/// The form again, with what was typed and what is wrong with it.
fn again(event: &Event, typed: TypedForm, faults: FormFaults, busy: bool) -> FormPage {
    let form_key = FormKey::parse(&typed.form_key).unwrap_or_else(FormKey::random).as_str().to_owned();
    FormPage { event: event.clone(), typed: TypedForm { form_key, ..typed }, faults, busy }
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
        Ok(link) => Some(link.url),
        Err(error) => {
            tracing::warn!(order = %order.id, cause = chain(&error), "no payment link yet");
            None
        }
    }
}

/// Says nothing of the booking there is, except to the browser that made it.
fn duplicate(app: &App, event: Event, order: &Order, jar: &CookieJar, now: DateTime<Utc>) -> Answer {
    let own = jar.get(OWN_ORDER).and_then(|cookie| OrderToken::parse(cookie.value()));
    let own_order = own.filter(|token| *token == order.token).map(|token| token.path());
    let unpaid_free_by = now + app.settings.hold;
    page(StatusCode::CONFLICT, &DuplicatePage { event, own_order, unpaid_free_by, now })
}

fn sold_out(status: StatusCode, event: Event) -> Answer {
    let seats_may_return = event.held > 0;
    page(status, &SoldOutPage { event, seats_may_return })
}

fn no_event() -> Answer {
    page(StatusCode::SERVICE_UNAVAILABLE, &NoEventPage)
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

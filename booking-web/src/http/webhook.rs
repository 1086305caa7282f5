//! `POST /webhooks/razorpay`.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::Utc;

use super::App;
use crate::chain;
use crate::payment::signature::body_is_signed;
use crate::payment::webhook::{Knock, answer};

/// Razorpay waits five seconds and then sends again.
const ANSWER_WITHIN: Duration = Duration::from_millis(4_500);

/// 200 processed, repeated or of no interest; 400 forged or unreadable; 503
/// when we are unable now, so that it is sent again.
pub(super) async fn razorpay(State(app): State<App>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = text("x-razorpay-signature").unwrap_or_default();
    let secrets = &app.settings.razorpay;
    // After a change Razorpay goes on signing what it sends again with the secret of before.
    let mut good = std::iter::once(&secrets.webhook_secret).chain(&secrets.webhook_secret_previous);
    if !good.any(|secret| body_is_signed(secret, &body, signature)) {
        tracing::warn!("a webhook whose signature is not Razorpay's; if it is, check RAZORPAY_WEBHOOK_SECRET");
        app.metrics.webhook("forged");
        return (StatusCode::BAD_REQUEST, "the signature does not match\n");
    }
    app.metrics.ear().heard(Utc::now());
    let knock = match Knock::read(text("x-razorpay-event-id"), &body) {
        Ok(knock) => knock,
        Err(error) => {
            // Its own words may quote what it read.
            let (cause, column) = (error.classify(), error.column());
            tracing::warn!(?cause, column, "a signed webhook that cannot be read");
            app.metrics.webhook("unreadable");
            return (StatusCode::BAD_REQUEST, "not an event\n");
        }
    };
    let our_pages = app.settings.link_to("/orders/");
    let answered =
        tokio::time::timeout(ANSWER_WITHIN, answer(&app.db, &app.razorpay, &knock, &our_pages, Utc::now())).await;
    match answered {
        Ok(Ok(answered)) => {
            app.metrics.webhook(answered.as_str());
            (StatusCode::OK, "thank you\n")
        }
        Ok(Err(error)) => {
            tracing::warn!(event = knock.event_id, cause = chain(&error), "a webhook must come again");
            app.metrics.webhook("unable");
            (StatusCode::SERVICE_UNAVAILABLE, "please send it again\n")
        }
        Err(_) => {
            tracing::warn!(event = knock.event_id, "a webhook must come again: no time left");
            app.metrics.webhook("unable");
            (StatusCode::SERVICE_UNAVAILABLE, "please send it again\n")
        }
    }
}

//! For the machines that look after this one.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::App;
use crate::chain;

/// The process runs.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers: requests may be sent here.
pub(super) async fn ready(State(app): State<App>) -> impl IntoResponse {
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(cause = chain(&error), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// For Prometheus. Without the database the process's own counters still count.
pub(super) async fn metrics(State(app): State<App>) -> impl IntoResponse {
    let event = app.event().await.ok().flatten();
    let text = app.metrics.text(event.as_ref());
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}

//! For the machines that look after this one.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;

use super::App;
use crate::chain;
use crate::metrics::Form;

/// The process runs.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers, and this process means to stay: requests may be sent here.
pub(super) async fn ready(State(app): State<App>) -> impl IntoResponse {
    if app.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(cause = chain(&error), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// For Prometheus. Without the database the process's own counters still count.
pub(super) async fn metrics(State(app): State<App>, headers: HeaderMap) -> impl IntoResponse {
    let form = Form::of(headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()));
    let text = app.metrics.text(&app.db, form).await;
    ([(header::CONTENT_TYPE, form.content_type())], text)
}

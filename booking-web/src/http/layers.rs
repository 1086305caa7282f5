//! What happens to every request and answer.

use std::time::Instant;

use axum::body::to_bytes;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::{App, problem};
use crate::config::ServeSettings;

/// Headers that keep a browser from being turned against its user.
#[derive(Clone, Debug)]
pub(super) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(super) fn new(settings: &ServeSettings) -> Self {
        let policy = content_security_policy(settings);
        let mut headers = vec![
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
            (header::X_FRAME_OPTIONS, "DENY".into()),
            // The address of an order is the key to it.
            (header::REFERRER_POLICY, "no-referrer".into()),
            (
                HeaderName::from_static("permissions-policy"),
                "camera=(), geolocation=(), microphone=(), screen-wake-lock=(self)".into(),
            ),
        ];
        if settings.public_url.scheme() == "https" {
            headers.push((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000".into()));
        }
        let valued = headers.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)));
        Self(valued.collect())
    }
}

/// Nothing but our own files; and since browsers apply `form-action` to
/// redirects too, the pages that the form leads to by way of us.
fn content_security_policy(settings: &ServeSettings) -> String {
    let api = &settings.razorpay.api_url;
    let payment_pages = if api.host_str() == Some("api.razorpay.com") {
        "https://rzp.io https://*.razorpay.com".to_owned()
    } else {
        api.origin().ascii_serialization()
    };
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self' {payment_pages}; base-uri 'none'; frame-ancestors 'none'"
    )
}

pub(super) async fn secure(State(headers): State<SecurityHeaders>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.0 {
        response.headers_mut().insert(name, value);
    }
    // Pages hold what one person typed, or a ticket.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Counts and times, by the route's pattern: addresses hold tokens.
pub(super) async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    app.metrics.answered(&method, &route, status, took);
    tracing::debug!(method, route, status, took_ms = took.as_millis(), "answered");
    response
}

/// A name, a number and an address fit many times over.
const FORM_BYTES: usize = 16 << 10;
/// How much is listened to before it is refused.
const HEARD_BYTES: usize = 4 << 20;

/// Refuses a form that is too large only when all of it has come: a browser
/// that is cut off while it sends shows its own error and not our page.
pub(super) async fn hear_the_guest_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match to_bytes(body, HEARD_BYTES).await {
        Ok(bytes) if bytes.len() <= FORM_BYTES => next.run(Request::from_parts(parts, bytes.into())).await,
        _ => problem::refusal(StatusCode::PAYLOAD_TOO_LARGE),
    }
}

/// A refusal in a library's words (a deadline, a body over its limit, an
/// address that cannot be read) becomes a page like any other.
pub(super) async fn refuse_with_a_page(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    let page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if refused && !page { problem::refusal(status) } else { response }
}

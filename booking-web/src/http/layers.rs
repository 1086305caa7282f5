//! What happens to every request and answer.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{App, problem};
use crate::config::ServeSettings;
use crate::pages::{Spoken, assets};

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
            // No other site's page may hold a window of ours, or show our pictures: a ticket's code is one.
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".into()),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".into()),
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

/// Nothing but our own files and our own style; and since browsers apply `form-action` to
/// redirects too, the pages that the form leads to by way of us.
fn content_security_policy(settings: &ServeSettings) -> String {
    let api = &settings.razorpay.api_url;
    let payment_pages = if api.host_str() == Some("api.razorpay.com") {
        "https://rzp.io https://*.razorpay.com".to_owned()
    } else {
        api.origin().ascii_serialization()
    };
    format!(
        "default-src 'none'; style-src 'self' '{style}'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self' {payment_pages}; base-uri 'none'; frame-ancestors 'none'",
        style = assets::site_style_hash()
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
    let (started, _in_flight) = (Instant::now(), app.metrics.came());
    let method = request.method().to_string();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    app.metrics.answered(&method, &route, status, took);
    tracing::debug!(method, route, status, took_ms = took.as_millis(), "answered");
    response
}

/// Once this process is to end, each answer is the last on its connection:
/// what comes after it belongs to another.
pub(super) async fn say_goodbye(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.stop.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A name, a number and an address fit many times over.
const FORM_BYTES: usize = 16 << 10;
/// How much is listened to before it is refused.
const HEARD_BYTES: usize = 4 << 20;
/// Razorpay's events are a few kilobytes.
const WEBHOOK_BYTES: usize = 128 << 10;
/// For all of a body: one that dribbles in takes up a connection.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Refuses a form that is too large only when all of it has come: a browser
/// that is cut off while it sends shows its own error and not our page.
pub(super) async fn hear_the_guest_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match heard(body, FORM_BYTES, HEARD_BYTES).await {
        Ok(bytes) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(status) => status.into_response(),
    }
}

/// A machine needs no kindness beyond its limit.
pub(super) async fn hear_the_machine_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match heard(body, WEBHOOK_BYTES, WEBHOOK_BYTES).await {
        Ok(bytes) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(status) => (status, "not heard to its end\n").into_response(),
    }
}

/// A whole body, of which no more than `kept` bytes are ever in memory.
async fn heard(mut body: Body, kept: usize, heard: usize) -> Result<Vec<u8>, StatusCode> {
    let all = async {
        let (mut bytes, mut length) = (Vec::new(), 0);
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
            length += data.len();
            if length > heard {
                break;
            }
            if length <= kept {
                bytes.extend_from_slice(&data);
            }
        }
        if length > kept { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(bytes) }
    };
    tokio::time::timeout(BODY_WITHIN, all).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

/// A refusal that no page tells yet (a [`Problem`](problem::Problem), a deadline, a body
/// over its limit, an address that cannot be read) becomes one like any other; and one that may
/// pass leads to where the guest wanted to go, which may be a ticket.
pub(super) async fn refuse_with_a_page(words: Spoken, request: Request, next: Next) -> Response {
    let wanted = (request.method() == Method::GET).then(|| request.uri().to_string());
    let response = next.run(request).await;
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    let page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if refused && !page { problem::refusal(status, words, wanted.as_deref().unwrap_or("/")) } else { response }
}

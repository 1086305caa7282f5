//! One call of the API: written down, and its fate carried out.

use std::future::pending;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::endpoint::Endpoint;
use super::errors::ApiError;
use super::faults::ApiFault;
use super::line::Scissors;
use super::simulator::{Call, Simulator};
use super::webhooks::locked;

/// The most a request may carry.
const MAX_BODY: usize = 256 * 1024;

/// Lies around every call of the API, outside of all that answers it.
pub(super) async fn one_call(
    State(simulator): State<Arc<Simulator>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let endpoint = Endpoint::of(head.method.as_str(), head.uri.path());
    let fault = locked(&simulator.faults).for_call(endpoint);
    let number = locked(&simulator.calls).write(|| {
        let line = format!("{} {}", head.method, head.uri);
        Call { endpoint, line, body: String::from_utf8_lossy(&body).into_owned(), fault, status: None }
    });

    let turn = Turn::take(&simulator, &head.headers);
    let request = Request::from_parts(head, Body::from(body));
    let response = match turn {
        Ok(_until_answered) => carry_out(fault, request, next).await,
        Err(refused) => Some(refused.into_response()),
    };
    if let Some(response) = response {
        if let Some(call) = locked(&simulator.calls).get_mut(number) {
            call.status = Some(response.status().as_u16());
        }
        response
    } else {
        scissors.cut();
        // Never leaves: the line is cut.
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// Travels with a request for a refund that the merchant's balance shall not cover.
#[derive(Clone, Copy)]
pub(super) struct NoBalance;

/// The answer, or none where the connection shall be cut.
async fn carry_out(fault: Option<ApiFault>, mut request: Request, next: Next) -> Option<Response> {
    match fault {
        None => Some(next.run(request).await),
        Some(ApiFault::Throttled) => Some(ApiError::throttled().into_response()),
        Some(ApiFault::QuotaReached) => Some(ApiError::quota_reached().into_response()),
        Some(ApiFault::NoBalance) => {
            // Only the account knows whether the key gave a refund before.
            request.extensions_mut().insert(NoBalance);
            Some(next.run(request).await)
        }
        Some(ApiFault::Refused(status)) => Some(refused(status)),
        Some(ApiFault::Cut) => None,
        Some(ApiFault::Silent) => pending().await,
        Some(ApiFault::DoneThenError) => {
            next.run(request).await;
            Some(ApiError::server_error().into_response())
        }
        Some(ApiFault::DoneThenCut) => {
            next.run(request).await;
            None
        }
        Some(ApiFault::DoneThenSilent) => {
            next.run(request).await;
            pending().await
        }
        Some(ApiFault::Late(by)) => {
            let response = next.run(request).await;
            tokio::time::sleep(by).await;
            Some(response)
        }
    }
}

/// From 502 on it is the gateway before the API that speaks, and it speaks HTML.
fn refused(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status >= StatusCode::BAD_GATEWAY {
        return (status, Html(format!("<html><body><h1>{status}</h1></body></html>"))).into_response();
    }
    ApiError { status, ..ApiError::server_error() }.into_response()
}

/// The right to work on one idempotency key, given back when the answer is ready or the caller gone.
struct Turn {
    simulator: Arc<Simulator>,
    key: String,
}

impl Turn {
    fn take(simulator: &Arc<Simulator>, headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some(key) = headers.get("x-refund-idempotency").and_then(|key| key.to_str().ok()) else {
            return Ok(None);
        };
        if locked(&simulator.in_progress).insert(key.to_owned()) {
            Ok(Some(Self { simulator: Arc::clone(simulator), key: key.to_owned() }))
        } else {
            Err(ApiError::in_progress())
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        locked(&self.simulator.in_progress).remove(&self.key);
    }
}

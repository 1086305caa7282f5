//! Commands over HTTP for playing with the demonstration, such as
//! `curl -X POST localhost:PORT/_control/links/plink_…/expire`. The Rust handle can do more.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;

use super::endpoint::Endpoint;
use super::errors::ApiError;
use super::faults::{ApiFault, WebhookFault};
use super::model::{DisputeStatus, RefundStatus};
use super::payments::DeadLink;
use super::simulator::Simulator;
use super::webhooks::locked;

type Shared = State<Arc<Simulator>>;

/// The commands.
pub(super) fn routes(simulator: &Arc<Simulator>) -> Router {
    Router::new()
        .route("/_control/links/{id}/{act}", post(to_link))
        .route("/_control/payments/{id}/{act}", post(to_payment))
        .route("/_control/refunds/{id}/{act}", post(to_refund))
        .route("/_control/disputes/{id}/{act}", post(to_dispute))
        .route("/_control/advance/{seconds}", post(advance))
        .route("/_control/faults", post(add_fault))
        .with_state(Arc::clone(simulator))
}

/// `pay`, `authorize`, `fail`, `expire`, or `pay-late`: whatever became of the link.
async fn to_link(State(simulator): Shared, Path((id, act)): Path<(String, String)>) -> Response {
    said(simulator.change(|account, now| match act.as_str() {
        "pay" => account.pay(&id, now).map(drop),
        "authorize" => {
            let payment = account.begin_payment(&id, now)?;
            account.authorize(&payment, now)
        }
        "fail" => account.fail(&id, now).map(drop),
        "expire" => account.expire_link(&id, now),
        "pay-late" => {
            let payment = account.begin_payment(&id, now)?;
            account.capture(&payment, DeadLink::StaysDead, now)
        }
        _ => Err(ApiError::unknown_url()),
    }))
}

/// `capture` one that was authorized or failed, `refund` it as on the dashboard, or `dispute` it.
async fn to_payment(State(simulator): Shared, Path((id, act)): Path<(String, String)>) -> Response {
    said(simulator.change(|account, now| match act.as_str() {
        "capture" => account.capture(&id, DeadLink::StaysDead, now),
        "refund" => account.create_refund(&id, &Value::Null, None, now).map(drop),
        "dispute" => account.dispute(&id, now).map(drop),
        _ => Err(ApiError::unknown_url()),
    }))
}

/// `process` or `fail`.
async fn to_refund(State(simulator): Shared, Path((id, act)): Path<(String, String)>) -> Response {
    said(simulator.change(|account, now| match act.as_str() {
        "process" => account.settle_refund(&id, RefundStatus::Processed, now),
        "fail" => account.settle_refund(&id, RefundStatus::Failed, now),
        _ => Err(ApiError::unknown_url()),
    }))
}

/// `review`, `win`, `lose` or `close`.
async fn to_dispute(State(simulator): Shared, Path((id, act)): Path<(String, String)>) -> Response {
    let status = match act.as_str() {
        "review" => DisputeStatus::UnderReview,
        "win" => DisputeStatus::Won,
        "lose" => DisputeStatus::Lost,
        "close" => DisputeStatus::Closed,
        _ => return ApiError::unknown_url().into_response(),
    };
    said(simulator.change(|account, now| account.move_dispute(&id, status, now)))
}

async fn advance(State(simulator): Shared, Path(seconds): Path<u32>) -> StatusCode {
    simulator.advance(Duration::from_secs(seconds.into()));
    StatusCode::NO_CONTENT
}

/// `{"call":"create_link","fault":"done_then_cut"}` or `{"event":"payment_link.paid","fault":{"repeated":2}}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum NextFault {
    OfCall { call: Endpoint, fault: ApiFault },
    OfEvent { event: String, fault: WebhookFault },
}

async fn add_fault(State(simulator): Shared, Json(next): Json<NextFault>) -> StatusCode {
    let mut faults = locked(&simulator.faults);
    let described = std::mem::take(&mut *faults);
    *faults = match next {
        NextFault::OfCall { call, fault } => described.next_call(call, fault),
        NextFault::OfEvent { event, fault } => described.next_event(&event, fault),
    };
    StatusCode::NO_CONTENT
}

fn said(outcome: Result<(), ApiError>) -> Response {
    outcome.map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response())
}

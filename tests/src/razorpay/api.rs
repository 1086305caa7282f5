//! The API under `/v1`; its lists are in `lists`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use data_encoding::BASE64;
use serde_json::Value;

use super::errors::ApiError;
use super::misbehave::{NoBalance, one_call};
use super::simulator::Simulator;
use super::{lists, wire};

pub(super) type Shared = State<Arc<Simulator>>;
pub(super) type Answer = Result<Json<Value>, ApiError>;

/// The routes, behind the key, behind what goes wrong on purpose.
pub(super) fn routes(simulator: &Arc<Simulator>) -> Router {
    Router::new()
        .route("/v1/payment_links", post(create_link).get(lists::links))
        // Razorpay's own examples have the slash.
        .route("/v1/payment_links/", post(create_link).get(lists::links))
        .route("/v1/payment_links/{id}", get(fetch_link))
        .route("/v1/payment_links/{id}/cancel", post(cancel_link))
        .route("/v1/payments", get(lists::payments))
        .route("/v1/payments/{id}", get(fetch_payment))
        .route("/v1/payments/{id}/refund", post(create_refund))
        .route("/v1/payments/{id}/refunds", get(lists::refunds_of_payment))
        .route("/v1/refunds", get(lists::refunds))
        .route("/v1/refunds/{id}", get(fetch_refund))
        .route("/v1/orders/{id}", get(fetch_order))
        .route("/v1/orders/{id}/payments", get(lists::payments_of_order))
        .route("/v1/disputes", get(lists::disputes))
        .route("/v1/disputes/{id}", get(fetch_dispute))
        .route("/v1/{*rest}", axum::routing::any(|| async { ApiError::unknown_url() }))
        .method_not_allowed_fallback(|| async { ApiError::unknown_url() })
        .layer(from_fn_with_state(Arc::clone(simulator), with_key))
        .layer(from_fn_with_state(Arc::clone(simulator), one_call))
        .with_state(Arc::clone(simulator))
}

async fn with_key(State(simulator): Shared, request: Request, next: Next) -> Response {
    let expected =
        format!("Basic {}", BASE64.encode(format!("{}:{}", simulator.key_id, simulator.key_secret).as_bytes()));
    match request.headers().get(header::AUTHORIZATION) {
        Some(given) if given.as_bytes() == expected.as_bytes() => next.run(request).await,
        _ => ApiError::unauthorized().into_response(),
    }
}

async fn create_link(State(simulator): Shared, body: Bytes) -> Answer {
    let asked = read(&body)?;
    simulator.change(|account, now| {
        let link = account.create_link(&asked, now)?;
        Ok(Json(wire::link(account, &link)))
    })
}

async fn fetch_link(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::link(account, account.link(&id)?))))
}

async fn cancel_link(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.change(|account, now| {
        let link = account.cancel_link(&id, now)?;
        Ok(Json(wire::link(account, &link)))
    })
}

async fn fetch_payment(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::payment(account.payment(&id)?))))
}

async fn create_refund(
    State(simulator): Shared,
    Path(id): Path<String>,
    no_balance: Option<Extension<NoBalance>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let asked = read(&body)?;
    let key = headers.get("x-refund-idempotency").and_then(|key| key.to_str().ok());
    simulator.change(|account, now| {
        if no_balance.is_some() {
            account.lack_balance(&id, &asked, key, now)?;
        }
        Ok(Json(wire::refund(&account.create_refund(&id, &asked, key, now)?)))
    })
}

async fn fetch_refund(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::refund(account.refund(&id)?))))
}

async fn fetch_order(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::order(account.order(&id)?))))
}

async fn fetch_dispute(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::dispute(account.disputes.get(&id)?))))
}

fn read(body: &Bytes) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|_| ApiError::payment("The request body is not valid JSON.", None))
}

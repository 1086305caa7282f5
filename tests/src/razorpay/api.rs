//! The API under `/v1`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::account::Account;
use super::errors::ApiError;
use super::misbehave::one_call;
use super::simulator::Simulator;
use super::wire;

type Shared = State<Arc<Simulator>>;
type Answer = Result<Json<Value>, ApiError>;

/// The routes, behind the key, behind what goes wrong on purpose.
pub(super) fn routes(simulator: &Arc<Simulator>) -> Router {
    Router::new()
        .route("/v1/payment_links", post(create_link).get(list_links))
        // Razorpay's own examples have the slash.
        .route("/v1/payment_links/", post(create_link).get(list_links))
        .route("/v1/payment_links/{id}", get(fetch_link))
        .route("/v1/payment_links/{id}/cancel", post(cancel_link))
        .route("/v1/payments/{id}", get(fetch_payment))
        .route("/v1/payments/{id}/refund", post(create_refund))
        .route("/v1/payments/{id}/refunds", get(list_refunds))
        .route("/v1/refunds/{id}", get(fetch_refund))
        .route("/v1/orders/{id}", get(fetch_order))
        .route("/v1/orders/{id}/payments", get(list_order_payments))
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

async fn list_links(State(simulator): Shared, Query(query): Query<HashMap<String, String>>) -> Answer {
    let number = |name: &str, otherwise: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (count, skip) = (number("count", 10), number("skip", 0));
    if count > 100 {
        return Err(ApiError::payment("The count may not be greater than 100.", Some("count")));
    }
    simulator.look(|account| {
        let fits = |link: &&super::model::Link| {
            let of_reference = query.get("reference_id").is_none_or(|reference| link.reference_id == *reference);
            of_reference && query.get("payment_id").is_none_or(|id| paid_by(account, &link.id, id))
        };
        let found = account.links.iter().rev().filter(fits).skip(skip).take(count);
        let found: Vec<Value> = found.map(|link| wire::link(account, link)).collect();
        Ok(Json(json!({ "payment_links": found })))
    })
}

fn paid_by(account: &Account, link_id: &str, payment_id: &str) -> bool {
    account.payment(payment_id).is_ok_and(|payment| payment.link_id == link_id)
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

async fn create_refund(State(simulator): Shared, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Answer {
    let asked = read(&body)?;
    let key = headers.get("x-refund-idempotency").and_then(|key| key.to_str().ok());
    simulator.change(|account, now| Ok(Json(wire::refund(&account.create_refund(&id, &asked, key, now)?))))
}

async fn list_refunds(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| {
        account.payment(&id)?;
        let of_payment = account.refunds.iter().filter(|refund| refund.payment_id == id);
        Ok(Json(wire::collection(of_payment.map(wire::refund))))
    })
}

async fn fetch_refund(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::refund(account.refund(&id)?))))
}

async fn fetch_order(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| Ok(Json(wire::order(account.order(&id)?))))
}

/// Every attempt, also the failed ones that a link's own list leaves out.
async fn list_order_payments(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| {
        account.order(&id)?;
        let of_order = account.payments.iter().filter(|payment| payment.order_id == id);
        Ok(Json(wire::collection(of_order.map(wire::payment))))
    })
}

fn read(body: &Bytes) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|_| ApiError::payment("The request body is not valid JSON.", None))
}

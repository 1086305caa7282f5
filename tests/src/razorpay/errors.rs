//! Razorpay's refusals.
//!
//! The wording is what the service says where that is known (its documentation,
//! and for payment links what developers saw of the test mode, which differs).
//! A client should lean on the status and the code, never on the sentence.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What is answered instead of the thing asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// What stands under `error`.
    pub error: Value,
}

impl ApiError {
    /// A payment link is refused. `metadata` is an empty *list* here and `field` is null; elsewhere it is a map.
    pub fn link(description: impl Into<String>) -> Self {
        Self::bad_request(json!({
            "code": "BAD_REQUEST_ERROR", "description": description.into(),
            "source": null, "step": null, "reason": null, "metadata": [], "field": null,
        }))
    }

    /// A call about a payment or refund is refused, because of a field where one is at fault.
    pub fn payment(description: impl Into<String>, field: Option<&str>) -> Self {
        let mut error = json!({
            "code": "BAD_REQUEST_ERROR", "description": description.into(), "source": "business",
            "step": "payment_initiation", "reason": "input_validation_failed", "metadata": {},
        });
        if let Some(field) = field {
            error["field"] = json!(field);
        }
        Self::bad_request(error)
    }

    /// No such link, payment, order or refund: 400, not 404.
    pub fn unknown_id() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "BAD_REQUEST_ERROR", "The id provided does not exist")
    }

    /// No such address.
    pub fn unknown_url() -> Self {
        let description = "The requested URL was not found on the server.";
        Self::plain(StatusCode::BAD_REQUEST, "BAD_REQUEST_ERROR", description)
    }

    /// The key or its secret is wrong.
    pub fn unauthorized() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "BAD_REQUEST_ERROR", "Authentication failed")
    }

    /// Refunds are paid out of the merchant's balance.
    pub fn no_balance() -> Self {
        let description = "Your account does not have enough balance to carry out the refund operation. You can add \
                           funds to your account from your Razorpay dashboard or capture new payments.";
        Self::plain(StatusCode::BAD_REQUEST, "BAD_REQUEST_ERROR", description)
    }

    /// The same refund is being worked on.
    pub fn in_progress() -> Self {
        let description = "A request with this idempotency key is still in progress. Please try again.";
        Self::plain(StatusCode::CONFLICT, "BAD_REQUEST_ERROR", description)
    }

    /// Our own fault.
    pub fn server_error() -> Self {
        let description = "We are facing some trouble completing your request at the moment. Please try again shortly.";
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR, "SERVER_ERROR", description)
    }

    /// Too many calls for now. This body has the two fields only.
    pub fn throttled() -> Self {
        let error = json!({ "code": "BAD_REQUEST_ERROR", "description": "Too many requests" });
        Self { status: StatusCode::TOO_MANY_REQUESTS, error }
    }

    /// The test mode's number of links is used up: also 429, but asking again never helps.
    pub fn quota_reached() -> Self {
        let description = "test mode limit of 30 reached for payment_link";
        let error = json!({ "code": "RATE_LIMIT_EXCEEDED", "description": description });
        Self { status: StatusCode::TOO_MANY_REQUESTS, error }
    }

    fn plain(status: StatusCode, code: &str, description: &str) -> Self {
        let error = json!({
            "code": code, "description": description, "source": "NA", "step": "NA", "reason": "NA", "metadata": {},
        });
        Self { status, error }
    }

    fn bad_request(error: Value) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error }
    }

    /// The sentence.
    #[must_use]
    pub fn description(&self) -> &str {
        self.error["description"].as_str().unwrap_or_default()
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.status, self.description())
    }
}

impl std::error::Error for ApiError {}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let is_throttled = self == Self::throttled();
        let mut response = (self.status, Json(json!({ "error": self.error }))).into_response();
        if is_throttled {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

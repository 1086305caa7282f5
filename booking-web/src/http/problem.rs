//! Requests that cannot be answered as asked.
//!
//! 4xx when the request is at fault, 503 when we or Razorpay are: a guest or a
//! webhook that is told 503 comes again.

use std::any::Any;

use askama::Template;
use axum::extract;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::chain;
use crate::db::DbError;
use crate::pages::{ErrorPage, Spoken};
use crate::payment::PaymentError;

/// Why a request has no proper answer. As an answer it is bare: whoever knows the
/// guest's language, or that it is no guest, draws the page.
#[derive(Debug)]
pub(super) enum Problem {
    /// The request's fault.
    Refused(StatusCode),
    /// Our fault, or Razorpay's; it mends with time. Holds the cause for the log.
    Unavailable(String),
    /// A mistake of ours that time will not mend.
    Broken(String),
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Refused(status) => status,
            Self::Unavailable(cause) => {
                tracing::error!(cause, "answered 503");
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken(cause) => {
                tracing::error!(cause, "answered 500");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        status.into_response()
    }
}

/// The page that says what to do, with a way to try again at this address where that may change something.
pub(super) fn refusal(status: StatusCode, words: Spoken, address: &str) -> Response {
    let page = ErrorPage::new(status.as_u16(), words);
    let passes =
        status.is_server_error() || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    let page = if passes { page.retry(address) } else { page };
    let html = page.render().unwrap_or_else(|_| status.to_string());
    let mut response = (status, Html(html)).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("10"));
    }
    response
}

/// A handler panicked: said in the log by the panic itself, and to the guest like any mistake of ours.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// As [`panicked`], where nothing draws a page for the bare answer.
pub(super) fn panicked_elsewhere(_: Box<dyn Any + Send + 'static>) -> Response {
    refusal(StatusCode::INTERNAL_SERVER_ERROR, Spoken::default(), "/")
}

/// As `METHOD_NOT_ALLOWED` is answered where nothing draws a page for it.
pub(super) async fn not_like_that() -> Response {
    refusal(StatusCode::METHOD_NOT_ALLOWED, Spoken::default(), "/")
}

impl From<&DbError> for Problem {
    fn from(error: &DbError) -> Self {
        match error {
            // The database answers; what it holds is not what we wrote.
            DbError::Column { .. } | DbError::SeatCounter => Self::Broken(chain(error)),
            error => Self::Unavailable(chain(error)),
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        (&error).into()
    }
}

impl From<PaymentError> for Problem {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Db(error) => error.into(),
            error @ PaymentError::Razorpay(_) => Self::Unavailable(chain(&error)),
        }
    }
}

impl From<extract::rejection::FormRejection> for Problem {
    fn from(rejection: extract::rejection::FormRejection) -> Self {
        Self::Refused(rejection.status())
    }
}

/// Of a form that may have a field several times.
impl From<axum_extra::extract::FormRejection> for Problem {
    fn from(rejection: axum_extra::extract::FormRejection) -> Self {
        Self::Refused(rejection.into_response().status())
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::Broken(chain(&error))
    }
}

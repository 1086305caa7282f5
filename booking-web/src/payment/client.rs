//! Razorpay's API, as much of it as we need: Payment Links and refunds.
//!
//! Shapes and rules: <https://razorpay.com/docs/api/payments/payment-links/>
//! and <https://razorpay.com/docs/api/refunds/>.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use common::Paise;
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::throttle::Throttle;
use super::wire::{Collection, Dispute, ErrorBody, Link, NewLink, NewRefund, Payment, Refund};
use crate::config::RazorpaySettings;
use crate::metrics::ApiCalls;
use crate::order::{Order, OrderId};

/// A webhook must be answered within five seconds; one call must fit in.
const ANSWER_WITHIN: Duration = Duration::from_millis(3_500);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// Speaks to Razorpay with our key.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: RazorpaySettings,
    calls: ApiCalls,
    throttle: Arc<Throttle>,
}

/// A part of a long list.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Page {
    /// Unix seconds; both ends are included.
    pub from: i64,
    pub to: i64,
    /// How many were there before.
    pub skip: usize,
    count: usize,
}

impl Page {
    /// Razorpay sends no more at once.
    pub const SIZE: usize = 100;

    /// The first part.
    #[must_use]
    pub fn first(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self { from: from.timestamp(), to: to.timestamp(), skip: 0, count: Self::SIZE }
    }

    /// The part after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self { skip: self.skip + Self::SIZE, ..self }
    }
}

#[derive(Deserialize)]
struct Links {
    payment_links: Vec<Link>,
}

/// Why there is no answer to go by.
#[derive(Debug, thiserror::Error)]
pub enum RazorpayError {
    /// No answer in time, or none that can be read. The call may have had its effect.
    #[error("no usable answer")]
    NoAnswer(#[source] reqwest::Error),
    /// 429 or 5xx: later.
    #[error("busy: {status}")]
    Busy { status: StatusCode },
    /// 4xx: it will not do this.
    #[error("refused ({status}): {code}: {description}")]
    Refused { status: StatusCode, code: String, description: String },
}

impl RazorpayError {
    /// It says that there is no such thing. A key that is refused says nothing of the thing.
    #[must_use]
    pub fn is_not_there(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if [StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND].contains(status))
    }
}

impl Client {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(settings: RazorpaySettings, calls: ApiCalls) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            .connect_timeout(CONNECT_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, settings, calls, throttle: Arc::default() })
    }

    /// Creates the page on which `order` is paid. Its `reference_id` is the
    /// order's id, which Razorpay takes only once: that is the guard against
    /// a second link.
    ///
    /// # Errors
    /// [`RazorpayError`]; after `NoAnswer` the link may exist all the same.
    pub async fn create_link(
        &self,
        order: &Order,
        event_name: &str,
        callback_url: &str,
    ) -> Result<Link, RazorpayError> {
        let new = NewLink::of(order, event_name, callback_url);
        self.send("create_link", self.request(Method::POST, &["payment_links"]).json(&new)).await
    }

    /// Finds the link that was made for an order, if one was.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn find_link(&self, order: OrderId) -> Result<Option<Link>, RazorpayError> {
        let reference = order.to_string();
        let request = self.request(Method::GET, &["payment_links"]).query(&[("reference_id", &reference)]);
        let found: Links = self.send("find_link", request).await?;
        Ok(found.payment_links.into_iter().find(|link| link.reference_id == reference))
    }

    /// Looks a link up.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn link(&self, id: &str) -> Result<Link, RazorpayError> {
        self.send("link", self.request(Method::GET, &["payment_links", id])).await
    }

    /// Makes a link unpayable. Razorpay refuses for one that is paid, or dead already.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn cancel_link(&self, id: &str) -> Result<Link, RazorpayError> {
        self.send("cancel_link", self.request(Method::POST, &["payment_links", id, "cancel"])).await
    }

    /// The link that a payment was made by, whosever it is.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn link_of_payment(&self, payment_id: &str) -> Result<Option<Link>, RazorpayError> {
        let request = self.request(Method::GET, &["payment_links"]).query(&[("payment_id", payment_id)]);
        let found: Links = self.send("find_link", request).await?;
        Ok(found.payment_links.into_iter().next())
    }

    /// Every payment of a link that was ever captured.
    ///
    /// Razorpay's order behind the link knows of every attempt, also of one
    /// that ended after the link had died; the link's own list has been seen empty.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn captured_payments(&self, link: &Link) -> Result<Vec<Payment>, RazorpayError> {
        let mut payments = Vec::new();
        if let Some(order) = &link.order_id {
            let request = self.request(Method::GET, &["orders", order, "payments"]);
            let attempts: Collection<Payment> = self.send("order_payments", request).await?;
            payments = attempts.items;
        } else {
            for listed in link.payments.iter().flatten() {
                payments.push(self.payment(&listed.payment_id).await?);
            }
        }
        payments.retain(Payment::was_captured);
        // Whoever paid first has the ticket, however the list is sorted.
        payments.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        payments.dedup_by(|one, other| one.id == other.id);
        Ok(payments)
    }

    /// Looks a payment up.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn payment(&self, id: &str) -> Result<Payment, RazorpayError> {
        self.send("payment", self.request(Method::GET, &["payments", id])).await
    }

    /// One page of all payments of the account, the newest first.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn payments(&self, page: &Page) -> Result<Vec<Payment>, RazorpayError> {
        let request = self.request(Method::GET, &["payments"]).query(page);
        Ok(self.send::<Collection<_>>("payments", request).await?.items)
    }

    /// One page of all refunds of the account, the newest first.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn refunds(&self, page: &Page) -> Result<Vec<Refund>, RazorpayError> {
        let request = self.request(Method::GET, &["refunds"]).query(page);
        Ok(self.send::<Collection<_>>("refunds", request).await?.items)
    }

    /// Every refund of one payment, also those that failed: at most a hundred.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn refunds_of(&self, payment_id: &str) -> Result<Vec<Refund>, RazorpayError> {
        let request = self.request(Method::GET, &["payments", payment_id, "refunds"]);
        // Ten, unless asked for.
        let request = request.query(&[("count", Page::SIZE)]);
        Ok(self.send::<Collection<_>>("payment_refunds", request).await?.items)
    }

    /// One page of all disputes of the account, the newest first.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn disputes(&self, page: &Page) -> Result<Vec<Dispute>, RazorpayError> {
        let request = self.request(Method::GET, &["disputes"]).query(page);
        Ok(self.send::<Collection<_>>("disputes", request).await?.items)
    }

    /// Looks a dispute up.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn dispute(&self, id: &str) -> Result<Dispute, RazorpayError> {
        self.send("dispute", self.request(Method::GET, &["disputes", id])).await
    }

    /// Gives a payment back. `key` makes asking again the same refund.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn refund(&self, payment_id: &str, amount: Paise, key: &str) -> Result<Refund, RazorpayError> {
        let new = NewRefund::of(amount, key);
        let request = self.request(Method::POST, &["payments", payment_id, "refund"]);
        self.send("refund", request.header("X-Refund-Idempotency", key).json(&new)).await
    }

    /// Looks a refund up.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn find_refund(&self, id: &str) -> Result<Refund, RazorpayError> {
        self.send("find_refund", self.request(Method::GET, &["refunds", id])).await
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url: Url = self.settings.api_url.clone();
        url.path_segments_mut().expect("checked to be http(s)").pop_if_empty().extend(path);
        let secret = self.settings.key_secret.expose_secret();
        self.http.request(method, url).basic_auth(&self.settings.key_id, Some(secret))
    }

    /// `operation` is the word in metrics.
    async fn send<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<T, RazorpayError> {
        let started = Instant::now();
        let answer = answer_of(request).await;
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(RazorpayError::NoAnswer(_)) => "no_answer",
            Err(RazorpayError::Busy { .. }) => "busy",
            Err(RazorpayError::Refused { .. }) => "refused",
        };
        self.calls.answered(operation, outcome, started.elapsed());
        self.throttle.heard(answer.as_ref().err());
        answer
    }

    /// How long those who are in no hurry should leave Razorpay alone.
    #[must_use]
    pub fn pause(&self) -> Option<Duration> {
        self.throttle.pause()
    }
}

async fn answer_of<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, RazorpayError> {
    let answer = request.send().await.map_err(|error| RazorpayError::NoAnswer(error.without_url()))?;
    let status = answer.status();
    if status.is_success() {
        return answer.json().await.map_err(|error| RazorpayError::NoAnswer(error.without_url()));
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::CONFLICT || status.is_server_error() {
        return Err(RazorpayError::Busy { status });
    }
    let body: ErrorBody = answer.json().await.unwrap_or_default();
    Err(RazorpayError::Refused { status, code: body.error.code, description: body.error.description })
}

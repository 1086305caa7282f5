//! Razorpay's API, as much of it as we need: Payment Links and refunds.
//!
//! Shapes and rules: <https://razorpay.com/docs/api/payments/payment-links/>
//! and <https://razorpay.com/docs/api/refunds/>.

use std::time::Duration;

use common::Paise;
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::wire::{ErrorBody, Link, NewLink, NewRefund, Payment, Refund};
use crate::config::RazorpaySettings;
use crate::order::{Order, OrderId};

/// A webhook must be answered within five seconds; one call must fit in.
const ANSWER_WITHIN: Duration = Duration::from_millis(3_500);
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// Speaks to Razorpay with our key.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: RazorpaySettings,
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

impl Client {
    /// Prepares the client; nothing is sent yet.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(settings: RazorpaySettings) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            .connect_timeout(CONNECT_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, settings })
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
        self.send(self.request(Method::POST, &["payment_links"]).json(&new)).await
    }

    /// Finds the link that was made for an order, if one was.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn find_link(&self, order: OrderId) -> Result<Option<Link>, RazorpayError> {
        #[derive(Deserialize)]
        struct Found {
            payment_links: Vec<Link>,
        }
        let reference = order.to_string();
        let request = self.request(Method::GET, &["payment_links"]).query(&[("reference_id", &reference)]);
        let found: Found = self.send(request).await?;
        Ok(found.payment_links.into_iter().find(|link| link.reference_id == reference))
    }

    /// Looks a link up.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn link(&self, id: &str) -> Result<Link, RazorpayError> {
        self.send(self.request(Method::GET, &["payment_links", id])).await
    }

    /// Makes a link unpayable. Razorpay refuses for one that is paid, or dead already.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn cancel_link(&self, id: &str) -> Result<Link, RazorpayError> {
        self.send(self.request(Method::POST, &["payment_links", id, "cancel"])).await
    }

    /// The captured payment of a link, with its amount and currency.
    ///
    /// Razorpay's order behind the link knows of every attempt, also of one
    /// that ended after the link had died; the link's own list has been seen empty.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn captured_payment(&self, link: &Link) -> Result<Option<Payment>, RazorpayError> {
        #[derive(Deserialize)]
        struct Attempts {
            items: Vec<Payment>,
        }
        if let Some(order) = &link.order_id {
            let attempts: Attempts = self.send(self.request(Method::GET, &["orders", order, "payments"])).await?;
            return Ok(attempts.items.into_iter().find(Payment::is_captured));
        }
        let listed = link.payments.iter().flatten().find(|payment| payment.status == "captured");
        let Some(listed) = listed else { return Ok(None) };
        let payment: Payment = self.send(self.request(Method::GET, &["payments", &listed.payment_id])).await?;
        Ok(Some(payment).filter(Payment::is_captured))
    }

    /// Gives a payment back. `key` makes asking again the same refund.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn refund(&self, payment_id: &str, amount: Paise, key: &str) -> Result<Refund, RazorpayError> {
        let new = NewRefund::of(amount, key);
        let request = self.request(Method::POST, &["payments", payment_id, "refund"]);
        self.send(request.header("X-Refund-Idempotency", key).json(&new)).await
    }

    /// Looks a refund up.
    ///
    /// # Errors
    /// [`RazorpayError`].
    pub async fn find_refund(&self, id: &str) -> Result<Refund, RazorpayError> {
        self.send(self.request(Method::GET, &["refunds", id])).await
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url: Url = self.settings.api_url.clone();
        url.path_segments_mut().expect("checked to be http(s)").pop_if_empty().extend(path);
        let secret = self.settings.key_secret.expose_secret();
        self.http.request(method, url).basic_auth(&self.settings.key_id, Some(secret))
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, RazorpayError> {
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
}

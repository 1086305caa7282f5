//! Razorpay's shapes, as much of them as we need. Unknown fields are let
//! pass, and what may be null or missing is.

use chrono::{DateTime, Utc};
use common::{EmailId, Paise};
use serde::{Deserialize, Serialize};

use crate::order::Order;

/// A payment link as Razorpay has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Link {
    pub id: String,
    pub short_url: String,
    pub status: LinkStatus,
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub reference_id: String,
    /// Where the browser goes after paying: tells our links from others of the same account.
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub callback_url: String,
    /// Razorpay's own order behind the link; none before the first attempt to pay.
    #[serde(default)]
    pub(super) order_id: Option<String>,
    #[serde(default)]
    pub(super) payments: Option<Vec<LinkPayment>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    Created,
    PartiallyPaid,
    Paid,
    Cancelled,
    Expired,
    #[serde(other)]
    Unknown,
}

/// What the list of a link's payments says of one.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LinkPayment {
    pub(super) payment_id: String,
}

/// A payment as Razorpay has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Payment {
    pub id: String,
    /// Paise.
    pub amount: i64,
    pub currency: String,
    pub status: String,
    #[serde(default)]
    pub method: Option<String>,
    /// Razorpay's own order that it was for.
    #[serde(default)]
    pub order_id: Option<String>,
    /// Paise given back so far.
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub amount_refunded: i64,
    /// Unix seconds.
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub created_at: i64,
}

impl Payment {
    /// The money left the payer, even if it went back since.
    #[must_use]
    pub fn was_captured(&self) -> bool {
        matches!(self.status.as_str(), "captured" | "refunded")
    }

    /// All of it went back.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        self.status == "refunded"
    }
}

/// Money given back, as Razorpay has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refund {
    pub id: String,
    pub status: String,
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub payment_id: String,
    /// Paise.
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub amount: i64,
    /// Our own number of it: the idempotency key.
    #[serde(default)]
    pub receipt: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "null_is_none_given")]
    pub created_at: i64,
}

/// A bank that wants a payment back, as Razorpay has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub payment_id: String,
    /// Paise.
    pub amount: i64,
    pub status: DisputeStatus,
}

/// How a dispute goes on: <https://razorpay.com/docs/api/disputes/>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    Open,
    UnderReview,
    Won,
    Lost,
    Closed,
    #[serde(other)]
    Unknown,
}

impl DisputeStatus {
    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderReview => "under_review",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Closed => "closed",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let all = [Self::Open, Self::UnderReview, Self::Won, Self::Lost, Self::Closed];
        all.into_iter().find(|status| status.as_str() == word).unwrap_or(Self::Unknown)
    }

    /// Nothing more comes after it.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Won | Self::Lost | Self::Closed)
    }
}

/// What Razorpay sends of many.
#[derive(Debug, Deserialize)]
pub(super) struct Collection<T> {
    pub(super) items: Vec<T>,
}

/// A field that is null is as good as one that is not there.
fn null_is_none_given<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What the guest pays for, in Razorpay's words.
#[derive(Serialize)]
pub(super) struct NewLink<'a> {
    amount: i64,
    currency: &'a str,
    accept_partial: bool,
    expire_by: i64,
    reference_id: String,
    description: String,
    customer: Customer<'a>,
    notify: Notify,
    reminder_enable: bool,
    callback_url: &'a str,
    callback_method: &'a str,
}

#[derive(Serialize)]
struct Customer<'a> {
    name: &'a str,
    contact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
}

#[derive(Serialize)]
struct Notify {
    sms: bool,
    email: bool,
}

#[derive(Serialize)]
pub(super) struct NewRefund<'a> {
    amount: i64,
    speed: &'a str,
    receipt: &'a str,
}

impl<'a> NewLink<'a> {
    /// The order's id is the reference: Razorpay takes it only once.
    pub(super) fn of(order: &'a Order, event_name: &str, callback_url: &'a str) -> Self {
        Self {
            amount: order.amount.get(),
            currency: Paise::CURRENCY,
            accept_partial: false,
            expire_by: whole_second_after(order.hold_until),
            reference_id: order.id.to_string(),
            description: match order.seats() {
                1 => format!("Ticket: {event_name}"),
                seats => format!("{seats} tickets: {event_name}"),
            },
            customer: Customer {
                name: order.name.as_str(),
                contact: format!("+{}", order.phone),
                email: order.email.as_ref().map(EmailId::as_str),
            },
            notify: Notify { sms: false, email: false },
            reminder_enable: false,
            callback_url,
            callback_method: "get",
        }
    }
}

impl<'a> NewRefund<'a> {
    pub(super) fn of(amount: Paise, key: &'a str) -> Self {
        Self { amount: amount.get(), speed: "normal", receipt: key }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ErrorBody {
    pub(super) error: ErrorDetail,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ErrorDetail {
    pub(super) code: String,
    pub(super) description: String,
}

/// Razorpay counts whole seconds; a part of one would end the link early.
fn whole_second_after(at: DateTime<Utc>) -> i64 {
    at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_nulls_strangers_and_unknown_states() {
        let link: Link = serde_json::from_str(
            r#"{"id":"plink_1","short_url":"https://rzp.io/i/x","status":"frozen","reference_id":null,
                "payments":null,"notes":[],"new_field":{"a":1}}"#,
        )
        .unwrap();
        assert_eq!(link.status, LinkStatus::Unknown);
        assert!(link.payments.is_none());
    }

    #[test]
    fn an_error_body_of_any_shape_is_read() {
        for body in [r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"no","step":"x"}}"#, r#"{"error":{}}"#, "{}"]
        {
            assert!(serde_json::from_str::<ErrorBody>(body).is_ok(), "{body}");
        }
    }
}

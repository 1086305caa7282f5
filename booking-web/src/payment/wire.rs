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
    #[serde(default)]
    pub reference_id: String,
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
    pub(super) status: String,
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
}

impl Payment {
    /// The money has left the payer.
    #[must_use]
    pub fn is_captured(&self) -> bool {
        // A captured payment that was refunded on Razorpay's dashboard says "refunded".
        self.status == "captured"
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Refund {
    pub id: String,
    pub status: String,
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
            description: format!("Ticket: {event_name}"),
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
            r#"{"id":"plink_1","short_url":"https://rzp.io/i/x","status":"frozen","reference_id":"r",
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

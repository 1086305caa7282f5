//! The second knock: Razorpay's webhook.
//!
//! Bytes, signature, then JSON. What it says is not believed, only whom it
//! is about; the order is then looked up like for any other knock.
//! Deliveries come at least once and in no order:
//! <https://razorpay.com/docs/webhooks/>.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use mysql_async::prelude::Queryable;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::client::Client;
use super::{PaymentError, settle::settle};
use crate::db::{Db, DbError};
use crate::order::{By, Order, OrderId};

/// What a webhook is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Equal in every repeat of the same event.
    pub event_id: String,
    pub event: String,
    link_id: Option<String>,
    reference_id: Option<String>,
    payment_id: Option<String>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// An order was brought up to date.
    Settled,
    /// Finished with before.
    Repeated,
    /// About nothing of ours.
    OfNoInterest,
}

impl Answered {
    /// The word in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Repeated => "repeated",
            Self::OfNoInterest => "of_no_interest",
        }
    }
}

#[derive(Deserialize)]
struct Body {
    event: String,
    #[serde(default)]
    payload: Payload,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    payment_link: Option<Wrapped<LinkEntity>>,
    payment: Option<Wrapped<PaymentEntity>>,
    refund: Option<Wrapped<RefundEntity>>,
}

#[derive(Deserialize)]
struct Wrapped<T> {
    entity: T,
}

#[derive(Deserialize)]
struct LinkEntity {
    id: String,
    reference_id: Option<String>,
}

#[derive(Deserialize)]
struct PaymentEntity {
    id: String,
}

#[derive(Deserialize)]
struct RefundEntity {
    payment_id: String,
}

impl Knock {
    /// Reads a body whose signature was found good. `event_id` is the header
    /// `x-razorpay-event-id`; without one the body stands for itself.
    ///
    /// # Errors
    /// When the body is not the JSON it should be.
    pub fn read(event_id: Option<&str>, body: &[u8]) -> Result<Self, serde_json::Error> {
        let Body { event, payload } = serde_json::from_slice(body)?;
        let of_body = || HEXLOWER.encode(&Sha256::digest(body));
        let event_id = event_id.filter(|id| (1..=64).contains(&id.len())).map_or_else(of_body, str::to_owned);
        let Payload { payment_link, payment, refund } = payload;
        let (link_id, reference_id) = match payment_link {
            Some(Wrapped { entity }) => (Some(entity.id), entity.reference_id),
            None => (None, None),
        };
        let payment_id = refund.map(|refund| refund.entity.payment_id);
        let payment_id = payment_id.or_else(|| payment.map(|payment| payment.entity.id));
        Ok(Self { event_id, event, link_id, reference_id, payment_id })
    }
}

/// Does what the knock asks for, once.
///
/// # Errors
/// [`PaymentError`] when we or Razorpay's API are unable now: the event stays
/// unfinished and its repeat is worked on again.
pub async fn answer(db: &Db, razorpay: &Client, knock: &Knock, now: DateTime<Utc>) -> Result<Answered, PaymentError> {
    if is_finished(db, knock, now).await? {
        return Ok(Answered::Repeated);
    }
    let answered = match order_of(db, knock).await? {
        Some(order) => {
            settle(db, razorpay, order, now).await?;
            Answered::Settled
        }
        None => Answered::OfNoInterest,
    };
    finish(db, knock).await?;
    Ok(answered)
}

async fn is_finished(db: &Db, knock: &Knock, now: DateTime<Utc>) -> Result<bool, DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "INSERT IGNORE INTO webhook_events (id, event, received_at) VALUES (?, LEFT(?, 64), ?)",
            (&knock.event_id, &knock.event, now.naive_utc()),
        )
        .await?;
        let finished: Option<bool> = conn
            .exec_first("SELECT processed_at IS NOT NULL FROM webhook_events WHERE id = ?", (&knock.event_id,))
            .await?;
        Ok(finished.unwrap_or(false))
    })
    .await
}

async fn finish(db: &Db, knock: &Knock) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "UPDATE webhook_events SET processed_at = UTC_TIMESTAMP(6) WHERE id = ? AND processed_at IS NULL",
            (&knock.event_id,),
        )
        .await?;
        Ok(())
    })
    .await
}

/// By the link; by its reference when we never learnt of the link; by the payment.
async fn order_of(db: &Db, knock: &Knock) -> Result<Option<OrderId>, DbError> {
    if let Some(link) = &knock.link_id
        && let Some(order) = Order::find(db, By::Link(link)).await?
    {
        return Ok(Some(order.id));
    }
    if let Some(reference) = knock.reference_id.as_deref().and_then(OrderId::parse)
        && let Some(order) = Order::find(db, By::Id(reference)).await?
    {
        return Ok(Some(order.id));
    }
    match &knock.payment_id {
        Some(payment) => Ok(Order::find(db, By::Payment(payment)).await?.map(|order| order.id)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_event_names_its_link_and_a_refund_its_payment() {
        let body = r#"{"entity":"event","event":"payment_link.paid","contains":["payment_link"],"payload":
            {"payment_link":{"entity":{"id":"plink_1","reference_id":"r1","notes":[]}},
             "payment":{"entity":{"id":"pay_1","notes":null}}},"created_at":1}"#;
        let knock = Knock::read(Some("evt_1"), body.as_bytes()).unwrap();
        assert_eq!(knock.event_id, "evt_1");
        assert_eq!((knock.link_id.as_deref(), knock.reference_id.as_deref()), (Some("plink_1"), Some("r1")));
        let body =
            r#"{"event":"refund.processed","payload":{"refund":{"entity":{"id":"rfnd_1","payment_id":"pay_1"}}}}"#;
        assert_eq!(Knock::read(None, body.as_bytes()).unwrap().payment_id.as_deref(), Some("pay_1"));
    }

    #[test]
    fn without_an_event_id_equal_bodies_are_one_event() {
        let read = |body: &str| Knock::read(None, body.as_bytes()).unwrap().event_id;
        assert_eq!(read(r#"{"event":"a"}"#), read(r#"{"event":"a"}"#));
        assert_ne!(read(r#"{"event":"a"}"#), read(r#"{"event":"b"}"#));
    }

    #[test]
    fn what_is_not_the_agreed_json_is_unreadable() {
        for body in ["", "[]", "{}", r#"{"event":1}"#, r#"{"event":"x","payload":{"refund":{}}}"#] {
            assert!(Knock::read(None, body.as_bytes()).is_err(), "{body}");
        }
    }
}

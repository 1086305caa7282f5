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

use super::client::{Client, RazorpayError};
use super::look_up::look_soon;
use super::settle::settle;
use super::{PaymentError, dispute};
use crate::db::{Db, DbError};
use crate::order::{By, Order, OrderId, OrderState};

/// What a webhook is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knock {
    /// Equal in every repeat of the same event.
    pub event_id: String,
    pub event: String,
    link_id: Option<String>,
    reference_id: Option<String>,
    payment_id: Option<String>,
    dispute_id: Option<String>,
}

/// What can have changed for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matter {
    /// A payment was captured.
    Captured,
    /// A link died, or money went back.
    Order,
    Dispute,
    /// Nothing: attempts, and whatever else the account does.
    Nothing,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// An order was brought up to date.
    Settled,
    /// Finished with before, or by another knock.
    Repeated,
    /// About nothing of ours.
    OfNoInterest,
    /// Money for a link of this site that no order knows.
    Unowned,
}

impl Answered {
    /// The word in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Repeated => "repeated",
            Self::OfNoInterest => "of_no_interest",
            Self::Unowned => "unowned",
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
    dispute: Option<Wrapped<DisputeEntity>>,
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

#[derive(Deserialize)]
struct DisputeEntity {
    id: String,
    payment_id: Option<String>,
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
        let Payload { payment_link, payment, refund, dispute } = payload;
        let (link_id, reference_id) = match payment_link {
            Some(Wrapped { entity }) => (Some(entity.id), entity.reference_id),
            None => (None, None),
        };
        let (dispute_id, disputed) = match dispute {
            Some(Wrapped { entity }) => (Some(entity.id), entity.payment_id),
            None => (None, None),
        };
        let payment_id = refund.map(|refund| refund.entity.payment_id).or(disputed);
        let payment_id = payment_id.or_else(|| payment.map(|payment| payment.entity.id));
        let [link_id, payment_id, dispute_id] = [link_id, payment_id, dispute_id].map(|id| id.filter(|id| is_id(id)));
        Ok(Self { event_id, event, link_id, reference_id, payment_id, dispute_id })
    }

    fn matter(&self) -> Matter {
        match self.event.as_str() {
            "payment_link.paid" | "payment_link.partially_paid" | "payment.captured" => Matter::Captured,
            "payment_link.expired" | "payment_link.cancelled" => Matter::Order,
            // A refund that we did not ask for shows as one of its payment.
            "refund.created" | "refund.processed" | "refund.failed" => Matter::Order,
            event if event.starts_with("payment.dispute.") => Matter::Dispute,
            _ => Matter::Nothing,
        }
    }
}

/// Whether this can be a name in Razorpay's addresses; `..`, say, would be another address.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Does what the knock asks for, once. `our_pages` begins the address of each of our orders.
///
/// # Errors
/// [`PaymentError`] when we or Razorpay's API are unable now: the event stays
/// unfinished and its repeat is worked on again.
pub async fn answer(
    db: &Db,
    razorpay: &Client,
    knock: &Knock,
    our_pages: &str,
    now: DateTime<Utc>,
) -> Result<Answered, PaymentError> {
    if knock.matter() == Matter::Nothing {
        return Ok(Answered::OfNoInterest);
    }
    if is_finished(db, knock, now).await? {
        return Ok(Answered::Repeated);
    }
    let answered = open(db, razorpay, knock, our_pages, now).await?;
    finish(db, knock).await?;
    Ok(answered)
}

async fn open(
    db: &Db,
    razorpay: &Client,
    knock: &Knock,
    our_pages: &str,
    now: DateTime<Utc>,
) -> Result<Answered, PaymentError> {
    let known = match &knock.payment_id {
        Some(payment) => Order::find(db, By::Payment(payment)).await?,
        None => None,
    };
    let order = match (known, knock.matter()) {
        // Another knock was faster.
        (Some(_), Matter::Captured) => return Ok(Answered::Repeated),
        (Some(order), _) => order.id,
        (None, _) => match whose(db, razorpay, knock, our_pages).await? {
            Owner::Order(order) => order,
            Owner::Stranger => return Ok(Answered::OfNoInterest),
            Owner::Nobody => return Ok(Answered::Unowned),
        },
    };
    let state = settle(db, razorpay, order, now).await?;
    if knock.matter() == Matter::Captured && matches!(state, Some(OrderState::Held | OrderState::Expired)) {
        // Razorpay's left hand does not know yet what its right hand told us.
        look_soon(db, order, now).await?;
    }
    if let Some(dispute) = knock.dispute_id.as_ref().filter(|_| knock.matter() == Matter::Dispute) {
        dispute::follow(db, razorpay, dispute, now).await?;
    }
    Ok(Answered::Settled)
}

/// Whose the thing is that a knock is about.
enum Owner {
    Order(OrderId),
    /// Another business of the same account.
    Stranger,
    /// A link leads to our pages, and still there is no such order: was a
    /// database put back to an earlier day?
    Nobody,
}

/// By the link; by its reference when we never learnt of the link; else
/// Razorpay is asked which link a payment was made by.
async fn whose(db: &Db, razorpay: &Client, knock: &Knock, our_pages: &str) -> Result<Owner, PaymentError> {
    if let Some(link) = &knock.link_id
        && let Some(order) = Order::find(db, By::Link(link)).await?
    {
        return Ok(Owner::Order(order.id));
    }
    if let Some(order) = by_reference(db, knock.reference_id.as_deref()).await? {
        return Ok(Owner::Order(order));
    }
    let link = match (&knock.link_id, &knock.payment_id) {
        (Some(link), _) => found(razorpay.link(link).await)?,
        (None, Some(payment)) => found(razorpay.link_of_payment(payment).await)?.flatten(),
        (None, None) => None,
    };
    let Some(link) = link else { return Ok(Owner::Stranger) };
    if let Some(order) = by_reference(db, Some(&link.reference_id)).await? {
        return Ok(Owner::Order(order));
    }
    if !link.callback_url.starts_with(our_pages) {
        return Ok(Owner::Stranger);
    }
    tracing::error!(
        link = link.id,
        reference = link.reference_id,
        "money for a link of this site that no order knows; was the database put back? See `booking-web reconcile`"
    );
    Ok(Owner::Nobody)
}

async fn by_reference(db: &Db, reference: Option<&str>) -> Result<Option<OrderId>, DbError> {
    match reference.and_then(OrderId::parse) {
        Some(id) => Ok(Order::find(db, By::Id(id)).await?.map(|order| order.id)),
        None => Ok(None),
    }
}

/// What is not there is no failure.
fn found<T>(answer: Result<T, RazorpayError>) -> Result<Option<T>, RazorpayError> {
    match answer {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.is_not_there() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn is_finished(db: &Db, knock: &Knock, now: DateTime<Utc>) -> Result<bool, DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "INSERT IGNORE INTO webhook_events (id, event, received_at) VALUES (?, LEFT(?, 64), ?)",
            (&knock.event_id, &knock.event, now.naive_utc()),
        )
        .await?;
        if conn.affected_rows() == 1 {
            return Ok(false);
        }
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
    fn what_cannot_be_an_id_is_none() {
        for strange in ["", "..", "a/b", "pay_1?x", "é"] {
            let body = serde_json::json!({ "event": "payment.captured",
                                           "payload": { "payment": { "entity": { "id": strange } } } });
            assert_eq!(Knock::read(None, body.to_string().as_bytes()).unwrap().payment_id, None, "{strange}");
        }
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

//! The page to pay on: one for each order, however often it is asked for.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::prelude::Queryable;

use super::PaymentError;
use super::client::{Client, RazorpayError};
use super::wire::Link;
use crate::db::{Db, DbError};
use crate::order::{Order, OrderId, OrderState, PaymentLink};

/// Razorpay makes no link that expires sooner than fifteen minutes from now.
const SHORTEST_LIFE: TimeDelta = TimeDelta::minutes(16);

/// What a link needs to know beside its order.
#[derive(Clone, Debug)]
pub struct LinkTerms<'a> {
    pub event_name: &'a str,
    /// Where the browser goes after paying.
    pub callback_url: &'a str,
    pub now: DateTime<Utc>,
    pub hold: Duration,
}

/// The order's payment link, made now if it has none. `None`: the order is
/// not waiting for money any more.
///
/// The order row is the recorded intent and its id the link's reference. When
/// the answer is lost, or somebody else was faster, the link is found again by
/// that reference.
///
/// # Errors
/// [`PaymentError`]; the seat stays held, and asking again is safe.
pub async fn ensure_link(
    db: &Db,
    razorpay: &Client,
    order: &Order,
    terms: &LinkTerms<'_>,
) -> Result<Option<PaymentLink>, PaymentError> {
    if let Some(link) = &order.link {
        return Ok(Some(link.clone()));
    }
    let mut order = order.clone();
    if order.hold_until < terms.now + SHORTEST_LIFE {
        match prolong(db, order.id, terms.now + terms.hold).await? {
            Some(until) => order.hold_until = until,
            None => return Ok(None),
        }
    }
    let link = match razorpay.create_link(&order, terms.event_name, terms.callback_url).await {
        Ok(link) => link,
        Err(error) => found_instead(razorpay, order.id, error).await?,
    };
    Ok(Some(record_link(db, order.id, &link).await?))
}

/// A refusal may mean that the reference is used: by us, a moment ago.
async fn found_instead(razorpay: &Client, order: OrderId, error: RazorpayError) -> Result<Link, RazorpayError> {
    match razorpay.find_link(order).await {
        Ok(Some(link)) => Ok(link),
        Ok(None) | Err(_) => Err(error),
    }
}

/// Razorpay was away so long that the hold is too short for a link: the guest
/// is not to suffer for it. The seat stays held, for longer; `None` when it is
/// held no more, or somebody else was faster.
async fn prolong(db: &Db, order: OrderId, until: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "UPDATE orders SET hold_until = ?, updated_at = UTC_TIMESTAMP(6)
             WHERE id = ? AND state = ? AND link_id IS NULL AND hold_until < ?",
            (until.naive_utc(), order, OrderState::Held.as_str(), until.naive_utc()),
        )
        .await?;
        Ok((conn.affected_rows() == 1).then_some(until))
    })
    .await
}

/// Writes the link down, unless it stands there already.
pub(crate) async fn record_link(db: &Db, order: OrderId, link: &Link) -> Result<PaymentLink, DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "UPDATE orders SET link_id = ?, link_url = ?, updated_at = UTC_TIMESTAMP(6)
             WHERE id = ? AND link_id IS NULL",
            (&link.id, &link.short_url, order),
        )
        .await?;
        Ok(())
    })
    .await?;
    Ok(PaymentLink { id: link.id.clone(), url: link.short_url.clone() })
}

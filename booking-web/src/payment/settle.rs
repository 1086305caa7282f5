//! The one capture transition: look at what Razorpay says, decide, write.

use std::time::Duration;

use chrono::{DateTime, Utc};
use common::Paise;
use mysql_async::TxOpts;

use super::client::{Client, RazorpayError};
use super::decision::{Decision, LateSeat, Money, decide};
use super::link::record_link;
use super::wire::{Link, LinkStatus};
use super::{PaymentError, ledger, refund};
use crate::chain;
use crate::db::{Db, DbError};
use crate::order::{By, Order, OrderId, OrderState};

/// Razorpay's clock and ours may differ by this much when a link expires.
const EXPIRY_GRACE: Duration = Duration::from_secs(30);

/// Brings one order up to date with Razorpay, however often and from however
/// many places at once, and says where the order stands. `None`: no such order.
///
/// # Errors
/// [`PaymentError`] when the truth cannot be had now; nothing has changed
/// then, and the next knock or look-up goes on from there.
pub async fn settle(
    db: &Db,
    razorpay: &Client,
    id: OrderId,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, PaymentError> {
    let Some(order) = Order::find(db, By::Id(id)).await? else { return Ok(None) };
    let state = match order.state {
        OrderState::Paid | OrderState::Refunded => return Ok(Some(order.state)),
        OrderState::Refunding => OrderState::Refunding,
        OrderState::Held | OrderState::Expired => {
            let money = look(db, razorpay, &order, now).await?;
            write_down(db, &order, &money, now).await?
        }
    };
    if state != OrderState::Refunding {
        return Ok(Some(state));
    }
    // The debt is written down and the look-up comes back to it: whoever knocked has done enough.
    Ok(Some(refund::pursue(db, razorpay, id).await.unwrap_or_else(|error| {
        tracing::warn!(order = %id, cause = chain(&error), "the refund could not be asked for, or after, now");
        state
    })))
}

/// What Razorpay says of this order's money. No transaction is open here.
async fn look(db: &Db, razorpay: &Client, order: &Order, now: DateTime<Utc>) -> Result<Money, PaymentError> {
    if order.amount == Paise::ZERO {
        return Ok(Money::NotNeeded);
    }
    let overdue = now > order.hold_until + EXPIRY_GRACE;
    let link = match &order.link {
        Some(known) => razorpay.link(&known.id).await?,
        None => match razorpay.find_link(order.id).await? {
            // Made, but the answer was lost.
            Some(link) => {
                record_link(db, order.id, &link).await?;
                link
            }
            None if overdue => return Ok(Money::Dead),
            None => return Ok(Money::Awaited),
        },
    };
    let link = if link.status == LinkStatus::Created && overdue { close(razorpay, &link).await? } else { link };
    Ok(money_of(razorpay, &link).await?)
}

/// Cancels a link that should have expired by now. A refusal means that it
/// changed under our hands: whatever it is now counts.
async fn close(razorpay: &Client, link: &Link) -> Result<Link, RazorpayError> {
    match razorpay.cancel_link(&link.id).await {
        Err(RazorpayError::Refused { .. }) => razorpay.link(&link.id).await,
        answer => answer,
    }
}

/// Money first: a payment may have been under way when its link died.
async fn money_of(razorpay: &Client, link: &Link) -> Result<Money, RazorpayError> {
    if let Some(payment) = razorpay.captured_payment(link).await? {
        return Ok(Money::Captured(payment));
    }
    Ok(match link.status {
        LinkStatus::Expired | LinkStatus::Cancelled => Money::Dead,
        LinkStatus::Created | LinkStatus::Paid => Money::Awaited,
        // Partial payment is switched off, so neither should ever be seen.
        LinkStatus::PartiallyPaid | LinkStatus::Unknown => {
            tracing::error!(link = link.id, status = ?link.status, "a payment link is in a state it should never be in");
            Money::Awaited
        }
    })
}

/// Decides and writes, under the order's lock. Late money for which no seat
/// could be found is decided a second time, knowing that.
async fn write_down(db: &Db, seen: &Order, money: &Money, now: DateTime<Utc>) -> Result<OrderState, DbError> {
    match attempt(db, seen, money, LateSeat::Try, now).await? {
        Some(state) => Ok(state),
        None => {
            let state = attempt(db, seen, money, LateSeat::None, now).await?;
            Ok(state.unwrap_or(seen.state))
        }
    }
}

/// `None` when the ticket could not be made for want of a seat; nothing is written then.
async fn attempt(
    db: &Db,
    seen: &Order,
    money: &Money,
    late: LateSeat,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let Some(order) = Order::lock(&mut tx, seen.id).await? else {
            return Err(DbError::Column { column: "id" });
        };
        let decision = decide(order.state, order.amount, money.clone(), late);
        // A link was made, or the hold prolonged, after we looked: look again later.
        let outdated = order.link.is_some() != seen.link.is_some() || order.hold_until != seen.hold_until;
        if decision == Decision::Leave || (decision == Decision::Release && outdated) {
            tx.rollback().await?;
            return Ok(Some(order.state));
        }
        let written = ledger::write(&mut tx, &order, &decision, now).await?;
        match written {
            Some(_) => tx.commit().await?,
            None => tx.rollback().await?,
        }
        if let Some(state) = written {
            tracing::info!(order = %order.id, from = order.state.as_str(), to = state.as_str(), "order moved on");
        }
        Ok(written)
    })
    .await
}

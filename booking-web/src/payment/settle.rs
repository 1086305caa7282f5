//! The one capture transition: look at what Razorpay says, decide, write.

use std::time::Duration;

use chrono::{DateTime, Utc};
use common::Paise;
use mysql_async::TxOpts;

use super::client::{Client, RazorpayError};
use super::decision::{Decision, Known, Money, Seat, decide};
use super::link::record_link;
use super::wire::{Link, LinkStatus};
use super::{PaymentError, dispute, ledger, refund};
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
    let money = look(db, razorpay, &order, now).await?;
    let Written { mut state, owes } = write_down(db, &order, &money, now).await?;
    if owes || matches!(state, OrderState::Revoked | OrderState::Refunding) {
        // Before any money is given back: the bank may have taken it.
        state = dispute::follow_all(db, razorpay, id, now).await?.unwrap_or(state);
    }
    if !owes && state != OrderState::Refunding {
        return Ok(Some(state));
    }
    // The debt is written down and the look-up comes back to it: whoever knocked has done enough.
    if let Err(error) = refund::pursue(db, razorpay, id).await {
        tracing::warn!(order = %id, cause = chain(&error), "a refund could not be asked for, or after, now");
    }
    Ok(Order::find(db, By::Id(id)).await?.map(|order| order.state))
}

/// What stands in the rows now.
#[derive(Clone, Copy, Debug)]
struct Written {
    state: OrderState,
    /// Money is on its way back.
    owes: bool,
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
            // Made, but the answer was lost. Razorpay's list shows less of a link than the link itself.
            Some(link) => {
                record_link(db, order.id, &link).await?;
                razorpay.link(&link.id).await?
            }
            None => return Ok(Money::Looked { captured: Vec::new(), payable: !overdue }),
        },
    };
    let link = if link.status == LinkStatus::Created && overdue { close(razorpay, &link).await? } else { link };
    // Asked after the link: what was captured while it died is among these.
    let captured = razorpay.captured_payments(&link).await?;
    Ok(Money::Looked { captured, payable: is_payable(order.id, &link) })
}

/// Cancels a link that should have expired by now. A refusal means that it
/// changed under our hands: whatever it is now counts.
async fn close(razorpay: &Client, link: &Link) -> Result<Link, RazorpayError> {
    match razorpay.cancel_link(&link.id).await {
        Err(RazorpayError::Refused { .. }) => razorpay.link(&link.id).await,
        answer => answer,
    }
}

/// Whether money may still come by itself; of a link in an unheard-of state we think that it may.
fn is_payable(order: OrderId, link: &Link) -> bool {
    match link.status {
        LinkStatus::Expired | LinkStatus::Cancelled => false,
        LinkStatus::Created | LinkStatus::Paid => true,
        // Partial payment is switched off, so neither should ever be seen.
        LinkStatus::PartiallyPaid | LinkStatus::Unknown => {
            let (link, status) = (&link.id, link.status);
            tracing::error!(%order, link, ?status, "a payment link is in a state it should never be in");
            true
        }
    }
}

/// Decides and writes, under the order's lock. An order for which no seat
/// could be found is decided a second time, knowing that.
async fn write_down(db: &Db, seen: &Order, money: &Money, now: DateTime<Utc>) -> Result<Written, DbError> {
    match attempt(db, seen, money, Seat::Try, now).await? {
        Some(written) => Ok(written),
        None => {
            let written = attempt(db, seen, money, Seat::None, now).await?;
            Ok(written.unwrap_or(Written { state: seen.state, owes: false }))
        }
    }
}

/// `None` when the ticket could not be made for want of a seat; nothing is written then.
async fn attempt(
    db: &Db,
    seen: &Order,
    money: &Money,
    seat: Seat,
    now: DateTime<Utc>,
) -> Result<Option<Written>, DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let Some(order) = Order::lock(&mut tx, seen.id).await? else {
            return Err(DbError::Column { column: "id" });
        };
        let payments = ledger::booked(&mut tx, &order).await?;
        let known = Known { state: order.state, owed: order.amount, payments: &payments };
        let decision = decide(&known, money, seat);
        let owed = payments.iter().any(|payment| payment.under_way);
        if !decision.changes(order.state) || is_outdated(seen, &order, &decision) {
            tx.rollback().await?;
            return Ok(Some(Written { state: order.state, owes: owed }));
        }
        let written = ledger::write(&mut tx, &order, &decision, "Razorpay", now).await?;
        match written {
            Some(_) => tx.commit().await?,
            None => tx.rollback().await?,
        }
        if let Some(to) = written.filter(|to| *to != order.state) {
            tracing::info!(order = %order.id, from = order.state.as_str(), to = to.as_str(), "order moved on");
        }
        let owes = owed || decision.give_back.iter().any(|it| !it.done);
        Ok(written.map(|state| Written { state, owes }))
    })
    .await
}

/// A link was made, or the hold prolonged, after we looked: the seat is not given back on that; look again later.
fn is_outdated(seen: &Order, order: &Order, decision: &Decision) -> bool {
    let moved = order.link.is_some() != seen.link.is_some() || order.hold_until != seen.hold_until;
    decision.to == OrderState::Expired && moved
}

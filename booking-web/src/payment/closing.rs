//! What an organiser decides of a paid order: give the money back, take the
//! ticket away, or let it stand again.
//!
//! The ticket goes first, in the same transaction as the intent to refund:
//! from then on every gate refuses it, whatever becomes of the money.

use std::fmt;

use chrono::{DateTime, Utc};
use common::Paise;
use mysql_async::TxOpts;
use mysql_async::prelude::Queryable;

use super::decision::{Booked, Decision, GiveBack, Reason};
use super::ledger;
use crate::db::{Db, DbError};
use crate::order::{Order, OrderId, OrderState};
use crate::organiser::audit;

/// What the organiser wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Ticket and money go back.
    Refund,
    /// The ticket goes; the money stays.
    Revoke,
    /// A revoked ticket is valid again, if there is a seat.
    Restore,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    Done(OrderState),
    /// It stands there already.
    Already(OrderState),
    /// From this state there is no such way.
    NotFrom(OrderState),
    /// The guest is inside; nothing was changed.
    Inside,
    /// Nothing was paid: there is nothing to give back.
    NothingPaid,
    /// The bank may take the money; until that is decided we do not give it back as well.
    Disputed,
    /// Every seat is sold or held, or the guest has another ticket.
    NoSeat,
    NoOrder,
}

/// In whose name, and why: for the order's story, and at the desk for the
/// organiser's own.
#[derive(Clone, Copy, Debug)]
pub enum Voice<'a> {
    Command { reason: Option<&'a str> },
    Desk { organiser: &'a str, reason: Option<&'a str> },
}

impl fmt::Display for Voice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self {
            Self::Command { reason } => {
                f.write_str("organiser, by command")?;
                reason
            }
            Self::Desk { organiser, reason } => {
                write!(f, "organiser {organiser}, at the desk")?;
                reason
            }
        };
        reason.map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

impl Wish {
    /// The word in the desk's addresses, and for what was done there.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Revoke => "revoke",
            Self::Restore => "restore",
        }
    }
}

/// Does it, or says why not. `even_inside`: also for a guest who was let in.
/// `voice` is kept in the order's story. The money of a refund is then asked
/// for by [`super::refund::pursue`], or by the look-up.
///
/// # Errors
/// [`DbError`]; nothing is half done then.
pub async fn close(
    db: &Db,
    order: OrderId,
    wish: Wish,
    even_inside: bool,
    voice: Voice<'_>,
    now: DateTime<Utc>,
) -> Result<Closing, DbError> {
    let why = &voice.to_string();
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let Some(order) = Order::lock(&mut tx, order).await? else { return Ok(Closing::NoOrder) };
        let closing = write(&mut tx, &order, wish, even_inside, why, now).await?;
        match closing {
            Closing::Done(to) => {
                if let Voice::Desk { organiser, reason } = voice {
                    audit::note(&mut tx, organiser, wish.as_str(), Some(&order.id.to_string()), reason).await?;
                }
                tx.commit().await?;
                tracing::info!(order = %order.id, from = order.state.as_str(), to = to.as_str(), "order moved on");
            }
            _ => tx.rollback().await?,
        }
        Ok(closing)
    })
    .await
}

async fn write(
    tx: &mut impl Queryable,
    order: &Order,
    wish: Wish,
    even_inside: bool,
    why: &str,
    now: DateTime<Utc>,
) -> Result<Closing, DbError> {
    let decision = match decide(tx, order, wish).await? {
        Ok(decision) => decision,
        Err(refusal) => return Ok(refusal),
    };
    if wish != Wish::Restore && !even_inside && is_inside(tx, order).await? {
        return Ok(Closing::Inside);
    }
    if wish == Wish::Revoke {
        // For good: a dispute that is won does not bring it back.
        tx.exec_drop("UPDATE disputes SET took_ticket = 0 WHERE order_id = ? AND took_ticket = 1", (order.id,)).await?;
    }
    Ok(ledger::write(tx, order, &decision, why, now).await?.map_or(Closing::NoSeat, Closing::Done))
}

async fn decide(tx: &mut impl Queryable, order: &Order, wish: Wish) -> Result<Result<Decision, Closing>, DbError> {
    use OrderState::{Paid, Refunded, Refunding, Revoked};
    let stay = Decision::stay(order.state);
    Ok(match (wish, order.state) {
        (Wish::Refund, Paid | Revoked) if order.amount == Paise::ZERO => Err(Closing::NothingPaid),
        (Wish::Refund, Paid | Revoked) if is_disputed(tx, order).await? => Err(Closing::Disputed),
        (Wish::Refund, Paid | Revoked) => {
            let payments = ledger::booked(tx, order).await?;
            let kept = payments.into_iter().filter(|booked| !booked.given_back);
            let give_back: Vec<GiveBack> = kept.map(given_back).collect();
            match give_back.is_empty() {
                true => Err(Closing::NothingPaid),
                false => Ok(Decision { to: Refunding, give_back, ..stay }),
            }
        }
        (Wish::Refund, Refunding | Refunded) => Err(Closing::Already(order.state)),
        (Wish::Revoke, Revoked) if took_ticket(tx, order).await? => Ok(stay),
        (Wish::Revoke, Paid) => Ok(Decision { to: Revoked, ..stay }),
        (Wish::Revoke, Revoked | Refunding | Refunded) => Err(Closing::Already(order.state)),
        (Wish::Restore, Revoked) => Ok(Decision { to: Paid, ..stay }),
        (Wish::Restore, Paid) => Err(Closing::Already(Paid)),
        (_, state) => Err(Closing::NotFrom(state)),
    })
}

fn given_back(booked: Booked) -> GiveBack {
    GiveBack { payment: booked.id, amount: booked.amount, reason: Reason::Organiser, done: false }
}

/// A dispute of the ticket's payment is not decided yet.
async fn is_disputed(tx: &mut impl Queryable, order: &Order) -> Result<bool, DbError> {
    let query = "SELECT 1 FROM disputes d LEFT JOIN refunds r ON r.payment_id = d.payment_id
                 WHERE d.order_id = ? AND d.status NOT IN ('won', 'lost', 'closed') AND r.id IS NULL LIMIT 1";
    let open: Option<u8> = tx.exec_first(query, (order.id,)).await?;
    Ok(open.is_some())
}

/// A dispute took the ticket, and would bring it back.
async fn took_ticket(tx: &mut impl Queryable, order: &Order) -> Result<bool, DbError> {
    let query = "SELECT 1 FROM disputes WHERE order_id = ? AND took_ticket = 1 LIMIT 1";
    let took: Option<u8> = tx.exec_first(query, (order.id,)).await?;
    Ok(took.is_some())
}

/// Under the tickets' locks: a gate that is letting one of the guests in at this moment is waited for, or comes too
/// late.
async fn is_inside(tx: &mut impl Queryable, order: &Order) -> Result<bool, DbError> {
    let mut inside = false;
    for attendee in &order.attendees {
        let query = "SELECT PRESENT FROM tickets WHERE UNIQUE_ID = ? FOR UPDATE";
        let present: Option<bool> = tx.exec_first(query, (attendee.unique_id.as_str(),)).await?;
        inside |= present.unwrap_or(false);
    }
    Ok(inside)
}

//! Forgetting whoever is behind one ticket id.
//!
//! All orders under the id are locked first, so what is decided of them holds
//! until it is done: a payment that comes meanwhile waits, and finds a stand-in.

use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::UniqueId;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Transaction, TxOpts, params};

use super::stand_in::StandIn;
use crate::db::{Db, DbError, column};
use crate::event::Event;
use crate::order::{OrderId, OrderState};
use crate::payment::story;

/// After its start an event may go on for so long, and somebody may want to come in again.
const EVENT_LASTS: TimeDelta = TimeDelta::hours(24);

/// Why somebody cannot be forgotten yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// A seat is held, and may be paid for at any moment.
    SeatHeld,
    /// A valid ticket for an event that is not over.
    ValidTicket,
    /// Money is on its way back, and somebody may have to be asked where to.
    MoneyOnItsWay,
    /// A bank wants to know who it was.
    Dispute,
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SeatHeld => "a seat is held and may still be paid for; try again when the hold is over",
            Self::ValidTicket => "the ticket is valid and the event is not over; refund or revoke it first",
            Self::MoneyOnItsWay => "its money is on its way back; try again when it has arrived",
            Self::Dispute => "the bank disputes its payment; try again when that is decided",
        })
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    pub orders: usize,
    pub tickets: u64,
}

/// Forgets whoever is behind this ticket id, if nothing stands against it.
///
/// # Errors
/// [`DbError`]; then nothing was changed.
pub async fn erase(
    db: &Db,
    id: &UniqueId,
    event: Option<&Event>,
    now: DateTime<Utc>,
) -> Result<Result<Erased, Hindrance>, DbError> {
    let is_over = event.is_none_or(|event| event.starts_at + EVENT_LASTS <= now);
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let orders = locked(&mut tx, id).await?;
        let hindrance = match hindrance(&orders, is_over) {
            None if disputed(&mut tx, id).await? => Some(Hindrance::Dispute),
            None if orders.is_empty() && !is_over && has_ticket(&mut tx, id).await? => Some(Hindrance::ValidTicket),
            known => known,
        };
        if let Some(hindrance) = hindrance {
            tx.rollback().await?;
            return Ok(Err(hindrance));
        }
        let tickets = forget(&mut tx, id, &orders, now).await?;
        tx.commit().await?;
        Ok(Ok(Erased { orders: orders.len(), tickets }))
    })
    .await
}

struct Known {
    id: OrderId,
    state: OrderState,
}

async fn locked(tx: &mut Transaction<'_>, id: &UniqueId) -> Result<Vec<Known>, DbError> {
    let rows: Vec<Row> =
        tx.exec("SELECT id, state FROM orders WHERE unique_id = ? ORDER BY id FOR UPDATE", (id.as_str(),)).await?;
    let known = |row: &Row| {
        let (id, state): (String, String) = (column(row, "id")?, column(row, "state")?);
        Ok(Known {
            id: OrderId::parse(&id).ok_or(DbError::Column { column: "id" })?,
            state: OrderState::parse(&state).ok_or(DbError::Column { column: "state" })?,
        })
    };
    rows.iter().map(known).collect()
}

fn hindrance(orders: &[Known], event_is_over: bool) -> Option<Hindrance> {
    orders.iter().find_map(|order| match order.state {
        OrderState::Held => Some(Hindrance::SeatHeld),
        OrderState::Paid if !event_is_over => Some(Hindrance::ValidTicket),
        OrderState::Refunding => Some(Hindrance::MoneyOnItsWay),
        OrderState::Paid | OrderState::Expired | OrderState::Refunded | OrderState::Revoked => None,
    })
}

/// Also a part of it that goes back, or another payment beside the ticket's own.
const DISPUTED: &str = "
    SELECT EXISTS (SELECT 1 FROM disputes d JOIN orders o ON o.id = d.order_id
                   WHERE o.unique_id = ? AND d.status NOT IN ('won', 'lost', 'closed'))";

async fn disputed(tx: &mut Transaction<'_>, id: &UniqueId) -> Result<bool, DbError> {
    Ok(tx.exec_first(DISPUTED, (id.as_str(),)).await?.unwrap_or(false))
}

async fn has_ticket(tx: &mut Transaction<'_>, id: &UniqueId) -> Result<bool, DbError> {
    let query = "SELECT EXISTS (SELECT 1 FROM tickets WHERE UNIQUE_ID = ? AND REVOKED_AT IS NULL)";
    Ok(tx.exec_first(query, (id.as_str(),)).await?.unwrap_or(false))
}

const ORDERS: &str = "
    UPDATE orders SET first_name = :name, phone_no = :phone, email_id = NULL, unique_id = :new, form_key = NULL,
                      live_key = IF(live_key IS NULL, NULL, :live_key)
    WHERE unique_id = :old";
/// A ticket's row says when it changed, so that gates with a copy of it hear of it.
const TICKETS: &str = "
    UPDATE tickets SET FIRST_NAME = :name, PHONE_NO = :phone, EMAIL_ID = NULL, UNIQUE_ID = :new,
                       UPDATED_AT = UTC_TIMESTAMP(6)
    WHERE UNIQUE_ID = :old";
/// The hash goes, too: of a name and a number, all can be tried.
const SCANS: &str = "UPDATE scans SET unique_id = :new, text_sha256 = NULL WHERE unique_id = :old";
/// What was not sent yet is not sent any more.
const MESSAGES: &str = "
    UPDATE outbox SET recipient = '', next_attempt_at = NULL, last_error = NULL
    WHERE order_id IN (SELECT id FROM orders WHERE unique_id = :new)";

/// How many tickets there were.
async fn forget(tx: &mut Transaction<'_>, id: &UniqueId, orders: &[Known], now: DateTime<Utc>) -> Result<u64, DbError> {
    let (_, _, day): (_, _, NaiveDate) = id.parts();
    let stand_in = StandIn::fresh();
    let new = stand_in.unique_id(day);
    let (name, phone) = (stand_in.name.as_str(), super::stand_in::PHONE);
    let live_key = stand_in.live_key(day);
    let (old, new) = (id.as_str(), new.as_str());
    tx.exec_drop(
        ORDERS,
        params! { "name" => name, "phone" => phone, "live_key" => live_key, "old" => old, "new" => new },
    )
    .await?;
    tx.exec_drop(TICKETS, params! { "name" => name, "phone" => phone, "old" => old, "new" => new }).await?;
    let tickets = tx.affected_rows();
    tx.exec_drop(SCANS, params! { "old" => old, "new" => new }).await?;
    tx.exec_drop(MESSAGES, params! { "new" => new }).await?;
    for order in orders {
        story::add(tx, order.id, "erased", None, None, now).await?;
    }
    Ok(tickets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_something_to_come_is_not_forgotten_yet() {
        let stands = |state, is_over| {
            let id = OrderId::parse("01a00000-0000-7000-8000-000000000001").unwrap();
            hindrance(&[Known { id, state }], is_over)
        };
        for is_over in [false, true] {
            assert_eq!(stands(OrderState::Held, is_over), Some(Hindrance::SeatHeld));
            assert_eq!(stands(OrderState::Refunding, is_over), Some(Hindrance::MoneyOnItsWay));
            for state in [OrderState::Expired, OrderState::Refunded, OrderState::Revoked] {
                assert_eq!(stands(state, is_over), None);
            }
        }
        assert_eq!(stands(OrderState::Paid, false), Some(Hindrance::ValidTicket));
        assert_eq!(stands(OrderState::Paid, true), None);
    }
}

//! Forgetting whoever is behind one ticket id, and all who came along.
//!
//! All orders that hang together are locked first, so what is decided of them
//! holds until it is done: a payment that comes meanwhile waits, and finds a
//! stand-in. What stands against one of them stands against all.

use std::fmt;
use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::UniqueId;
use mysql_async::prelude::Queryable;
use mysql_async::{Params, Transaction, TxOpts, params};

use super::stand_in::{PHONE, StandIn};
use super::together::{Known, Together, orders_around};
use crate::db::{Db, DbError};
use crate::event::Event;
use crate::order::OrderState;
use crate::organiser::audit;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// None: whoever it was went with somebody else before.
    pub guests: u64,
    pub orders: usize,
    pub tickets: u64,
}

impl AddAssign for Erased {
    fn add_assign(&mut self, more: Self) {
        self.guests += more.guests;
        self.orders += more.orders;
        self.tickets += more.tickets;
    }
}

/// Forgets whoever is behind this ticket id and all who came along, if nothing stands against it. `organiser` is who
/// does it at the desk, and has it written down there.
///
/// # Errors
/// [`DbError`]; then nothing was changed.
pub async fn erase(
    db: &Db,
    id: &UniqueId,
    event: Option<&Event>,
    organiser: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<Erased, Hindrance>, DbError> {
    let is_over = event.is_none_or(|event| event.starts_at + EVENT_LASTS <= now);
    db.work(|mut conn| async move {
        let around = orders_around(&mut conn, id.as_str()).await?;
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let all = Together::lock(&mut tx, id.as_str(), &around).await?;
        let hindrance = match hindrance(&all.orders, is_over) {
            None if disputed(&mut tx, &all).await? => Some(Hindrance::Dispute),
            None if all.orders.is_empty() && !is_over && has_ticket(&mut tx, id).await? => Some(Hindrance::ValidTicket),
            known => known,
        };
        if let Some(hindrance) = hindrance {
            tx.rollback().await?;
            return Ok(Err(hindrance));
        }
        let erased = forget(&mut tx, &all, now).await?;
        if let Some(organiser) = organiser.filter(|_| erased.guests > 0) {
            let detail = format!("{}: orders {}, tickets {}", id.parts().1.masked(), erased.orders, erased.tickets);
            audit::note(&mut tx, organiser, "erase_person", None, Some(&detail)).await?;
        }
        tx.commit().await?;
        Ok(Ok(erased))
    })
    .await
}

fn hindrance(orders: &[Known], event_is_over: bool) -> Option<Hindrance> {
    orders.iter().find_map(|order| match order.state {
        OrderState::Held => Some(Hindrance::SeatHeld),
        OrderState::Paid if !event_is_over => Some(Hindrance::ValidTicket),
        OrderState::Refunding => Some(Hindrance::MoneyOnItsWay),
        OrderState::Paid | OrderState::Expired | OrderState::Refunded | OrderState::Revoked => None,
    })
}

/// Also a part of it that goes back, or another payment beside the tickets' own.
async fn disputed(tx: &mut Transaction<'_>, all: &Together) -> Result<bool, DbError> {
    if all.orders.is_empty() {
        return Ok(false);
    }
    let (orders, values) = all.in_orders();
    let query = format!(
        "SELECT EXISTS (SELECT 1 FROM disputes WHERE order_id {orders} AND status NOT IN ('won', 'lost', 'closed'))"
    );
    Ok(tx.exec_first(query, Params::Positional(values)).await?.unwrap_or(false))
}

async fn has_ticket(tx: &mut Transaction<'_>, id: &UniqueId) -> Result<bool, DbError> {
    let query = "SELECT EXISTS (SELECT 1 FROM tickets WHERE UNIQUE_ID = ? AND REVOKED_AT IS NULL)";
    Ok(tx.exec_first(query, (id.as_str(),)).await?.unwrap_or(false))
}

const ATTENDEES: &str = "
    UPDATE attendees SET first_name = :name, unique_id = :new, live_key = IF(live_key IS NULL, NULL, :live_key)
    WHERE unique_id = :old AND order_id = :order";
/// A ticket's row says when it changed, so that gates with a copy of it hear of it.
const TICKETS: &str = "
    UPDATE tickets SET FIRST_NAME = :name, PHONE_NO = :phone, EMAIL_ID = NULL, UNIQUE_ID = :new,
                       UPDATED_AT = UTC_TIMESTAMP(6)
    WHERE UNIQUE_ID = :old";
/// They followed the ticket to its stand-in. What they open was made of the name and the number.
const CODES: &str = "DELETE FROM codes WHERE unique_id = :new";
/// The hash goes, too: of a name and a number, all can be tried.
const SCANS: &str = "UPDATE scans SET unique_id = :new, text_sha256 = NULL WHERE unique_id = :old";
/// Who booked is the first of the guests, by whatever name.
const ORDER: &str = "
    UPDATE orders SET first_name = COALESCE((SELECT a.first_name FROM attendees a WHERE a.order_id = orders.id
                                             ORDER BY a.n LIMIT 1), 'Erased'),
                      phone_no = :phone, email_id = NULL, form_key = NULL
    WHERE id = :order";
/// What was not sent yet is not sent any more.
const MESSAGES: &str = "
    UPDATE outbox SET recipient = '', next_attempt_at = NULL, last_error = NULL WHERE order_id = :order";

async fn forget(tx: &mut Transaction<'_>, all: &Together, now: DateTime<Utc>) -> Result<Erased, DbError> {
    let mut tickets = 0;
    for id in &all.ids {
        tickets += forget_guest(tx, id, &all.orders).await?;
    }
    for order in &all.orders {
        tx.exec_drop(ORDER, params! { "phone" => PHONE, "order" => order.id }).await?;
        tx.exec_drop(MESSAGES, params! { "order" => order.id }).await?;
        story::add(tx, order.id, "erased", None, None, now).await?;
    }
    let guests = if all.orders.is_empty() { tickets } else { all.ids.len() as u64 };
    Ok(Erased { guests, orders: all.orders.len(), tickets })
}

/// How many tickets there were.
async fn forget_guest(tx: &mut Transaction<'_>, old: &str, orders: &[Known]) -> Result<u64, DbError> {
    let id = UniqueId::parse(old).map_err(|_| DbError::Column { column: "unique_id" })?;
    let (_, _, day): (_, _, NaiveDate) = id.parts();
    let stand_in = StandIn::fresh();
    let (new, live_key) = (stand_in.unique_id(day), stand_in.live_key(day));
    let (name, new) = (stand_in.name.as_str(), new.as_str());
    for order in orders {
        let row = params! {
            "name" => name, "new" => new, "live_key" => &live_key, "old" => old, "order" => order.id,
        };
        tx.exec_drop(ATTENDEES, row).await?;
    }
    tx.exec_drop(TICKETS, params! { "name" => name, "phone" => PHONE, "old" => old, "new" => new }).await?;
    let tickets = tx.affected_rows();
    tx.exec_drop(CODES, params! { "new" => new }).await?;
    tx.exec_drop(SCANS, params! { "old" => old, "new" => new }).await?;
    Ok(tickets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderId;

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

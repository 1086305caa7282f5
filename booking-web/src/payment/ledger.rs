//! The writing half of the capture transition: each decision is one set of
//! rows, written in the caller's transaction with the seat counter last.

use chrono::{DateTime, NaiveDateTime, Utc};
use common::{EmailId, Paise};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, params};
use uuid::Uuid;

use super::arrow::{Arrow, SeatMove, TicketMove};
use super::decision::{Booked, Decision, GiveBack};
use super::schedule::{Standing, next_look};
use super::story;
use super::wire::Payment;
use crate::db::{DbError, column};
use crate::delivery;
use crate::order::{Attendee, Order, OrderState};

/// The order's payments as they are now; of use under the order's lock.
pub(crate) async fn booked(tx: &mut impl Queryable, order: &Order) -> Result<Vec<Booked>, DbError> {
    let rows: Vec<Row> = tx
        .exec(
            "SELECT p.id, p.amount_paise, r.id IS NOT NULL AS given_back,
                    COALESCE(r.state IN ('intended', 'pending'), 0) AS under_way
             FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id WHERE p.order_id = ? ORDER BY p.created_at",
            (order.id,),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Booked {
                id: column(row, "id")?,
                amount: column(row, "amount_paise")?,
                given_back: column(row, "given_back")?,
                under_way: column(row, "under_way")?,
            })
        })
        .collect()
}

/// Writes `decision` and says where the order stands then; `None` when there
/// is no seat for all, or one of the guests has another ticket: the caller rolls back.
/// `why` is for the order's story.
pub(crate) async fn write(
    tx: &mut impl Queryable,
    order: &Order,
    decision: &Decision,
    why: &str,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, DbError> {
    let arrow = Arrow { from: order.state, to: decision.to };
    for payment in &decision.book {
        book(tx, order, payment, now).await?;
    }
    for owed in &decision.give_back {
        give_back(tx, owed, now).await?;
    }
    let owes = decision.give_back.iter().any(|it| !it.done);
    for attendee in &order.attendees {
        if !move_ticket(tx, order, attendee, arrow.ticket(), now).await? {
            return Ok(None);
        }
    }
    if !keep_days(tx, order, arrow).await? {
        return Ok(None);
    }
    step(tx, order, decision.to, owes, now).await?;
    story::tell(tx, order, decision, why, now).await?;
    delivery::queue(tx, order, arrow, now).await?;
    Ok(move_seats(tx, arrow.seat(), order.seats()).await?.then_some(decision.to))
}

/// However often we are told of a payment, its id is taken once.
async fn book(tx: &mut impl Queryable, order: &Order, payment: &Payment, now: DateTime<Utc>) -> Result<(), DbError> {
    tx.exec_drop(
        "INSERT INTO payments (id, order_id, amount_paise, currency, status, method, created_at)
         VALUES (?, ?, ?, ?, 'captured', ?, ?)",
        (&payment.id, order.id, payment.amount, &payment.currency, &payment.method, now.naive_utc()),
    )
    .await?;
    Ok(())
}

/// The intent, before Razorpay is asked; a payment has one refund at most.
async fn give_back(tx: &mut impl Queryable, owed: &GiveBack, now: DateTime<Utc>) -> Result<(), DbError> {
    let (state, now) = (if owed.done { "processed" } else { "intended" }, now.naive_utc());
    tx.exec_drop(
        "INSERT INTO refunds (id, payment_id, amount_paise, reason, state, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        (Uuid::now_v7().to_string(), &owed.payment, owed.amount, owed.reason.as_str(), state, now, now),
    )
    .await?;
    Ok(())
}

/// `false` when a unique key says that the guest has another ticket.
async fn move_ticket(
    tx: &mut impl Queryable,
    order: &Order,
    attendee: &Attendee,
    ticket: TicketMove,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let (id, now) = (attendee.unique_id.as_str(), now.naive_utc());
    match ticket {
        TicketMove::Keep => Ok(true),
        TicketMove::Issue => issue(tx, order, attendee, now).await,
        TicketMove::Restore => {
            let restore = "UPDATE tickets SET REVOKED_AT = NULL, UPDATED_AT = ?
                           WHERE UNIQUE_ID = ? AND REVOKED_AT IS NOT NULL";
            changed(tx, restore, (now, id)).await
        }
        TicketMove::Revoke => {
            // Nothing changes when somebody revoked it by hand.
            let revoke = "UPDATE tickets SET REVOKED_AT = ?, UPDATED_AT = ?
                          WHERE UNIQUE_ID = ? AND REVOKED_AT IS NULL";
            changed(tx, revoke, (now, now, id)).await.map(|_| true)
        }
    }
}

/// A new row; or the guest's own of this day, whose order was closed since: as good as new.
async fn issue(
    tx: &mut impl Queryable,
    order: &Order,
    attendee: &Attendee,
    now: NaiveDateTime,
) -> Result<bool, DbError> {
    let (email, id) = (order.email.as_ref().map(EmailId::as_str), attendee.unique_id.as_str());
    let inserted = tx
        .exec_drop(
            "INSERT INTO tickets (FIRST_NAME, PHONE_NO, EMAIL_ID, UNIQUE_ID, REG_DATE, PRESENT, UPDATED_AT)
             VALUES (?, ?, ?, ?, ?, 0, ?)",
            (attendee.name.as_str(), order.phone.as_str(), email, id, order.booked_on, now),
        )
        .await
        .map_err(DbError::from);
    match inserted {
        Err(error) if error.is_duplicate() => {
            let renew = "UPDATE tickets SET EMAIL_ID = ?, PRESENT = 0, ADMITTED_AT = NULL, ADMITTED_GATE = NULL,
                                ADMITTED_SCAN = NULL, REVOKED_AT = NULL, UPDATED_AT = ?
                         WHERE UNIQUE_ID = ? AND REVOKED_AT IS NOT NULL";
            changed(tx, renew, (email, now, id)).await
        }
        inserted => inserted.map(|()| true),
    }
}

/// Only a live order (held, paid) keeps its guests' keys for the day; `false`
/// when another order has one of them.
async fn keep_days(tx: &mut impl Queryable, order: &Order, arrow: Arrow) -> Result<bool, DbError> {
    match (arrow.from.is_alive(), arrow.to.is_alive()) {
        (true, false) => {
            tx.exec_drop("UPDATE attendees SET live_key = NULL WHERE order_id = ?", (order.id,)).await?;
        }
        (false, true) => {
            for attendee in &order.attendees {
                let take = "UPDATE attendees SET live_key = ? WHERE order_id = ? AND unique_id = ?";
                let key = (attendee.live_key(), order.id, attendee.unique_id.as_str());
                match tx.exec_drop(take, key).await.map_err(DbError::from) {
                    Err(error) if error.is_duplicate() => return Ok(false),
                    taken => taken?,
                }
            }
        }
        _ => {}
    }
    Ok(true)
}

async fn step(
    tx: &mut impl Queryable,
    order: &Order,
    to: OrderState,
    owes: bool,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let standing = Standing { state: to, free: order.amount == Paise::ZERO, owes, stepped_at: now };
    let next = next_look(&standing, order.hold_until, now).map(|wait| (now + wait).naive_utc());
    tx.exec_drop(
        "UPDATE orders SET state = ?, next_look_at = ?, updated_at = ? WHERE id = ?",
        (to.as_str(), next, now.naive_utc(), order.id),
    )
    .await?;
    Ok(())
}

/// `false` when fewer seats are free. Seats that our own rows say are held or sold must be there.
async fn move_seats(tx: &mut impl Queryable, seat: SeatMove, seats: u32) -> Result<bool, DbError> {
    let statement = match seat {
        SeatMove::Keep => return Ok(true),
        SeatMove::Sell => "UPDATE event SET held = held - :seats, sold = sold + :seats WHERE id = 1 AND held >= :seats",
        SeatMove::Take => "UPDATE event SET sold = sold + :seats WHERE id = 1 AND sold + held + :seats <= capacity",
        SeatMove::Release => "UPDATE event SET held = held - :seats WHERE id = 1 AND held >= :seats",
        SeatMove::Free => "UPDATE event SET sold = sold - :seats WHERE id = 1 AND sold >= :seats",
    };
    match (changed(tx, statement, params! { "seats" => i64::from(seats) }).await?, seat) {
        (true, _) => Ok(true),
        (false, SeatMove::Take) => Ok(false),
        (false, _) => Err(DbError::SeatCounter),
    }
}

async fn changed(
    tx: &mut impl Queryable,
    statement: &str,
    params: impl Into<mysql_async::Params> + Send,
) -> Result<bool, DbError> {
    let done = tx.exec_iter(statement, params).await?;
    let rows = done.affected_rows();
    done.drop_result().await?;
    Ok(rows > 0)
}

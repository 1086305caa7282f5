//! The writing half of the capture transition: each decision is one set of
//! rows, written in the caller's transaction with the seat counter last.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use common::EmailId;
use common::unique_id::live_key;
use mysql_async::prelude::Queryable;
use uuid::Uuid;

use super::decision::Decision;
use super::schedule::next_look;
use super::wire::Payment;
use crate::db::DbError;
use crate::order::{Order, OrderState};

/// Writes `decision` and says where the order stands then; `None` when there
/// is no seat, or the guest has another ticket: the caller rolls back.
pub(crate) async fn write(
    tx: &mut impl Queryable,
    order: &Order,
    decision: &Decision,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, DbError> {
    match decision {
        Decision::Leave => Ok(Some(order.state)),
        Decision::IssueHeld(payment) => {
            if let Some(payment) = payment {
                record_payment(tx, order, payment, now).await?;
            }
            if !issue(tx, order, now).await? {
                return Ok(None);
            }
            move_seat(tx, "UPDATE event SET held = held - 1, sold = sold + 1 WHERE id = 1 AND held > 0").await?;
            Ok(Some(OrderState::Paid))
        }
        Decision::IssueLate(payment) => {
            record_payment(tx, order, payment, now).await?;
            if !issue(tx, order, now).await? {
                return Ok(None);
            }
            let free = "UPDATE event SET sold = sold + 1 WHERE id = 1 AND sold + held < capacity";
            Ok(changed(tx, free).await?.then_some(OrderState::Paid))
        }
        Decision::Release => {
            set_state(tx, order, OrderState::Expired, now).await?;
            give_seat_back(tx).await?;
            Ok(Some(OrderState::Expired))
        }
        Decision::GiveBack { payment, reason, release } => {
            record_payment(tx, order, payment, now).await?;
            intend_refund(tx, payment, reason, now).await?;
            set_state(tx, order, OrderState::Refunding, now).await?;
            if *release {
                give_seat_back(tx).await?;
            }
            Ok(Some(OrderState::Refunding))
        }
    }
}

async fn record_payment(
    tx: &mut impl Queryable,
    order: &Order,
    payment: &Payment,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    tx.exec_drop(
        "INSERT INTO payments (id, order_id, amount_paise, currency, status, method, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        (&payment.id, order.id, payment.amount, &payment.currency, &payment.status, &payment.method, now.naive_utc()),
    )
    .await?;
    Ok(())
}

/// The ticket and the order's new state; `false` when a unique key says that
/// the guest already has another.
async fn issue(tx: &mut impl Queryable, order: &Order, now: DateTime<Utc>) -> Result<bool, DbError> {
    let ticket = tx
        .exec_drop(
            "INSERT INTO tickets (FIRST_NAME, PHONE_NO, EMAIL_ID, UNIQUE_ID, REG_DATE, PRESENT, UPDATED_AT)
             VALUES (?, ?, ?, ?, ?, 0, ?)",
            (
                order.name.as_str(),
                order.phone.as_str(),
                order.email.as_ref().map(EmailId::as_str),
                order.unique_id.as_str(),
                order.booked_on,
                now.naive_utc(),
            ),
        )
        .await;
    if taken(ticket)? {
        return Ok(false);
    }
    match set_state(tx, order, OrderState::Paid, now).await {
        Err(error) if error.is_duplicate() => Ok(false),
        result => result.map(|()| true),
    }
}

async fn intend_refund(
    tx: &mut impl Queryable,
    payment: &Payment,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let now = now.naive_utc();
    tx.exec_drop(
        "INSERT INTO refunds (id, payment_id, amount_paise, reason, state, created_at, updated_at)
         VALUES (?, ?, ?, ?, 'intended', ?, ?)",
        (Uuid::now_v7().to_string(), &payment.id, payment.amount, reason, now, now),
    )
    .await?;
    Ok(())
}

/// Only a live order (held, paid) keeps the guest's key for the day.
async fn set_state(
    tx: &mut impl Queryable,
    order: &Order,
    state: OrderState,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let alive = matches!(state, OrderState::Held | OrderState::Paid);
    let key = alive.then(|| live_key(&order.name, &order.phone, order.booked_on));
    let next: Option<NaiveDateTime> = next_look(state, now - order.created_at, order.hold_until - now)
        .map(|wait: TimeDelta| (now + wait).naive_utc());
    tx.exec_drop(
        "UPDATE orders SET state = ?, live_key = ?, next_look_at = ?, updated_at = ? WHERE id = ?",
        (state.as_str(), key, next, now.naive_utc(), order.id),
    )
    .await?;
    Ok(())
}

async fn give_seat_back(tx: &mut impl Queryable) -> Result<(), DbError> {
    move_seat(tx, "UPDATE event SET held = held - 1 WHERE id = 1 AND held > 0").await
}

/// A seat that our own rows say is held must be there.
async fn move_seat(tx: &mut impl Queryable, statement: &str) -> Result<(), DbError> {
    if changed(tx, statement).await? { Ok(()) } else { Err(DbError::SeatCounter) }
}

async fn changed(tx: &mut impl Queryable, statement: &str) -> Result<bool, DbError> {
    let done = tx.query_iter(statement).await?;
    let rows = done.affected_rows();
    done.drop_result().await?;
    Ok(rows > 0)
}

fn taken(result: Result<(), mysql_async::Error>) -> Result<bool, DbError> {
    match result.map_err(DbError::from) {
        Ok(()) => Ok(false),
        Err(error) if error.is_duplicate() => Ok(true),
        Err(error) => Err(error),
    }
}

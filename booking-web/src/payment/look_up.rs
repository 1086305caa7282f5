//! The third knock: our own, for payments nobody tells us of.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::client::Client;
use super::schedule::next_look;
use super::settle::settle;
use crate::db::{Db, DbError, column};
use crate::order::{OrderId, OrderState};

const AT_ONCE: usize = 50;

/// Looks orders up when they are due, round after round, for ever.
pub async fn run(db: Db, razorpay: Client, every: Duration) {
    let mut rounds = tokio::time::interval(every);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = round(&db, &razorpay).await {
            tracing::warn!(error = %crate::chain(&error), "the look-up could not read the orders that are due");
        }
    }
}

/// Looks up every order that is due now and returns how many those were.
///
/// # Errors
/// [`DbError`]. A single order that cannot be looked up is logged and comes up again.
pub async fn round(db: &Db, razorpay: &Client) -> Result<usize, DbError> {
    let due = due(db, Utc::now()).await?;
    let mut looked = 0;
    for order in &due {
        // Another server may have been faster.
        if !claim(db, order, Utc::now()).await? {
            continue;
        }
        looked += 1;
        if let Err(error) = settle(db, razorpay, order.id, Utc::now()).await {
            tracing::warn!(order = %order.id, error = %crate::chain(&error), "not settled, comes up again");
        }
    }
    Ok(looked)
}

struct Due {
    id: OrderId,
    state: String,
    at: NaiveDateTime,
    created_at: NaiveDateTime,
    hold_until: NaiveDateTime,
}

async fn due(db: &Db, now: DateTime<Utc>) -> Result<Vec<Due>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            let query = format!(
                "SELECT id, state, next_look_at, created_at, hold_until FROM orders
                 WHERE next_look_at <= ? ORDER BY next_look_at LIMIT {AT_ONCE}"
            );
            Ok(conn.exec(query, (now.naive_utc(),)).await?)
        })
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                id: OrderId::parse(&column::<String>(row, "id")?).ok_or(DbError::Column { column: "id" })?,
                state: column(row, "state")?,
                at: column(row, "next_look_at")?,
                created_at: column(row, "created_at")?,
                hold_until: column(row, "hold_until")?,
            })
        })
        .collect()
}

/// Moves the order's next look ahead, unless somebody has done so already.
async fn claim(db: &Db, due: &Due, now: DateTime<Utc>) -> Result<bool, DbError> {
    let state = OrderState::parse(&due.state).ok_or(DbError::Column { column: "state" })?;
    let wait = next_look(state, now - due.created_at.and_utc(), due.hold_until.and_utc() - now);
    let next = wait.map(|wait| (now + wait).naive_utc());
    db.work(|mut conn| async move {
        conn.exec_drop("UPDATE orders SET next_look_at = ? WHERE id = ? AND next_look_at = ?", (next, due.id, due.at))
            .await?;
        Ok(conn.affected_rows() == 1)
    })
    .await
}

/// Brings an order's next look forward: its guest says that it was paid.
///
/// # Errors
/// [`DbError`].
pub async fn look_soon(db: &Db, order: OrderId, now: DateTime<Utc>) -> Result<(), DbError> {
    let soon = (now + TimeDelta::seconds(3)).naive_utc();
    db.work(|mut conn| async move {
        conn.exec_drop("UPDATE orders SET next_look_at = ? WHERE id = ? AND next_look_at > ?", (soon, order, soon))
            .await?;
        Ok(())
    })
    .await
}

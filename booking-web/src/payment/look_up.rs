//! The third knock: our own, for payments nobody tells us of.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::dispute;
use super::schedule::{Standing, next_look};
use super::settle::settle;
use crate::db::{Db, DbError, column};
use crate::order::{OrderId, OrderState};

/// Rows read at once.
const BATCH: usize = 200;
/// Orders looked at side by side: each waits for Razorpay most of its time.
const AT_ONCE: usize = 8;

/// Looks orders up when they are due, round after round, until told to stop.
pub async fn run(db: Db, razorpay: Client, every: Duration, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
        if let Err(error) = round(&db, &razorpay, &stop).await {
            tracing::warn!(error = %crate::chain(&error), "the look-up could not read the orders that are due");
        }
        if let Err(error) = dispute::look_around(&db, &razorpay, Utc::now()).await {
            tracing::warn!(error = %crate::chain(&error), "disputes could not be looked at, they come up again");
        }
    }
}

/// Looks up every order that is due and returns how many those were. What was
/// begun is finished when `stop` comes.
///
/// # Errors
/// [`DbError`]. A single order that cannot be looked up is logged and comes up again.
pub async fn round(db: &Db, razorpay: &Client, stop: &CancellationToken) -> Result<usize, DbError> {
    let mut looked = 0;
    loop {
        let due = due(db, Utc::now()).await?;
        let more = due.len() == BATCH;
        let mut looks = JoinSet::new();
        for order in due {
            if looks.len() == AT_ONCE {
                looked += usize::from(matches!(looks.join_next().await, Some(Ok(true))));
            }
            if stop.is_cancelled() || razorpay.pause().is_some() {
                break;
            }
            looks.spawn(look(db.clone(), razorpay.clone(), order));
        }
        looked += looks.join_all().await.into_iter().filter(|it| *it).count();
        if !more || stop.is_cancelled() || razorpay.pause().is_some() {
            return Ok(looked);
        }
    }
}

/// `false` when another server was faster.
async fn look(db: Db, razorpay: Client, order: Due) -> bool {
    match claim(&db, &order, Utc::now()).await {
        Ok(true) => {}
        Ok(false) => return false,
        Err(error) => {
            tracing::warn!(order = %order.id, error = %crate::chain(&error), "not claimed, comes up again");
            return false;
        }
    }
    if let Err(error) = settle(&db, &razorpay, order.id, Utc::now()).await {
        tracing::warn!(order = %order.id, error = %crate::chain(&error), "not settled, comes up again");
    }
    true
}

struct Due {
    id: OrderId,
    at: NaiveDateTime,
    hold_until: DateTime<Utc>,
    standing: Standing,
}

async fn due(db: &Db, now: DateTime<Utc>) -> Result<Vec<Due>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            let query = format!(
                "SELECT id, state, amount_paise, next_look_at, hold_until, updated_at, EXISTS (
                     SELECT 1 FROM payments p JOIN refunds r ON r.payment_id = p.id
                     WHERE p.order_id = orders.id AND r.state IN ('intended', 'pending')) AS owes
                 FROM orders WHERE next_look_at <= ? ORDER BY next_look_at LIMIT {BATCH}"
            );
            Ok(conn.exec(query, (now.naive_utc(),)).await?)
        })
        .await?;
    rows.iter().map(Due::from_row).collect()
}

impl Due {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let state: String = column(row, "state")?;
        Ok(Self {
            id: OrderId::parse(&column::<String>(row, "id")?).ok_or(DbError::Column { column: "id" })?,
            at: column(row, "next_look_at")?,
            hold_until: column::<NaiveDateTime>(row, "hold_until")?.and_utc(),
            standing: Standing {
                state: OrderState::parse(&state).ok_or(DbError::Column { column: "state" })?,
                free: column::<i64>(row, "amount_paise")? == 0,
                owes: column(row, "owes")?,
                stepped_at: column::<NaiveDateTime>(row, "updated_at")?.and_utc(),
            },
        })
    }
}

/// Moves the order's next look ahead, unless somebody has done so already.
async fn claim(db: &Db, due: &Due, now: DateTime<Utc>) -> Result<bool, DbError> {
    let next = next_look(&due.standing, due.hold_until, now).map(|wait| (now + wait).naive_utc());
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
        conn.exec_drop(
            "UPDATE orders SET next_look_at = ? WHERE id = ? AND (next_look_at IS NULL OR next_look_at > ?)",
            (soon, order, soon),
        )
        .await?;
        Ok(())
    })
    .await
}

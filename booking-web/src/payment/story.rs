//! An order's story, written with each step: what an organiser reads when a
//! guest asks, and an auditor when a rupee is missed.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};
use uuid::Uuid;

use super::decision::Decision;
use crate::db::{Db, DbError, column};
use crate::order::{Order, OrderId};

/// One line of the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: DateTime<Utc>,
    /// A state of the order, or what happened to a payment of it.
    pub what: String,
    /// The payment, refund or dispute it is about.
    pub subject: Option<String>,
    pub detail: Option<String>,
}

/// Writes down what a decision does, in its own transaction.
pub(crate) async fn tell(
    tx: &mut impl Queryable,
    order: &Order,
    decision: &Decision,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    lines.extend(decision.book.iter().map(|payment| ("payment", Some(payment.id.as_str()), None)));
    lines.extend(decision.give_back.iter().map(|owed| {
        let what = if owed.done { "went_back" } else { "goes_back" };
        (what, Some(owed.payment.as_str()), Some(owed.reason.as_str()))
    }));
    if decision.to != order.state {
        lines.push((decision.to.as_str(), None, Some(why)));
    }
    write(tx, order.id, &lines, now).await
}

/// What, about what, in whose words.
type Line<'a> = (&'static str, Option<&'a str>, Option<&'a str>);

/// In one statement.
async fn write(tx: &mut impl Queryable, order: OrderId, lines: &[Line<'_>], now: DateTime<Utc>) -> Result<(), DbError> {
    if lines.is_empty() {
        return Ok(());
    }
    let rows = vec!["(?, ?, ?, ?, ?, LEFT(?, 255))"; lines.len()].join(", ");
    let statement = format!("INSERT INTO order_events (id, order_id, at, what, subject, detail) VALUES {rows}");
    let mut values: Vec<Value> = Vec::with_capacity(6 * lines.len());
    for (what, subject, detail) in lines {
        let id = Uuid::now_v7().to_string();
        values.extend([id.into(), order.into(), now.naive_utc().into(), (*what).into(), subject.into(), detail.into()]);
    }
    tx.exec_drop(statement, values).await?;
    Ok(())
}

/// Adds one line.
pub(crate) async fn add(
    tx: &mut impl Queryable,
    order: OrderId,
    what: &'static str,
    subject: Option<&str>,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    write(tx, order, &[(what, subject, detail)], now).await
}

/// The whole story, oldest first.
///
/// # Errors
/// [`DbError`].
pub async fn of(db: &Db, order: OrderId) -> Result<Vec<Told>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            let query = "SELECT at, what, subject, detail FROM order_events WHERE order_id = ? ORDER BY id";
            Ok(conn.exec(query, (order,)).await?)
        })
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Told {
                at: column::<NaiveDateTime>(row, "at")?.and_utc(),
                what: column(row, "what")?,
                subject: column(row, "subject")?,
                detail: column(row, "detail")?,
            })
        })
        .collect()
}

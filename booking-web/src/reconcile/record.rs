//! Each comparison is a row: when it was, what it compared, how much it found;
//! and each of the differences is one, in words, for whoever looks later.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, Row, TxOpts, params};
use uuid::Uuid;

use super::{Difference, Report};
use crate::db::{Db, DbError, column};
use crate::payment::PaymentError;

/// Differences of which the words are kept; nobody reads on after so many, and the number is right anyway.
const KEPT: usize = 100;

/// The last comparison of everything that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    pub finished_at: DateTime<Utc>,
    pub differences: u32,
}

/// Reads it; `None` before the first.
///
/// # Errors
/// [`DbError`].
pub async fn last(db: &Db) -> Result<Option<Last>, DbError> {
    let row: Option<Row> = db
        .work(|mut conn| async move {
            let query = "SELECT finished_at, differences FROM reconciliations WHERE differences IS NOT NULL
                         ORDER BY finished_at DESC LIMIT 1";
            Ok(conn.query_first(query).await?)
        })
        .await?;
    let Some(row) = row else { return Ok(None) };
    let finished_at = column::<NaiveDateTime>(&row, "finished_at")?.and_utc();
    Ok(Some(Last { finished_at, differences: column(&row, "differences")? }))
}

/// Writes down that one begins.
pub(super) async fn begin(db: &Db, now: DateTime<Utc>) -> Result<Uuid, DbError> {
    let id = Uuid::now_v7();
    db.work(|mut conn| async move {
        let insert = "INSERT INTO reconciliations (id, started_at) VALUES (?, ?)";
        conn.exec_drop(insert, (id.to_string(), now.naive_utc())).await?;
        Ok(())
    })
    .await?;
    Ok(id)
}

/// Writes down how it ended.
pub(super) async fn end(db: &Db, id: Uuid, outcome: &Result<Report, PaymentError>) -> Result<(), DbError> {
    let (counts, differences, failure) = match outcome {
        Ok(report) => {
            let found = report.differences.len();
            match report.since {
                None => (report.counts, Some(found), None),
                // Nobody is to take a part for the whole.
                Some(since) => {
                    let part = format!("only from {} on, with {found} differences", since.format("%Y-%m-%dT%H:%MZ"));
                    (report.counts, None, Some(part))
                }
            }
        }
        Err(error) => (Default::default(), None, Some(crate::chain(error))),
    };
    let failure = &failure;
    let found = outcome.as_ref().map_or(&[][..], |report| &report.differences);
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        tx.exec_drop(
            "UPDATE reconciliations SET finished_at = UTC_TIMESTAMP(6), orders = ?, payments = ?, refunds = ?,
                    tickets = ?, differences = ?, failure = LEFT(?, 255) WHERE id = ?",
            (counts.orders, counts.payments, counts.refunds, counts.tickets, differences, failure, id.to_string()),
        )
        .await?;
        tx.exec_batch(
            KEEP,
            found.iter().take(KEPT).zip(1_u32..).map(|(difference, number)| kept(id, number, difference)),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    })
    .await
}

const KEEP: &str = "
    INSERT INTO reconciliation_differences
        (reconciliation_id, number, kind, order_id, payment_id, refund_id, ours, razorpay, remedy)
    VALUES (:id, :number, :kind, :order, :payment, :refund, LEFT(:ours, 500), LEFT(:razorpay, 500), LEFT(:remedy, 500))";

fn kept(id: Uuid, number: u32, difference: &Difference) -> Params {
    params! {
        "id" => id.to_string(),
        "number" => number,
        "kind" => difference.kind.as_str(),
        "order" => difference.order.as_deref(),
        "payment" => difference.payment.as_deref(),
        "refund" => difference.refund.as_deref(),
        "ours" => &difference.ours,
        "razorpay" => &difference.razorpay,
        "remedy" => &difference.remedy,
    }
}

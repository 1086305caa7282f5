//! What the comparisons with Razorpay found, and one more at the press of a
//! button.
//!
//! However often the button is pressed, and on however many servers, one
//! comparison runs: whoever takes the lease begins it. It is given back at the
//! end, and runs out by itself if its server died.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use indicatif::ProgressBar;
use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts};
use tokio_util::sync::CancellationToken;

use super::audit;
use crate::chain;
use crate::db::{Db, DbError, column};
use crate::reconcile::{Sides, Terms, reconcile};

/// The lease. Another name than that of the comparison that comes round by itself.
const LEASE: &str = "reconcile_by_hand";
/// 100,000 orders take a few minutes where Razorpay is quick.
const LONGEST: TimeDelta = TimeDelta::minutes(30);
/// As long as the command gives what is under way.
const GRACE: Duration = Duration::from_secs(10);

/// Comparisons whose differences are told in words: what is still so, the newest has, too.
const TOLD: usize = 5;

/// One comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    pub id: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub orders: u32,
    pub payments: u32,
    pub refunds: u32,
    pub tickets: u32,
    /// `None` while it runs, or when it came to nothing.
    pub differences: Option<u32>,
    pub failure: Option<String>,
    pub found: Vec<Found>,
}

/// A difference in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: String,
    pub order: Option<String>,
    pub payment: Option<String>,
    pub refund: Option<String>,
    pub ours: String,
    pub razorpay: String,
    pub remedy: String,
}

/// How a comparison stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    UnderWay,
    /// It ended with its server, or longer ago than any takes.
    BrokenOff,
    Failed,
    Agrees,
    Differs(u32),
}

impl Comparison {
    #[must_use]
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match (self.finished_at, self.differences) {
            (None, _) if now - self.started_at < LONGEST => Standing::UnderWay,
            (None, _) => Standing::BrokenOff,
            (Some(_), None) => Standing::Failed,
            (Some(_), Some(0)) => Standing::Agrees,
            (Some(_), Some(number)) => Standing::Differs(number),
        }
    }
}

/// The last `most` comparisons, the newest first; the last few with their words.
///
/// # Errors
/// [`DbError`].
pub async fn list(db: &Db, most: usize) -> Result<Vec<Comparison>, DbError> {
    let (rows, found): (Vec<Row>, Vec<Row>) = db
        .work(|mut conn| async move {
            // Ids sort by time.
            let newest = format!("SELECT * FROM reconciliations ORDER BY id DESC LIMIT {most}");
            let rows = conn.query(&newest).await?;
            let words = format!(
                "SELECT d.* FROM reconciliation_differences d
                 JOIN (SELECT id FROM reconciliations ORDER BY id DESC LIMIT {TOLD}) AS newest ON newest.id = d.reconciliation_id
                 ORDER BY d.reconciliation_id, d.number"
            );
            Ok((rows, conn.query(words).await?))
        })
        .await?;
    let mut comparisons = rows.iter().map(comparison).collect::<Result<Vec<_>, _>>()?;
    for row in &found {
        let of: String = column(row, "reconciliation_id")?;
        if let Some(comparison) = comparisons.iter_mut().find(|comparison| comparison.id == of) {
            comparison.found.push(words(row)?);
        }
    }
    Ok(comparisons)
}

fn comparison(row: &Row) -> Result<Comparison, DbError> {
    let finished: Option<NaiveDateTime> = column(row, "finished_at")?;
    Ok(Comparison {
        id: column(row, "id")?,
        started_at: column::<NaiveDateTime>(row, "started_at")?.and_utc(),
        finished_at: finished.map(|at| at.and_utc()),
        orders: column(row, "orders")?,
        payments: column(row, "payments")?,
        refunds: column(row, "refunds")?,
        tickets: column(row, "tickets")?,
        differences: column(row, "differences")?,
        failure: column(row, "failure")?,
        found: Vec::new(),
    })
}

fn words(row: &Row) -> Result<Found, DbError> {
    Ok(Found {
        kind: column(row, "kind")?,
        order: column(row, "order_id")?,
        payment: column(row, "payment_id")?,
        refund: column(row, "refund_id")?,
        ours: column(row, "ours")?,
        razorpay: column(row, "razorpay")?,
        remedy: column(row, "remedy")?,
    })
}

/// Takes the lease and writes down who did. `None`: somebody else has it.
///
/// # Errors
/// [`DbError`].
pub async fn take(db: &Db, organiser: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, DbError> {
    // The database keeps microseconds, and is asked for exactly this instant when the lease is given back.
    let until = DateTime::from_timestamp_micros((now + LONGEST).timestamp_micros()).unwrap_or(now + LONGEST);
    let first = (now - TimeDelta::microseconds(1)).naive_utc();
    let taken = db
        .work(|mut conn| async move {
            let mut tx = conn.start_transaction(TxOpts::default()).await?;
            tx.exec_drop("INSERT IGNORE INTO duties (name, due_at) VALUES (?, ?)", (LEASE, first)).await?;
            let take = "UPDATE duties SET due_at = ? WHERE name = ? AND due_at <= ?";
            tx.exec_drop(take, (until.naive_utc(), LEASE, now.naive_utc())).await?;
            if tx.affected_rows() != 1 {
                tx.rollback().await?;
                return Ok(false);
            }
            audit::note(&mut tx, organiser, "ledger_compared", None, None).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await?;
    Ok(taken.then_some(until))
}

/// Gives the lease back, if it is still the one that was taken.
async fn give_back(db: &Db, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        let give = "UPDATE duties SET due_at = ? WHERE name = ? AND due_at = ?";
        conn.exec_drop(give, (now.naive_utc(), LEASE, until.naive_utc())).await?;
        Ok(())
    })
    .await
}

/// How far the comparison is that this process makes, if it makes one.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Option<ProgressBar>>>);

impl Progress {
    /// What it is at, and how much of that is done, in percent.
    #[must_use]
    pub fn said(&self) -> Option<(String, u64)> {
        let bar = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let done = bar.position().saturating_mul(100).checked_div(bar.length().unwrap_or(0)).unwrap_or(0);
        Some((bar.message(), done.min(100)))
    }

    fn set(&self, bar: Option<ProgressBar>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

/// Compares in the background, with the lease that was taken. It only reads,
/// and may be left at any point.
pub fn compare(db: Db, sides: Sides, until: DateTime<Utc>, progress: Progress, stop: CancellationToken) {
    tokio::spawn(async move {
        let bar = ProgressBar::hidden();
        progress.set(Some(bar.clone()));
        let terms = Terms { since: None, settle: false, grace: GRACE };
        match stop.run_until_cancelled(reconcile(&sides, &terms, &bar)).await {
            Some(Ok(report)) => {
                tracing::info!(differences = report.differences.len(), "compared as an organiser wished");
            }
            Some(Err(error)) => {
                tracing::warn!(error = chain(&error), "the comparison that an organiser wished came to nothing");
            }
            None => {}
        }
        progress.set(None);
        if let Err(error) = give_back(&db, until, Utc::now()).await {
            tracing::warn!(error = chain(&error), "until its lease runs out nobody can wish for another comparison");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_that_nobody_ended_is_not_under_way_for_ever() {
        let started_at = DateTime::UNIX_EPOCH;
        let begun = Comparison { started_at, ..Comparison::default() };
        assert_eq!(begun.standing(started_at + TimeDelta::minutes(29)), Standing::UnderWay);
        assert_eq!(begun.standing(started_at + TimeDelta::minutes(30)), Standing::BrokenOff);
        let ended = Comparison { finished_at: Some(started_at), ..begun };
        assert_eq!(ended.standing(started_at), Standing::Failed);
        let found = |number| Comparison { differences: Some(number), ..ended.clone() }.standing(started_at);
        assert_eq!((found(0), found(2)), (Standing::Agrees, Standing::Differs(2)));
    }

    #[test]
    fn progress_is_told_while_there_is_some() {
        let progress = Progress::default();
        assert_eq!(progress.said(), None);
        let bar = ProgressBar::hidden();
        progress.set(Some(bar.clone()));
        assert_eq!(progress.said(), Some((String::new(), 0)), "before anybody knows how much it is");
        bar.set_message("asking Razorpay");
        bar.set_length(200);
        bar.set_position(50);
        assert_eq!(progress.said(), Some(("asking Razorpay".into(), 25)));
    }
}

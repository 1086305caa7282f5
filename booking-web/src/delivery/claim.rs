//! Who sends a message, and how it ended.
//!
//! Whoever moves the row's date ahead has the message until then; a process
//! that dies with it loses it by the clock. The date it was moved to is the
//! proof, so that one who was too slow does not write over its successor.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::schedule::next_attempt;
use super::{Channel, Fate, Kind};
use crate::db::{Db, DbError, column};
use crate::order::OrderId;

/// Longer than the longest attempt.
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// Rows read at once.
const BATCH: usize = 50;

/// A message whose time has come, unless somebody claims it first.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: String,
    pub order: OrderId,
    pub kind: Kind,
    /// The address; empty where the settings name the receiver.
    pub recipient: String,
    pub attempts: u32,
    pub created_at: DateTime<Utc>,
    due_at: NaiveDateTime,
}

/// A message that is ours to send.
#[derive(Clone, Debug)]
pub struct Claim {
    pub message: Waiting,
    until: NaiveDateTime,
}

/// What waits for this way out, the longest first.
///
/// # Errors
/// [`DbError`].
pub async fn waiting(db: &Db, channel: Channel, now: DateTime<Utc>) -> Result<Vec<Waiting>, DbError> {
    let kinds = channel.kinds().map(|kind| format!("'{}'", kind.as_str())).collect::<Vec<_>>().join(", ");
    let query = &format!(
        "SELECT id, order_id, kind, recipient, attempts, next_attempt_at, created_at FROM outbox
         WHERE next_attempt_at <= ? AND kind IN ({kinds}) ORDER BY next_attempt_at LIMIT {BATCH}"
    );
    let rows: Vec<Row> = db.work(|mut conn| async move { Ok(conn.exec(query, (now.naive_utc(),)).await?) }).await?;
    rows.iter().map(Waiting::from_row).collect()
}

impl Waiting {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: column(row, "id")?,
            order: OrderId::parse(&column::<String>(row, "order_id")?).ok_or(DbError::Column { column: "order_id" })?,
            kind: Kind::parse(&column::<String>(row, "kind")?).ok_or(DbError::Column { column: "kind" })?,
            recipient: column(row, "recipient")?,
            attempts: column(row, "attempts")?,
            created_at: column::<NaiveDateTime>(row, "created_at")?.and_utc(),
            due_at: column(row, "next_attempt_at")?,
        })
    }
}

/// `None` when somebody else was faster.
///
/// # Errors
/// [`DbError`].
pub async fn claim(db: &Db, message: Waiting, now: DateTime<Utc>) -> Result<Option<Claim>, DbError> {
    let (id, due_at, until) = (&*message.id, message.due_at, (now + LEASE).naive_utc());
    let claimed = db
        .work(|mut conn| async move {
            conn.exec_drop(
                "UPDATE outbox SET next_attempt_at = ?, attempts = attempts + 1 WHERE id = ? AND next_attempt_at = ?",
                (until, id, due_at),
            )
            .await?;
            Ok(conn.affected_rows() == 1)
        })
        .await?;
    Ok(claimed.then(|| Claim { message: Waiting { attempts: message.attempts + 1, ..message }, until }))
}

impl Claim {
    /// Writes down how it ended, and says when it is tried again, if at all.
    ///
    /// # Errors
    /// [`DbError`]; it is then sent again when the lease is over.
    pub(super) async fn end(&self, db: &Db, fate: &Fate, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, DbError> {
        let Waiting { id, attempts, created_at, .. } = &self.message;
        let (next, error) = match fate {
            Fate::Sent => return self.sent(db, now).await.map(|()| None),
            Fate::GivenUp(error) => (None, error),
            Fate::Later(error) | Fate::Unreachable(error) => (next_attempt(*attempts, *created_at, now), error),
        };
        let next_at = next.map(|next| next.naive_utc());
        db.work(|mut conn| async move {
            conn.exec_drop(
                "UPDATE outbox SET next_attempt_at = ?, last_error = LEFT(?, 500)
                 WHERE id = ? AND next_attempt_at = ? AND sent_at IS NULL",
                (next_at, error, id, self.until),
            )
            .await?;
            Ok(())
        })
        .await?;
        Ok(next)
    }

    /// Whoever has it by now: it has arrived.
    async fn sent(&self, db: &Db, now: DateTime<Utc>) -> Result<(), DbError> {
        let id = &*self.message.id;
        db.work(|mut conn| async move {
            conn.exec_drop(
                "UPDATE outbox SET sent_at = ?, next_attempt_at = NULL, last_error = NULL
                 WHERE id = ? AND sent_at IS NULL",
                (now.naive_utc(), id),
            )
            .await?;
            Ok(())
        })
        .await
    }
}

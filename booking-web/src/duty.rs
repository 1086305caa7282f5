//! Work that comes round and needs doing once, however many servers there are.

use std::time::Duration;

use chrono::{DateTime, Utc};
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError};

/// Whether this server is to do `name` now: moves its date ahead by `every`,
/// which only one of those who try succeeds with. A duty that nobody has heard
/// of is due at once.
///
/// # Errors
/// [`DbError`].
pub async fn claim(db: &Db, name: &str, every: Duration, now: DateTime<Utc>) -> Result<bool, DbError> {
    let next = (now + every).naive_utc();
    db.work(|mut conn| async move {
        // The row, and then the claim: two who both insert meet at the conditional update.
        let first = now - chrono::TimeDelta::microseconds(1);
        conn.exec_drop("INSERT IGNORE INTO duties (name, due_at) VALUES (?, ?)", (name, first.naive_utc())).await?;
        conn.exec_drop("UPDATE duties SET due_at = ? WHERE name = ? AND due_at <= ?", (next, name, now.naive_utc()))
            .await?;
        Ok(conn.affected_rows() == 1)
    })
    .await
}

//! What the gates have written on a ticket.

use chrono::{DateTime, NaiveDateTime, Utc};
use common::UniqueId;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};

/// When and where the guest went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    pub at: DateTime<Utc>,
    pub gate: String,
}

impl Admission {
    /// `None` while the guest is not inside.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(db: &Db, ticket: &UniqueId) -> Result<Option<Self>, DbError> {
        let row: Option<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT ADMITTED_AT, ADMITTED_GATE FROM tickets WHERE UNIQUE_ID = ? AND PRESENT = 1";
                Ok(conn.exec_first(query, (ticket.as_str(),)).await?)
            })
            .await?;
        let Some(row) = row else { return Ok(None) };
        let at: Option<NaiveDateTime> = column(&row, "ADMITTED_AT")?;
        let gate: Option<String> = column(&row, "ADMITTED_GATE")?;
        Ok(at.map(|at| Self { at: at.and_utc(), gate: gate.unwrap_or_default() }))
    }
}

//! The guests by name, for paper: what a door has when nothing else works.

use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts};

use super::file::masked;
use crate::db::{Db, DbError, column};

/// Names on one part. More than a door can leaf through, and few enough for a browser to print.
pub const PART: usize = 1000;

/// A guest with a valid ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    pub name: String,
    /// All but its end hidden.
    pub phone: String,
    pub inside: bool,
}

/// One part of the list.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub guests: Vec<Guest>,
    /// How many parts there are; one at least.
    pub of: usize,
}

/// Reads a part, the first being 0. By the alphabet as the database has it:
/// whatever the case, and every script by its own.
///
/// # Errors
/// [`DbError`].
pub async fn part(db: &Db, number: usize) -> Result<Part, DbError> {
    db.work(|mut conn| async move {
        // So that what is counted is what is read.
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let total: Option<usize> = tx.query_first("SELECT COUNT(*) FROM tickets WHERE REVOKED_AT IS NULL").await?;
        let (total, first) = (total.unwrap_or(0), PART.saturating_mul(number));
        let length = PART.min(total.saturating_sub(first));
        let rows: Vec<Row> = tx.query(query(first, length, total)).await?;
        tx.commit().await?;
        let mut guests = rows.iter().map(Guest::from_row).collect::<Result<Vec<_>, _>>()?;
        if is_nearer_the_end(first, total) {
            guests.reverse();
        }
        Ok(Part { guests, of: total.div_ceil(PART).max(1) })
    })
    .await
}

/// Whatever is skipped must be gone through: past the middle, from the end.
fn query(first: usize, length: usize, total: usize) -> String {
    let backwards = is_nearer_the_end(first, total);
    let (order, skipped) = if backwards { ("DESC", total.saturating_sub(first + length)) } else { ("ASC", first) };
    // What is skipped is only counted, in the key; the rows are read of those on the list.
    format!(
        "SELECT t.FIRST_NAME, t.PHONE_NO, t.PRESENT FROM tickets t JOIN (
             SELECT UNIQUE_ID FROM tickets WHERE REVOKED_AT IS NULL
             ORDER BY FIRST_NAME {order}, UNIQUE_ID {order} LIMIT {length} OFFSET {skipped}) part
             ON part.UNIQUE_ID = t.UNIQUE_ID
         ORDER BY t.FIRST_NAME {order}, t.UNIQUE_ID {order}"
    )
}

fn is_nearer_the_end(first: usize, total: usize) -> bool {
    first > total / 2
}

impl Guest {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let phone: String = column(row, "PHONE_NO")?;
        Ok(Self { name: column(row, "FIRST_NAME")?, phone: masked(&phone), inside: column(row, "PRESENT")? })
    }
}

//! What each organiser did, written with the action itself: never changed,
//! and kept when the account goes.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, Value};
use uuid::Uuid;

use crate::db::{Db, DbError, column};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Sorts by time.
    pub id: String,
    pub at: DateTime<Utc>,
    pub organiser: String,
    pub what: String,
    pub subject: Option<String>,
    pub detail: Option<String>,
}

/// A line to be written with the action it is about.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub organiser: &'a str,
    pub what: &'a str,
    pub subject: Option<&'a str>,
    pub detail: Option<&'a str>,
}

impl Entry<'_> {
    /// As [`note`] does.
    ///
    /// # Errors
    /// [`DbError`]; then the action must not be kept either.
    pub async fn write(self, conn: &mut impl Queryable) -> Result<(), DbError> {
        note(conn, self.organiser, self.what, self.subject, self.detail).await
    }
}

/// Which lines.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of one organiser; empty for all.
    pub organiser: String,
    /// About one order, gate or account; empty for all.
    pub subject: String,
    /// Older than this line.
    pub before: Option<String>,
}

/// Writes one line: who, what (a word such as `gate_added`), to which order,
/// gate or account, and what else a reader should know. Nothing of it may be
/// a guest's own data. Give it the transaction of the action, where there is one.
///
/// # Errors
/// [`DbError`]; then the action must not be kept either.
pub async fn note(
    conn: &mut impl Queryable,
    organiser: &str,
    what: &str,
    subject: Option<&str>,
    detail: Option<&str>,
) -> Result<(), DbError> {
    let insert = "INSERT INTO organiser_actions (id, at, organiser, what, subject, detail)
                  VALUES (?, UTC_TIMESTAMP(6), ?, ?, LEFT(?, 100), LEFT(?, 255))";
    conn.exec_drop(insert, (Uuid::now_v7().to_string(), organiser, what, subject, detail)).await?;
    Ok(())
}

/// The same, for an action that has no transaction of its own.
///
/// # Errors
/// [`DbError`].
pub async fn note_alone(
    db: &Db,
    organiser: &str,
    what: &str,
    subject: Option<&str>,
    detail: Option<&str>,
) -> Result<(), DbError> {
    db.work(|mut conn| async move { note(&mut conn, organiser, what, subject, detail).await }).await
}

/// The newest lines, `most` of them.
///
/// # Errors
/// [`DbError`].
pub async fn list(db: &Db, which: &Which, most: usize) -> Result<Vec<Action>, DbError> {
    let narrowed = [
        ("organiser = ?", Some(&which.organiser)),
        ("subject = ?", Some(&which.subject)),
        ("id < ?", which.before.as_ref()),
    ];
    let narrowed = narrowed.into_iter().filter_map(|(condition, value)| Some((condition, value?)));
    let (conditions, values): (Vec<_>, Vec<_>) = narrowed.filter(|(_, value)| !value.is_empty()).unzip();
    let wheres = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let query = &format!(
        "SELECT id, at, organiser, what, subject, detail FROM organiser_actions {wheres} ORDER BY id DESC LIMIT {most}"
    );
    let values = &values.into_iter().map(Value::from).collect::<Vec<_>>();
    let rows: Vec<Row> = db.work(|mut conn| async move { Ok(conn.exec(query, values.clone()).await?) }).await?;
    let action = |row: &Row| {
        Ok(Action {
            id: column(row, "id")?,
            at: column::<NaiveDateTime>(row, "at")?.and_utc(),
            organiser: column(row, "organiser")?,
            what: column(row, "what")?,
            subject: column(row, "subject")?,
            detail: column(row, "detail")?,
        })
    };
    rows.iter().map(action).collect()
}

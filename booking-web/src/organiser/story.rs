//! An order's whole story in one line after the other: what became of it, what
//! the gates saw of its ticket, which messages went out, what was done at the desk.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::file::File;
use super::said::said_story;
use crate::conflicts::{Admission, among};
use crate::db::{Db, DbError, column};

/// Of each kind: an order has a handful, unless somebody plays with a code at a gate.
const MOST: usize = 300;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub at: DateTime<Utc>,
    pub by: By,
    pub text: String,
}

/// Who tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Order,
    Gate,
    Mail,
    Desk,
}

impl By {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Gate => "gate",
            Self::Mail => "message",
            Self::Desk => "desk",
        }
    }
}

/// Reads it, oldest first.
///
/// # Errors
/// [`DbError`].
pub async fn of(db: &Db, file: &File) -> Result<Vec<Line>, DbError> {
    let id = file.order.id;
    let (scans, messages, done): (Vec<Row>, Vec<Row>, Vec<Row>) = db
        .work(|mut conn| async move {
            let scans = format!(
                "SELECT s.server_time AS at, s.server_time, s.gate, s.kind, s.verdict, s.reason, s.mode, s.scan_id,
                        s.unique_id, a.first_name
                 FROM attendees a JOIN scans s ON s.unique_id = a.unique_id WHERE a.order_id = ?
                 ORDER BY s.server_time DESC LIMIT {MOST}"
            );
            let messages = format!(
                "SELECT COALESCE(sent_at, created_at) AS at, kind, attempts, sent_at IS NOT NULL AS sent,
                        next_attempt_at IS NULL AS given_up, last_error
                 FROM outbox WHERE order_id = ? ORDER BY created_at DESC LIMIT {MOST}"
            );
            // The others stand in the order's own story, in the organiser's name.
            let done = format!(
                "SELECT at, organiser, what, detail FROM organiser_actions
                 WHERE subject = ? AND what IN ('resend', 'refund_again') ORDER BY id DESC LIMIT {MOST}"
            );
            let scans = conn.exec(scans, (id,)).await?;
            let messages = conn.exec(messages, (id,)).await?;
            Ok((scans, messages, conn.exec(done, (id,)).await?))
        })
        .await?;
    let twice = let_in_twice(&scans)?;
    let told = file.story.iter().map(|told| Ok(Line { at: told.at, by: By::Order, text: said_story(told) }));
    let lines = told
        .chain(scans.iter().map(|row| scan(row, file, &twice)))
        .chain(messages.iter().map(message))
        .chain(done.iter().map(deed));
    let mut lines = lines.collect::<Result<Vec<_>, DbError>>()?;
    lines.sort_by_key(|line| line.at);
    Ok(lines)
}

fn at(row: &Row) -> Result<DateTime<Utc>, DbError> {
    Ok(column::<NaiveDateTime>(row, "at")?.and_utc())
}

/// For each admission that was one too many, the one that counts.
fn let_in_twice(scans: &[Row]) -> Result<HashMap<String, Admission>, DbError> {
    let granted = scans.iter().filter(|row| {
        let reason: Result<String, _> = column(row, "reason");
        reason.is_ok_and(|reason| ["granted", "left", "undone"].contains(&&*reason))
    });
    let granted: Vec<Row> = granted.cloned().collect();
    Ok(among(&granted)?.into_iter().map(|(_, first, second)| (second.scan_id, first)).collect())
}

fn scan(row: &Row, file: &File, twice: &HashMap<String, Admission>) -> Result<Line, DbError> {
    let text = |name| column::<String>(row, name);
    let (gate, kind, verdict, reason) = (text("gate")?, text("kind")?, text("verdict")?, text("reason")?);
    let offline = if text("mode")? == "offline" { ", offline" } else { "" };
    let what = match (&*kind, &*verdict) {
        ("entry", "ENTRY GRANTED") => "let in".to_owned(),
        ("exit", _) => format!("went out ({})", words(&reason)),
        ("undo", _) => format!("entry taken back ({})", words(&reason)),
        (_, verdict) => format!("{}: {}", verdict.to_lowercase(), words(&reason)),
    };
    let whom = if file.order.seats() > 1 { format!("{}, ", text("first_name")?) } else { String::new() };
    let again =
        twice.get(&text("scan_id")?).map_or_else(String::new, |first| format!(", though {} had before", first.gate));
    Ok(Line { at: at(row)?, by: By::Gate, text: format!("{gate}: {whom}{what}{offline}{again}") })
}

fn message(row: &Row) -> Result<Line, DbError> {
    let (kind, attempts): (String, u32) = (column(row, "kind")?, column(row, "attempts")?);
    let fault: Option<String> = column(row, "last_error")?;
    let because = fault.map_or_else(String::new, |fault| format!(": {fault}"));
    let stand = match (column(row, "sent")?, column(row, "given_up")?) {
        (true, _) => "sent".to_owned(),
        (false, true) => format!("given up after {attempts} attempts{because}"),
        (false, false) if attempts == 0 => "waits to be sent".to_owned(),
        (false, false) => format!("tried {attempts} times, and again soon{because}"),
    };
    Ok(Line { at: at(row)?, by: By::Mail, text: format!("{}: {stand}", words(&kind)) })
}

fn deed(row: &Row) -> Result<Line, DbError> {
    let (organiser, what): (String, String) = (column(row, "organiser")?, column(row, "what")?);
    let reason = column::<Option<String>>(row, "detail")?.filter(|reason| !reason.is_empty());
    let because = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    Ok(Line { at: at(row)?, by: By::Desk, text: format!("{} by {organiser}{because}", words(&what)) })
}

fn words(word: &str) -> String {
    word.replace('_', " ")
}

//! Tickets that let somebody in while somebody was inside on them already.
//!
//! Online the database lets no second one in. A gate that was cut off could not
//! ask it, and let in whoever had a good code. When its scans have come in,
//! the table `scans` tells all of it, and nothing but that table is asked: who
//! was inside when is [`common::passages`]'s to say, here as at the gates.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDateTime, Utc};
use common::Mode;
use common::passages::{Doubled, Passage, Step, stand};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, Row, Value};

use crate::db::{Db, DbError, column};

/// Tickets looked up by one statement.
const BATCH: usize = 500;

/// Two admissions of one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub unique_id: String,
    pub guest: Guest,
    /// Of those, the earlier: the one that counts.
    pub first: Admission,
    pub second: Admission,
}

/// Whose ticket it is; nothing is known of one whose row is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guest {
    pub first_name: Option<String>,
    /// The order that the ticket came by, unless it is from an older system.
    pub order: Option<String>,
}

/// Somebody was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    pub scan_id: String,
    pub gate: String,
    /// By the database's clock.
    pub at: DateTime<Utc>,
    pub mode: Mode,
}

/// Whoever was let in more than once, at least once by a gate that was cut off, with all that was granted to them. The
/// inner table comes from the key alone, and is nearly always empty.
const PASSAGES: &str = "
    SELECT STRAIGHT_JOIN s.unique_id, s.scan_id, s.gate, s.kind, s.mode, s.server_time
    FROM (SELECT unique_id FROM scans
          WHERE kind = 'entry' AND verdict = 'ENTRY GRANTED' AND unique_id IS NOT NULL
          GROUP BY unique_id HAVING COUNT(*) > 1 AND SUM(mode = 'offline') > 0) AS several
    JOIN scans s ON s.unique_id = several.unique_id
    WHERE s.reason IN ('granted', 'left', 'undone')";

/// A ticket that was booked anew after it was dead stands in two orders.
const GUESTS: &str = "
    SELECT t.UNIQUE_ID, t.FIRST_NAME, (
        SELECT a.order_id FROM attendees a JOIN orders o ON o.id = a.order_id WHERE a.unique_id = t.UNIQUE_ID
        ORDER BY a.live_key IS NULL, o.created_at DESC LIMIT 1) AS order_id
    FROM tickets t WHERE t.UNIQUE_ID IN";

/// All of them, the latest first.
///
/// # Errors
/// [`DbError`].
pub async fn all(db: &Db) -> Result<Vec<Conflict>, DbError> {
    let pairs = read(db).await?;
    let guests = guests(db, &pairs).await?;
    let conflict = |(unique_id, first, second): (String, _, _)| {
        let guest = guests.get(&unique_id).cloned().unwrap_or_default();
        Conflict { unique_id, guest, first, second }
    };
    let mut conflicts: Vec<_> = pairs.into_iter().map(conflict).collect();
    conflicts.sort_by(|a, b| (b.second.at, &b.second.scan_id).cmp(&(a.second.at, &a.second.scan_id)));
    Ok(conflicts)
}

/// How many there are.
///
/// # Errors
/// [`DbError`].
pub async fn count(db: &Db) -> Result<u64, DbError> {
    Ok(read(db).await?.len() as u64)
}

type Pair = (String, Admission, Admission);

async fn read(db: &Db) -> Result<Vec<Pair>, DbError> {
    let rows: Vec<Row> = db.work(|mut conn| async move { Ok(conn.query(PASSAGES).await?) }).await?;
    among(&rows)
}

/// The conflicts among these rows of `scans`, of whatever tickets, ticket by ticket.
///
/// # Errors
/// [`DbError::Column`].
pub(crate) fn among(rows: &[Row]) -> Result<Vec<Pair>, DbError> {
    let (mut passages, mut offline) = (BTreeMap::<String, Vec<Passage>>::new(), HashMap::new());
    for row in rows {
        let kind: String = column(row, "kind")?;
        let passage = Passage {
            scan: column(row, "scan_id")?,
            step: Step::parse(&kind).ok_or(DbError::Column { column: "kind" })?,
            at: column::<NaiveDateTime>(row, "server_time")?.and_utc(),
            gate: column(row, "gate")?,
        };
        offline.insert(passage.scan.clone(), column::<String>(row, "mode")? == Mode::Offline.as_str());
        passages.entry(column(row, "unique_id")?).or_default().push(passage);
    }
    let admission = |Passage { scan, at, gate, .. }: Passage| {
        let mode = if offline.get(&scan) == Some(&true) { Mode::Offline } else { Mode::Online };
        Admission { scan_id: scan, gate, at, mode }
    };
    let of_one = |(id, passages): (String, Vec<Passage>)| {
        let pair = |Doubled { first, second }| (id.clone(), admission(first), admission(second));
        stand(passages).doubled.into_iter().map(pair).collect::<Vec<_>>()
    };
    // The database lets nobody in twice: of two whom it let in itself, the way out between them was not written down.
    let one_was_cut_off = |(_, first, second): &Pair| [first.mode, second.mode].contains(&Mode::Offline);
    Ok(passages.into_iter().flat_map(of_one).filter(one_was_cut_off).collect())
}

async fn guests(db: &Db, pairs: &[Pair]) -> Result<BTreeMap<String, Guest>, DbError> {
    let mut guests = BTreeMap::new();
    for some in pairs.chunks(BATCH) {
        let query = format!("{GUESTS} ({})", vec!["?"; some.len()].join(", "));
        let ids: Vec<Value> = some.iter().map(|(id, ..)| id.into()).collect();
        let rows: Vec<Row> = db
            .work(|mut conn| {
                let (query, ids) = (&query, Params::Positional(ids.clone()));
                async move { Ok(conn.exec(query, ids).await?) }
            })
            .await?;
        for row in &rows {
            let guest = Guest { first_name: column(row, "FIRST_NAME")?, order: column(row, "order_id")? };
            guests.insert(column(row, "UNIQUE_ID")?, guest);
        }
    }
    Ok(guests)
}

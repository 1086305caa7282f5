//! The tickets, a page at a time, in the order in which they changed.
//!
//! Two streams, because a ticket's code is made a little later than its row:
//! what changed among the tickets, and which codes are new. A transaction that
//! commits late writes a time that has passed already, so whoever follows reads
//! the last minute again each time ([`OVERLAP`]).

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use common::code_keys::KEY_BYTES;
use common::{CodeKeys, TicketTag, UniqueId};

use super::{Database, DatabaseFault};
use crate::store::Status;

/// Longer than any transaction of ours holds a row.
pub const OVERLAP: TimeDelta = TimeDelta::seconds(60);
/// Rows of a page: half a megabyte, and a few hundredths of a second of the store's time.
const PAGE: u16 = 2000;

const COLUMNS: &str = "t.UNIQUE_ID, t.PRESENT, t.REVOKED_AT IS NOT NULL, t.UPDATED_AT, t.ADMITTED_AT, t.ADMITTED_GATE, \
     t.ADMITTED_SCAN, c.made_at, c.lookup, c.seal_key";

/// What `COLUMNS` needs of a ticket.
const ROW: &str =
    "SELECT UNIQUE_ID, PRESENT, REVOKED_AT, UPDATED_AT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN FROM tickets";

/// The page is cut before the codes are joined: a ticket may have several. The
/// rest of an instant and what follows it are two questions, because an import
/// gives a million rows one instant, and an OR would read them all for each page.
fn changed() -> String {
    format!(
        "SELECT {COLUMNS} FROM (\
           SELECT * FROM (\
             ({ROW} WHERE UPDATED_AT = ? AND UNIQUE_ID > ? ORDER BY UNIQUE_ID LIMIT ?) UNION ALL \
             ({ROW} WHERE UPDATED_AT > ? ORDER BY UPDATED_AT, UNIQUE_ID LIMIT ?)) both_parts \
           ORDER BY UPDATED_AT, UNIQUE_ID LIMIT ?) t \
         LEFT JOIN codes c ON c.unique_id = t.UNIQUE_ID ORDER BY t.UPDATED_AT, t.UNIQUE_ID"
    )
}

const NEW_CODES: &str = "SELECT lookup, unique_id, made_at FROM (\
       (SELECT lookup, unique_id, made_at FROM codes WHERE made_at = ? AND lookup > ? ORDER BY lookup LIMIT ?) UNION ALL \
       (SELECT lookup, unique_id, made_at FROM codes WHERE made_at > ? ORDER BY made_at, lookup LIMIT ?)) both_parts \
     ORDER BY made_at, lookup LIMIT ?";

const COUNT: &str = "SELECT COUNT(*) FROM tickets WHERE UPDATED_AT >= ?";

/// A ticket's row and all of its codes.
#[derive(Clone, Debug)]
pub struct TicketRecord {
    /// Which.
    pub unique_id: UniqueId,
    /// How it stands. The tag is the lookup of its first code, which stays the
    /// first when the signing key is changed; without a code it is nobody's.
    pub status: Status,
    /// Its codes' keys; none if no code was made of it yet.
    pub codes: Vec<CodeKeys>,
}

/// Where a page ended: the time of change and the key of its last row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Rows that changed earlier were read.
    pub at: DateTime<Utc>,
    /// Of those that changed at that instant, those up to this key.
    pub key: Vec<u8>,
}

/// A piece of a stream.
#[derive(Clone, Debug)]
pub struct Page {
    /// The tickets.
    pub tickets: Vec<TicketRecord>,
    /// Where it ended.
    pub end: Cursor,
    /// Whether there may be more.
    pub more: bool,
}

type Columns = (
    String,
    bool,
    bool,
    NaiveDateTime,
    Option<NaiveDateTime>,
    Option<String>,
    Option<String>,
    Option<NaiveDateTime>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

impl Database {
    /// Tickets that changed after the cursor.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn changed_tickets(&self, after: &Cursor) -> Result<Page, DatabaseFault> {
        let (at, key) = (after.at.naive_utc(), String::from_utf8_lossy(&after.key).into_owned());
        let rows: Vec<Columns> = self.rows(&changed(), (at, key, PAGE, at, PAGE, PAGE)).await?;
        let end =
            rows.last().map_or_else(|| after.clone(), |row| Cursor { at: row.3.and_utc(), key: row.0.clone().into() });
        let (tickets, count) = records(rows);
        Ok(Page { more: count >= usize::from(PAGE), tickets, end })
    }

    /// Tickets of which a code was made after the cursor.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn newly_coded_tickets(&self, after: &Cursor) -> Result<Page, DatabaseFault> {
        let at = after.at.naive_utc();
        let codes: Vec<(Vec<u8>, String, NaiveDateTime)> =
            self.rows(NEW_CODES, (at, after.key.clone(), PAGE, at, PAGE, PAGE)).await?;
        let Some((last, _, made_at)) = codes.last() else {
            return Ok(Page { tickets: Vec::new(), end: after.clone(), more: false });
        };
        let (end, more) = (Cursor { at: made_at.and_utc(), key: last.clone() }, codes.len() == usize::from(PAGE));
        let marks = vec!["?"; codes.len()].join(",");
        let question = format!(
            "SELECT {COLUMNS} FROM tickets t JOIN codes c ON c.unique_id = t.UNIQUE_ID \
             WHERE t.UNIQUE_ID IN ({marks}) ORDER BY t.UNIQUE_ID"
        );
        let ids: Vec<mysql_async::Value> = codes.into_iter().map(|(_, id, _)| id.into()).collect();
        let rows: Vec<Columns> = self.rows(&question, ids).await?;
        Ok(Page { tickets: records(rows).0, end, more })
    }

    /// How many tickets changed since.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn count_changed(&self, since: DateTime<Utc>) -> Result<u64, DatabaseFault> {
        let counted: Vec<(u64,)> = self.rows(COUNT, (since.naive_utc(),)).await?;
        counted.first().map(|(count,)| *count).ok_or_else(DatabaseFault::of_no_answer)
    }
}

/// One record for each ticket, whose rows stand together, and how many tickets
/// there were. A UNIQUE_ID that is none of ours is passed over: no code names it.
fn records(rows: Vec<Columns>) -> (Vec<TicketRecord>, usize) {
    let (mut records, mut count, mut last): (Vec<TicketRecord>, usize, Option<String>) = (Vec::new(), 0, None);
    let mut first_made: Option<NaiveDateTime> = None;
    for (id, present, revoked, updated_at, admitted_at, gate, scan, made_at, lookup, seal) in rows {
        let keys = code_keys(lookup, seal);
        if last.as_ref() != Some(&id) {
            count += 1;
            first_made = None;
            if let Ok(unique_id) = UniqueId::parse(&id) {
                let status = Status {
                    tag: TicketTag([u8::MAX; KEY_BYTES]),
                    revoked,
                    present,
                    updated_at: updated_at.and_utc(),
                    admitted_at: admitted_at.map(|at| at.and_utc()),
                    admitted_gate: gate.unwrap_or_default(),
                    admitted_scan: scan.unwrap_or_default(),
                };
                records.push(TicketRecord { unique_id, status, codes: Vec::new() });
            }
            last = Some(id.clone());
        }
        if let (Some(record), Some(keys)) = (records.last_mut().filter(|it| it.unique_id.as_str() == id), keys) {
            let tag = TicketTag(keys.lookup);
            if first_made.is_none() || (made_at, tag) < (first_made, record.status.tag) {
                record.status.tag = tag;
                first_made = made_at;
            }
            record.codes.push(keys);
        }
    }
    (records, count)
}

fn code_keys(lookup: Option<Vec<u8>>, seal: Option<Vec<u8>>) -> Option<CodeKeys> {
    Some(CodeKeys { lookup: lookup?.try_into().ok()?, seal: seal?.try_into().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, key: Option<u8>, made: i64) -> Columns {
        let at = DateTime::from_timestamp(1_795_356_000, 0).unwrap().naive_utc();
        let made = key.map(|_| DateTime::from_timestamp(made, 0).unwrap().naive_utc());
        let key = key.map(|key| vec![key; KEY_BYTES]);
        (id.into(), false, false, at, None, None, None, made, key.clone(), key)
    }

    #[test]
    fn all_codes_of_a_ticket_are_one_ticket_with_one_tag() {
        let (asha, usha) = ("Asha9198765432102026-11-22", "Usha9198765432102026-11-22");
        let rows = vec![
            row(asha, Some(9), 1),
            row(asha, Some(3), 2),
            row(asha, Some(8), 1),
            row("0", None, 0),
            row("0", Some(1), 0),
            row(usha, None, 0),
        ];
        let (records, count) = records(rows);
        assert_eq!((records.len(), count), (2, 3));
        assert_eq!((records[0].codes.len(), records[0].status.tag), (3, TicketTag([8; KEY_BYTES])), "the first made");
        assert_eq!((records[1].codes.len(), records[1].unique_id.as_str()), (0, usha));
    }
}

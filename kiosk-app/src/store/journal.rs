//! The journal: every scan at this gate, in order.
//!
//! A scan that the database is asked about is written twice: that it was asked,
//! before anything is sent, and what came of it, before that is shown. So
//! whatever kills the program, no verdict was shown that is not here, and no
//! request is on its way that the next start does not know of.

use chrono::{DateTime, Utc};
use common::passages::{Passage, Step};
use common::{Mode, Reason, ScanId, TicketTag, UniqueId};
use rusqlite::{Connection, Row};

use super::envelope::{self, JournalKey, JournalOpener};
use super::{Store, StoreFault, instant, micros};

/// What `state` may be.
const ASKED: i64 = 0;
const TO_SEND: i64 = 1;
const SENT: i64 = 2;
const SET_ASIDE: i64 = 3;

pub(super) const COUNT_UNSENT: &str = "SELECT COUNT(*) FROM journal WHERE state <> 2";

/// A scan, before it is known what comes of it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The scan.
    pub scan: ScanId,
    /// What the gates call its ticket, if it is known.
    pub tag: Option<TicketTag>,
    /// Its ticket.
    pub ticket: Option<UniqueId>,
    /// What tells foreign codes apart; none where no code was presented.
    pub text_sha256: Option<String>,
    /// At which gate.
    pub gate: String,
    /// Which way.
    pub step: Step,
    /// By this computer's clock.
    pub device_at: DateTime<Utc>,
    /// The same moment by the server's clock, as far as the difference is known.
    pub server_at: Option<DateTime<Utc>>,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Why, and with it what.
    pub reason: Reason,
    /// What it rests on.
    pub mode: Mode,
    /// The database was asked and was not heard: the request may have been carried out all the same.
    pub unheard: bool,
}

/// A scan that the database does not have yet.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// Its place in the journal.
    pub n: i64,
    /// The scan.
    pub scan: String,
    /// Its ticket.
    pub ticket: Option<UniqueId>,
    /// It has a ticket, but the name cannot be read with the keys at hand.
    pub unreadable: bool,
    /// The text's hash.
    pub text_sha256: Option<String>,
    /// At which gate.
    pub gate: String,
    /// `entry`, `exit` or `undo`.
    pub kind: String,
    /// By this computer's clock.
    pub device_at: DateTime<Utc>,
    /// By the server's clock.
    pub server_at: Option<DateTime<Utc>>,
    /// The verdict's words.
    pub verdict: String,
    /// The reason's word.
    pub reason: String,
    /// The mode's word.
    pub mode: String,
    /// The request may have been carried out though nobody heard of it.
    pub unheard: bool,
}

/// How the journal stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Scans that are not in the database.
    pub unsent: u64,
    /// The oldest of them.
    pub oldest: Option<DateTime<Utc>>,
    /// Of these, how many the database would not take.
    pub set_aside: u64,
}

const COLUMNS: &str = "n, scan, who, text_sha256, gate, kind, device_at, server_at, verdict, reason, mode, unheard";

const INSERT: &str = "INSERT INTO journal (scan, tag, who, text_sha256, gate, kind, device_at, server_at, state) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (scan) DO NOTHING";
const SETTLE: &str = "UPDATE journal SET verdict = ?, reason = ?, mode = ?, unheard = ?, state = ? \
     WHERE scan = ?";

impl Store {
    /// Writes down that a scan is about to be asked of the database.
    ///
    /// # Errors
    /// [`StoreFault`]: nothing is promised then.
    pub async fn ask(&self, asked: Asked, key: Option<JournalKey>) -> Result<(), StoreFault> {
        self.run(move |connection| insert(connection, &asked, key.as_ref())).await
    }

    /// Writes down what came of a scan that was asked.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn settle(&self, scan: ScanId, entry: Entry) -> Result<(), StoreFault> {
        self.run(move |connection| settle(connection, scan, entry)).await
    }

    /// Writes down a scan and what came of it, in one step.
    ///
    /// # Errors
    /// [`StoreFault`]: nothing is promised then.
    pub async fn note(&self, asked: Asked, entry: Entry, key: Option<JournalKey>) -> Result<(), StoreFault> {
        self.run(move |connection| {
            let tx = connection.transaction()?;
            insert(&tx, &asked, key.as_ref())?;
            settle(&tx, asked.scan, entry)?;
            tx.commit()
        })
        .await
    }

    /// After a start: scans that were asked, and whose answer the program did
    /// not live to hear. Nobody was told anything; the requests may have been
    /// carried out. What was set aside gets another chance.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn left_open(&self) -> Result<Vec<String>, StoreFault> {
        self.run_now(|connection| {
            let tx = connection.transaction()?;
            let open = tx
                .prepare("SELECT scan FROM journal WHERE state = ?")?
                .query_map((ASKED,), |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let reason = Reason::DatabaseUnreachable;
            tx.execute(
                "UPDATE journal SET verdict = ?, reason = ?, mode = ?, state = ? WHERE state = ?",
                (reason.outcome().as_str(), reason.as_str(), Mode::Online.as_str(), TO_SEND, ASKED),
            )?;
            tx.execute("UPDATE journal SET state = ? WHERE state = ?", (TO_SEND, SET_ASIDE))?;
            tx.commit()?;
            Ok(open)
        })
    }

    /// The oldest scans that the database does not have, at most so many.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn unsent(&self, most: usize, opener: Option<JournalOpener>) -> Result<Vec<Unsent>, StoreFault> {
        let oldest = format!("SELECT {COLUMNS} FROM journal WHERE state = ? ORDER BY n LIMIT ?");
        self.run(move |connection| {
            let mut oldest = connection.prepare_cached(&oldest)?;
            oldest.query_map((TO_SEND, most), |row| unsent(row, opener.as_ref()))?.collect()
        })
        .await
    }

    /// These are in the database now. Their names are not needed any more.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn sent(&self, numbers: Vec<i64>) -> Result<(), StoreFault> {
        self.run(move |connection| {
            let tx = connection.transaction()?;
            for n in numbers {
                let done = "UPDATE journal SET state = ?, who = NULL, fault = NULL WHERE n = ?";
                tx.prepare_cached(done)?.execute((SENT, n))?;
            }
            tx.commit()
        })
        .await
    }

    /// The database does not take this one. It is kept, and does not hold up the others.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn set_aside(&self, n: i64, fault: String) -> Result<(), StoreFault> {
        let aside = "UPDATE journal SET state = ?, fault = ? WHERE n = ?";
        self.run(move |connection| connection.execute(aside, (SET_ASIDE, fault, n)).map(drop)).await
    }

    /// How the journal stands.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn backlog(&self) -> Result<Backlog, StoreFault> {
        let count = "SELECT COUNT(*), MIN(device_at), COUNT(NULLIF(state, 1)) FROM journal WHERE state IN (1, 3)";
        self.run(move |connection| {
            connection.prepare_cached(count)?.query_one((), |row| {
                let oldest = row.get::<_, Option<i64>>(1)?.map(instant);
                Ok(Backlog { unsent: row.get(0)?, oldest, set_aside: row.get(2)? })
            })
        })
        .await
    }

    /// Every scan of this gate's that let somebody in or out, and whether the database has it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn own_passages(&self) -> Result<Vec<(TicketTag, Passage, bool)>, StoreFault> {
        let granted = "SELECT tag, scan, kind, ifnull(server_at, device_at), gate, state FROM journal \
             WHERE tag IS NOT NULL AND reason IN ('granted', 'left', 'undone') ORDER BY n";
        self.run_now(move |connection| {
            let mut own = Vec::new();
            let mut granted = connection.prepare(granted)?;
            let mut rows = granted.query(())?;
            while let Some(row) = rows.next()? {
                let Some(step) = Step::parse(&row.get::<_, String>(2)?) else { continue };
                let passage = Passage { scan: row.get(1)?, step, at: instant(row.get(3)?), gate: row.get(4)? };
                own.push((TicketTag(row.get(0)?), passage, row.get::<_, i64>(5)? == SENT));
            }
            Ok(own)
        })
    }
}

fn insert(connection: &Connection, asked: &Asked, key: Option<&JournalKey>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(INSERT)?
        .execute((
            asked.scan.to_string(),
            asked.tag.map(|tag| tag.0),
            asked.ticket.as_ref().map(|ticket| envelope::closed(ticket, key)),
            asked.text_sha256.as_deref(),
            &asked.gate,
            asked.step.as_str(),
            micros(asked.device_at),
            asked.server_at.map(micros),
            ASKED,
        ))
        .map(drop)
}

fn settle(connection: &Connection, scan: ScanId, entry: Entry) -> rusqlite::Result<()> {
    let Entry { reason, mode, unheard } = entry;
    let (verdict, reason) = (reason.outcome().as_str(), reason.as_str());
    connection
        .prepare_cached(SETTLE)?
        .execute((verdict, reason, mode.as_str(), unheard, TO_SEND, scan.to_string()))
        .map(drop)
}

fn unsent(row: &Row<'_>, opener: Option<&JournalOpener>) -> rusqlite::Result<Unsent> {
    let who: Option<Vec<u8>> = row.get(2)?;
    let ticket = who.as_deref().and_then(|who| envelope::opened(who, opener));
    Ok(Unsent {
        n: row.get(0)?,
        scan: row.get(1)?,
        unreadable: who.is_some() && ticket.is_none(),
        ticket,
        text_sha256: row.get(3)?,
        gate: row.get(4)?,
        kind: row.get(5)?,
        device_at: instant(row.get(6)?),
        server_at: row.get::<_, Option<i64>>(7)?.map(instant),
        verdict: row.get(8)?,
        reason: row.get(9)?,
        mode: row.get(10)?,
        unheard: row.get(11)?,
    })
}

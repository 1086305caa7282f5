//! The tickets' database: one pool, a deadline on every call, and a word for
//! every way in which it can fail.
//!
//! The driver has no deadlines of its own: without ours, a frozen server or a
//! network that swallows packets would hold a guest at the door for ever.

mod connect;
mod fault;

use std::future::Future;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, Utc};
use common::{ScanId, UniqueId};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Pool};
use tokio::time::timeout;

use crate::settings::Settings;
pub use fault::DatabaseFault;

/// Getting a connection: at worst a new one, which over TLS and a slow mobile
/// network is some eight round trips.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// One statement on a connection that stands.
const STATEMENT_TIME: Duration = Duration::from_secs(2);
/// Saying goodbye when the program ends.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// Admission, in one statement that the server carries out as a whole: of any
/// number of gates that send it for one ticket, one changes the row.
const ADMIT: &str = "UPDATE tickets SET PRESENT=1, ADMITTED_AT=UTC_TIMESTAMP(6), ADMITTED_GATE=?, ADMITTED_SCAN=?, \
     UPDATED_AT=UTC_TIMESTAMP(6) WHERE UNIQUE_ID=? AND PRESENT=0 AND REVOKED_AT IS NULL";

/// What stands in the way of an admission.
const LOOK: &str =
    "SELECT PRESENT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN, REVOKED_AT IS NOT NULL FROM tickets WHERE UNIQUE_ID=?";

/// The server's clock at the time of the scan, however long the record waited.
const RECORD: &str = "INSERT INTO scans \
     (scan_id, unique_id, text_sha256, gate, kind, verdict, reason, mode, device_time, server_time) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND)";

/// The event's database. Connects when first asked.
#[derive(Clone, Debug)]
pub struct Database {
    pool: Pool,
}

/// What came of one attempt at an admission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The row is changed: the guest is in.
    Admitted,
    /// The row was not to be changed, and this is what it says.
    Found(TicketRow),
    /// There is no such row.
    Unknown,
}

/// What a verdict needs to know of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// Whether the guest is inside.
    pub present: bool,
    /// Since when, by the server's clock.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Through which gate.
    pub admitted_gate: Option<String>,
    /// By which scan, as written.
    pub admitted_scan: Option<String>,
    /// Whether the ticket was withdrawn.
    pub revoked: bool,
}

/// A line of the `scans` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanRecord {
    /// The scan.
    pub scan: ScanId,
    /// The ticket that the code named.
    pub unique_id: Option<UniqueId>,
    /// What tells foreign codes apart, where no ticket was named.
    pub text_sha256: Option<String>,
    /// The gate.
    pub gate: String,
    /// `entry`, `exit` or `undo`.
    pub kind: &'static str,
    /// The verdict's words.
    pub verdict: &'static str,
    /// The reason's word.
    pub reason: &'static str,
    /// The mode's word.
    pub mode: &'static str,
    /// This computer's clock.
    pub device_time: DateTime<Utc>,
    /// The same moment, to tell how long the record has waited.
    pub noted_at: Instant,
}

impl Database {
    /// The database that the settings name. Connects to nothing yet.
    #[must_use]
    pub fn open(settings: &Settings) -> Self {
        Self { pool: Pool::new(connect::options(settings)) }
    }

    /// Connects, and prepares the statements of a scan, so that the first guest
    /// does not wait for it. Answers how long that took.
    ///
    /// # Errors
    /// Whatever would befall the first scan, missing rights included.
    pub async fn get_ready(&self) -> Result<Duration, DatabaseFault> {
        let started = Instant::now();
        let mut conn = self.connection().await?;
        let prepared = within(STATEMENT_TIME, conn.prep(ADMIT)).await;
        let prepared = match prepared {
            Ok(_) => within(STATEMENT_TIME, conn.prep(LOOK)).await,
            failed => failed,
        };
        settle(conn, prepared).await?;
        Ok(started.elapsed())
    }

    /// One attempt to admit: one round trip when the guest is let in, a second
    /// one, on the same connection, to learn why not.
    ///
    /// # Errors
    /// The outcome is not known: a statement that was sent may have been
    /// carried out. Ask again with the same scan.
    pub async fn admit(&self, ticket: &UniqueId, gate: &str, scan: ScanId) -> Result<Attempt, DatabaseFault> {
        let mut conn = self.connection().await?;
        let update = conn.exec_drop(ADMIT, (gate, scan.to_string(), ticket.as_str()));
        let sent = within(STATEMENT_TIME, update).await;
        let attempt = match sent {
            Ok(()) if conn.affected_rows() == 1 => Ok(Attempt::Admitted),
            Ok(()) => within(STATEMENT_TIME, conn.exec_first(LOOK, (ticket.as_str(),))).await.and_then(found),
            Err(fault) => Err(fault),
        };
        settle(conn, attempt).await
    }

    /// Writes a scan down. One that is written already is written.
    ///
    /// # Errors
    /// It may or may not have been written; writing it again does no harm.
    pub async fn record(&self, record: &ScanRecord) -> Result<(), DatabaseFault> {
        let waited = i64::try_from(record.noted_at.elapsed().as_micros()).unwrap_or(i64::MAX);
        let values = (
            record.scan.to_string(),
            record.unique_id.as_ref().map(UniqueId::as_str),
            record.text_sha256.as_deref(),
            record.gate.as_str(),
            record.kind,
            record.verdict,
            record.reason,
            record.mode,
            record.device_time.naive_utc(),
            waited,
        );
        let mut conn = self.connection().await?;
        let written = within(STATEMENT_TIME, conn.exec_drop(RECORD, values)).await;
        match settle(conn, written).await {
            Err(fault) if fault.is_duplicate() => Ok(()),
            outcome => outcome,
        }
    }

    /// Says goodbye to the server, if it listens.
    pub async fn close(self) {
        // Nothing is lost if it does not: every statement is a transaction of its own.
        let _ = timeout(CLOSE_TIME, self.pool.disconnect()).await;
    }

    async fn connection(&self) -> Result<Conn, DatabaseFault> {
        within(CONNECT_TIME, self.pool.get_conn()).await
    }
}

async fn within<T>(time: Duration, answer: impl Future<Output = mysql_async::Result<T>>) -> Result<T, DatabaseFault> {
    match timeout(time, answer).await {
        Ok(answer) => answer.map_err(DatabaseFault::from),
        Err(_) => Err(DatabaseFault::Silent(time)),
    }
}

/// Gives the connection back to the pool, unless it leads to a server that has
/// become a read-only copy: the pool would hand it out again and again.
async fn settle<T>(conn: Conn, outcome: Result<T, DatabaseFault>) -> Result<T, DatabaseFault> {
    if outcome.as_ref().is_err_and(DatabaseFault::is_of_a_read_only_server) {
        let _ = timeout(CLOSE_TIME, conn.disconnect()).await;
    }
    outcome
}

type Columns = (bool, Option<NaiveDateTime>, Option<String>, Option<String>, bool);

fn found(row: Option<mysql_async::Row>) -> Result<Attempt, DatabaseFault> {
    let Some(row) = row else { return Ok(Attempt::Unknown) };
    // The driver's plain getter would panic on a column of another type.
    let (present, admitted_at, admitted_gate, admitted_scan, revoked): Columns =
        mysql_async::from_row_opt(row).map_err(|other| DatabaseFault::of_another_shape(other.0))?;
    let admitted_at = admitted_at.map(|at| at.and_utc());
    Ok(Attempt::Found(TicketRow { present, admitted_at, admitted_gate, admitted_scan, revoked }))
}

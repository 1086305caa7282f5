//! A scan, written down.

use std::time::Instant;

use chrono::{DateTime, Utc};
use common::{ScanId, UniqueId};
use mysql_async::prelude::Queryable;

use super::{Database, DatabaseFault, STATEMENT_TIME, settle, within};

/// The server's clock at the time of the scan, however long the record waited.
const RECORD: &str = "INSERT INTO scans \
     (scan_id, unique_id, text_sha256, gate, kind, verdict, reason, mode, device_time, server_time) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND)";

/// A line of the `scans` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanRecord {
    /// The scan.
    pub scan: ScanId,
    /// The ticket that the code named, or that the operator found.
    pub unique_id: Option<UniqueId>,
    /// What tells codes apart without keeping what a stranger's code held;
    /// none where no code was presented.
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
}

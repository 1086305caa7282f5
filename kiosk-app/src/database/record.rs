//! A scan, written down.

use chrono::{DateTime, Utc};
use mysql_async::{Params, Value};

const COLUMNS: &str = "scan_id, unique_id, text_sha256, gate, kind, verdict, reason, mode, device_time, server_time";
const MARKS: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// A line of the `scans` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedScan {
    /// The scan.
    pub scan: String,
    /// The ticket that the code named, or that the operator found.
    pub unique_id: Option<String>,
    /// What tells codes apart without keeping what a stranger's code held;
    /// none where no code was presented.
    pub text_sha256: Option<String>,
    /// The gate.
    pub gate: String,
    /// `entry`, `exit` or `undo`.
    pub kind: String,
    /// The verdict's words.
    pub verdict: String,
    /// The reason's word.
    pub reason: String,
    /// The mode's word.
    pub mode: String,
    /// This computer's clock.
    pub device_time: DateTime<Utc>,
    /// The server's clock at that moment.
    pub server_time: DateTime<Utc>,
}

impl RecordedScan {
    /// One statement for all of them.
    pub(super) fn insert(scans: &[&Self]) -> (String, Params) {
        let marks = vec![MARKS; scans.len()].join(", ");
        let values: Vec<Value> = scans.iter().flat_map(|scan| scan.values()).collect();
        (format!("INSERT INTO scans ({COLUMNS}) VALUES {marks}"), Params::Positional(values))
    }

    fn values(&self) -> [Value; 10] {
        [
            self.scan.as_str().into(),
            self.unique_id.as_deref().into(),
            self.text_sha256.as_deref().into(),
            self.gate.as_str().into(),
            self.kind.as_str().into(),
            self.verdict.as_str().into(),
            self.reason.as_str().into(),
            self.mode.as_str().into(),
            self.device_time.naive_utc().into(),
            self.server_time.naive_utc().into(),
        ]
    }
}

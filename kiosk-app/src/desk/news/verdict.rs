//! A verdict as the page shows it: as large as the screen, and as a line of the list.

use std::time::Duration;

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{Reason, ScanId, UniqueId, Verdict};
use serde::{Deserialize, Serialize};

/// How a ticket came before the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Seen by the camera.
    Camera,
    /// Typed by a scanner.
    Scanner,
    /// In a picture.
    Picture,
    /// Found by the operator.
    Hand,
}

/// A line of the list of scans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recent {
    scan_id: ScanId,
    at: DateTime<Utc>,
    verdict: &'static str,
    reason: Reason,
    kind: Step,
    way: Way,
    mode: common::Mode,
    first_name: Option<String>,
    phone: Option<String>,
}

/// A verdict, as large as the screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownVerdict {
    #[serde(flatten)]
    line: Recent,
    gate: String,
    unlisted: bool,
    admitted_at: Option<DateTime<Utc>>,
    admitted_gate: Option<String>,
    clears_after_ms: Option<u64>,
}

/// Good news goes by itself; whatever asks something of the operator stays.
const GOOD_NEWS: Duration = Duration::from_millis(2000);

impl ShownVerdict {
    /// A verdict given now.
    #[must_use]
    pub fn new(verdict: &Verdict, kind: Step, way: Way) -> Self {
        let clears = matches!(verdict.reason, Reason::Granted | Reason::Left | Reason::Undone);
        Self {
            line: Recent {
                scan_id: verdict.scan_id,
                at: Utc::now(),
                verdict: verdict.reason.outcome().as_str(),
                reason: verdict.reason,
                kind,
                way,
                mode: verdict.mode,
                first_name: verdict.first_name.as_ref().map(ToString::to_string),
                phone: verdict.first_name.as_ref().and(verdict.unique_id.as_ref()).map(masked_phone),
            },
            gate: verdict.gate.clone(),
            unlisted: verdict.unlisted,
            admitted_at: verdict.admitted_at,
            admitted_gate: verdict.admitted_gate.clone(),
            clears_after_ms: clears.then(|| u64::try_from(GOOD_NEWS.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// Its line in the list.
    #[must_use]
    pub fn line(&self) -> &Recent {
        &self.line
    }
}

/// The phone number as a screen may show it.
#[must_use]
pub fn masked_phone(ticket: &UniqueId) -> String {
    ticket.parts().1.masked()
}

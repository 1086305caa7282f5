//! Says who may enter.
//!
//! A text is judged first; only one that names a ticket goes to the database.
//! There a single conditional UPDATE admits it, so that of any number of gates
//! exactly one lets the guest in. Every scan has an id that is made before the
//! first attempt and stays the same through every repeat: if an answer is lost
//! on the way, the repeat finds its own id on the row and the guest is
//! welcome, not "already inside".

mod unsettled;

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use common::{FirstName, Mode, PublicKey, Reason, ScanId, UniqueId, Verdict};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::database::{Attempt, Database, DatabaseFault, TicketRow};
use crate::judge::{Judged, judge};
use crate::settings::Settings;
use unsettled::Unsettled;

/// What a guest is kept waiting at most. Room for a connection that turns out
/// dead, a new one, and a server that restarts.
const SCAN_TIME: Duration = Duration::from_secs(6);
/// The most attempts. A server that refuses every connection at once is given
/// up after these, in about two seconds.
const ATTEMPTS: u32 = 16;
/// The pause before the second attempt, doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// A gate's judgement, with the database behind it. Any number of scans at once.
#[derive(Debug)]
pub struct Admitter {
    gate: String,
    keys: Vec<PublicKey>,
    accept_unsigned: bool,
    database: Database,
    unsettled: Unsettled,
}

/// What was found out about a ticket.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    reason: Reason,
    admitted_at: Option<DateTime<Utc>>,
    admitted_gate: Option<String>,
}

impl Admitter {
    /// A gate that goes by these settings.
    #[must_use]
    pub fn new(settings: &Settings, database: Database) -> Self {
        Self {
            gate: settings.gate.as_str().to_owned(),
            keys: settings.public_keys.clone(),
            accept_unsigned: settings.accept_unsigned,
            database,
            unsettled: Unsettled::default(),
        }
    }

    /// Judges a scanned text and, if it names a ticket that is not inside, admits it.
    pub async fn admit(&self, text: &[u8]) -> Verdict {
        self.admit_scan(text, Uuid::now_v7().into()).await
    }

    /// The same for a scan that has an id already, as when it is repeated.
    pub async fn admit_scan(&self, text: &[u8], scan: ScanId) -> Verdict {
        let started = Instant::now();
        let (finding, unique_id, first_name) = match judge(text, &self.keys, self.accept_unsigned) {
            // Nobody vouches for the name in such a code: it is not shown.
            Judged::Refused { reason, claims } => (reason.into(), claims, None),
            Judged::Ticket(ticket) => {
                let finding = self.ask(&ticket, scan).await;
                let name: FirstName = ticket.parts().0;
                (finding, Some(ticket), Some(name))
            }
        };
        Verdict {
            reason: finding.reason,
            unique_id,
            first_name,
            gate: self.gate.clone(),
            scan_id: scan,
            mode: Mode::Online,
            admitted_at: finding.admitted_at,
            admitted_gate: finding.admitted_gate,
            elapsed: started.elapsed(),
        }
    }

    /// Asks until there is an answer, but not for ever.
    async fn ask(&self, ticket: &UniqueId, scan: ScanId) -> Finding {
        let finding = match timeout(SCAN_TIME, self.ask_repeatedly(ticket, scan)).await {
            Ok(finding) => finding,
            Err(_) => {
                tracing::warn!(ticket = ticket.masked(), "given up after {SCAN_TIME:?}");
                Reason::DatabaseUnreachable.into()
            }
        };
        match finding.reason {
            // An UPDATE may have been carried out though no answer came.
            Reason::DatabaseUnreachable => self.unsettled.note(ticket, scan),
            Reason::GateRefused => {}
            _ => self.unsettled.forget(ticket),
        }
        finding
    }

    async fn ask_repeatedly(&self, ticket: &UniqueId, scan: ScanId) -> Finding {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                sleep(pause(attempt, getrandom::u32().unwrap_or_default())).await;
            }
            match self.database.admit(ticket, &self.gate, scan).await {
                Ok(outcome) => {
                    if let Some(finding) = self.understand(outcome, ticket, scan) {
                        return finding;
                    }
                }
                Err(fault) if fault.may_pass() => {
                    // Once a scan, not sixteen times.
                    if attempt == 0 {
                        tracing::warn!(ticket = ticket.masked(), "{fault}; asking again");
                    }
                }
                Err(fault) => return refused(&fault),
            }
        }
        tracing::warn!(ticket = ticket.masked(), "given up after {ATTEMPTS} attempts");
        Reason::DatabaseUnreachable.into()
    }

    /// What an attempt's outcome means; nothing if it has to be made again.
    fn understand(&self, outcome: Attempt, ticket: &UniqueId, scan: ScanId) -> Option<Finding> {
        let row = match outcome {
            // The time is the server's, and would cost a second round trip to learn.
            Attempt::Admitted => {
                return Some(Finding { admitted_gate: Some(self.gate.clone()), ..Reason::Granted.into() });
            }
            Attempt::Unknown => return Some(Reason::UnknownTicket.into()),
            Attempt::Found(row) => row,
        };
        let reason = reason_of(&row, |written| written == scan.to_string() || self.unsettled.take(ticket, written))?;
        Some(Finding { reason, admitted_at: row.admitted_at, admitted_gate: row.admitted_gate })
    }
}

/// Why the row was not changed. `is_ours` says whether a scan id on it belongs
/// to this scan. Nothing if nothing stands in the way any more: the row was
/// changed between the two questions.
fn reason_of(row: &TicketRow, is_ours: impl FnOnce(&str) -> bool) -> Option<Reason> {
    match row {
        // Withdrawn since: no welcome, not even for a scan that had been granted.
        TicketRow { revoked: true, .. } => Some(Reason::Revoked),
        TicketRow { present: true, admitted_scan: Some(written), .. } if is_ours(written) => Some(Reason::Granted),
        TicketRow { present: true, .. } => Some(Reason::AlreadyInside),
        TicketRow { present: false, .. } => None,
    }
}

fn refused(fault: &DatabaseFault) -> Finding {
    tracing::error!("{fault}; {}", fault.remedy());
    Reason::GateRefused.into()
}

impl From<Reason> for Finding {
    fn from(reason: Reason) -> Self {
        Self { reason, admitted_at: None, admitted_gate: None }
    }
}

/// The pause before a repeat: doubling, and spread by chance over its upper
/// half, so that gates which met at one row do not meet there again.
fn pause(attempt: u32, chance: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(10)).min(LONGEST_PAUSE);
    longest.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(present: bool, scan: Option<&str>, revoked: bool) -> TicketRow {
        TicketRow { present, admitted_at: None, admitted_gate: None, admitted_scan: scan.map(str::to_owned), revoked }
    }

    #[test]
    fn a_row_that_was_not_changed_says_why() {
        for (row, reason) in [
            (row(true, Some("mine"), false), Some(Reason::Granted)),
            (row(true, Some("theirs"), false), Some(Reason::AlreadyInside)),
            (row(true, None, false), Some(Reason::AlreadyInside)),
            (row(false, None, true), Some(Reason::Revoked)),
            (row(true, Some("mine"), true), Some(Reason::Revoked)),
            // A guest who left again: the old scan's id is no welcome.
            (row(false, Some("mine"), false), None),
            (row(false, None, false), None),
        ] {
            assert_eq!(reason_of(&row, |scan| scan == "mine"), reason, "{row:?}");
        }
    }

    #[test]
    fn pauses_grow_and_stay_within_their_bounds() {
        for chance in [0, 1, u32::MAX / 2, u32::MAX] {
            for attempt in 1..100 {
                let pause = pause(attempt, chance);
                assert!(pause >= FIRST_PAUSE / 2 && pause <= LONGEST_PAUSE, "{attempt} {pause:?}");
            }
        }
        assert!(pause(1, u32::MAX) <= FIRST_PAUSE);
        assert_eq!(pause(50, u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn a_server_that_is_away_is_given_up_in_time() {
        let pauses: Duration = (1..ATTEMPTS).map(|attempt| pause(attempt, u32::MAX)).sum();
        assert!(pauses < SCAN_TIME / 2, "{pauses:?}");
    }
}

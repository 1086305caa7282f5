//! Says who may enter, who may leave, and takes an admission back.
//!
//! A text is judged first; only one that names a ticket goes to the database.
//! There a single conditional UPDATE admits it, so that of any number of gates
//! exactly one lets the guest in. Every scan has an id that is made before the
//! first attempt and stays the same through every repeat: if an answer is lost
//! on the way, the repeat finds its own id on the row and the guest is
//! welcome, not "already inside". Exits and undos go the same way.
//!
//! Reading order: here → [`Wish`] (what is sent) → `reading` (what the answer
//! means) → `unsettled` (what to remember where there was none).

mod reading;
mod unsettled;

use std::time::{Duration, Instant};

use common::{Mode, PublicKey, Reason, ScanId, UniqueId, Verdict};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::database::{Attempt, Database, DatabaseFault, Request, Wish};
use crate::judge::{Judged, judge};
use crate::settings::Settings;
use reading::Finding;
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
        self.answer_text(text, Wish::Enter, scan).await
    }

    /// Judges a scanned text and, if it names a ticket that is inside, notes
    /// that its guest leaves. They may come in again.
    pub async fn leave_scan(&self, text: &[u8], scan: ScanId) -> Verdict {
        self.answer_text(text, Wish::Leave, scan).await
    }

    /// Admits a guest whom the operator found, without a code.
    pub async fn admit_by_hand(&self, ticket: &UniqueId, scan: ScanId) -> Verdict {
        self.answer(ticket, Wish::Enter, scan, Instant::now()).await
    }

    /// Notes that a guest leaves whom the operator found, without a code.
    pub async fn leave_by_hand(&self, ticket: &UniqueId, scan: ScanId) -> Verdict {
        self.answer(ticket, Wish::Leave, scan, Instant::now()).await
    }

    /// Takes back the admission that this gate granted to a scan, and no
    /// other: `Undone`; too late with `NotInside` (the guest has left since)
    /// or `AlreadyInside` (and has come in again).
    pub async fn undo(&self, ticket: &UniqueId, admission: ScanId, scan: ScanId) -> Verdict {
        let admission = self.unsettled.written_as(admission);
        self.answer(ticket, Wish::TakeBack(admission), scan, Instant::now()).await
    }

    async fn answer_text(&self, text: &[u8], wish: Wish, scan: ScanId) -> Verdict {
        let began = Instant::now();
        match judge(text, &self.keys, self.accept_unsigned) {
            Judged::Ticket(ticket) => self.answer(&ticket, wish, scan, began).await,
            // Nobody vouches for the name in such a code: it is not shown.
            Judged::Refused { reason, claims } => self.verdict(reason.into(), scan, claims, began),
        }
    }

    async fn answer(&self, ticket: &UniqueId, wish: Wish, scan: ScanId, began: Instant) -> Verdict {
        let finding = self.ask(ticket, wish, scan).await;
        let verdict = self.verdict(finding, scan, Some(ticket.clone()), began);
        Verdict { first_name: Some(ticket.parts().0), ..verdict }
    }

    fn verdict(&self, finding: Finding, scan: ScanId, unique_id: Option<UniqueId>, began: Instant) -> Verdict {
        Verdict {
            reason: finding.reason,
            unique_id,
            first_name: None,
            gate: self.gate.clone(),
            scan_id: scan,
            mode: Mode::Online,
            admitted_at: finding.admitted_at,
            admitted_gate: finding.admitted_gate,
            elapsed: began.elapsed(),
        }
    }

    /// Asks until there is an answer, but not for ever.
    async fn ask(&self, ticket: &UniqueId, wish: Wish, scan: ScanId) -> Finding {
        let request = Request { wish, ticket, gate: &self.gate, scan, unheard_since: None };
        let finding = match timeout(SCAN_TIME, self.ask_repeatedly(request)).await {
            Ok(finding) => finding,
            Err(_) => {
                tracing::warn!(ticket = ticket.masked(), "given up after {SCAN_TIME:?}");
                Reason::DatabaseUnreachable.into()
            }
        };
        match finding.reason {
            // An UPDATE may have been carried out though no answer came.
            Reason::DatabaseUnreachable => self.unsettled.note(ticket, wish, scan),
            Reason::GateRefused => {}
            _ => self.unsettled.forget(ticket, wish),
        }
        finding
    }

    async fn ask_repeatedly(&self, mut request: Request<'_>) -> Finding {
        let ticket = request.ticket.masked();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                sleep(pause(attempt, getrandom::u32().unwrap_or_default())).await;
            }
            let sent = Instant::now();
            match self.database.attempt(&request).await {
                Ok(outcome) => {
                    if let Some(finding) = self.understand(outcome, &request) {
                        return finding;
                    }
                }
                Err(fault) if fault.may_pass() => {
                    // Once a scan, not sixteen times.
                    if request.unheard_since.is_none() {
                        tracing::warn!(ticket, "{fault}; asking again");
                    }
                    request.unheard_since.get_or_insert(sent);
                }
                Err(fault) => return refused(&fault),
            }
        }
        tracing::warn!(ticket, "given up after {ATTEMPTS} attempts");
        Reason::DatabaseUnreachable.into()
    }

    /// What an attempt's outcome means; nothing if it has to be made again.
    fn understand(&self, outcome: Attempt, request: &Request<'_>) -> Option<Finding> {
        let &Request { wish, ticket, scan, .. } = request;
        let row = match outcome {
            Attempt::Changed => return Some(reading::done(wish, &self.gate)),
            Attempt::Unknown => return Some(Reason::UnknownTicket.into()),
            Attempt::Found(row) => row,
        };
        let is_ours = |written: &str| {
            written == self.unsettled.written_as(scan).to_string() || self.unsettled.take(ticket, wish, written, scan)
        };
        let reason = reading::not_done(wish, &row, is_ours)?;
        Some(Finding { reason, admitted_at: row.admitted_at, admitted_gate: row.admitted_gate })
    }
}

fn refused(fault: &DatabaseFault) -> Finding {
    tracing::error!("{fault}; {}", fault.remedy());
    Reason::GateRefused.into()
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

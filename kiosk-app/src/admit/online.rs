//! Asks the database until it answers, but not for ever.

use std::time::{Duration, Instant};

use common::{Reason, ScanId};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::reading::{self, Finding};
use super::unsettled::Unsettled;
use crate::database::{Attempt, Database, DatabaseFault, Request};
use crate::memory::Memory;

/// The most attempts. A server that refuses every connection at once is given
/// up after these, in about two seconds.
const ATTEMPTS: u32 = 16;
/// The pause before the second attempt, doubled before each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// The way to the database's verdicts.
#[derive(Debug)]
pub(super) struct Online {
    pub(super) database: Database,
    pub(super) memory: Memory,
    pub(super) unsettled: Unsettled,
}

impl Online {
    /// What the database says within this time.
    pub(super) async fn ask(&self, request: Request<'_>, time: Duration) -> Finding {
        let Request { wish, ticket, .. } = request;
        let finding = match timeout(time, self.ask_repeatedly(request)).await {
            Ok(finding) => finding,
            Err(_) => {
                tracing::warn!(ticket = ticket.masked(), "given up after {time:?}");
                Reason::DatabaseUnreachable.into()
            }
        };
        if !matches!(finding.reason, Reason::DatabaseUnreachable | Reason::GateRefused) {
            self.unsettled.forget(ticket, wish);
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
        let &Request { wish, ticket, scan, gate, .. } = request;
        let row = match outcome {
            Attempt::Changed => return Some(reading::done(wish, gate)),
            Attempt::Unknown => return Some(Reason::UnknownTicket.into()),
            Attempt::Found(row) => row,
        };
        let is_ours = |written: &str| {
            written == self.unsettled.written_as(scan).to_string()
                || self.unsettled.take(ticket, wish, written, scan)
                || self.take_left_open(written, scan)
        };
        let reason = reading::not_done(wish, &row, is_ours)?;
        Some(Finding { reason, admitted_at: row.admitted_at, admitted_gate: row.admitted_gate })
    }

    /// Whether the row was changed by a scan that this gate asked before it was
    /// started anew, and of which nobody was told.
    fn take_left_open(&self, written: &str, scan: ScanId) -> bool {
        let ours = self.memory.take_left_open(written);
        if let (true, Ok(earlier)) = (ours, Uuid::parse_str(written)) {
            self.unsettled.stands_for(scan, earlier.into());
        }
        ours
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
    use crate::admit::find::SCAN_TIME;

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

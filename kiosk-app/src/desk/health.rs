//! Looks after the database while nobody asks it anything: whether it answers
//! and how fast, what its clock says, and how the evening stands.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep};

use super::board::Board;
use super::news::{Arrivals, Clock, Counts, DatabaseHealth, Event, Reach};
use super::offline;
use crate::database::{Attendance, Database, DatabaseFault, EventRow, Pulse, SLOT_MINUTES};
use crate::memory::Memory;
use crate::upkeep::Standing;
use crate::works::{Company, Works};

/// How old things are changes also while nothing happens.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Between two counts of the guests, which read the whole table: while nothing
/// happens at this gate, and after something did.
const COUNT: Duration = Duration::from_secs(15);
const COUNT_AFTER_A_SCAN: Duration = Duration::from_secs(2);
/// A clock that is further off than this is said to be.
const CLOCK_TOLERANCE_MS: i64 = 2000;

/// Tells the look-out that something has happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Nudge(Arc<Notify>);

impl Nudge {
    pub(super) fn now(&self) {
        self.0.notify_one();
    }
}

/// What is looked at.
pub(super) struct Looked {
    database: Database,
    memory: Memory,
    company: Company,
    standing: watch::Receiver<Standing>,
}

impl Looked {
    pub(super) fn at(works: &Works) -> Self {
        Self {
            database: works.database.clone(),
            memory: works.memory.clone(),
            company: works.company.clone(),
            standing: works.upkeep().standing(),
        }
    }
}

/// Looks until it is stopped from outside.
pub(super) async fn look(mut at: Looked, board: Board, nudge: Nudge) {
    let mut counted: Option<Instant> = None;
    let mut nudged = false;
    loop {
        let now = at.standing.borrow_and_update().clone();
        board.change(|screen| screen.offline = offline::shown(&now, &at.memory, &at.company));
        if let Some(pulse) = now.pulse.as_deref() {
            feel(&board, pulse);
            if pulse.is_ok() {
                name_the_event(&at.database, &board).await;
                let due = if nudged { COUNT_AFTER_A_SCAN } else { COUNT };
                if counted.is_none_or(|at| at.elapsed() >= due) {
                    counted = Some(Instant::now());
                    nudged = false;
                    match at.database.attendance().await {
                        Ok(attendance) => count(&board, &attendance),
                        Err(fault) => tracing::warn!("the guests cannot be counted: {fault}; {}", fault.remedy()),
                    }
                }
            }
        }
        let gate = board.now().gate.clone().unwrap_or_default();
        board.change(|screen| screen.conflicts = offline::conflicts(&now.conflicts, &gate));
        tokio::select! {
            changed = at.standing.changed() => if changed.is_err() { return },
            () = nudge.0.notified() => {
                nudged = true;
                // The record of the scan is on its way.
                sleep(Duration::from_millis(300)).await;
            }
            () = sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Learns what the event is.
async fn name_the_event(database: &Database, board: &Board) {
    if board.screen().borrow().event.is_some() {
        return;
    }
    match database.event().await {
        Ok(event) => {
            let event =
                event.map(|EventRow { name, venue, starts_at, time_zone }| Event { name, venue, starts_at, time_zone });
            board.change(|screen| screen.event = event);
        }
        Err(fault) => tracing::warn!("the event's name is not known: {fault}; {}", fault.remedy()),
    }
}

fn feel(board: &Board, pulse: &Result<Pulse, DatabaseFault>) {
    let health = match pulse {
        Ok(pulse) => DatabaseHealth {
            state: Reach::Up,
            round_trip_ms: Some((pulse.round_trip.as_secs_f64() * 10_000.0).round() / 10.0),
            detail: None,
        },
        Err(fault) => DatabaseHealth {
            state: if fault.may_pass() { Reach::Away } else { Reach::Refused },
            round_trip_ms: None,
            detail: Some(format!("{fault}; {}", fault.remedy())),
        },
    };
    board.change(|screen| {
        if screen.database.state != health.state
            && let Some(detail) = &health.detail
        {
            tracing::warn!("{detail}");
        }
        screen.database = health;
        // The last known difference stays: a clock does not mend itself while the network is away.
        if let Ok(pulse) = pulse {
            screen.clock = clock(pulse.difference.num_milliseconds());
        }
    });
}

fn clock(difference_ms: i64) -> Clock {
    Clock { difference_ms: Some(difference_ms), warn: difference_ms.abs() > CLOCK_TOLERANCE_MS }
}

fn count(board: &Board, attendance: &Attendance) {
    board.change(|screen| {
        screen.counts = Some(Counts {
            inside: attendance.inside,
            admitted: attendance.admitted,
            expected: attendance.expected,
            at: attendance.as_of,
        });
        screen.arrivals = Some(Arrivals {
            slot_minutes: SLOT_MINUTES,
            starts_at: attendance.first_slot,
            counts: attendance.arrivals.clone(),
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_more_than_two_seconds_off_is_said_to_be() {
        for (difference, warn) in [(0, false), (2000, false), (-2000, false), (2001, true), (-86_400_000, true)] {
            assert_eq!(clock(difference), Clock { difference_ms: Some(difference), warn });
        }
    }
}

//! Looks after the database while nobody asks it anything: whether it answers
//! and how fast, what its clock says, and how the evening stands.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::board::Board;
use super::news::{Arrivals, Clock, Counts, DatabaseHealth, Event, Reach};
use crate::database::{Attendance, Database, DatabaseFault, EventRow, Pulse, SLOT_MINUTES};

/// Between two looks at the pulse. Sixteen gates then ask the server for five
/// tiny statements a second.
const PULSE: Duration = Duration::from_secs(3);
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

/// Looks until it is stopped from outside.
pub(super) async fn look(database: Database, board: Board, nudge: Nudge) {
    let mut ready = false;
    let mut counted: Option<Instant> = None;
    let mut nudged = false;
    loop {
        let pulse = if ready { database.ping().await } else { get_ready(&database, &board).await };
        ready = pulse.is_ok();
        let due = if nudged { COUNT_AFTER_A_SCAN } else { COUNT };
        if ready && counted.is_none_or(|at| at.elapsed() >= due) {
            counted = Some(Instant::now());
            nudged = false;
            match database.attendance().await {
                Ok(attendance) => count(&board, &attendance),
                Err(fault) => tracing::warn!("the guests cannot be counted: {fault}; {}", fault.remedy()),
            }
        }
        feel(&board, &pulse);
        // A scan that could not be checked is looked into at once; the next
        // look is no later than usual however many scans there are.
        nudged |= timeout(PULSE, nudge.0.notified()).await.is_ok();
        if nudged && ready {
            sleep(Duration::from_millis(300)).await;
        }
    }
}

/// Connects, and learns what the event is.
async fn get_ready(database: &Database, board: &Board) -> Result<Pulse, DatabaseFault> {
    let took = database.get_ready().await?;
    tracing::info!("the database answers, connected in {took:.0?}");
    if board.screen().borrow().event.is_none() {
        let event = database.event().await?;
        let event =
            event.map(|EventRow { name, venue, starts_at, time_zone }| Event { name, venue, starts_at, time_zone });
        board.change(|screen| screen.event = event);
    }
    database.ping().await
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

//! The event as last read, for all who ask at the same time.
//!
//! In a sale everybody looks at the same row. It is read a few times a second
//! and shown to all; one reads, and whoever comes meanwhile sees what was
//! there a moment ago, or waits for the same answer. It only informs: that a
//! seat is free, the database says when it is taken.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::db::{Db, DbError};
use crate::event::Event;

/// Nobody sees anything older than this, unless another is reading just now.
const FRESH: Duration = Duration::from_millis(250);
/// And nobody at all anything older than this: what an organiser changes shows within a second.
const SHOWN: Duration = Duration::from_millis(900);

/// What was last read, and how that went.
#[derive(Debug, Default)]
pub(super) struct Board {
    seen: Mutex<Option<Seen>>,
    failed: Mutex<Option<(Instant, Arc<DbError>)>>,
    /// Held by the one who reads.
    reading: tokio::sync::Mutex<()>,
    /// Seats that this process has held so far.
    holds: AtomicU32,
}

#[derive(Clone, Debug)]
struct Seen {
    event: Option<Event>,
    /// When the reading began, and ended.
    asked: Instant,
    heard: Instant,
    /// [`Board::holds`] as it was asked.
    holds: u32,
}

impl Board {
    /// A guest who has taken a seat does not see it free on the next page:
    /// once the seats last seen may be gone, the row is read anew.
    pub(super) fn seats_held(&self, seats: u32) {
        self.holds.fetch_add(seats, Ordering::Relaxed);
    }

    /// The event, `None` before the organiser has set it.
    pub(super) async fn event(&self, db: &Db) -> Result<Option<Event>, Arc<DbError>> {
        let came = Instant::now();
        if let Some(seen) = self.seen().filter(|seen| self.is_fresh(seen, came)) {
            return Ok(seen.event);
        }
        let _reading = match self.reading.try_lock() {
            Ok(reading) => reading,
            Err(_) => {
                let may_be_shown =
                    |seen: &Seen| came.duration_since(seen.asked) < SHOWN && !self.has_failed_since(seen.heard);
                if let Some(seen) = self.seen().filter(may_be_shown) {
                    return Ok(seen.event);
                }
                self.reading.lock().await
            }
        };
        // Whoever was reading has done so for us, too, well or not.
        if let Some(seen) = self.seen().filter(|seen| seen.heard > came) {
            return Ok(seen.event);
        }
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, error)) = failed.filter(|(at, _)| *at > came) {
            return Err(error);
        }
        self.read(db).await
    }

    async fn read(&self, db: &Db) -> Result<Option<Event>, Arc<DbError>> {
        let (asked, holds) = (Instant::now(), self.holds.load(Ordering::Relaxed));
        match Event::load(db).await {
            Ok(event) => {
                let seen = Seen { event: event.clone(), asked, heard: Instant::now(), holds };
                *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
                Ok(event)
            }
            Err(error) => {
                let error = Arc::new(error);
                let failed = Some((Instant::now(), Arc::clone(&error)));
                *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
                Err(error)
            }
        }
    }

    /// What was seen before a failure is not shown after it.
    fn has_failed_since(&self, then: Instant) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|(at, _)| *at > then)
    }

    fn seen(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_fresh(&self, seen: &Seen, now: Instant) -> bool {
        let held_since = self.holds.load(Ordering::Relaxed).wrapping_sub(seen.holds);
        let left = seen.event.as_ref().map_or(0, Event::seats_left);
        now.duration_since(seen.asked) < FRESH && (held_since == 0 || held_since < left)
    }
}

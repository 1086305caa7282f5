//! One place for one frame: the newest. Whoever puts a frame never waits, and
//! whoever is slow misses frames instead of seeing old ones.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::raw::RawFrame;

/// An older frame is no longer what stands before the camera.
const FRESH: Duration = Duration::from_millis(700);

/// The newest frame.
#[derive(Debug, Default)]
pub(super) struct Newest {
    place: Mutex<Place>,
    /// Tells threads.
    changed: Condvar,
    /// Tells tasks.
    notify: Notify,
}

#[derive(Debug, Default)]
struct Place {
    frame: Option<Arc<RawFrame>>,
    closed: bool,
}

impl Newest {
    pub(super) fn put(&self, frame: Arc<RawFrame>) {
        self.change(|place| place.frame = Some(frame));
    }

    /// Takes the frame away: what it shows is over.
    pub(super) fn clear(&self) {
        self.change(|place| place.frame = None);
    }

    /// There will be no more.
    pub(super) fn close(&self) {
        self.change(|place| *place = Place { frame: None, closed: true });
    }

    fn change(&self, change: impl FnOnce(&mut Place)) {
        change(&mut self.lock());
        self.changed.notify_all();
        self.notify.notify_waiters();
    }

    /// Waits for a fresh frame behind this one; none when there will be no more.
    pub(super) fn wait(&self, after: u64) -> Option<Arc<RawFrame>> {
        let mut place = self.lock();
        loop {
            if let Some(outcome) = place.look(after) {
                return outcome;
            }
            place = self.changed.wait(place).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same for a task.
    pub(super) async fn next(&self, after: u64) -> Option<Arc<RawFrame>> {
        loop {
            // Before the look, so that what comes in between is heard.
            let changed = self.notify.notified();
            let outcome = self.lock().look(after);
            if let Some(outcome) = outcome {
                return outcome;
            }
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// The end, a frame, or nothing yet.
    fn look(&self, after: u64) -> Option<Option<Arc<RawFrame>>> {
        if self.closed {
            return Some(None);
        }
        let fresh = |frame: &&Arc<RawFrame>| frame.sequence > after && frame.taken_at.elapsed() <= FRESH;
        self.frame.as_ref().filter(fresh).map(|frame| Some(Arc::clone(frame)))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::super::format::{Format, Pixels};
    use super::super::raw::Pool;
    use super::*;

    fn frame(sequence: u64) -> Arc<RawFrame> {
        let format = Format { pixels: Pixels::Grey, width: 1, height: 1, frames_per_second: 30 };
        Arc::new(Arc::new(Pool::default()).frame(format, sequence, &[0]))
    }

    fn sequence(frame: Option<Arc<RawFrame>>) -> Option<u64> {
        frame.map(|frame| frame.sequence)
    }

    #[test]
    fn a_slow_reader_gets_the_newest_and_never_an_old_one() {
        let newest = Newest::default();
        for number in 1..=5 {
            newest.put(frame(number));
        }
        assert_eq!(sequence(newest.wait(1)), Some(5));
    }

    #[test]
    fn a_reader_waits_for_what_it_has_not_seen_until_there_is_no_more() {
        let newest = Arc::new(Newest::default());
        newest.put(frame(1));
        let reader = thread::spawn({
            let newest = Arc::clone(&newest);
            move || (sequence(newest.wait(1)), sequence(newest.wait(2)))
        });
        thread::sleep(Duration::from_millis(20));
        newest.put(frame(2));
        thread::sleep(Duration::from_millis(20));
        newest.close();
        assert_eq!(reader.join().unwrap(), (Some(2), None));
    }

    #[test]
    fn what_is_over_is_not_shown() {
        let newest = Newest::default();
        newest.put(frame(1));
        newest.clear();
        assert!(newest.lock().look(0).is_none());
        newest.put(frame(2));
        thread::sleep(FRESH + Duration::from_millis(10));
        assert!(newest.lock().look(0).is_none());
    }

    #[tokio::test]
    async fn a_task_waits_in_the_same_way() {
        let newest = Arc::new(Newest::default());
        newest.put(frame(1));
        assert_eq!(sequence(newest.next(0).await), Some(1));
        let waiting = tokio::spawn({
            let newest = Arc::clone(&newest);
            async move { sequence(newest.next(1).await) }
        });
        tokio::task::yield_now().await;
        newest.put(frame(2));
        assert_eq!(waiting.await.unwrap(), Some(2));
        newest.close();
        assert_eq!(sequence(newest.next(2).await), None);
    }
}

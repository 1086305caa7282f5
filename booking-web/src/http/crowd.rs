//! A hot sale: more forms than the database can take.
//!
//! Seats are given by the database, and each form that asks for one needs a
//! connection to it. There are few, and some must be left for the pages of
//! those who have their seat, the webhooks and the look-up. So a few forms are
//! worked on at once, a bounded number wait for a moment, and the others are
//! told the truth at once: press again. Whoever waits in line for longer than
//! their patience is worse off, and so is everybody behind them.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Of the pool's connections, those that forms may use at the same time.
const AT_WORK: usize = crate::db::CONNECTIONS * 5 / 8;
/// A form and its guest's connection in memory, each.
const WAITING: usize = 1_000;
const WAIT: Duration = Duration::from_secs(2);
/// For a form at work; the database's own deadlines are shorter, but add up.
pub(super) const WORK_WITHIN: Duration = Duration::from_secs(6);

/// The forms that are worked on and those that wait.
#[derive(Debug)]
pub(super) struct Crowd {
    at_work: Semaphore,
    waiting: Semaphore,
}

/// A form's place at work, until dropped.
pub(super) type Place<'a> = SemaphorePermit<'a>;

impl Default for Crowd {
    fn default() -> Self {
        Self { at_work: Semaphore::new(AT_WORK), waiting: Semaphore::new(WAITING) }
    }
}

impl Crowd {
    /// A place that is free now.
    pub(super) fn at_once(&self) -> Option<Place<'_>> {
        self.at_work.try_acquire().ok()
    }

    /// A place in a moment; `None` when too many want one.
    pub(super) async fn soon(&self) -> Option<Place<'_>> {
        let _waits = self.waiting.try_acquire().ok()?;
        tokio::time::timeout(WAIT, self.at_work.acquire()).await.ok()?.ok()
    }
}

/// When to press again: a few seconds from now, and not all at the same moment.
pub(super) fn again_in() -> Duration {
    Duration::from_secs(2 + u64::from(getrandom::u32().unwrap_or(0) % 5))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn some_work_some_wait_and_the_others_hear_so_at_once() {
        let crowd = Crowd::default();
        let mut working: Vec<_> = std::iter::from_fn(|| crowd.at_once()).collect();
        assert_eq!(working.len(), AT_WORK);
        const { assert!(AT_WORK < crate::db::CONNECTIONS, "some are left for tickets") };
        let next = async {
            let (next, ()) = tokio::join!(crowd.soon(), async { drop(working.pop()) });
            assert!(next.is_some(), "who waits is next");
        };
        next.await;
        working.extend(crowd.at_once());
        let full = crowd.waiting.try_acquire_many(u32::try_from(WAITING).unwrap()).unwrap();
        let began = Instant::now();
        assert!(crowd.soon().await.is_none());
        assert!(began.elapsed() < WAIT / 2, "nobody waits to be told");
        drop(full);
        assert!(crowd.soon().await.is_none());
        assert!(began.elapsed() >= WAIT && began.elapsed() < WAIT * 5, "nor waits for long");
    }
}

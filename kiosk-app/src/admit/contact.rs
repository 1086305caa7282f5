//! Whether the database is asked first.
//!
//! It is, with a short deadline, until it has been silent twice. Then no guest
//! waits for it any more: the gate goes by what it knows and the upkeep knocks
//! in the background, until there is an answer. Nobody has to switch anything.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

/// Once may be chance.
const MOST_FAILURES: u32 = 2;

/// How it went with the database lately.
#[derive(Debug, Default)]
pub struct Contact {
    failures: AtomicU32,
    nudge: Notify,
}

impl Contact {
    /// Whether a scan is worth an attempt.
    #[must_use]
    pub fn is_likely(&self) -> bool {
        self.failures.load(Ordering::Relaxed) < MOST_FAILURES
    }

    /// A scan had no answer in time.
    pub fn missed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.nudge.notify_one();
    }

    /// It was looked after, and did not answer.
    pub fn lost(&self) {
        self.failures.store(MOST_FAILURES, Ordering::Relaxed);
    }

    /// It answers.
    pub fn made(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Something was written that the database should have.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Returns when there is something to do.
    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_misses_are_enough_and_one_answer_as_well() {
        let contact = Contact::default();
        assert!(contact.is_likely());
        contact.missed();
        assert!(contact.is_likely());
        contact.missed();
        assert!(!contact.is_likely());
        contact.made();
        assert!(contact.is_likely());
        contact.lost();
        assert!(!contact.is_likely());
    }
}

//! What has become of the frames, for the health strip and the soak test.

use std::sync::atomic::{AtomicU64, Ordering};

/// What has become of the frames since the camera was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New pictures that came from a camera.
    pub captured: u64,
    /// Of these, never read since a newer one was there.
    pub dropped: u64,
    /// Frames that were not whole, or could not be read.
    pub damaged: u64,
    /// Frames that were equal to an earlier one.
    pub identical: u64,
    /// How often a camera gave pictures again after it had stopped or was changed.
    pub reopened: u64,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) captured: Counter,
    pub(super) dropped: Counter,
    pub(super) damaged: Counter,
    pub(super) identical: Counter,
    pub(super) reopened: Counter,
}

impl Tally {
    pub(super) fn counts(&self) -> Counts {
        Counts {
            captured: self.captured.get(),
            dropped: self.dropped.get(),
            damaged: self.damaged.get(),
            identical: self.identical.get(),
            reopened: self.reopened.get(),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

//! How long a scan took, from the frame to the verdict on the screen, split by
//! who took it. Logged for whoever measures: `KIOSK_LOG=kiosk_app::timing=debug`.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use common::ScanId;

/// When the camera saw a code, and when it was read.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// When the frame came out of the camera.
    pub taken_at: Instant,
    /// When its code was read.
    pub read_at: Instant,
}

/// Scans whose verdict is not painted yet.
#[derive(Debug, Default)]
pub(super) struct Timings(Mutex<VecDeque<Told>>);

#[derive(Debug)]
struct Told {
    scan: ScanId,
    seen: Option<Seen>,
    asked: Duration,
    told_at: Instant,
}

/// A page that never says that it painted must not be waited for.
const MOST: usize = 32;

impl Timings {
    /// A verdict went to the page.
    pub(super) fn told(&self, scan: ScanId, seen: Option<Seen>, asked: Duration, told_at: Instant) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(Told { scan, seen, asked, told_at });
        if waiting.len() > MOST {
            waiting.pop_front();
        }
    }

    /// It is on the screen.
    pub(super) fn painted(&self, scan: ScanId) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = waiting.iter().position(|told| told.scan == scan) else { return };
        if let Some(told) = waiting.remove(place) {
            told.log();
        }
    }
}

impl Told {
    fn log(&self) {
        let painted_at = Instant::now();
        let Some(seen) = self.seen else { return };
        let ms = |from: Instant, to: Instant| to.saturating_duration_since(from).as_secs_f64() * 1e3;
        // The clock of the wall, which another program has, too.
        let taken = SystemTime::now().checked_sub(painted_at.saturating_duration_since(seen.taken_at));
        let taken_us = taken.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_micros());
        let total = ms(seen.taken_at, painted_at);
        tracing::debug!(
            target: "kiosk_app::timing",
            "painted scan={} taken_unix_us={taken_us} decode_ms={:.2} database_ms={:.2} paint_ms={:.2} total_ms={total:.2}",
            self.scan,
            ms(seen.taken_at, seen.read_at),
            self.asked.as_secs_f64() * 1e3,
            ms(self.told_at, painted_at),
        );
    }
}

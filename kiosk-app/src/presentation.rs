//! A code held in view is one scan, not thirty.

use std::time::{Duration, Instant};

/// How long a code must be out of view before it is a new scan, unless set otherwise.
///
/// Long enough for a hand that shakes or a screen that dims between two
/// frames, short enough that a guest who steps back and tries again is heard.
pub const COOL_DOWN: Duration = Duration::from_secs(3);

/// The codes seen lately.
#[derive(Debug)]
pub struct Presentations {
    cool_down: Duration,
    seen: Vec<Seen>,
}

#[derive(Debug)]
struct Seen {
    text: String,
    until: Instant,
}

impl Presentations {
    /// None yet.
    #[must_use]
    pub fn new(cool_down: Duration) -> Self {
        Self { cool_down, seen: Vec::new() }
    }

    /// Tells of a code in a frame; answers whether that is a new scan.
    ///
    /// A frame stands for the time from when it was taken until it was read:
    /// on a slow machine reading can take longer than the cool-down, and the
    /// code was not out of view meanwhile.
    pub fn is_new(&mut self, text: &str, taken_at: Instant, read_at: Instant) -> bool {
        // Forgetting what is over also bounds the list: only what was shown
        // within the cool-down is on it.
        let cool_down = self.cool_down;
        self.seen.retain(|seen| taken_at.saturating_duration_since(seen.until) < cool_down);
        let read_at = read_at.max(taken_at);
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.text == text) {
            seen.until = seen.until.max(read_at);
            return false;
        }
        self.seen.push(Seen { text: text.to_owned(), until: read_at });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Clock {
        start: Instant,
        presentations: Presentations,
    }

    impl Clock {
        fn new(cool_down_ms: u64) -> Self {
            let presentations = Presentations::new(Duration::from_millis(cool_down_ms));
            Self { start: Instant::now(), presentations }
        }

        fn shows(&mut self, text: &str, at_ms: u64) -> bool {
            self.took(text, at_ms, at_ms)
        }

        fn took(&mut self, text: &str, taken_ms: u64, read_ms: u64) -> bool {
            let at = |ms| self.start + Duration::from_millis(ms);
            self.presentations.is_new(text, at(taken_ms), at(read_ms))
        }
    }

    #[test]
    fn a_code_held_in_view_for_a_minute_is_one_scan() {
        let mut clock = Clock::new(3000);
        let scans = (0..60_000).step_by(33).filter(|ms| clock.shows("A", *ms)).count();
        assert_eq!(scans, 1);
    }

    #[test]
    fn a_code_is_a_new_scan_once_it_was_out_of_view_long_enough() {
        let mut clock = Clock::new(3000);
        assert!(clock.shows("A", 0));
        assert!(!clock.shows("A", 2999));
        // Counted from when it was last seen, not from the scan.
        assert!(!clock.shows("A", 5998));
        assert!(clock.shows("A", 8998));
    }

    #[test]
    fn another_guest_in_between_neither_waits_nor_repeats_the_first() {
        let mut clock = Clock::new(3000);
        assert!(clock.shows("A", 0));
        assert!(clock.shows("B", 500));
        assert!(!clock.shows("A", 1000));
        assert!(!clock.shows("B", 1500));
    }

    #[test]
    fn a_frame_that_takes_long_to_read_does_not_make_a_second_scan() {
        let mut clock = Clock::new(3000);
        assert!(clock.took("A", 0, 4000));
        assert!(!clock.took("A", 4000, 8000));
        assert!(clock.took("A", 11_000, 11_010));
    }

    #[test]
    fn without_a_cool_down_every_frame_is_a_scan() {
        let mut clock = Clock::new(0);
        assert!(clock.shows("A", 0));
        assert!(clock.shows("A", 0));
        assert!(clock.shows("A", 1));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut clock = Clock::new(3000);
        for code in 0..1000 {
            assert!(clock.shows(&code.to_string(), code * 1000));
        }
        assert!(clock.presentations.seen.len() <= 4);
    }
}

//! Wrong PINs in a row, and the wait that they earn.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// So many wrong ones are a slip of the finger.
const FREE: u32 = 5;
/// The wait after the last of them; each further one doubles it.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(10);

/// What is remembered of wrong PINs, over a restart, too.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tries {
    /// Since the last right one.
    wrong_in_a_row: u32,
    /// No PIN is looked at before.
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<DateTime<Utc>>,
}

impl Tries {
    /// Notes a wrong one.
    pub(super) fn wrong(&mut self, now: DateTime<Utc>) {
        self.wrong_in_a_row = self.wrong_in_a_row.saturating_add(1);
        self.locked_until = self.wait().map(|wait| now + wait);
    }

    /// How many may follow before the next wait.
    pub(super) fn left(&self) -> u32 {
        FREE.saturating_sub(self.wrong_in_a_row).max(1)
    }

    /// The whole seconds still to wait; none if a PIN may be tried.
    pub(super) fn seconds_locked(&mut self, now: DateTime<Utc>) -> Option<u32> {
        let until = self.locked_until?;
        // A clock that was set back must not lock the operator out for a year.
        let longest = now + self.wait().unwrap_or(LONGEST_WAIT);
        let until = until.min(longest);
        self.locked_until = (until > now).then_some(until);
        let left = (until - now).num_milliseconds();
        (left > 0).then(|| u32::try_from(left.unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX))
    }

    /// The wait that the wrong ones so far have earned.
    fn wait(&self) -> Option<TimeDelta> {
        let doubled = self.wrong_in_a_row.checked_sub(FREE)?.min(10);
        Some((FIRST_WAIT * (1 << doubled)).min(LONGEST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn five_wrong_ones_lock_for_half_a_minute_and_each_further_one_for_twice_as_long() {
        let mut tries = Tries::default();
        let mut now = at(0);
        for left in [4, 3, 2, 1] {
            tries.wrong(now);
            assert_eq!((tries.left(), tries.seconds_locked(now)), (left, None));
        }
        for wait in [30, 60, 120, 240, 480, 600, 600] {
            tries.wrong(now);
            assert_eq!(tries.seconds_locked(now), Some(wait));
            assert_eq!(tries.seconds_locked(now + TimeDelta::milliseconds(500)), Some(wait));
            now += TimeDelta::seconds(wait.into());
            assert_eq!(tries.seconds_locked(now - TimeDelta::milliseconds(1)), Some(1));
            assert_eq!((tries.seconds_locked(now), tries.left()), (None, 1));
        }
    }

    #[test]
    fn a_clock_set_back_locks_no_longer_than_the_wait_itself() {
        let mut tries = Tries::default();
        (0..5).for_each(|_| tries.wrong(at(0)));
        let a_year_ago = at(-365 * 86_400);
        assert_eq!(tries.seconds_locked(a_year_ago), Some(30));
        assert_eq!(tries.seconds_locked(a_year_ago + TimeDelta::seconds(29)), Some(1));
        assert_eq!(tries.seconds_locked(a_year_ago + TimeDelta::seconds(30)), None);
    }

    #[test]
    fn the_count_has_no_end() {
        let mut tries = Tries { wrong_in_a_row: u32::MAX, locked_until: None };
        tries.wrong(at(0));
        assert_eq!(tries.seconds_locked(at(0)), Some(600));
    }
}

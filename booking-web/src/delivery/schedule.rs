//! When a message that did not get through is tried again.

use chrono::{DateTime, TimeDelta, Utc};

const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(4);
/// Longer than a week-end without anybody at the mail server.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(3);

/// After `attempts` of them; `None` when it is to be given up.
pub(super) fn next_attempt(attempts: u32, created_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let doublings = attempts.saturating_sub(1).min(16);
    let next = now + (FIRST_PAUSE * (1 << doublings)).min(LONGEST_PAUSE);
    (next <= created_at + GIVE_UP_AFTER).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_half_a_minute_to_four_hours_for_three_days() {
        let created = DateTime::UNIX_EPOCH;
        let (mut now, mut pauses) = (created, Vec::new());
        while let Some(next) = next_attempt(u32::try_from(pauses.len()).unwrap() + 1, created, now) {
            pauses.push((next - now).num_seconds());
            now = next;
        }
        assert_eq!(pauses[..4], [30, 60, 120, 240]);
        assert!(pauses[9..].iter().all(|pause| *pause == 4 * 3600) && (20..30).contains(&pauses.len()), "{pauses:?}");
        assert!(now - created > TimeDelta::hours(66));
        assert_eq!(next_attempt(u32::MAX, created, created), Some(created + TimeDelta::hours(4)));
    }
}

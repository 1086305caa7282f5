//! Instants as the event's guests say them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// An instant in the event's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When(DateTime<Tz>);

impl When {
    #[must_use]
    pub fn new(instant: DateTime<Utc>, zone: Tz) -> Self {
        Self(instant.with_timezone(&zone))
    }

    /// `Sunday, 22 November 2026`.
    #[must_use]
    pub fn day(&self) -> String {
        self.0.format("%A, %-d %B %Y").to_string()
    }

    /// `7:30 pm`, with a space that no line breaks at.
    #[must_use]
    pub fn clock(&self) -> String {
        self.0.format("%-I:%M\u{a0}%P").to_string()
    }

    /// `Sunday, 22 November 2026, 7:30 pm`.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{}, {}", self.day(), self.clock())
    }

    /// `22 Nov 2026, 7:30 pm`, in one line.
    #[must_use]
    pub fn dated(&self) -> String {
        self.0.format("%-d\u{a0}%b\u{a0}%Y, %-I:%M\u{a0}%P").to_string()
    }

    /// The clock alone on the same day as `other`, else the day as well.
    #[must_use]
    pub fn beside(&self, other: &Self) -> String {
        if self.0.date_naive() == other.0.date_naive() { self.clock() } else { self.full() }
    }

    /// Whole seconds from `now` until then; none once it is past.
    #[must_use]
    pub fn seconds_after(&self, now: &Self) -> i64 {
        (self.0 - now.0).num_seconds().max(0)
    }

    /// `Nov`, for the calendar leaf.
    #[must_use]
    pub fn month(&self) -> String {
        self.0.format("%b").to_string()
    }

    /// `22`, for the calendar leaf.
    #[must_use]
    pub fn date(&self) -> String {
        self.0.format("%-d").to_string()
    }

    /// `Sun`, for the calendar leaf.
    #[must_use]
    pub fn weekday(&self) -> String {
        self.0.format("%a").to_string()
    }

    /// `2026-11-22T19:30:00+05:30`, for programs that read the page.
    #[must_use]
    pub fn machine(&self) -> String {
        self.0.to_rfc3339()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kolkata(text: &str) -> When {
        When::new(text.parse().unwrap(), chrono_tz::Asia::Kolkata)
    }

    #[test]
    fn instants_are_said_in_the_events_zone() {
        let starts = kolkata("2026-11-22T14:00:00Z");
        assert_eq!(starts.full(), "Sunday, 22 November 2026, 7:30\u{a0}pm");
        assert_eq!(starts.dated(), "22\u{a0}Nov\u{a0}2026, 7:30\u{a0}pm");
        assert_eq!(starts.machine(), "2026-11-22T19:30:00+05:30");
        assert_eq!((starts.month(), starts.date(), starts.weekday()), ("Nov".into(), "22".into(), "Sun".into()));
        assert_eq!(kolkata("2026-11-22T18:35:00Z").full(), "Monday, 23 November 2026, 12:05\u{a0}am");
    }

    #[test]
    fn the_day_is_said_only_when_it_is_another() {
        let starts = kolkata("2026-11-22T14:00:00Z");
        assert_eq!(kolkata("2026-11-22T13:00:00Z").beside(&starts), "6:30\u{a0}pm");
        assert_eq!(kolkata("2026-11-21T13:00:00Z").beside(&starts), "Saturday, 21 November 2026, 6:30\u{a0}pm");
    }

    #[test]
    fn seconds_never_run_below_zero() {
        let (early, late) = (kolkata("2026-11-22T14:00:00Z"), kolkata("2026-11-22T14:12:34Z"));
        assert_eq!((late.seconds_after(&early), early.seconds_after(&late)), (754, 0));
    }
}

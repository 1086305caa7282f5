//! Instants as the event's guests say them.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;

use crate::words::Words;

/// An instant in the event's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When(DateTime<Tz>);

impl When {
    #[must_use]
    pub fn new(instant: DateTime<Utc>, zone: Tz) -> Self {
        Self(instant.with_timezone(&zone))
    }

    /// `Sunday, 22 November 2026`; `रविवार, 22 नवंबर 2026`.
    #[must_use]
    pub fn day(&self, words: &Words) -> String {
        let (weekday, month) = (words.time.weekdays[self.weekday_index()], words.time.months[self.month_index()]);
        format!("{weekday}, {} {month} {}", self.0.day(), self.0.year())
    }

    /// `7:30 pm`; `शाम 7:30 बजे`; with spaces that no line breaks at.
    #[must_use]
    pub fn clock(&self, words: &Words) -> String {
        (words.time.clock)(self.0.hour(), self.0.minute())
    }

    /// `Sunday, 22 November 2026, 7:30 pm`.
    #[must_use]
    pub fn full(&self, words: &Words) -> String {
        format!("{}, {}", self.day(words), self.clock(words))
    }

    /// `22 Nov 2026, 7:30 pm`, which breaks before the clock alone.
    #[must_use]
    pub fn dated(&self, words: &Words) -> String {
        format!("{}\u{a0}{}\u{a0}{}, {}", self.0.day(), self.month(words), self.0.year(), self.clock(words))
    }

    /// The clock alone on the same day as `other`, else the day as well.
    #[must_use]
    pub fn beside(&self, other: &Self, words: &Words) -> String {
        if self.0.date_naive() == other.0.date_naive() { self.clock(words) } else { self.full(words) }
    }

    /// Whole seconds from `now` until then; none once it is past.
    #[must_use]
    pub fn seconds_after(&self, now: &Self) -> i64 {
        (self.0 - now.0).num_seconds().max(0)
    }

    /// `Nov`, for the calendar leaf.
    #[must_use]
    pub fn month(&self, words: &Words) -> &'static str {
        words.time.months_short[self.month_index()]
    }

    /// `22`, for the calendar leaf.
    #[must_use]
    pub fn date(&self) -> u32 {
        self.0.day()
    }

    /// `Sun`, for the calendar leaf.
    #[must_use]
    pub fn weekday(&self, words: &Words) -> &'static str {
        words.time.weekdays_short[self.weekday_index()]
    }

    /// `2026-11-22T19:30:00+05:30`, for programs that read the page.
    #[must_use]
    pub fn machine(&self) -> String {
        self.0.to_rfc3339()
    }

    fn month_index(&self) -> usize {
        self.0.month0() as usize
    }

    fn weekday_index(&self) -> usize {
        self.0.weekday().num_days_from_monday() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{ENGLISH, HINDI};

    fn kolkata(text: &str) -> When {
        When::new(text.parse().unwrap(), chrono_tz::Asia::Kolkata)
    }

    #[test]
    fn instants_are_said_in_the_events_zone() {
        let starts = kolkata("2026-11-22T14:00:00Z");
        assert_eq!(starts.full(&ENGLISH), "Sunday, 22 November 2026, 7:30\u{a0}pm");
        assert_eq!(starts.dated(&ENGLISH), "22\u{a0}Nov\u{a0}2026, 7:30\u{a0}pm");
        assert_eq!(starts.machine(), "2026-11-22T19:30:00+05:30");
        assert_eq!((starts.month(&ENGLISH), starts.date(), starts.weekday(&ENGLISH)), ("Nov", 22, "Sun"));
        assert_eq!(kolkata("2026-11-22T18:35:00Z").full(&ENGLISH), "Monday, 23 November 2026, 12:05\u{a0}am");
    }

    #[test]
    fn hindi_says_the_part_of_the_day_and_uses_the_same_digits() {
        let starts = kolkata("2026-11-22T14:00:00Z");
        assert_eq!(starts.full(&HINDI), "रविवार, 22 नवंबर 2026, शाम\u{a0}7:30\u{a0}बजे");
        assert_eq!(starts.dated(&HINDI), "22\u{a0}नवंबर\u{a0}2026, शाम\u{a0}7:30\u{a0}बजे");
        assert_eq!((starts.month(&HINDI), starts.date(), starts.weekday(&HINDI)), ("नवंबर", 22, "रवि"));
        for (utc, said) in [
            ("18:35", "रात 12:05 बजे"),
            ("22:29", "रात 3:59 बजे"),
            ("22:30", "सुबह 4:00 बजे"),
            ("06:29", "सुबह 11:59 बजे"),
            ("06:30", "दोपहर 12:00 बजे"),
            ("10:30", "शाम 4:00 बजे"),
            ("14:30", "रात 8:00 बजे"),
        ] {
            let clock = kolkata(&format!("2026-11-22T{utc}:00Z")).clock(&HINDI);
            assert_eq!(clock.replace('\u{a0}', " "), said, "{utc}");
        }
    }

    #[test]
    fn every_day_of_a_year_is_said_in_each_language_as_the_calendar_has_it() {
        for day in 0..365 {
            let day = kolkata("2026-01-01T12:00:00Z").0 + chrono::Days::new(day);
            let said = When(day);
            assert_eq!(said.day(&ENGLISH), day.format("%A, %-d %B %Y").to_string());
            let short = (said.weekday(&ENGLISH), said.month(&ENGLISH));
            assert_eq!(short, (&*day.format("%a").to_string(), &*day.format("%b").to_string()));
            assert_eq!(said.clock(&ENGLISH), day.format("%-I:%M\u{a0}%P").to_string());
            assert!(said.day(&HINDI).starts_with(said.weekday(&HINDI)), "{}", said.day(&HINDI));
        }
    }

    #[test]
    fn the_day_is_said_only_when_it_is_another() {
        let starts = kolkata("2026-11-22T14:00:00Z");
        assert_eq!(kolkata("2026-11-22T13:00:00Z").beside(&starts, &ENGLISH), "6:30\u{a0}pm");
        assert_eq!(
            kolkata("2026-11-21T13:00:00Z").beside(&starts, &ENGLISH),
            "Saturday, 21 November 2026, 6:30\u{a0}pm"
        );
    }

    #[test]
    fn seconds_never_run_below_zero() {
        let (early, late) = (kolkata("2026-11-22T14:00:00Z"), kolkata("2026-11-22T14:12:34Z"));
        assert_eq!((late.seconds_after(&early), early.seconds_after(&late)), (754, 0));
    }
}

//! What happened when, by the clock of the event: a column for each stretch of
//! time, also for those in which nothing happened.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// As many columns as are still told apart on a phone.
const ROOM: i64 = 62;
/// No drawing has more, whatever the dates say.
const MOST: usize = 2_000;

/// How long a stretch of time one column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// So many minutes, of which a whole number makes a day.
    Minutes(u32),
    Day,
    /// From Monday on.
    Week,
}

/// One stretch of time and what was counted in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub from: DateTime<Tz>,
    pub value: u64,
}

impl Grain {
    /// The finest that leaves no more columns than one can tell apart.
    #[must_use]
    pub fn over(span: TimeDelta) -> Self {
        let minutes = span.num_minutes();
        let fits = |grain: &Self| match grain {
            Self::Minutes(length) => minutes / i64::from(*length) < ROOM,
            Self::Day => span.num_days() < ROOM,
            Self::Week => true,
        };
        let all = [Self::Minutes(15), Self::Minutes(60), Self::Minutes(180), Self::Day, Self::Week];
        all.into_iter().find(fits).unwrap_or(Self::Week)
    }

    pub(super) fn is_of_days(self) -> bool {
        !matches!(self, Self::Minutes(_))
    }

    /// `in 5 minutes`, `in an hour`, `in a day`.
    #[must_use]
    pub fn each(self) -> String {
        match self {
            Self::Minutes(60) => "in an hour".into(),
            Self::Minutes(minutes) if minutes % 60 == 0 => format!("in {} hours", minutes / 60),
            Self::Minutes(minutes) => format!("in {minutes} minutes"),
            Self::Day => "in a day".into(),
            Self::Week => "in a week".into(),
        }
    }

    /// When the stretch began that `at` lies in.
    fn floor(self, at: DateTime<Tz>) -> DateTime<Tz> {
        match self {
            Self::Minutes(minutes) => {
                let within = (at.hour() * 60 + at.minute()) % minutes * 60 + at.second();
                at - TimeDelta::seconds(within.into()) - TimeDelta::nanoseconds(at.nanosecond().into())
            }
            Self::Day => midnight(at.date_naive(), at),
            Self::Week => {
                let back = Days::new(at.weekday().num_days_from_monday().into());
                midnight(at.date_naive().checked_sub_days(back).unwrap_or_else(|| at.date_naive()), at)
            }
        }
    }

    /// When the one after it begins.
    fn after(self, from: DateTime<Tz>) -> DateTime<Tz> {
        let length = match self {
            Self::Minutes(minutes) => TimeDelta::minutes(minutes.into()),
            // A day of 23 hours, or of 25: into the middle of the next.
            Self::Day => TimeDelta::hours(36),
            Self::Week => TimeDelta::hours(7 * 24 + 12),
        };
        let next = self.floor(from + length);
        // Clocks that are put back must not lead us round in a circle.
        if next > from { next } else { from + length }
    }
}

/// The day's first moment: not every day has a midnight.
fn midnight(day: NaiveDate, near: DateTime<Tz>) -> DateTime<Tz> {
    let first = (0..4).find_map(|hour| {
        let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
        near.timezone().from_local_datetime(&local).earliest()
    });
    first.unwrap_or(near)
}

impl Column {
    /// On the axis, where there is little room.
    pub(super) fn label(&self, grain: Grain) -> String {
        let of_the_day = grain.is_of_days() || (self.from.hour() == 0 && self.from.minute() == 0);
        let form = match self.from.minute() {
            _ if of_the_day => "%-d %b",
            0 => "%-I\u{a0}%P",
            _ => "%-I:%M\u{a0}%P",
        };
        self.from.format(form).to_string()
    }

    /// In a sentence or a table.
    #[must_use]
    pub fn said(&self, grain: Grain) -> String {
        let form = match grain {
            Grain::Minutes(_) => "%-d\u{a0}%b, %-I:%M\u{a0}%P",
            Grain::Day => "%a, %-d\u{a0}%b\u{a0}%Y",
            Grain::Week => "week of %-d\u{a0}%b\u{a0}%Y",
        };
        self.from.format(form).to_string()
    }
}

/// Counts into columns, by the clock of `zone`; nothing is lost, and nothing
/// is there twice.
#[must_use]
pub fn columns(counts: &[(DateTime<Utc>, u64)], zone: Tz, grain: Grain) -> Vec<Column> {
    let mut found: BTreeMap<DateTime<Utc>, u64> = BTreeMap::new();
    for (at, value) in counts {
        let from = grain.floor(at.with_timezone(&zone)).to_utc();
        let sum = found.entry(from).or_default();
        *sum = sum.saturating_add(*value);
    }
    if let (Some((first, _)), Some((last, _))) = (found.first_key_value(), found.last_key_value()) {
        let (mut from, last) = (first.with_timezone(&zone), *last);
        while from.to_utc() < last && found.len() < MOST {
            found.entry(from.to_utc()).or_default();
            from = grain.after(from);
        }
    }
    found.into_iter().map(|(from, value)| Column { from: from.with_timezone(&zone), value }).collect()
}

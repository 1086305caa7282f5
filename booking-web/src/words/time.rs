//! Days and clocks.

/// What [`When`](crate::pages::when::When) says an instant with.
#[derive(Debug)]
pub struct TimeWords {
    /// From January.
    pub months: [&'static str; 12],
    /// The same where there is little room.
    pub months_short: [&'static str; 12],
    /// From Monday.
    pub weekdays: [&'static str; 7],
    /// The same where there is little room.
    pub weekdays_short: [&'static str; 7],
    /// The hour of twenty-four and the minute, as a clock is read out; no line breaks in it.
    pub clock: fn(u32, u32) -> String,
}

/// The hour on a dial of twelve.
#[must_use]
pub fn of_twelve(hour: u32) -> u32 {
    (hour + 11) % 12 + 1
}

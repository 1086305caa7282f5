//! Round numbers for the two axes.

use chrono::{Datelike, Timelike};

use super::{Column, Grain};

/// Lines above the floor, at most.
const LINES: u64 = 5;
/// Minutes between two labels of a time axis.
const MINUTES: [u32; 8] = [5, 15, 30, 60, 120, 180, 360, 720];
/// Days between two labels.
const DAYS: [i32; 6] = [1, 2, 7, 14, 28, 91];

/// Whole, round numbers from zero to the first that is not below `most`: steps
/// of 1, 2 or 5 with zeros behind it. Without anything to show, zero and one.
#[must_use]
pub fn ticks(most: u64) -> Vec<u64> {
    let mut step: u64 = 1;
    for factor in [2_u64, 5, 10].iter().cycle() {
        if most.div_ceil(step) <= LINES {
            break;
        }
        let power = step_power(step);
        step = power.saturating_mul(*factor);
    }
    let lines = most.div_ceil(step).max(1);
    (0..=lines).map(|line| line.saturating_mul(step)).collect()
}

/// The power of ten in a step of 1, 2 or 5 times it.
fn step_power(step: u64) -> u64 {
    10_u64.pow(step.ilog10())
}

/// A whole number as India writes it: `12,34,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let head = digits.len().saturating_sub(3);
    let (front, last) = digits.split_at(head);
    let mut written = String::with_capacity(digits.len() + 6);
    for (at, digit) in front.chars().enumerate() {
        if at > 0 && (head - at).is_multiple_of(2) {
            written.push(',');
        }
        written.push(digit);
    }
    if head > 0 {
        written.push(',');
    }
    written + last
}

/// Which columns get a label: those at round times, as many as there is room
/// for. At least one, where there is any.
pub(super) fn labelled(columns: &[Column], grain: Grain, room: usize) -> Vec<usize> {
    let which = |round: &dyn Fn(&Column) -> bool| -> Vec<usize> {
        columns.iter().enumerate().filter(|(_, column)| round(column)).map(|(number, _)| number).collect()
    };
    let hours = MINUTES.iter().filter(|_| !grain.is_of_days()).map(|minutes| {
        let clock = move |column: &Column| column.from.hour() * 60 + column.from.minute();
        which(&|column| clock(column) % minutes == 0)
    });
    let days = DAYS.iter().map(|days| {
        which(&|column| {
            let midnight = column.from.hour() == 0 && column.from.minute() == 0;
            (midnight || grain.is_of_days()) && column.from.num_days_from_ce() % days == 0
        })
    });
    let fitting = hours.chain(days).find(|labels| (1..=room).contains(&labels.len()));
    // A span that no round time falls into, or that years fit into: every so many.
    fitting.unwrap_or_else(|| (0..columns.len()).step_by(columns.len().div_ceil(room).max(1)).collect())
}

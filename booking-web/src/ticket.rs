//! What a guest takes along: the code to show at the gate, and the date in
//! the calendar.

pub mod admission;
pub mod calendar;
pub mod qr;

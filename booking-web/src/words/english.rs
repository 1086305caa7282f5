//! English, as it is read in India.

mod booking;
mod mail;
mod order;
mod refund;
mod refusal;

use super::Words;
use super::time::TimeWords;
use crate::language::Language;

pub static ENGLISH: Words = Words {
    language: Language::English,
    brand: "Tickets",
    time: TIME,
    event: booking::EVENT,
    form: booking::FORM,
    faults: booking::FAULTS,
    notice: booking::NOTICE,
    duplicate: refusal::DUPLICATE,
    sold_out: refusal::SOLD_OUT,
    closed: refusal::CLOSED,
    no_event: refusal::NO_EVENT,
    error: refusal::ERROR,
    order: order::ORDER,
    waiting: order::WAITING,
    ticket: order::TICKET,
    mail_again: order::MAIL_AGAIN,
    expired: order::EXPIRED,
    revoked: order::REVOKED,
    refund: refund::REFUND,
    mail: mail::MAIL,
    calendar: mail::CALENDAR,
};

const TIME: TimeWords = TimeWords {
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    weekdays_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    clock: |hour, minute| {
        let half = if hour < 12 { "am" } else { "pm" };
        format!("{}:{minute:02}\u{a0}{half}", super::time::of_twelve(hour))
    },
};

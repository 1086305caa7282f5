//! Hindi, as it is spoken to a guest: polite (आप), in plain words, with the
//! English ones that everybody uses (टिकट, बुकिंग, लिंक). Digits are those of
//! India's money and phones. Names of companies stay as they are written.

mod booking;
mod mail;
mod order;
mod refund;
mod refusal;

use super::Words;
use super::time::{TimeWords, of_twelve};
use crate::language::Language;

pub static HINDI: Words = Words {
    language: Language::Hindi,
    brand: "टिकट",
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

/// Short enough as they are; what is cut off of them is hard to read.
const MONTHS: [&str; 12] =
    ["जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"];

const TIME: TimeWords = TimeWords {
    months: MONTHS,
    months_short: MONTHS,
    weekdays: ["सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार"],
    weekdays_short: ["सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि", "रवि"],
    clock: |hour, minute| {
        let part = match hour {
            4..=11 => "सुबह",
            12..=15 => "दोपहर",
            16..=19 => "शाम",
            _ => "रात",
        };
        format!("{part}\u{a0}{}:{minute:02}\u{a0}बजे", of_twelve(hour))
    },
};

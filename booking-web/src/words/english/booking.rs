//! The event and the form.

use crate::pages::Notice;
use crate::words::Counted;
use crate::words::booking::{EventWords, FaultWords, FormWords, NoticeWords};

pub(super) const EVENT: EventWords = EventWords {
    label: "Event",
    doors_open: |at| format!("Doors open {at}"),
    free: "Free",
    last_seat: "Last seat",
    only_left: |seats| format!("Only {seats} left"),
};

pub(super) const FORM: FormWords = FormWords {
    check_details: "Please check your details",
    check_these: |faults| match faults {
        1 => "Please check this".into(),
        faults => format!("Please check these {faults} things"),
    },
    for_one_seat: "for one seat",
    first_name: "First name",
    first_name_hint: "The name to greet you by at the gate.",
    name_of_guest: |n| format!("First name of guest {n}"),
    remove_guest: |n| format!("Remove guest {n}"),
    add_guest: "Add another guest",
    seats: |n| format!("{n} seats"),
    seats_together: |n, amount| format!("{n} seats, {amount} together"),
    phone_number: "Phone number",
    phone_number_hint: "Ten digits. From another country: + and its code first.",
    email: "E-mail",
    optional: "(optional)",
    email_hint: "Only used for this booking.",
    book: Counted { one: "Book my seat", several: "Book our seats" },
    go_on_to_payment: "Continue to payment",
    busy: "Holding your booking…",
    then_free: "Each guest’s ticket appears on the next page.",
    then_paid: "Your booking is held while you pay on Razorpay’s page. Then each guest’s ticket appears here.",
    what_for: "Your name, number and e-mail address are for this ticket alone: to write it, to check it at the gate, \
               and to find it when you ask.",
    who_takes_money: "Razorpay takes the payment; your card or bank data never come to us.",
    forgotten: |days| match days {
        1 => "One day after the event they are erased.".into(),
        days => format!("{days} days after the event they are erased."),
    },
    whom_to_ask: "The organiser tells you what is kept of you, and erases it, when you ask.",
};

/// As the commands say them, too.
pub(super) const FAULTS: FaultWords = FaultWords {
    label: "Error:",
    guest: |fault| fault.to_string(),
    phone: |fault| fault.to_string(),
    email: |fault| fault.to_string(),
};

pub(super) const NOTICE: NoticeWords = NoticeWords {
    title: |notice| match notice {
        Notice::Crowded { .. } | Notice::Unable { .. } => "Many people are booking at this moment",
        Notice::TooFast { .. } => "A short pause, please",
        Notice::TooFew { .. } => "Not enough seats for all of you",
    },
    why: |notice| match notice {
        Notice::Crowded { free: 0, .. } => {
            "Your booking could not be looked at yet. A moment ago every seat was taken; a seat that is not paid for \
             comes back within minutes."
                .into()
        }
        Notice::Crowded { free, .. } => {
            let were = if free == 1 { "1 seat was" } else { &format!("{free} seats were") };
            format!(
                "Your booking could not be looked at yet. You have not lost a place, for nobody stands in a line: a \
                 moment ago {were} free."
            )
        }
        Notice::Unable { .. } => "Your booking could not be made just now. You have not lost a place.".into(),
        Notice::TooFast { .. } => {
            "Very many bookings came from your network within a minute. Others may share it with you: a mobile \
             network, an office, a hall."
                .into()
        }
        Notice::TooFew { left: 1 } => "One seat is left, and none was held for you.".into(),
        Notice::TooFew { left } => format!("{left} seats are left, and none was held for you."),
    },
    then: |seconds| {
        let seconds = if seconds == 1 { "1 second".into() } else { format!("{seconds} seconds") };
        format!("Please press the button again in {seconds}. What you typed is still here, and nothing was paid.")
    },
    then_fewer: "Remove guests from the form and press the button again, or come back in some minutes: a seat that is \
                 not paid for comes back. Nothing was paid.",
};

//! Why there is no booking, and what to do instead.

use crate::pages::error::Trouble;
use crate::words::refusal::{ClosedWords, DuplicateWords, ErrorWords, NoEventWords, SoldOutWords};
use crate::words::{Around, Told};

pub(super) const DUPLICATE: DuplicateWords = DuplicateWords {
    title: "Already booked today",
    text: "Someone has booked with this name and phone number today. You have not been charged.",
    of_group: Around {
        before: "",
        after: ": booked with this phone number today already. Nobody else on the form was booked, and you have not \
                been charged.",
    },
    open_mine: "Open my booking",
    what_to_do: "What you can do",
    mine_with_mail: Told {
        title: "It was you, with an e-mail address?",
        text: "The link of your booking is being sent there once more, if that was not done a moment ago or often \
               today. It can take a minute or two; please look among the junk as well.",
    },
    mine_without_mail: Told {
        title: "It was you, without one?",
        text: "Open the link of your booking: it is in the history of the browser you booked with.",
    },
    mine: Told {
        title: "It was you?",
        text: "Open the link of your booking. It is in the history of the browser you booked with.",
    },
    paid: Told {
        title: "Paid, and no way to the link?",
        text: "Turn to the organiser. At the gate you are found by your name and phone number, too.",
    },
    not_paid: "Not paid yet, and the link is lost?",
    not_paid_then: |by| {
        format!("An unpaid booking is let go by itself, by {by} at the latest. Then you can book again.")
    },
    for_others: Told {
        title: "Seats for the others?",
        text: "Go back to the form and leave out whoever is booked already.",
    },
    for_another: Told {
        title: "A seat for somebody else?",
        text: "Book it with that person’s first name. The phone number may be the same.",
    },
    back: "Back to the form",
};

pub(super) const SOLD_OUT: SoldOutWords = SoldOutWords {
    title: "Sold out",
    text: "Every seat is taken. You have not been charged.",
    some_may_return: "Every seat is taken. Some guests are paying just now, and a seat that is not paid for comes \
                      back within minutes. You have not been charged.",
    look_again: "Look again",
    link_still_works: "You have booked already? The link of your booking works as before.",
};

pub(super) const CLOSED: ClosedWords = ClosedWords {
    not_yet: "Booking is not open yet",
    opens: Around { before: "It opens on ", after: ". Please come back then." },
    over: "Booking is closed",
    closed_on: |at| format!("It closed on {at}. You have booked already? The link of your booking works as before."),
};

pub(super) const NO_EVENT: NoEventWords = NoEventWords {
    title: "No event yet",
    text: "The organiser has not announced the event yet. Please come back later.",
};

pub(super) const ERROR: ErrorWords = ErrorWords {
    told: |trouble| match trouble {
        Trouble::NothingHere => Told {
            title: "There is nothing at this address",
            text: "If it is the link to your ticket, please check that all of it is there: a message sometimes cuts \
                   off the end.",
        },
        Trouble::NotLikeThat => {
            Told { title: "This page cannot be opened like that", text: "Please start again from the booking page." }
        }
        Trouble::TooSlow => Told {
            title: "That took too long",
            text: "The connection may be slow. Nothing was booked and nothing was paid. Please try again.",
        },
        Trouble::TooMuch => Told {
            title: "That was too much to send",
            text: "A name, a phone number and an e-mail address are all we need. Please fill in the form again.",
        },
        Trouble::TooOften => Told {
            title: "A moment, please",
            text: "That was tried many times in a short while. Please wait a minute, then try again.",
        },
        Trouble::Unreadable => Told {
            title: "We could not read what your browser sent",
            text: "Nothing was booked and nothing was paid. Please fill in the form again.",
        },
        Trouble::Away => Told {
            title: "Back in a moment",
            text: "Please try again in a minute. If you have already paid, your money is safe: your ticket will be \
                   at the link of your booking.",
        },
        Trouble::Ours => Told {
            title: "Something went wrong on our side",
            text: "We have made a note of it. Please try again in a minute. If you have already paid, your money is \
                   safe: your ticket will be at the link of your booking.",
        },
    },
    try_again: "Try again",
    to_the_form: "Go to the booking page",
};

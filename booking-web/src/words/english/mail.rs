//! E-mails, and the calendar's file.

use crate::words::Counted;
use crate::words::mail::{CalendarWords, MailWords, Said};

pub(super) const MAIL: MailWords = MailWords {
    hello: |name| format!("Hello {name},"),
    picture_of: |name| format!("The QR code of {name}’s ticket"),
    show_this: "Show this at the gate. One person, one entry.",
    no_picture: "No picture to be seen? It is attached, too, and always on the page that the link opens.",
    keep_it: Counted {
        one: "Whoever has this e-mail or its link can use the ticket, so send it to nobody but yourself.",
        several: "Whoever has this e-mail or its link can use all the tickets, so send a guest who comes alone the \
                  picture of that guest’s code.",
    },
    why_you: "You get this e-mail because this address was given with a booking.",
    when: "When",
    doors: "Doors",
    place: "Where",
    ticket: |event, tickets| {
        let one = tickets == 1;
        let (these, here) = if one { ("ticket", "Here it is") } else { ("tickets", "Here they are") };
        Said {
            subject: format!("Your {these} for {event}"),
            heading: format!("Your {these}"),
            lines: vec![format!("Your booking is complete. {here}, and on the page of your booking as well.")],
            link: if one { "Open my ticket" } else { "Open my tickets" },
        }
    },
    held: |event, until, seats| {
        let one = seats == 1;
        let (heading, yours) = if one {
            ("Your seat is held", "The seat is yours")
        } else {
            ("Your seats are held", "The seats are yours")
        };
        let appears = if one { "your ticket appears" } else { "your tickets appear" };
        Said {
            subject: format!("Your booking for {event}"),
            heading: heading.into(),
            lines: vec![
                format!("You have booked and not paid yet. {yours} until {until}."),
                format!("Pay on the page of your booking; {appears} there."),
            ],
            link: "Open my booking",
        }
    },
    money_back: |event| Said {
        subject: format!("Your payment for {event} goes back"),
        heading: "Your payment goes back to you".into(),
        lines: vec![
            "You have no valid ticket from this booking. What you paid goes back to the account it came from.".into(),
            "The page of your booking says how far that is, and why.".into(),
        ],
        link: "Open my booking",
    },
};

pub(super) const CALENDAR: CalendarWords =
    CalendarWords { doors_open: |at| format!("Doors open {at}."), ticket: |address| format!("Your ticket: {address}") };

//! Every word that goes out by e-mail, in English. Another language is another
//! file like this one.

use crate::event::Event;

pub(super) const LANGUAGE: &str = "en";
pub(super) const SHOW_IT: &str = "Show this at the gate. One person, one entry.";
pub(super) const PICTURES: &str =
    "No picture to be seen? It is attached, too, and always on the page that the link opens.";
pub(super) const KEEP_IT: &str =
    "Whoever has this e-mail or its link can use the ticket, so send it to nobody but yourself.";
pub(super) const WHY: &str = "You get this e-mail because this address was given with a booking.";
pub(super) const WHEN: &str = "When";
pub(super) const DOORS: &str = "Doors";
pub(super) const WHERE: &str = "Where";

/// What is said in one kind of letter.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) subject: String,
    pub(super) heading: String,
    pub(super) lines: Vec<String>,
    pub(super) link: String,
}

pub(super) fn picture_of(name: &str) -> String {
    format!("The QR code of {name}’s ticket")
}

pub(super) fn hello(name: &str) -> String {
    format!("Hello {name},")
}

pub(super) fn ticket(event: &Event, tickets: usize) -> Said {
    let (these, are) = if tickets == 1 { ("ticket", "Here it is") } else { ("tickets", "Here they are") };
    Said {
        subject: format!("Your {these} for {}", event.name),
        heading: format!("Your {these}"),
        lines: vec![format!("Your booking is complete. {are}, and on the page of your booking as well.")],
        link: format!("Open my {these}"),
    }
}

pub(super) fn held(event: &Event, until: &str) -> Said {
    Said {
        subject: format!("Your booking for {}", event.name),
        heading: "Your seat is held".into(),
        lines: vec![
            format!("You have booked and not paid yet. The seat is yours until {until}."),
            "Pay on the page of your booking; your ticket appears there.".into(),
        ],
        link: "Open my booking".into(),
    }
}

pub(super) fn money_back(event: &Event) -> Said {
    Said {
        subject: format!("Your payment for {} goes back", event.name),
        heading: "Your payment goes back to you".into(),
        lines: vec![
            "You have no valid ticket from this booking. What you paid goes back to the account it came from.".into(),
            "The page of your booking says how far that is, and why.".into(),
        ],
        link: "Open my booking".into(),
    }
}

//! What an e-mail says, before it is one: looked up when it is sent, so that
//! nobody gets a ticket that was taken away meanwhile.

use askama::Template;
use common::{EmailId, TicketSigner};

use super::Kind;
use crate::config::ServeSettings;
use crate::event::Event;
use crate::order::{Attendee, Order, OrderState};
use crate::ticket::calendar;
use crate::words::Words;

/// A letter to one guest.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Of the language that the order was made in.
    pub words: &'static Words,
    pub to: EmailId,
    pub subject: String,
    pub heading: String,
    pub lines: Vec<String>,
    pub passes: Vec<Pass>,
    /// The word on the button, and the order page's whole address.
    pub link: (String, String),
    pub event: Event,
    /// The `.ics` file, where there is something to go to.
    pub calendar: Option<String>,
}

/// One ticket in a letter.
#[derive(Clone, Debug)]
pub struct Pass {
    pub name: String,
    /// The text in the QR code.
    pub code: String,
}

/// The part that mail programs show.
#[derive(Template)]
#[template(path = "mail/letter.html")]
pub(super) struct Html<'a> {
    pub(super) letter: &'a Letter,
    /// By which the pictures are named in the letter, one for each pass.
    pub(super) pictures: &'a [String],
}

/// The part that everything else shows.
#[derive(Template)]
#[template(path = "mail/letter.txt")]
pub(super) struct Text<'a> {
    pub(super) letter: &'a Letter,
}

impl Pass {
    fn of(attendee: &Attendee, signer: &TicketSigner) -> Self {
        Self { name: one_line(attendee.name.as_str()), code: signer.sign(&attendee.unique_id).to_string() }
    }
}

impl Letter {
    /// `None` when there is nothing left to say: the order was closed meanwhile, or has no address.
    #[must_use]
    pub fn about(
        order: &Order,
        event: &Event,
        kind: Kind,
        signer: &TicketSigner,
        settings: &ServeSettings,
    ) -> Option<Self> {
        use OrderState::{Held, Paid, Refunded, Refunding};
        let words = order.language.words();
        let event = Event { name: one_line(&event.name), venue: one_line(&event.venue), ..event.clone() };
        let name = one_line(order.name.as_str());
        let passes = match order.state {
            Paid => order.attendees.iter().map(|it| Pass::of(it, signer)).collect(),
            _ => Vec::new(),
        };
        let mut said = match (kind, order.state) {
            (Kind::Ticket | Kind::Again, Paid) => (words.mail.ticket)(&event.name, passes.len()),
            (Kind::Again, Held) => {
                (words.mail.held)(&event.name, &event.when(order.hold_until).full(words), order.attendees.len())
            }
            (Kind::MoneyBack, Refunding | Refunded) => (words.mail.money_back)(&event.name),
            _ => return None,
        };
        said.lines.insert(0, (words.mail.hello)(&name));
        let url = settings.link_to(&order.token.path());
        let calendar = (!passes.is_empty()).then(|| calendar_entry(order, &event, &url, words));
        Some(Self {
            words,
            to: order.email.clone()?,
            subject: said.subject,
            heading: said.heading,
            lines: said.lines,
            passes,
            link: (said.link.into(), url),
            event,
            calendar,
        })
    }
}

fn calendar_entry(order: &Order, event: &Event, url: &str, words: &Words) -> String {
    let entry = calendar::Entry {
        words,
        name: &event.name,
        venue: &event.venue,
        starts_at: event.starts_at,
        doors_open_at: event.doors_open_at,
        time_zone: event.time_zone,
        ticket_url: url,
        // The page's own file has the same, so that a calendar which gets both shows one entry.
        uid: &order.id.to_string(),
        made_at: order.created_at,
    };
    entry.file()
}

/// In subjects and plain text no markup keeps a name in its place: what breaks
/// a line becomes a space, and what turns the direction of writing goes.
pub(super) fn one_line(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let kept = text.chars().filter(|c| !turns(*c)).map(|c| if breaks(c) { ' ' } else { c });
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_is_one_line_that_reads_from_left_to_right() {
        assert_eq!(one_line("Night\r\nBcc: x@example.com"), "Night Bcc: x@example.com");
        assert_eq!(one_line("\u{202E}gpj.exe\u{2066} \u{2029}रात"), "gpj.exe रात");
    }
}

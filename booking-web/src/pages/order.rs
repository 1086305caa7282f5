//! The attendee's one page, from the held seat to the ticket.

use askama::Template;
use chrono::{DateTime, Utc};
use common::{FirstName, Paise};

use super::Spoken;
use super::event::said_price;
// For the templates, too.
use super::refund::{MoneyBack, Refund, Step};
use super::when::When;
use crate::event::Event;
use crate::words::Words;

/// `GET /orders/{token}`.
#[derive(Clone, Debug, Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    pub words: Spoken,
    pub event: Event,
    /// Who comes; the first one booked.
    pub guests: Vec<FirstName>,
    /// What was asked when the seats were taken, whatever the event costs now.
    pub amount: Paise,
    /// `/orders/{token}`.
    pub path: String,
    pub stage: Stage,
}

/// Where the order stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A seat is held; there is no money yet.
    Waiting(Waiting),
    /// There is a ticket.
    Ticket(Ticket),
    /// The seat was let go, unpaid.
    Expired,
    /// The money is going back.
    Refunding(Refund),
    /// The money went back.
    Refunded(Refund),
    /// The ticket was taken away; nothing goes back.
    Revoked(RevokedBy),
}

/// Who took the ticket away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedBy {
    Organiser,
    /// It wants the payment back, and that is not decided yet.
    Bank,
}

#[derive(Clone, Debug)]
pub struct Waiting {
    /// The payment page; `None` while it is being prepared.
    pub pay_url: Option<String>,
    pub hold_until: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The guest comes from the payment page; what happened there is not known yet.
    pub just_returned: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Ticket {
    /// For each guest in their order, set once the guest is inside.
    pub admitted: Vec<Option<Admitted>>,
    /// Payments beside the one for the ticket: they go back by themselves.
    pub paid_again: Vec<MoneyBack>,
    /// Where the ticket can be sent once more; `None` where no e-mail goes.
    pub mail: Option<MailAgain>,
}

/// The offer to send the ticket's e-mail again, and what became of the last wish.
#[derive(Clone, Debug)]
pub struct MailAgain {
    /// `a•••@example.com`: who looks over a shoulder need not learn more.
    pub masked: String,
    pub asked: Option<MailAsked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailAsked {
    /// It is on its way.
    Queued,
    /// It was asked for a moment ago, or often today.
    TooOften,
    /// It cannot be sent.
    Not,
}

/// One guest's ticket on the page.
#[derive(Clone, Copy, Debug)]
struct Pass<'a> {
    /// Counted from 1.
    n: usize,
    name: &'a FirstName,
    admitted: Option<&'a Admitted>,
}

#[derive(Clone, Debug)]
pub struct Admitted {
    pub at: DateTime<Utc>,
    pub gate: String,
}

impl OrderPage {
    /// `₹499`, or `Free`.
    fn price(&self) -> String {
        said_price(self.amount, &self.words)
    }

    /// On the button.
    fn pay(&self) -> String {
        (self.words.waiting.pay)(&self.price())
    }

    fn passes<'a>(&'a self, ticket: &'a Ticket) -> Vec<Pass<'a>> {
        let admitted = ticket.admitted.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        (1..).zip(&self.guests).zip(admitted).map(|((n, name), admitted)| Pass { n, name, admitted }).collect()
    }

    /// Of the only guest.
    fn admitted<'a>(&self, ticket: &'a Ticket) -> Option<&'a Admitted> {
        ticket.admitted.first().and_then(Option::as_ref)
    }

    /// Read out in place of the picture.
    fn code_of(&self, pass: &Pass<'_>) -> String {
        let whose = || (self.words.mail.picture_of)(pass.name.as_str());
        if self.is_for_several() { whose() } else { self.words.ticket.code.into() }
    }

    /// `Ticket 2 of 3.`
    fn number_of(&self, pass: &Pass<'_>) -> String {
        (self.words.ticket.number)(pass.n, self.guests.len())
    }

    fn is_for_several(&self) -> bool {
        self.guests.len() > 1
    }

    /// The word of the `state` answer, so that the script knows a change when it hears one.
    fn state(&self) -> &'static str {
        match self.stage {
            Stage::Waiting(_) => "held",
            Stage::Ticket(_) => "paid",
            Stage::Expired => "expired",
            Stage::Refunding(_) => "refunding",
            Stage::Refunded(_) => "refunded",
            Stage::Revoked(_) => "revoked",
        }
    }

    fn title(&self) -> &'static str {
        let words: &Words = &self.words;
        match &self.stage {
            Stage::Waiting(waiting) if waiting.just_returned => words.order.confirming,
            Stage::Waiting(_) => words.order.held.of(self.guests.len()),
            Stage::Ticket(_) => words.order.ticket.of(self.guests.len()),
            Stage::Expired => words.order.expired.of(self.guests.len()),
            Stage::Refunding(refund) => refund.title_underway(words),
            Stage::Refunded(refund) => refund.title_done(words),
            Stage::Revoked(_) => words.order.not_valid,
        }
    }

    fn is_preparing(&self) -> bool {
        matches!(&self.stage, Stage::Waiting(Waiting { pay_url: None, .. }))
    }
}

impl Pass<'_> {
    fn title(&self, words: &Words) -> String {
        (words.ticket.ticket_of)(self.name.as_str())
    }

    /// The first guest's addresses are those of an order for one.
    fn query(&self) -> String {
        match self.n {
            1 => String::new(),
            n => format!("?n={n}"),
        }
    }
}

impl RevokedBy {
    fn said(self, words: &Words) -> &'static str {
        (words.revoked.text)(self)
    }
}

impl Waiting {
    /// `until 8:04 pm`, with its day when that is tomorrow; once that is over, `for a moment more`.
    fn until(&self, event: &Event, words: &Words) -> String {
        if self.seconds_left(event) == 0 {
            return words.waiting.moment_more.into();
        }
        (words.waiting.until)(&event.when(self.hold_until).beside(&event.when(self.now), words))
    }

    fn hold(&self, event: &Event) -> When {
        event.when(self.hold_until)
    }

    fn seconds_left(&self, event: &Event) -> i64 {
        self.hold(event).seconds_after(&event.when(self.now))
    }
}

impl Admitted {
    fn entered_at(&self, event: &Event, words: &Words) -> String {
        (words.ticket.entered_at)(&event.when(self.at).beside(&event.starts(), words))
    }
}

#[cfg(test)]
mod tests;

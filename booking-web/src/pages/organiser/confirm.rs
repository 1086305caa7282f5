//! What will happen, before it does.

use askama::Template;
use axum::http::StatusCode;

use super::desk::{Desk, said_at};
use crate::organiser::file::File;
use crate::organiser::said::either;
use crate::organiser::wish::{Deed, LONGEST_REASON};
use crate::pages::event::said_price;
use crate::payment::closing::Closing;
use crate::words::ENGLISH;

/// `/organiser/orders/{id}/{deed}`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/confirm.html")]
pub struct ConfirmPage {
    pub desk: Desk,
    pub file: File,
    pub deed: Deed,
    /// As typed before.
    pub reason: String,
    pub fault: Option<ConfirmFault>,
}

/// Why it was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmFault {
    Reason,
    Refused(Closing),
}

impl ConfirmFault {
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Reason => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(_) => StatusCode::CONFLICT,
        }
    }

    /// For an order of so many guests.
    fn said(self, seats: u32) -> String {
        let either = |alone: &str, several: &str| either(seats, alone, several).to_owned();
        match self {
            Self::Reason => {
                format!("A reason is one line of at most {LONGEST_REASON} characters. Nothing was changed.")
            }
            Self::Refused(Closing::Inside) => either(
                "The guest is inside. Nothing was changed; tick the box below to do it all the same.",
                "At least one of the guests is inside. Nothing was changed; tick the box below to do it all the same, \
                 for all of them.",
            ),
            Self::Refused(Closing::NothingPaid) => either(
                "It was free, so there is nothing to give back. Revoke takes the ticket away.",
                "It was free, so there is nothing to give back. Revoke takes the tickets away.",
            ),
            Self::Refused(Closing::Disputed) => either(
                "The bank disputes its payment, and Razorpay gives nothing back until that is decided. Revoke takes \
                 the ticket meanwhile.",
                "The bank disputes its payment, and Razorpay gives nothing back until that is decided. Revoke takes \
                 the tickets meanwhile.",
            ),
            Self::Refused(Closing::NoSeat) => either(
                "Every seat is sold or held, or the guest has another booking since. Nothing was changed; more seats \
                 are made under Event.",
                "There are not seats for all of them, or one of the guests has another booking since. Nothing was \
                 changed; more seats are made under Event.",
            ),
            Self::Refused(Closing::NotFrom(state)) => {
                format!("The order is {}, so this cannot be done. Nothing was changed.", state.as_str())
            }
            Self::Refused(Closing::NoOrder | Closing::Done(_) | Closing::Already(_)) => {
                "The order is not there any more.".into()
            }
        }
    }
}

impl ConfirmPage {
    #[must_use]
    pub fn new(desk: Desk, file: File, deed: Deed) -> Self {
        Self { desk, file, deed, reason: String::new(), fault: None }
    }

    fn seats(&self) -> u32 {
        self.file.order.seats()
    }

    fn title(&self) -> String {
        match (self.deed, self.seats()) {
            (Deed::Refund, _) => "Refund this order?".into(),
            (Deed::Again, _) => "Ask for the refund again?".into(),
            (Deed::Revoke, 1) => "Revoke this ticket?".into(),
            (Deed::Revoke, seats) => format!("Revoke these {seats} tickets?"),
            (Deed::Restore, 1) => "Restore this ticket?".into(),
            (Deed::Restore, seats) => format!("Restore these {seats} tickets?"),
            (Deed::Resend, _) => "Send the message again?".into(),
        }
    }

    /// Who comes along with whoever booked.
    fn others(&self) -> Vec<&str> {
        self.file.order.attendees.iter().skip(1).map(|it| it.name.as_str()).collect()
    }

    /// One thing after the other.
    fn will_happen(&self) -> Vec<String> {
        let paid: Vec<_> =
            self.file.books.payments.iter().filter(|it| it.refund.is_none()).map(|it| it.amount.to_string()).collect();
        let either = |alone, several| either(self.seats(), alone, several);
        let refuses = either(
            "Every gate refuses the ticket from this moment on, and its seat is free again.",
            "Every gate refuses all of these tickets from this moment on, and their seats are free again.",
        );
        let texts: &[&str] = match self.deed {
            Deed::Refund => &[
                refuses,
                "The guest’s page says that the money is on its way; it takes 5 to 7 working days.",
                either(
                    "This cannot be taken back: the guest would have to book again.",
                    "This cannot be taken back: the guests would have to book again.",
                ),
            ],
            Deed::Again => &["Razorpay is asked once more for each refund that failed. No ticket is touched."],
            Deed::Revoke => &[
                refuses,
                "The money stays with you.",
                either(
                    "As long as there is a seat, the ticket can be restored.",
                    "As long as there are seats for all of them, the tickets can be restored.",
                ),
            ],
            Deed::Restore => &[
                either(
                    "The ticket is valid again and takes a seat, if one is free.",
                    "The tickets are valid again and take their seats, if there are enough for all of them.",
                ),
                either("The same code opens the gate.", "The same codes open the gate."),
            ],
            Deed::Resend => &[either(
                "The guest gets the link to the order by e-mail again, with the ticket if there is one.",
                "Whoever booked gets the link to the order by e-mail again, with the tickets if there are any.",
            )],
        };
        let money = (self.deed == Deed::Refund)
            .then(|| format!("Razorpay gives {} back to where it came from.", paid.join(" and ")));
        money.filter(|_| !paid.is_empty()).into_iter().chain(texts.iter().map(|&text| text.to_owned())).collect()
    }

    fn button(&self) -> String {
        match self.deed {
            Deed::Refund => format!("Refund {}", said_price(self.file.order.amount, &ENGLISH)),
            deed => deed.title().to_owned(),
        }
    }

    fn is_grave(&self) -> bool {
        matches!(self.deed, Deed::Refund | Deed::Revoke)
    }

    /// Since when guests are inside, where that stands in the way.
    fn inside_since(&self) -> Option<String> {
        let inside = self.file.tickets.iter().filter(|ticket| ticket.present && self.is_grave());
        let said = inside.map(|ticket| {
            let gate = ticket.admitted_gate.as_deref().unwrap_or("a gate");
            let since = ticket.admitted_at.map(|at| format!(" since {}", said_at(at, self.file.zone)));
            format!("{} is inside{}, through {gate}.", ticket.name, since.unwrap_or_default())
        });
        Some(said.collect::<Vec<_>>().join(" ")).filter(|said| !said.is_empty())
    }

    fn has_reason(&self) -> bool {
        self.deed != Deed::Resend
    }

    fn longest_reason(&self) -> usize {
        LONGEST_REASON
    }
}

//! What will happen, before it does.

use askama::Template;
use axum::http::StatusCode;

use super::desk::{Desk, said_at};
use crate::organiser::file::File;
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

    fn said(self) -> String {
        match self {
            Self::Reason => {
                format!("A reason is one line of at most {LONGEST_REASON} characters. Nothing was changed.")
            }
            Self::Refused(Closing::Inside) => {
                "The guest is inside. Nothing was changed; tick the box below to do it all the same.".into()
            }
            Self::Refused(Closing::NothingPaid) => {
                "It was free, so there is nothing to give back. Revoke takes the ticket away.".into()
            }
            Self::Refused(Closing::Disputed) => {
                "The bank disputes its payment, and Razorpay gives nothing back until that is decided. Revoke takes \
                 the ticket meanwhile."
                    .into()
            }
            Self::Refused(Closing::NoSeat) => {
                "Every seat is sold or held, or the guest has another booking since. Nothing was changed; more seats \
                 are made under Event."
                    .into()
            }
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

    fn title(&self) -> &'static str {
        match self.deed {
            Deed::Refund => "Refund this order?",
            Deed::Again => "Ask for the refund again?",
            Deed::Revoke => "Revoke this ticket?",
            Deed::Restore => "Restore this ticket?",
            Deed::Resend => "Send the message again?",
        }
    }

    /// One thing after the other.
    fn will_happen(&self) -> Vec<String> {
        let paid: Vec<_> =
            self.file.books.payments.iter().filter(|it| it.refund.is_none()).map(|it| it.amount.to_string()).collect();
        let texts: &[&str] = match self.deed {
            Deed::Refund => &[
                "Every gate refuses the ticket from this moment on, and its seat is free again.",
                "The guest’s page says that the money is on its way; it takes 5 to 7 working days.",
                "This cannot be taken back: the guest would have to book again.",
            ],
            Deed::Again => &["Razorpay is asked once more for each refund that failed. No ticket is touched."],
            Deed::Revoke => &[
                "Every gate refuses the ticket from this moment on, and its seat is free again.",
                "The money stays with you.",
                "As long as there is a seat, the ticket can be restored.",
            ],
            Deed::Restore => {
                &["The ticket is valid again and takes a seat, if one is free.", "The same code opens the gate."]
            }
            Deed::Resend => &["The guest gets the link to the order by e-mail again, with the ticket if there is one."],
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

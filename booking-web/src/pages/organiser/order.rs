//! One order, whole.

use askama::Template;
use chrono::{DateTime, Utc};

use super::desk::{Desk, said_at, tone};
use crate::order::{Attendee, OrderState};
use crate::organiser::file::File;
use crate::organiser::said::{either, said_dispute, said_payment, said_refund, said_ticket};
use crate::organiser::story::Line;
use crate::organiser::wish::Deed;
use crate::pages::event::said_price;
use crate::payment::books::{DisputeEntry, PaymentEntry, RefundEntry};
use crate::words::ENGLISH;

/// `/organiser/orders/{id}`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/order.html")]
pub struct OrderFilePage {
    pub desk: Desk,
    pub file: File,
    pub story: Vec<Line>,
    /// What can be done to it as it stands.
    pub deeds: Vec<Deed>,
    /// The word of what was just done.
    pub done: String,
}

impl OrderFilePage {
    fn at(&self, instant: &DateTime<Utc>) -> String {
        said_at(*instant, self.file.zone)
    }

    fn tone(&self) -> &'static str {
        tone(self.file.order.state)
    }

    fn is_held(&self) -> bool {
        self.file.order.state == OrderState::Held
    }

    fn price(&self) -> String {
        said_price(self.file.order.amount, &ENGLISH)
    }

    /// `+91 98765 43210`.
    fn phone(&self) -> String {
        format!("+{}", crate::organiser::csv::phone(self.file.order.phone.as_str()))
    }

    fn guests(&self) -> String {
        match self.file.order.seats() {
            1 => "Guest".into(),
            seats => format!("{seats} guests"),
        }
    }

    /// How a guest's ticket stands.
    fn ticket(&self, attendee: &Attendee) -> String {
        let ticket = self.file.tickets.iter().find(|ticket| ticket.unique_id == attendee.unique_id);
        ticket.map_or_else(|| "no ticket".into(), |ticket| said_ticket(ticket, &|at| self.at(&at)))
    }

    fn payment(&self, payment: &PaymentEntry) -> String {
        said_payment(payment, &|at| self.at(&at))
    }

    fn refund(&self, refund: &RefundEntry) -> String {
        said_refund(refund, &|at| self.at(&at))
    }

    fn dispute(&self, dispute: &DisputeEntry) -> String {
        said_dispute(dispute, &|at| self.at(&at))
    }

    /// What was just done, and in which tone it is said.
    fn news(&self) -> Option<(&'static str, &'static str)> {
        let either = |alone, several| either(self.file.order.seats(), alone, several);
        Some(match &*self.done {
            "refunding" => (
                "good",
                either(
                    "The ticket is revoked and its seat free. Razorpay gives the money back: 5 to 7 working days.",
                    "The tickets are revoked and their seats free. Razorpay gives the money back: 5 to 7 working days.",
                ),
            ),
            "refund_later" => (
                "warn",
                either(
                    "The ticket is revoked and its seat free. Razorpay could not be asked for the money just now; the server goes on by itself.",
                    "The tickets are revoked and their seats free. Razorpay could not be asked for the money just now; the server goes on by itself.",
                ),
            ),
            "revoked" => (
                "good",
                either(
                    "Revoked: every gate refuses the ticket from now on, the seat is free again, the money stays.",
                    "Revoked: every gate refuses the tickets from now on, the seats are free again, the money stays.",
                ),
            ),
            "restored" => (
                "good",
                either(
                    "Restored: the ticket is valid again, and every gate takes it.",
                    "Restored: the tickets are valid again, and every gate takes them.",
                ),
            ),
            "resent" => ("good", "The message is on its way to the guest’s address."),
            "already" => ("calm", "It stood there already. Nothing was changed."),
            "too_often" => ("warn", "A message was asked for a moment ago, or five times today. Nothing was sent."),
            "nowhere" => ("warn", "There is no address to send to, or this server sends no mail. Nothing was sent."),
            "nothing_failed" => ("calm", "No refund of it has failed for good. Nothing was changed."),
            _ => return None,
        })
    }
}

impl Deed {
    /// On the button that leads to it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Refund => "Refund",
            Self::Again => "Try the refund again",
            Self::Revoke => "Revoke",
            Self::Restore => "Restore",
            Self::Resend => "Send again",
        }
    }
}

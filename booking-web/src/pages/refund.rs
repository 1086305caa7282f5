//! Money on its way back to a guest, as the order's page tells it.

use chrono::{DateTime, Utc};

use crate::event::Event;
use crate::words::Words;

/// Why there is no ticket, and what becomes of the money.
#[derive(Clone, Debug)]
pub struct Refund {
    pub cause: RefundCause,
    /// One for each payment; nearly always one.
    pub parts: Vec<MoneyBack>,
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundCause {
    /// It came after the hold had ended, and no seat could be given for it.
    PaidTooLate,
    /// It was not what the ticket costs.
    WrongAmount,
    /// It came for a booking that was over.
    BookingOver,
    /// The organiser took the booking back.
    Organiser,
    /// The bank asked for it, let it stand after all, and the seat was gone.
    SeatGoneInDispute,
    /// The bank took it.
    Bank,
}

/// One payment that goes back.
#[derive(Clone, Debug)]
pub struct MoneyBack {
    /// What really goes back, which need not be the price: `₹1`.
    pub amount: String,
    pub step: Step,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Razorpay has not taken it on yet.
    NotYet,
    Asked(DateTime<Utc>),
    Done(DateTime<Utc>),
    /// Razorpay gave it up.
    Stuck,
}

impl Refund {
    /// Above the page while the order is not at its end.
    pub(super) fn title_underway(&self, words: &Words) -> &'static str {
        if self.is_stuck() { words.refund.stuck } else { words.refund.underway }
    }

    pub(super) fn title_done(&self, words: &Words) -> &'static str {
        match self.cause {
            RefundCause::Bank => words.refund.taken_by_bank,
            _ => words.refund.done,
        }
    }

    /// Why.
    pub(super) fn why(&self, words: &Words) -> &'static str {
        (words.refund.cause)(self.cause)
    }

    /// Somebody has to help.
    pub(super) fn is_stuck(&self) -> bool {
        self.parts.iter().any(|part| part.step == Step::Stuck)
    }

    /// A fresh booking may go well.
    pub(super) fn may_book_again(&self) -> bool {
        self.cause == RefundCause::WrongAmount
    }

    pub(super) fn is_by_bank(&self) -> bool {
        self.cause == RefundCause::Bank
    }
}

impl Step {
    /// `20 Nov 2026, 8:04 pm`.
    pub(super) fn said_at(at: &DateTime<Utc>, event: &Event, words: &Words) -> String {
        event.when(*at).dated(words)
    }
}

impl MoneyBack {
    /// Beside a ticket: what becomes of a payment that was not needed.
    pub(super) fn told_again(&self, event: &Event, words: &Words) -> String {
        let (again, amount) = (&words.refund.again, &*self.amount);
        match &self.step {
            Step::NotYet => (again.not_yet)(amount),
            Step::Asked(at) => (again.asked)(amount, &Step::said_at(at, event, words)),
            Step::Done(at) => (again.done)(amount, &Step::said_at(at, event, words)),
            Step::Stuck => (again.stuck)(amount),
        }
    }
}

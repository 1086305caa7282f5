//! Money on its way back to a guest, as the order's page tells it.

use chrono::{DateTime, Utc};

use crate::event::Event;

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
    pub(super) fn title_underway(&self) -> &'static str {
        if self.is_stuck() { "Your money could not be sent back yet" } else { "Your money is on its way back" }
    }

    pub(super) fn title_done(&self) -> &'static str {
        match self.cause {
            RefundCause::Bank => "Your bank took the payment back",
            _ => "Your money was sent back",
        }
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

impl RefundCause {
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::PaidTooLate => {
                "Your payment reached us after the time to pay was over, when there was no seat for it any more. \
                 We are sorry. You get all of it back."
            }
            Self::WrongAmount => {
                "What was paid is not what the ticket costs, so it cannot become a ticket. You get all of it back. \
                 Please book again."
            }
            Self::BookingOver => {
                "This payment came when the booking was over already, so it cannot become a ticket. \
                 You get all of it back."
            }
            Self::Organiser => {
                "The organiser took this booking back, so it is not a ticket any more. You get all of your money back."
            }
            Self::SeatGoneInDispute => {
                "Your bank asked for the payment back and then let it stand, but your seat went to somebody else in \
                 between. You get all of it back."
            }
            Self::Bank => "Your bank asked for this payment back and got it, so it is not a ticket any more.",
        }
    }
}

impl Step {
    /// `20 Nov 2026, 8:04 pm`.
    pub(super) fn said_at(at: &DateTime<Utc>, event: &Event) -> String {
        event.when(*at).dated()
    }
}

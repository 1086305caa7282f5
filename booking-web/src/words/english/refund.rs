//! Money on its way back.

use crate::pages::RefundCause;
use crate::words::Told;
use crate::words::refund::{PaidAgainWords, PartWords, RefundWords};

pub(super) const REFUND: RefundWords = RefundWords {
    underway: "Your money is on its way back",
    stuck: "Your money could not be sent back yet",
    done: "Your money was sent back",
    taken_by_bank: "Your bank took the payment back",
    cause: |cause| match cause {
        RefundCause::PaidTooLate => {
            "Your payment reached us after the time to pay was over, when there was no seat for it any more. We are \
             sorry. You get all of it back."
        }
        RefundCause::WrongAmount => {
            "What was paid is not what the ticket costs, so it cannot become a ticket. You get all of it back. \
             Please book again."
        }
        RefundCause::BookingOver => {
            "This payment came when the booking was over already, so it cannot become a ticket. You get all of it \
             back."
        }
        RefundCause::Organiser => {
            "The organiser took this booking back, so it is not a ticket any more. You get all of your money back."
        }
        RefundCause::SeatGoneInDispute => {
            "Your bank asked for the payment back and then let it stand, but your seat went to somebody else in \
             between. You get all of it back."
        }
        RefundCause::Bank => "Your bank asked for this payment back and got it, so it is not a ticket any more.",
    },
    ask_the_organiser: Told {
        title: "Please ask the organiser",
        text: "Razorpay tried several times and could not send the money to the account you paid from. It is still \
               yours. Keep the link of this page at hand.",
    },
    nothing_to_do: "You need not do anything. Keep the link of this page to see how it goes on.",
    some_days: "It can take some days until your account shows it.",
    back: "Back to the event",
    part: PartWords {
        payment: "Payment",
        refund: "Refund",
        to: "To",
        your_account: "The account you paid from",
        now: "Now",
        being_asked: "Being asked for at Razorpay",
        not_sent: "Not sent yet",
        asked: "Asked for",
        arrives: "Arrives",
        working_days: "In 5 to 7 working days",
        taken_back: "Taken back",
        sent_back: "Sent back",
    },
    again: PaidAgainWords {
        title: "You paid more than once",
        not_yet: |amount| {
            format!(
                "One ticket is one payment: the other {amount} goes back by itself to the account it came from. You \
                 need not do anything."
            )
        },
        asked: |amount, at| {
            format!(
                "One ticket is one payment: the other {amount} goes back by itself to the account it came from. It \
                 was asked for on {at} and arrives in 5 to 7 working days."
            )
        },
        done: |amount, at| {
            format!("One ticket is one payment: the other {amount} was sent back to the account it came from on {at}.")
        },
        stuck: |amount| {
            format!(
                "One ticket is one payment, but the other {amount} could not be sent back yet. It is still yours: \
                 please ask the organiser."
            )
        },
    },
};

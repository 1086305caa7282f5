//! What can be wrong between the books, in one word each, and what to do about it.

use std::fmt::Display;

use serde::Serialize;

use crate::order::OrderId;

/// The ways in which two sides can disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "&'static str")]
pub enum Kind {
    /// Razorpay took money for one of our orders, and we have no row of it.
    CapturedNotBooked,
    /// Razorpay took money for a link of this site, and there is no such order.
    Unowned,
    /// We have a row of money that Razorpay does not have.
    NotCapturedThere,
    /// Amount or currency: of the two rows of a payment, or of a payment and its order.
    AmountDiffers,
    PaidWithoutPayment,
    PaidWithoutTicket,
    /// A gate lets a guest in whose order is not paid.
    TicketUnpaid,
    /// It neither pays for a ticket nor has a refund.
    PaymentUnused,
    RefundUnknownThere,
    RefundFailed,
    /// Open for longer than a day.
    RefundOverdue,
    /// Its amount, or done here and not there.
    RefundDiffers,
    RefundUnknownHere,
    /// More went back than was paid.
    GivenBackTwice,
    /// Decided there and open here.
    DisputeDiffers,
    /// The seat counter and the guests of paid orders.
    SoldDiffers,
    /// The seat counter and the guests of held orders.
    HeldDiffers,
    HeldTooLong,
    LookUpOverdue,
}

impl Kind {
    pub const ALL: [Self; 19] = [
        Self::CapturedNotBooked,
        Self::Unowned,
        Self::NotCapturedThere,
        Self::AmountDiffers,
        Self::PaidWithoutPayment,
        Self::PaidWithoutTicket,
        Self::TicketUnpaid,
        Self::PaymentUnused,
        Self::RefundUnknownThere,
        Self::RefundFailed,
        Self::RefundOverdue,
        Self::RefundDiffers,
        Self::RefundUnknownHere,
        Self::GivenBackTwice,
        Self::DisputeDiffers,
        Self::SoldDiffers,
        Self::HeldDiffers,
        Self::HeldTooLong,
        Self::LookUpOverdue,
    ];

    /// The word in reports and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CapturedNotBooked => "captured_not_booked",
            Self::Unowned => "unowned",
            Self::NotCapturedThere => "not_captured_there",
            Self::AmountDiffers => "amount_differs",
            Self::PaidWithoutPayment => "paid_without_payment",
            Self::PaidWithoutTicket => "paid_without_ticket",
            Self::TicketUnpaid => "ticket_unpaid",
            Self::PaymentUnused => "payment_unused",
            Self::RefundUnknownThere => "refund_unknown_there",
            Self::RefundFailed => "refund_failed",
            Self::RefundOverdue => "refund_overdue",
            Self::RefundDiffers => "refund_differs",
            Self::RefundUnknownHere => "refund_unknown_here",
            Self::GivenBackTwice => "given_back_twice",
            Self::DisputeDiffers => "dispute_differs",
            Self::SoldDiffers => "sold_differs",
            Self::HeldDiffers => "held_differs",
            Self::HeldTooLong => "held_too_long",
            Self::LookUpOverdue => "look_up_overdue",
        }
    }

    /// What usually helps. `order` stands where a command wants one.
    fn remedy(self, order: &str) -> String {
        match self {
            Self::CapturedNotBooked => {
                "`booking-web reconcile --settle` books it: it becomes the ticket, or it goes back".into()
            }
            Self::Unowned => "was the database put back to an earlier day? Bring the newer one back, or give the \
                              money back on Razorpay's dashboard"
                .into(),
            Self::NotCapturedThere => "are these the keys of the right account, live and not test? If so, ask \
                                       Razorpay's support about the payment"
                .into(),
            Self::AmountDiffers => {
                format!(
                    "find out who changed a row: Razorpay's number counts. `booking-web order {order}` has its story"
                )
            }
            Self::PaidWithoutPayment => format!(
                "look for its payment on Razorpay's dashboard; if there is none, `booking-web revoke {order}` takes \
                 the ticket away"
            ),
            Self::PaidWithoutTicket => format!(
                "`booking-web revoke {order}` and then `booking-web restore {order}` make revoked tickets valid \
                 again; one that is gone comes from a backup, or `booking-web refund {order}` gives the money back"
            ),
            Self::TicketUnpaid => take_away(order, 1..=10),
            Self::PaymentUnused => {
                "give it back on Razorpay's dashboard, and then run `booking-web reconcile --settle`".into()
            }
            Self::RefundUnknownThere => "look the payment up on Razorpay's dashboard, and give it back there if it \
                                         was not"
                .into(),
            Self::RefundFailed => format!(
                "`booking-web refund {order} --again` asks once more; is there enough money on Razorpay's balance?"
            ),
            Self::RefundOverdue => "`booking-web reconcile --settle` asks again; is there enough money on Razorpay's \
                                    balance? Its support can say more of the payment"
                .into(),
            Self::RefundDiffers => {
                format!("Razorpay's word counts: compare its dashboard with `booking-web order {order}`")
            }
            Self::RefundUnknownHere => format!(
                "it was given back on Razorpay's dashboard. If it was all, `booking-web reconcile --settle` books it; \
                 after a part of it the ticket stays valid, unless the rest is given back too (`booking-web revoke \
                 {order}` takes it away at once)"
            ),
            Self::GivenBackTwice => "the guest has more than was paid: contest the dispute, or ask Razorpay's \
                                     support to take one back"
                .into(),
            Self::DisputeDiffers => "`booking-web reconcile --settle` does what follows from it".into(),
            Self::SoldDiffers | Self::HeldDiffers => "find out who changed the counter".into(),
            Self::HeldTooLong => "`booking-web reconcile --settle` asks Razorpay, closes its link and frees the \
                                  seat; is `booking-web serve` running?"
                .into(),
            Self::LookUpOverdue => "is `booking-web serve` running? Its log says what keeps it from asking".into(),
        }
    }
}

/// The statement that makes every gate refuse these of an order's guests.
pub(super) fn take_away(order: impl Display, places: impl Iterator<Item = u8>) -> String {
    let places = places.map(|place| place.to_string()).collect::<Vec<_>>().join(", ");
    format!(
        "UPDATE tickets SET REVOKED_AT = UTC_TIMESTAMP(6), UPDATED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID IN \
         (SELECT unique_id FROM attendees WHERE order_id = '{order}' AND n IN ({places}))"
    )
}

impl From<Kind> for &'static str {
    fn from(kind: Kind) -> Self {
        kind.as_str()
    }
}

/// One thing on which the sides disagree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    pub kind: Kind,
    pub order: Option<String>,
    /// Razorpay's `pay_…`.
    pub payment: Option<String>,
    /// Razorpay's `rfnd_…`, or our own number of it while Razorpay has none.
    pub refund: Option<String>,
    /// What our rows say.
    pub ours: String,
    /// What Razorpay says.
    pub razorpay: String,
    pub remedy: String,
}

impl Difference {
    pub(super) fn of_order(kind: Kind, order: OrderId) -> Self {
        let order = order.to_string();
        Self { remedy: kind.remedy(&order), order: Some(order), ..Self::of_site(kind) }
    }

    pub(super) fn of_site(kind: Kind) -> Self {
        let (ours, razorpay) = Default::default();
        Self { kind, order: None, payment: None, refund: None, ours, razorpay, remedy: kind.remedy("ORDER") }
    }

    pub(super) fn payment(self, id: &str) -> Self {
        Self { payment: Some(id.to_owned()), ..self }
    }

    pub(super) fn refund(self, id: &str) -> Self {
        Self { refund: Some(id.to_owned()), ..self }
    }

    pub(super) fn ours(self, words: impl Into<String>) -> Self {
        Self { ours: words.into(), ..self }
    }

    pub(super) fn razorpay(self, words: impl Into<String>) -> Self {
        Self { razorpay: words.into(), ..self }
    }

    /// Another remedy than the kind's usual one.
    pub(super) fn remedy(self, words: impl Into<String>) -> Self {
        Self { remedy: words.into(), ..self }
    }

    /// The same thing, whatever is said of it by now.
    pub(super) fn is_still(&self, before: &Self) -> bool {
        let subject = |it: &Self| (it.kind, it.order.clone(), it.payment.clone(), it.refund.clone());
        subject(self) == subject(before)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_its_own_word_and_a_remedy() {
        let words: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        assert!(Kind::ALL.into_iter().all(|kind| kind.remedy("018f").len() > 20));
        assert_eq!(serde_json::to_string(&Kind::Unowned).unwrap(), r#""unowned""#);
    }

    #[test]
    fn a_difference_is_the_same_one_while_it_is_about_the_same_thing() {
        let order = OrderId::parse("018f0000-0000-7000-8000-000000000000").unwrap();
        let seen = Difference::of_order(Kind::AmountDiffers, order).payment("pay_1").ours("₹1");
        assert!(seen.is_still(&seen.clone().ours("₹2")));
        assert!(!seen.is_still(&seen.clone().payment("pay_2")));
        assert!(!seen.is_still(&Difference { kind: Kind::PaymentUnused, ..seen.clone() }));
    }
}

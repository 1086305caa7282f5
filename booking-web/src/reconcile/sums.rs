//! Rupees: what was captured, what went back of it, and what is kept.

use std::ops::AddAssign;

use common::Paise;
use serde::Serialize;

use super::judge::lost_to_the_bank;
use super::ours::OurOrder;
use super::theirs::{TheirPayment, TheirSide};
use crate::payment::books::RefundState;

/// One side's money, in paise. What came in another currency is not among it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub captured: i64,
    /// What Razorpay was asked for in vain is still kept.
    pub given_back: i64,
}

impl Money {
    #[must_use]
    pub fn kept(self) -> i64 {
        self.captured - self.given_back
    }
}

/// Both sides' money; equal unless there are differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub ours: Money,
    pub razorpay: Money,
}

impl Totals {
    pub(super) fn of(order: &OurOrder, theirs: &TheirSide) -> Self {
        let mut totals = Self::default();
        for payment in order.payments.iter().filter(|payment| payment.currency == Paise::CURRENCY) {
            totals.ours.captured += payment.amount;
            let went = |state| matches!(state, RefundState::Pending | RefundState::Processed);
            let refund = payment.refund.as_ref().filter(|refund| went(refund.state));
            totals.ours.given_back += refund.map_or(0, |refund| refund.amount);
            totals.razorpay.given_back += lost_to_the_bank(order, payment, theirs);
        }
        for payment in &theirs.payments {
            totals += Self::of_unowned(payment);
        }
        totals
    }

    /// Of a payment that Razorpay has for this site, and that is all we know of it.
    pub(super) fn of_unowned(payment: &TheirPayment) -> Self {
        let counts = payment.captured && payment.currency == Paise::CURRENCY;
        let (captured, given_back) = if counts { (payment.amount, payment.given_back()) } else { (0, 0) };
        Self { razorpay: Money { captured, given_back }, ..Self::default() }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, more: Self) {
        for (side, more) in [(&mut self.ours, more.ours), (&mut self.razorpay, more.razorpay)] {
            side.captured += more.captured;
            side.given_back += more.given_back;
        }
    }
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            captured_paise: i64,
            given_back_paise: i64,
            kept_paise: i64,
        }
        let (captured_paise, given_back_paise) = (self.captured, self.given_back);
        Shown { captured_paise, given_back_paise, kept_paise: self.kept() }.serialize(serializer)
    }
}

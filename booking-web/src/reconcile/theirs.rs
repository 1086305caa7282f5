//! Razorpay's side: what it says of an order's money, and the whole account in
//! as few bytes as will do.

use std::collections::HashMap;

use common::Paise;

use super::ours::OurOrder;
use crate::payment::wire::{DisputeStatus, Payment, Refund};

/// What Razorpay says of the money of one order.
#[derive(Clone, Debug, Default)]
pub(super) struct TheirSide {
    pub(super) payments: Vec<TheirPayment>,
    /// By id, of those that we have; `None`: it knows of no such.
    pub(super) disputes: HashMap<String, Option<DisputeStatus>>,
}

#[derive(Clone, Debug)]
pub(super) struct TheirPayment {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    /// Razorpay's word.
    pub(super) status: String,
    /// The money left the payer, even if it went back since.
    pub(super) captured: bool,
    pub(super) refunds: Vec<TheirRefund>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TheirRefund {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) status: RefundStatus,
    /// Our own number of it.
    pub(super) receipt: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefundStatus {
    /// On its way, or in a state that we have not heard of.
    Pending,
    Processed,
    Failed,
}

impl TheirSide {
    pub(super) fn payment(&self, id: &str) -> Option<&TheirPayment> {
        self.payments.iter().find(|payment| payment.id == id)
    }
}

impl TheirPayment {
    pub(super) fn of(payment: &Payment, refunds: Vec<TheirRefund>) -> Self {
        Self {
            id: payment.id.clone(),
            amount: payment.amount,
            currency: payment.currency.clone(),
            status: payment.status.clone(),
            captured: payment.was_captured(),
            refunds,
        }
    }

    /// Refunds that did not fail.
    pub(super) fn live_refunds(&self) -> impl Iterator<Item = &TheirRefund> {
        self.refunds.iter().filter(|refund| refund.status != RefundStatus::Failed)
    }

    /// Paise that went back, or are about to.
    pub(super) fn given_back(&self) -> i64 {
        self.live_refunds().map(|refund| refund.amount).sum()
    }
}

impl TheirRefund {
    pub(super) fn of(refund: Refund) -> Self {
        let status = match refund.status.as_str() {
            "processed" => RefundStatus::Processed,
            "failed" => RefundStatus::Failed,
            _ => RefundStatus::Pending,
        };
        Self { id: refund.id, amount: refund.amount, status, receipt: refund.receipt }
    }
}

impl RefundStatus {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processed => "processed",
            Self::Failed => "failed",
        }
    }
}

/// All that was captured on the account, of any business; about a hundred bytes for each payment.
#[derive(Debug, Default)]
pub(super) struct Account {
    payments: HashMap<Box<str>, Captured>,
    refunds: HashMap<Box<str>, Vec<TheirRefund>>,
}

#[derive(Debug)]
struct Captured {
    amount: i64,
    /// `None`: rupees, as nearly all are.
    currency: Option<Box<str>>,
    refunded: bool,
    /// Unix seconds.
    began_at: i64,
}

impl Account {
    /// Only what was captured counts. A payment may come twice, when another pushed it to the next part of the list.
    pub(super) fn add_payment(&mut self, payment: &Payment) {
        if !payment.was_captured() {
            return;
        }
        let foreign = payment.currency != Paise::CURRENCY;
        let currency = foreign.then(|| payment.currency.as_str().into());
        let (amount, refunded, began_at) = (payment.amount, payment.is_refunded(), payment.created_at);
        let captured = Captured { amount, currency, refunded, began_at };
        self.payments.insert(payment.id.as_str().into(), captured);
    }

    pub(super) fn add_refund(&mut self, refund: Refund) {
        let of_payment = self.refunds.entry(refund.payment_id.as_str().into()).or_default();
        if of_payment.iter().all(|known| known.id != refund.id) {
            of_payment.push(TheirRefund::of(refund));
        }
    }

    /// What is said of one payment; nothing if it was not captured. It is not among those that are left any more.
    pub(super) fn take(&mut self, id: &str) -> Option<TheirPayment> {
        let (id, captured) = self.payments.remove_entry(id)?;
        let refunds = self.refunds.remove(&id).unwrap_or_default();
        Some(TheirPayment {
            id: id.into(),
            amount: captured.amount,
            currency: captured.currency.map_or_else(|| Paise::CURRENCY.to_owned(), Into::into),
            status: if captured.refunded { "refunded" } else { "captured" }.to_owned(),
            captured: true,
            refunds,
        })
    }

    /// What is said of the payments that an order has here.
    pub(super) fn side_of(&mut self, order: &OurOrder) -> TheirSide {
        let payments = order.payments.iter().filter_map(|payment| self.take(&payment.id)).collect();
        TheirSide { payments, disputes: HashMap::new() }
    }

    /// Payments that nobody took, and when each began.
    pub(super) fn left(&self) -> impl Iterator<Item = (&str, i64)> {
        self.payments.iter().map(|(id, captured)| (&**id, captured.began_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(id: &str, status: &str) -> Payment {
        let json = serde_json::json!({ "id": id, "amount": 49_900, "currency": "INR", "status": status });
        serde_json::from_value(json).unwrap()
    }

    fn refund(id: &str, payment: &str) -> Refund {
        let json = serde_json::json!({ "id": id, "amount": 100, "status": "pending", "payment_id": payment });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_is_taken_is_not_left_and_attempts_are_let_pass() {
        let mut account = Account::default();
        for (id, status) in [("pay_1", "captured"), ("pay_2", "refunded"), ("pay_3", "failed"), ("pay_1", "captured")] {
            account.add_payment(&payment(id, status));
        }
        for _ in 0..2 {
            account.add_refund(refund("rfnd_1", "pay_2"));
        }
        assert_eq!(account.left().count(), 2);
        let taken = account.take("pay_2").unwrap();
        assert_eq!((taken.status.as_str(), taken.given_back()), ("refunded", 100));
        assert!(account.take("pay_2").is_none() && account.take("pay_3").is_none());
        assert_eq!(account.left().collect::<Vec<_>>(), [("pay_1", 0)]);
    }
}

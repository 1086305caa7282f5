//! The money, payment by payment, for an auditor.
//!
//! Taken from the account itself and not from what it told anybody, so that a
//! test can prove that every captured rupee is a ticket or a refund.

use super::Razorpay;
use super::account::Account;
use super::model::{Dispute, Payment, Refund, RefundStatus};
use super::table::Name;

/// A payment that was captured, and what became of its money.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerEntry {
    /// The merchant's own number of the link; empty if it gave none.
    pub reference_id: String,
    /// The payment.
    pub payment: Payment,
    /// Its refunds, also those that failed, oldest first.
    pub refunds: Vec<Refund>,
    /// Its disputes, oldest first.
    pub disputes: Vec<Dispute>,
}

impl LedgerEntry {
    /// Given back to the guest, or on its way.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        self.sum(|refund| refund.status != RefundStatus::Failed)
    }

    /// Given back to the guest for good.
    #[must_use]
    pub fn processed(&self) -> i64 {
        self.sum(|refund| refund.status == RefundStatus::Processed)
    }

    /// Taken back by the guest's bank.
    #[must_use]
    pub fn deducted(&self) -> i64 {
        self.disputes.iter().map(|dispute| dispute.amount_deducted).sum()
    }

    /// What the merchant has of it; less than nothing when a guest got more back than was paid.
    #[must_use]
    pub fn kept(&self) -> i64 {
        self.payment.amount - self.refunded() - self.deducted()
    }

    fn sum(&self, counts: impl Fn(&Refund) -> bool) -> i64 {
        self.refunds.iter().filter(|refund| counts(refund)).map(|refund| refund.amount).sum()
    }
}

impl Razorpay {
    /// Every payment that was captured, oldest first, all of one moment.
    #[must_use]
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.simulator.look(|account| {
            let captured = account.payments.all().iter().filter(|payment| payment.is_captured());
            captured.map(|payment| entry(account, payment)).collect()
        })
    }
}

fn entry(account: &Account, payment: &Payment) -> LedgerEntry {
    LedgerEntry {
        reference_id: account.link(&payment.link_id).map(|link| link.reference_id.clone()).unwrap_or_default(),
        payment: payment.clone(),
        refunds: account.refunds.named(Name::Payment, &payment.id).cloned().collect(),
        disputes: account.disputes.named(Name::Payment, &payment.id).cloned().collect(),
    }
}

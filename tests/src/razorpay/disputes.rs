//! Disputes: a guest's bank wants a payment back.
//!
//! As Razorpay documents them: the dispute opens, is contested
//! (`under_review`), and is won, lost or closed; `amount_deducted` stays zero
//! unless it is lost, although the merchant's balance is already lower from the
//! start. The payment itself goes on saying `captured`: the money is gone and
//! only the dispute tells. While it is open no refund is given.

use serde_json::Value;

use super::account::{Account, new_id};
use super::errors::ApiError;
use super::model::{Dispute, DisputeStatus};
use super::table::Name;
use super::wire;

const TO_ANSWER: i64 = 7 * 86_400;

impl Account {
    /// The guest's bank wants a payment back.
    pub(super) fn dispute(&mut self, payment_id: &str, now: i64) -> Result<String, ApiError> {
        let payment = self.payment(payment_id)?;
        if !payment.is_captured() {
            return Err(ApiError::payment("only a captured payment can be disputed", None));
        }
        if self.is_disputed(payment_id) {
            return Err(ApiError::payment("this payment has an open dispute already", None));
        }
        let dispute = Dispute {
            id: new_id("disp_"),
            payment_id: payment.id.clone(),
            amount: payment.amount,
            amount_deducted: 0,
            currency: payment.currency.clone(),
            reason_code: "chargeback".to_owned(),
            respond_by: now + TO_ANSWER,
            status: DisputeStatus::Open,
            phase: "chargeback".to_owned(),
            created_at: now,
        };
        let id = dispute.id.clone();
        self.disputes.push(dispute);
        self.tell_of_dispute(&id, "payment.dispute.created", now)?;
        Ok(id)
    }

    /// What the bank, or the merchant's evidence, makes of it.
    pub(super) fn move_dispute(&mut self, id: &str, to: DisputeStatus, now: i64) -> Result<(), ApiError> {
        let dispute = self.disputes.get_mut(id)?;
        let name = match (dispute.status, to) {
            (DisputeStatus::Open, DisputeStatus::UnderReview) => "payment.dispute.under_review",
            (DisputeStatus::Open | DisputeStatus::UnderReview, DisputeStatus::Won) => "payment.dispute.won",
            (DisputeStatus::Open | DisputeStatus::UnderReview, DisputeStatus::Lost) => "payment.dispute.lost",
            (DisputeStatus::Open | DisputeStatus::UnderReview, DisputeStatus::Closed) => "payment.dispute.closed",
            (from, to) => {
                let refusal = format!("a dispute that is {} cannot become {}", from.as_str(), to.as_str());
                return Err(ApiError::payment(refusal, None));
            }
        };
        dispute.status = to;
        if to == DisputeStatus::Lost {
            dispute.amount_deducted = dispute.amount;
        }
        self.tell_of_dispute(id, name, now)
    }

    /// Somebody still quarrels about this payment.
    pub(super) fn is_disputed(&self, payment_id: &str) -> bool {
        self.disputes.named(Name::Payment, payment_id).any(|dispute| dispute.status.is_open())
    }

    fn tell_of_dispute(&mut self, id: &str, name: &str, now: i64) -> Result<(), ApiError> {
        let dispute = self.disputes.get(id)?;
        let payment: Value = wire::payment(self.payment(&dispute.payment_id)?);
        let parts = [("payment", payment), ("dispute", wire::dispute(dispute))];
        self.announce(name, &parts, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn disputed() -> (Account, String, String) {
        let mut account = Account::default();
        let link = account.create_link(&json!({ "amount": 49_900 }), NOW).unwrap();
        let payment = account.pay(&link.id, NOW).unwrap();
        let dispute = account.dispute(&payment, NOW).unwrap();
        account.take_announced();
        (account, payment, dispute)
    }

    #[test]
    fn money_is_deducted_only_when_a_dispute_is_lost() {
        for (end, deducted) in [(DisputeStatus::Won, 0), (DisputeStatus::Lost, 49_900), (DisputeStatus::Closed, 0)] {
            let (mut account, payment, dispute) = disputed();
            account.move_dispute(&dispute, DisputeStatus::UnderReview, NOW).unwrap();
            assert_eq!(account.disputes.get(&dispute).unwrap().amount_deducted, 0);
            account.move_dispute(&dispute, end, NOW).unwrap();
            assert_eq!(account.disputes.get(&dispute).unwrap().amount_deducted, deducted);
            assert_eq!(wire::payment(account.payment(&payment).unwrap())["status"], "captured");
            let names: Vec<String> = account.take_announced().into_iter().map(|event| event.name).collect();
            assert_eq!(names, ["payment.dispute.under_review".to_owned(), format!("payment.dispute.{}", end.as_str())]);
        }
    }

    #[test]
    fn what_is_settled_stays_settled_and_one_payment_has_one_open_dispute() {
        let (mut account, payment, dispute) = disputed();
        assert!(account.dispute(&payment, NOW).is_err());
        account.move_dispute(&dispute, DisputeStatus::Lost, NOW).unwrap();
        for to in [DisputeStatus::UnderReview, DisputeStatus::Won, DisputeStatus::Open] {
            assert!(account.move_dispute(&dispute, to, NOW).is_err(), "{to:?}");
        }
        assert!(account.move_dispute("disp_none", DisputeStatus::Won, NOW).is_err());
        account.dispute(&payment, NOW).unwrap();
    }

    #[test]
    fn only_captured_money_is_disputed_and_a_disputed_payment_is_not_refunded() {
        let (mut account, payment, dispute) = disputed();
        assert!(account.create_refund(&payment, &Value::Null, None, NOW).is_err());
        account.move_dispute(&dispute, DisputeStatus::Won, NOW).unwrap();
        account.create_refund(&payment, &Value::Null, None, NOW).unwrap();

        let link = account.create_link(&json!({ "amount": 100 }), NOW).unwrap();
        let failed = account.fail(&link.id, NOW).unwrap();
        assert!(account.dispute(&failed, NOW).is_err());
    }
}

//! Refunds: asked for, the same one for the same key, processed or failed.

use serde_json::{Map, Value};

use super::account::{Account, RefundKey, new_id, next_due};
use super::errors::ApiError;
use super::links::notes;
use super::model::{Payment, PaymentStatus, Refund, RefundStatus};
use super::table::Name;
use super::wire;

const KNOWN_FIELDS: [&str; 4] = ["amount", "notes", "receipt", "speed"];

/// After this a normal refund is no longer possible.
const SIX_MONTHS: i64 = 183 * 86_400;

impl Account {
    /// Gives money back; a known key gives the refund that it gave before.
    pub(super) fn create_refund(
        &mut self,
        payment_id: &str,
        asked: &Value,
        key: Option<&str>,
        now: i64,
    ) -> Result<Refund, ApiError> {
        self.payment(payment_id)?;
        if let Some(key) = key {
            must_be_a_key(key)?;
            if let Some(known) = self.refund_keys.get(key) {
                return self.repeat_refund(known, payment_id, asked).cloned();
            }
        }
        let refund = read_refund(self.payment(payment_id)?, asked, now)?;
        if self.is_disputed(payment_id) {
            return Err(ApiError::payment("The payment is under dispute and cannot be refunded meanwhile", None));
        }
        let id = refund.id.clone();
        self.refunds.push(refund);
        self.count_refunded(payment_id);
        if let Some(key) = key {
            let used_for = RefundKey { payment_id: payment_id.to_owned(), body: asked.clone(), refund_id: id.clone() };
            self.refund_keys.insert(key.to_owned(), used_for);
        }
        self.tell_of_refund(&id, "refund.created", now)?;
        if let Some(moment) = self.rules.refunds.due(now) {
            self.agenda.refunds.insert((moment, id.clone()));
            // Its moment may be now.
            self.settle_due(now);
        }
        self.refund(&id).cloned()
    }

    /// Refuses for want of balance what would otherwise be given; a refund that was given is still told of.
    pub(super) fn lack_balance(
        &self,
        payment_id: &str,
        asked: &Value,
        key: Option<&str>,
        now: i64,
    ) -> Result<(), ApiError> {
        let is_known = key.is_some_and(|key| self.refund_keys.contains_key(key));
        if is_known || read_refund(self.payment(payment_id)?, asked, now).is_err() {
            return Ok(());
        }
        Err(ApiError::no_balance())
    }

    fn repeat_refund(&self, known: &RefundKey, payment_id: &str, asked: &Value) -> Result<&Refund, ApiError> {
        if known.payment_id == payment_id && known.body == *asked {
            self.refund(&known.refund_id)
        } else {
            let description = "Different request body was sent with the same idempotency key.";
            Err(ApiError::payment(description, None))
        }
    }

    /// Ends the waiting for a pending refund; a failed one no longer counts as given back.
    pub(super) fn settle_refund(&mut self, id: &str, status: RefundStatus, now: i64) -> Result<(), ApiError> {
        let refund = self.refunds.get_mut(id)?;
        if refund.status != RefundStatus::Pending || status == RefundStatus::Pending {
            return Err(ApiError::payment("only a pending refund can be processed or fail", None));
        }
        refund.status = status;
        let payment_id = refund.payment_id.clone();
        self.count_refunded(&payment_id);
        let name = if status == RefundStatus::Failed { "refund.failed" } else { "refund.processed" };
        self.tell_of_refund(id, name, now)
    }

    /// Settles every refund whose time has come.
    pub(super) fn settle_due(&mut self, now: i64) {
        while let Some(id) = next_due(&mut self.agenda.refunds, now) {
            if self.refund(&id).is_ok_and(|refund| refund.status == RefundStatus::Pending) {
                let fate = self.fate_of(&id);
                self.settle_refund(&id, fate, now).expect("a refund that was just seen is there, and pending");
            }
        }
    }

    fn fate_of(&self, id: &str) -> RefundStatus {
        let place = self.refunds.place(id).unwrap_or_default();
        let payment_id = self.refund(id).map(|refund| refund.payment_id.as_str()).unwrap_or_default();
        let failed = |refund: &Refund| refund.status == RefundStatus::Failed;
        if self.refunds.named(Name::Payment, payment_id).any(failed) {
            return RefundStatus::Processed;
        }
        self.rules.refunds.fate(place)
    }

    fn tell_of_refund(&mut self, id: &str, name: &str, now: i64) -> Result<(), ApiError> {
        let refund = self.refund(id)?;
        let parts = [("refund", wire::refund(refund)), ("payment", wire::payment(self.payment(&refund.payment_id)?))];
        self.announce(name, &parts, now);
        Ok(())
    }

    fn count_refunded(&mut self, payment_id: &str) {
        let of_payment = self.refunds.named(Name::Payment, payment_id);
        let counted = of_payment.filter(|refund| refund.status != RefundStatus::Failed);
        let total = counted.map(|refund| refund.amount).sum();
        if let Ok(payment) = self.payment_mut(payment_id) {
            payment.amount_refunded = total;
            let all = total == payment.amount;
            payment.status = if all { PaymentStatus::Refunded } else { PaymentStatus::Captured };
        }
    }
}

fn must_be_a_key(key: &str) -> Result<(), ApiError> {
    let fits = key.len() >= 10 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if fits {
        return Ok(());
    }
    let description =
        "The idempotency key must be at least 10 characters of letters, numbers, hyphens and underscores.";
    Err(ApiError::payment(description, Some("X-Refund-Idempotency")))
}

fn read_refund(payment: &Payment, asked: &Value, now: i64) -> Result<Refund, ApiError> {
    let none = Map::new();
    let fields = match asked {
        Value::Null => &none,
        Value::Object(fields) => fields,
        _ => return Err(ApiError::payment("wrong input fields sent.", None)),
    };
    if let Some(stranger) = fields.keys().find(|key| !KNOWN_FIELDS.contains(&key.as_str())) {
        return Err(ApiError::payment(format!("{stranger} is/are not required and should not be sent"), None));
    }
    if payment.status == PaymentStatus::Refunded {
        return Err(ApiError::payment("The payment has been fully refunded already", None));
    }
    if payment.status != PaymentStatus::Captured {
        let description = "The payment status should be captured for action to be taken";
        return Err(ApiError::payment(description, None));
    }
    if payment.created_at + SIX_MONTHS < now {
        return Err(ApiError::payment("The payment is more than 6 months old and cannot be refunded", None));
    }
    Ok(Refund {
        id: new_id("rfnd_"),
        payment_id: payment.id.clone(),
        amount: amount(payment, fields)?,
        currency: payment.currency.clone(),
        status: RefundStatus::Pending,
        notes: notes(fields.get("notes"))?,
        receipt: fields.get("receipt").and_then(Value::as_str).map(str::to_owned),
        speed: speed(fields)?,
        created_at: now,
    })
}

fn amount(payment: &Payment, fields: &Map<String, Value>) -> Result<i64, ApiError> {
    let left = payment.amount - payment.amount_refunded;
    let refuse = |description: &str| Err(ApiError::payment(description, Some("amount")));
    match fields.get("amount").map(Value::as_i64) {
        None => Ok(left),
        Some(None) => refuse("The amount must be an integer."),
        Some(Some(..100)) => refuse("The amount must be at least INR 1.00"),
        Some(Some(paise)) if paise > payment.amount => {
            refuse("The refund amount provided is greater than amount captured")
        }
        Some(Some(paise)) if paise > left => {
            refuse("The total refund amount is greater than the refund payment amount")
        }
        Some(Some(paise)) => Ok(paise),
    }
}

fn speed(fields: &Map<String, Value>) -> Result<String, ApiError> {
    match fields.get("speed").map(Value::as_str) {
        None => Ok("normal".to_owned()),
        Some(Some(speed @ ("normal" | "optimum"))) => Ok(speed.to_owned()),
        Some(_) => Err(ApiError::payment("The speed must be normal or optimum", Some("speed"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::razorpay::refund_fate::RefundsSettle;

    const NOW: i64 = 1_790_000_000;
    const KEY: &str = "0199-a-refund";

    fn paid() -> (Account, String) {
        let mut account = Account::default();
        let link = account.create_link(&json!({ "amount": 49_900 }), NOW).unwrap();
        let payment = account.pay(&link.id, NOW).unwrap();
        account.take_announced();
        (account, payment)
    }

    #[test]
    fn the_same_key_and_body_is_the_same_refund_and_another_body_is_refused() {
        let (mut account, payment) = paid();
        let body = json!({ "amount": 49_900 });
        let first = account.create_refund(&payment, &body, Some(KEY), NOW).unwrap();
        assert_eq!(account.create_refund(&payment, &body, Some(KEY), NOW + 5).unwrap(), first);
        assert_eq!(account.refunds.all().len(), 1);
        assert!(account.create_refund(&payment, &json!({ "amount": 100 }), Some(KEY), NOW).is_err());
        assert!(account.create_refund(&payment, &body, Some("short"), NOW).is_err());
    }

    #[test]
    fn no_more_is_given_back_than_was_paid_unless_a_refund_failed() {
        let (mut account, payment) = paid();
        let part = account.create_refund(&payment, &json!({ "amount": 40_000 }), None, NOW).unwrap();
        for (amount, says) in [(99, "at least"), (50_000, "captured"), (9_901, "total refund amount")] {
            let refused = account.create_refund(&payment, &json!({ "amount": amount }), None, NOW).unwrap_err();
            assert!(refused.description().contains(says), "{refused}");
        }
        account.settle_refund(&part.id, RefundStatus::Failed, NOW).unwrap();
        assert_eq!(account.create_refund(&payment, &Value::Null, None, NOW).unwrap().amount, 49_900);
        assert_eq!(account.payment(&payment).unwrap().status, PaymentStatus::Refunded);
        assert!(account.create_refund(&payment, &Value::Null, None, NOW).is_err());
    }

    #[test]
    fn only_captured_money_is_given_back() {
        let mut account = Account::default();
        let link = account.create_link(&json!({ "amount": 49_900 }), NOW).unwrap();
        let payment = account.fail(&link.id, NOW).unwrap();
        assert!(account.create_refund(&payment, &Value::Null, None, NOW).is_err());
        assert_eq!(account.payment(&payment).unwrap().status, PaymentStatus::Failed);
    }

    #[test]
    fn a_refund_waits_and_then_tells() {
        let (mut account, payment) = paid();
        account.rules.refunds = RefundsSettle::After(std::time::Duration::from_secs(2));
        let refund = account.create_refund(&payment, &Value::Null, None, NOW).unwrap();
        assert_eq!(refund.status, RefundStatus::Pending);
        assert_eq!(account.take_announced()[0].name, "refund.created");
        account.pass_time(NOW + 1);
        assert!(account.take_announced().is_empty());
        account.pass_time(NOW + 2);
        assert_eq!(account.take_announced()[0].name, "refund.processed");
        assert_eq!(account.refund(&refund.id).unwrap().status, RefundStatus::Processed);
    }
}

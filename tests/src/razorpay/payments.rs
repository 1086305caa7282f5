//! Payments: begun, failed, captured; in good time, or late.

use super::account::{Account, new_id};
use super::errors::ApiError;
use super::model::{Link, LinkStatus, Order, Payment, PaymentStatus};
use super::wire;

/// What a dead link becomes when money arrives for it after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadLink {
    /// It stays cancelled or expired; only the payment tells of the money.
    StaysDead,
    /// It turns paid.
    TurnsPaid,
}

impl Account {
    /// A guest begins to pay. The first attempt makes the link's order.
    pub(super) fn begin_payment(&mut self, link_id: &str, now: i64) -> Result<String, ApiError> {
        let link = self.link(link_id)?.clone();
        let order_id = link.order_id.clone().unwrap_or_else(|| new_id("order_"));
        if link.order_id.is_none() {
            self.orders.push(new_order(&order_id, &link, now));
            self.link_mut(link_id)?.order_id = Some(order_id.clone());
        }
        self.orders.get_mut(&order_id)?.attempts += 1;
        let left = link.amount - link.amount_paid;
        let payment = Payment {
            id: new_id("pay_"),
            link_id: link.id,
            order_id,
            // A guest who pays twice pays all of it twice.
            amount: if left > 0 { left } else { link.amount },
            currency: link.currency,
            status: PaymentStatus::Created,
            amount_refunded: 0,
            created_at: now,
        };
        let id = payment.id.clone();
        self.payments.push(payment);
        Ok(id)
    }

    /// A guest pays an open link in full.
    pub(super) fn pay(&mut self, link_id: &str, now: i64) -> Result<String, ApiError> {
        self.must_be_open(link_id)?;
        let payment_id = self.begin_payment(link_id, now)?;
        self.capture(&payment_id, DeadLink::StaysDead, now)?;
        Ok(payment_id)
    }

    /// A guest's bank says no.
    pub(super) fn fail(&mut self, link_id: &str, now: i64) -> Result<String, ApiError> {
        self.must_be_open(link_id)?;
        let payment_id = self.begin_payment(link_id, now)?;
        let payment = self.payment_mut(&payment_id)?;
        payment.status = PaymentStatus::Failed;
        let picture = wire::payment(payment);
        self.announce("payment.failed", &[("payment", picture)], now);
        Ok(payment_id)
    }

    /// A guest's bank says yes, but the money is not taken yet; not even a failure before is final.
    pub(super) fn authorize(&mut self, payment_id: &str, now: i64) -> Result<(), ApiError> {
        let payment = self.payment_mut(payment_id)?;
        if !matches!(payment.status, PaymentStatus::Created | PaymentStatus::Failed) {
            return Err(ApiError::payment("This payment has already been captured", None));
        }
        payment.status = PaymentStatus::Authorized;
        let picture = wire::payment(payment);
        self.announce("payment.authorized", &[("payment", picture)], now);
        Ok(())
    }

    /// The money of a payment arrives, whatever became of its link meanwhile, and even if it had failed.
    pub(super) fn capture(&mut self, payment_id: &str, dead_link: DeadLink, now: i64) -> Result<(), ApiError> {
        if self.payment(payment_id)?.status != PaymentStatus::Authorized {
            self.authorize(payment_id, now)?;
        }
        let payment = self.payment_mut(payment_id)?;
        payment.status = PaymentStatus::Captured;
        let payment = payment.clone();

        let turned = self.book_on_link(&payment, dead_link, now)?;
        let order_was_paid = self.book_on_order(&payment)?;
        // In the order in which the service was seen to send them, which is not the order of time.
        let order = wire::order(self.order(&payment.order_id)?);
        let payment_picture = wire::payment(&payment);
        if order_was_paid {
            let parts = [("payment", payment_picture.clone()), ("order", order.clone())];
            self.announce("order.paid", &parts, now);
        }
        self.announce("payment.captured", &[("payment", payment_picture.clone())], now);
        if let Some(status) = turned {
            let link = wire::link(self, self.link(&payment.link_id)?);
            let parts = [("payment_link", link), ("order", order), ("payment", payment_picture)];
            self.announce(wire::link_event(status), &parts, now);
        }
        Ok(())
    }

    /// Adds the money to the link; answers with the status it turned into, if it turned.
    fn book_on_link(
        &mut self,
        payment: &Payment,
        dead_link: DeadLink,
        now: i64,
    ) -> Result<Option<LinkStatus>, ApiError> {
        let link = self.link_mut(&payment.link_id)?;
        link.amount_paid += payment.amount;
        link.updated_at = now;
        let paid = if link.amount_paid < link.amount { LinkStatus::PartiallyPaid } else { LinkStatus::Paid };
        let before = link.status;
        link.status = match before {
            LinkStatus::Created | LinkStatus::PartiallyPaid => paid,
            LinkStatus::Cancelled | LinkStatus::Expired if dead_link == DeadLink::TurnsPaid => paid,
            LinkStatus::Paid | LinkStatus::Cancelled | LinkStatus::Expired => before,
        };
        let is_money_news = link.status == paid && (before != paid || paid == LinkStatus::PartiallyPaid);
        Ok(is_money_news.then_some(paid))
    }

    /// Adds the money to the order; true when that made it whole.
    fn book_on_order(&mut self, payment: &Payment) -> Result<bool, ApiError> {
        let order = self.orders.get_mut(&payment.order_id)?;
        let was_whole = order.amount_paid >= order.amount;
        order.amount_paid += payment.amount;
        Ok(!was_whole && order.amount_paid >= order.amount)
    }

    fn must_be_open(&self, link_id: &str) -> Result<(), ApiError> {
        let link = self.link(link_id)?;
        if link.status.is_open() {
            Ok(())
        } else {
            Err(ApiError::link(format!("this payment link is {}", link.status.as_str())))
        }
    }
}

fn new_order(id: &str, link: &Link, now: i64) -> Order {
    Order {
        id: id.to_owned(),
        amount: link.amount,
        amount_paid: 0,
        currency: link.currency.clone(),
        receipt: link.reference_id.clone(),
        attempts: 0,
        created_at: now,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn account_with_link() -> (Account, String) {
        let mut account = Account::default();
        let link = account.create_link(&json!({ "amount": 49_900 }), NOW).unwrap();
        (account, link.id)
    }

    fn told(account: &mut Account) -> Vec<String> {
        account.take_announced().into_iter().map(|event| event.name).collect()
    }

    #[test]
    fn a_payment_is_told_four_times_with_the_picture_of_its_moment() {
        let (mut account, link) = account_with_link();
        account.pay(&link, NOW).unwrap();
        let events = account.take_announced();
        let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["payment.authorized", "order.paid", "payment.captured", "payment_link.paid"]);
        let body = |n: usize| serde_json::from_str::<Value>(&events[n].body).unwrap();
        assert_eq!(body(0)["payload"]["payment"]["entity"]["status"], "authorized");
        assert_eq!(body(3)["contains"], json!(["payment_link", "order", "payment"]));
        assert_eq!(body(3)["payload"]["payment_link"]["entity"]["status"], "paid");
        assert_eq!(body(3)["payload"]["payment_link"]["entity"]["payments"][0]["status"], "captured");
    }

    #[test]
    fn failed_is_not_final() {
        let (mut account, link) = account_with_link();
        let payment = account.fail(&link, NOW).unwrap();
        assert_eq!(wire::link(&account, account.link(&link).unwrap())["payments"], json!([]));
        account.capture(&payment, DeadLink::StaysDead, NOW + 9).unwrap();
        assert_eq!(account.link(&link).unwrap().status, LinkStatus::Paid);
        assert!(account.capture(&payment, DeadLink::StaysDead, NOW + 9).is_err());
        assert_eq!(told(&mut account)[0], "payment.failed");
    }

    #[test]
    fn late_money_is_booked_on_a_dead_link() {
        for (dead_link, status, says_paid) in
            [(DeadLink::StaysDead, LinkStatus::Cancelled, false), (DeadLink::TurnsPaid, LinkStatus::Paid, true)]
        {
            let (mut account, link) = account_with_link();
            let payment = account.begin_payment(&link, NOW).unwrap();
            account.cancel_link(&link, NOW).unwrap();
            assert!(account.pay(&link, NOW).is_err());
            account.capture(&payment, dead_link, NOW).unwrap();
            assert_eq!(account.link(&link).unwrap().status, status);
            assert_eq!(told(&mut account).contains(&"payment_link.paid".to_owned()), says_paid);
            assert_eq!(wire::link(&account, account.link(&link).unwrap())["payments"][0]["payment_id"], payment);
        }
    }

    #[test]
    fn less_money_is_a_partial_payment_and_the_rest_makes_it_whole() {
        let (mut account, link) = account_with_link();
        let payment = account.begin_payment(&link, NOW).unwrap();
        account.payment_mut(&payment).unwrap().amount = 100;
        account.capture(&payment, DeadLink::StaysDead, NOW).unwrap();
        assert_eq!(told(&mut account).last().unwrap(), "payment_link.partially_paid");
        account.pay(&link, NOW).unwrap();
        assert_eq!(told(&mut account).last().unwrap(), "payment_link.paid");
        assert_eq!(account.payments.all()[1].amount, 49_800);
    }

    #[test]
    fn a_second_payment_of_a_paid_link_is_money_all_the_same() {
        let (mut account, link) = account_with_link();
        let second = account.begin_payment(&link, NOW).unwrap();
        account.pay(&link, NOW).unwrap();
        told(&mut account);
        account.capture(&second, DeadLink::StaysDead, NOW).unwrap();
        assert_eq!(told(&mut account), ["payment.authorized", "payment.captured"]);
        let third = account.begin_payment(&link, NOW).unwrap();
        account.capture(&third, DeadLink::StaysDead, NOW).unwrap();
        assert_eq!(account.link(&link).unwrap().amount_paid, 3 * 49_900);
        let picture = wire::link(&account, account.link(&link).unwrap());
        assert_eq!(picture["payments"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn authorized_is_not_captured_and_is_captured_once() {
        let (mut account, link) = account_with_link();
        let payment = account.begin_payment(&link, NOW).unwrap();
        account.authorize(&payment, NOW).unwrap();
        assert!(account.authorize(&payment, NOW).is_err());
        let picture = wire::payment(account.payment(&payment).unwrap());
        assert_eq!((&picture["status"], &picture["captured"]), (&json!("authorized"), &json!(false)));
        assert_eq!(wire::link(&account, account.link(&link).unwrap())["payments"], json!([]));
        assert_eq!(told(&mut account), ["payment.authorized"]);

        account.capture(&payment, DeadLink::StaysDead, NOW + 9).unwrap();
        assert_eq!(told(&mut account), ["order.paid", "payment.captured", "payment_link.paid"]);
        assert!(account.capture(&payment, DeadLink::StaysDead, NOW + 9).is_err());
    }
}

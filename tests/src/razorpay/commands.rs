//! What a test makes happen: guests, banks, and time.

use std::time::Duration;

use serde_json::{Value, json};

use super::account::Event;
use super::errors::ApiError;
use super::model::{DisputeStatus, RefundStatus};
use super::payments::DeadLink;
use super::webhooks::{Delivery, Letter};
use super::{Razorpay, hosted_page};

impl Razorpay {
    /// A guest presses Pay; answers with where the browser goes next, empty where the link has no callback.
    ///
    /// # Errors
    /// No such link, or it is not open.
    pub fn pay(&self, link_id: &str) -> Result<String, ApiError> {
        Ok(hosted_page::pay_link(&self.simulator, link_id)?.map(String::from).unwrap_or_default())
    }

    /// A guest presses Fail; answers with the payment's id.
    ///
    /// # Errors
    /// No such link, or it is not open.
    pub fn fail(&self, link_id: &str) -> Result<String, ApiError> {
        self.simulator.change(|account, now| account.fail(link_id, now))
    }

    /// A payment of other than the link's amount or currency is captured; answers as [`Razorpay::pay`] does.
    /// Less than the amount leaves the link open and partially paid, and the rest may follow.
    ///
    /// # Errors
    /// No such link.
    pub fn pay_other(&self, link_id: &str, amount: i64, currency: &str) -> Result<String, ApiError> {
        self.simulator.change(|account, now| {
            let id = account.begin_payment(link_id, now)?;
            let payment = account.payment_mut(&id)?;
            (payment.amount, payment.currency) = (amount, currency.to_owned());
            account.capture(&id, DeadLink::StaysDead, now)?;
            Ok(hosted_page::callback(account, &self.simulator.key_secret, &id).map(String::from).unwrap_or_default())
        })
    }

    /// A payment that was under way when its link expired, was cancelled or was paid is captured all the same;
    /// answers with its id. On a paid link the guest pays all of it a second time.
    ///
    /// # Errors
    /// No such link.
    pub fn pay_late(&self, link_id: &str, dead_link: DeadLink) -> Result<String, ApiError> {
        self.simulator.change(|account, now| {
            let id = account.begin_payment(link_id, now)?;
            account.capture(&id, dead_link, now)?;
            Ok(id)
        })
    }

    /// A guest's bank says yes, but the money is not taken yet; answers with the payment's id.
    ///
    /// # Errors
    /// No such link.
    pub fn authorize(&self, link_id: &str) -> Result<String, ApiError> {
        self.simulator.change(|account, now| {
            let id = account.begin_payment(link_id, now)?;
            account.authorize(&id, now)?;
            Ok(id)
        })
    }

    /// A payment that was authorized, or had failed, is captured, whatever became of its link.
    ///
    /// # Errors
    /// No such payment, or it is captured already.
    pub fn capture(&self, payment_id: &str, dead_link: DeadLink) -> Result<(), ApiError> {
        self.simulator.change(|account, now| account.capture(payment_id, dead_link, now))
    }

    /// A payment that failed is captured after all: [`Razorpay::capture`] under the name of its most wicked use.
    ///
    /// # Errors
    /// No such payment, or it is captured already.
    pub fn capture_failed(&self, payment_id: &str, dead_link: DeadLink) -> Result<(), ApiError> {
        self.capture(payment_id, dead_link)
    }

    /// A link expires before its time.
    ///
    /// # Errors
    /// No such link, or it is not open.
    pub fn expire(&self, link_id: &str) -> Result<(), ApiError> {
        self.simulator.change(|account, now| account.expire_link(link_id, now))
    }

    /// A pending refund is processed, or fails.
    ///
    /// # Errors
    /// No such refund, or it is not pending.
    pub fn settle_refund(&self, refund_id: &str, status: RefundStatus) -> Result<(), ApiError> {
        self.simulator.change(|account, now| account.settle_refund(refund_id, status, now))
    }

    /// The organiser gives money back on Razorpay's own dashboard, all that is left unless an amount is named;
    /// answers with the refund's id. It settles as refunds do here, see [`RefundsSettle`](super::RefundsSettle).
    ///
    /// # Errors
    /// No such payment, or as much is not left of it.
    pub fn refund_on_dashboard(&self, payment_id: &str, amount: Option<i64>) -> Result<String, ApiError> {
        let asked = amount.map_or(Value::Null, |paise| json!({ "amount": paise }));
        self.simulator.change(|account, now| Ok(account.create_refund(payment_id, &asked, None, now)?.id))
    }

    /// A guest's bank wants a payment back; answers with the dispute's id.
    ///
    /// # Errors
    /// No such payment, it is not captured, or it is disputed already.
    pub fn dispute(&self, payment_id: &str) -> Result<String, ApiError> {
        self.simulator.change(|account, now| account.dispute(payment_id, now))
    }

    /// The merchant answers the bank, which thinks about it.
    ///
    /// # Errors
    /// No such dispute, or it is not open any more.
    pub fn review_dispute(&self, dispute_id: &str) -> Result<(), ApiError> {
        self.move_dispute(dispute_id, DisputeStatus::UnderReview)
    }

    /// The merchant keeps the money.
    ///
    /// # Errors
    /// No such dispute, or it is decided already.
    pub fn win_dispute(&self, dispute_id: &str) -> Result<(), ApiError> {
        self.move_dispute(dispute_id, DisputeStatus::Won)
    }

    /// The guest has the money back.
    ///
    /// # Errors
    /// No such dispute, or it is decided already.
    pub fn lose_dispute(&self, dispute_id: &str) -> Result<(), ApiError> {
        self.move_dispute(dispute_id, DisputeStatus::Lost)
    }

    /// It was settled otherwise.
    ///
    /// # Errors
    /// No such dispute, or it is decided already.
    pub fn close_dispute(&self, dispute_id: &str) -> Result<(), ApiError> {
        self.move_dispute(dispute_id, DisputeStatus::Closed)
    }

    fn move_dispute(&self, dispute_id: &str, to: DisputeStatus) -> Result<(), ApiError> {
        self.simulator.change(|account, now| account.move_dispute(dispute_id, to, now))
    }

    /// Puts the simulator's clock forward; links whose time has come expire.
    pub fn advance(&self, by: Duration) {
        self.simulator.advance(by);
    }

    /// Sends an event of [`Razorpay::deliveries`] once more, under its own id.
    pub fn send_again(&self, delivery: &Delivery) {
        let event = Event { id: delivery.event_id.clone(), name: delivery.event.clone(), body: delivery.body.clone() };
        self.simulator.webhooks.post(Letter { event, fault: None, at_once: false });
    }
}

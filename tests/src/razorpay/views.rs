//! What a test sees.

use super::Razorpay;
use super::endpoint::Endpoint;
use super::errors::ApiError;
use super::model::{Dispute, Link, Payment, Refund};
use super::simulator::Call;
use super::table::Name;
use super::webhooks::{Delivery, locked};

impl Razorpay {
    /// Every link, oldest first.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        self.simulator.look(|account| account.links.all().to_vec())
    }

    /// The link made with this reference.
    #[must_use]
    pub fn link_of(&self, reference_id: &str) -> Option<Link> {
        self.simulator.look(|account| account.links.named(Name::Reference, reference_id).next().cloned())
    }

    /// Where a guest pays.
    ///
    /// # Errors
    /// No such link.
    pub fn short_url(&self, link_id: &str) -> Result<String, ApiError> {
        self.simulator.look(|account| Ok(account.short_url(account.link(link_id)?)))
    }

    /// Every attempt to pay, oldest first.
    #[must_use]
    pub fn payments(&self) -> Vec<Payment> {
        self.simulator.look(|account| account.payments.all().to_vec())
    }

    /// The payments of one link, oldest first.
    #[must_use]
    pub fn payments_of(&self, link_id: &str) -> Vec<Payment> {
        self.simulator.look(|account| account.payments.named(Name::Link, link_id).cloned().collect())
    }

    /// Every refund, oldest first.
    #[must_use]
    pub fn refunds(&self) -> Vec<Refund> {
        self.simulator.look(|account| account.refunds.all().to_vec())
    }

    /// Every dispute, oldest first.
    #[must_use]
    pub fn disputes(&self) -> Vec<Dispute> {
        self.simulator.look(|account| account.disputes.all().to_vec())
    }

    /// Every call of the API that is [kept](super::Options::keep_calls), in the order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.simulator.calls).all()
    }

    /// The calls of one kind.
    #[must_use]
    pub fn calls_of(&self, endpoint: Endpoint) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.endpoint == endpoint).collect()
    }

    /// Every attempt to deliver a webhook that is [kept](super::Options::keep_deliveries), in the order of their ends.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.simulator.webhooks.deliveries()
    }
}

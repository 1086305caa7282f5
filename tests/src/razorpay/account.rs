//! The merchant's account: everything the simulator knows.
//!
//! Its changes are plain functions of (account, request, time), spread over
//! `links`, `payments`, `refunds` and `disputes`. What happened is *announced* into a list
//! that the caller empties and hands to the webhooks.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::errors::ApiError;
use super::model::{Dispute, Link, Order, Payment, Refund, RefundStatus};
use super::refund_fate::RefundsSettle;
use super::table::Table;
use super::wire;

/// Everything the simulator knows; the state file's content.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Account {
    pub links: Table<Link>,
    pub payments: Table<Payment>,
    pub orders: Table<Order>,
    pub refunds: Table<Refund>,
    #[serde(default)]
    pub disputes: Table<Dispute>,
    /// Idempotency keys that led to a refund.
    pub refund_keys: BTreeMap<String, RefundKey>,
    #[serde(skip)]
    pub rules: Rules,
    #[serde(skip)]
    pub agenda: Agenda,
    #[serde(skip)]
    announced: Vec<Event>,
}

/// What time will bring, soonest first, so that nobody looks through all links to find out: a moment and an id.
/// What happened otherwise meanwhile is passed over when its moment comes.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// Links that end.
    pub links: BTreeSet<(i64, String)>,
    /// Refunds that settle.
    pub refunds: BTreeSet<(i64, String)>,
}

/// What an idempotency key was used for.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RefundKey {
    pub payment_id: String,
    pub body: Value,
    pub refund_id: String,
}

/// What may differ from one simulator to another.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Where links are shown, without a slash at the end.
    pub base_url: String,
    /// How far ahead a link's end must be.
    pub min_link_life: Duration,
    /// When refunds are decided.
    pub refunds: RefundsSettle,
}

/// Something the merchant is told of. The body is written once, so that repeats are equal to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// The `x-razorpay-event-id`.
    pub id: String,
    /// Such as `payment_link.paid`.
    pub name: String,
    /// The JSON that is signed and sent.
    pub body: String,
}

impl Account {
    /// The account under these rules, knowing what is still to come.
    pub(super) fn ruled_by(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self.agenda = Agenda::default();
        let open = self.links.all().iter().filter(|link| link.status.is_open() && link.expire_by != 0);
        self.agenda.links = open.map(|link| (link.expire_by, link.id.clone())).collect();
        let pending = self.refunds.all().iter().filter(|refund| refund.status == RefundStatus::Pending);
        let moment = |refund: &Refund| Some((self.rules.refunds.due(refund.created_at)?, refund.id.clone()));
        self.agenda.refunds = pending.filter_map(moment).collect();
        self
    }

    /// Tells the merchant, with a picture of the things as they are now.
    pub(super) fn announce(&mut self, name: &str, parts: &[(&str, Value)], now: i64) {
        let body = wire::event(name, parts, now).to_string();
        self.announced.push(Event { id: new_id(""), name: name.to_owned(), body });
    }

    /// What was announced since the last time.
    pub(super) fn take_announced(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.announced)
    }

    /// What time alone brings: links that end, refunds that arrive.
    pub(super) fn pass_time(&mut self, now: i64) {
        self.expire_due(now);
        self.settle_due(now);
    }

    pub(super) fn link(&self, id: &str) -> Result<&Link, ApiError> {
        self.links.get(id)
    }

    pub(super) fn link_mut(&mut self, id: &str) -> Result<&mut Link, ApiError> {
        self.links.get_mut(id)
    }

    pub(super) fn payment(&self, id: &str) -> Result<&Payment, ApiError> {
        self.payments.get(id)
    }

    pub(super) fn payment_mut(&mut self, id: &str) -> Result<&mut Payment, ApiError> {
        self.payments.get_mut(id)
    }

    pub(super) fn order(&self, id: &str) -> Result<&Order, ApiError> {
        self.orders.get(id)
    }

    pub(super) fn refund(&self, id: &str) -> Result<&Refund, ApiError> {
        self.refunds.get(id)
    }

    /// Where a guest pays.
    pub(super) fn short_url(&self, link: &Link) -> String {
        format!("{}/i/{}", self.rules.base_url, link.code)
    }
}

/// Takes the first off a list of the agenda, if its moment has come.
pub(super) fn next_due(list: &mut BTreeSet<(i64, String)>, now: i64) -> Option<String> {
    list.first().is_some_and(|(moment, _)| *moment <= now).then(|| list.pop_first())?.map(|(_, id)| id)
}

/// A new id of Razorpay's form: a prefix and fourteen letters and digits.
pub(super) fn new_id(prefix: &str) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut bytes = [0; 14];
    getrandom::fill(&mut bytes).expect("the system always has random bytes");
    let letters = bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    prefix.chars().chain(letters).collect()
}

/// A duration in the whole seconds that the wire knows.
pub(super) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX / 4)
}

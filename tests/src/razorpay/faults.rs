//! What shall go wrong.
//!
//! A [`Faults`] is a plain description: faults that wait in a queue for the
//! next call or event of a kind, and faults that strike with a probability.
//! Chance is a function of (seed, kind, how many came before), not of a shared
//! stream: whatever the interleaving, the seventh link creation of seed 4711
//! meets the same fate, so a chaos test replays by its seed.
//!
//! Here it is only *decided*; `misbehave` carries it out for calls, `webhooks` for events.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;

/// What goes wrong with one call. *Done* means that the account changed, whatever the caller hears.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiFault {
    /// Not done: 429, come back in a second.
    Throttled,
    /// Not done: 429, and it will stay so (the test mode's number of links is used up).
    QuotaReached,
    /// A refund is not done: the merchant's balance is too low. A key that gave a refund before still gives
    /// that one. Other calls do not ask for money and are done.
    NoBalance,
    /// Not done: this status (from 502 on with a gateway's HTML for a body).
    Refused(u16),
    /// Not done, and the connection closes without an answer.
    Cut,
    /// Not done, and no answer ever comes.
    Silent,
    /// Done, but answered with 500.
    DoneThenError,
    /// Done, but the connection closes without an answer.
    DoneThenCut,
    /// Done, but no answer ever comes.
    DoneThenSilent,
    /// Done, and answered so much later.
    Late(Duration),
}

/// What goes wrong with one event.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookFault {
    /// Its first attempt starts so much later; others overtake it.
    Delayed(Duration),
    /// Its first attempt does not arrive; it is tried again.
    DroppedOnce,
    /// It never arrives.
    Lost,
    /// It is sent so many times more, at the same moment.
    Repeated(u32),
    /// The event behind it goes first.
    Overtaken,
}

/// A description of what shall go wrong; none by default.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    seed: u64,
    next_calls: BTreeMap<Endpoint, VecDeque<ApiFault>>,
    call_odds: Vec<(f64, Option<Endpoint>, ApiFault)>,
    next_events: BTreeMap<String, VecDeque<WebhookFault>>,
    event_odds: Vec<(f64, WebhookFault)>,
    drawn: BTreeMap<String, u64>,
    /// Events that happen together are sent at the same moment, in any order.
    pub(super) unordered: bool,
}

impl Faults {
    /// Nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Nothing goes wrong yet; probabilities added later are drawn from this seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// The next call of this kind (after those already waiting) meets this fault.
    #[must_use]
    pub fn next_call(mut self, endpoint: Endpoint, fault: ApiFault) -> Self {
        self.next_calls.entry(endpoint).or_default().push_back(fault);
        self
    }

    /// Calls of this kind, or of every kind, meet this fault with a probability between 0 and 1.
    #[must_use]
    pub fn sometimes(mut self, probability: f64, endpoint: Option<Endpoint>, fault: ApiFault) -> Self {
        self.call_odds.push((probability, endpoint, fault));
        self
    }

    /// The next event of this name, such as `payment_link.paid`, meets this fault.
    #[must_use]
    pub fn next_event(mut self, name: &str, fault: WebhookFault) -> Self {
        self.next_events.entry(name.to_owned()).or_default().push_back(fault);
        self
    }

    /// Events meet this fault with a probability between 0 and 1.
    #[must_use]
    pub fn sometimes_event(mut self, probability: f64, fault: WebhookFault) -> Self {
        self.event_odds.push((probability, fault));
        self
    }

    /// Events that happen together are sent at the same moment, in any order.
    #[must_use]
    pub fn unordered(mut self) -> Self {
        self.unordered = true;
        self
    }

    /// Decides the fate of one call.
    pub fn for_call(&mut self, endpoint: Endpoint) -> Option<ApiFault> {
        if let Some(fault) = self.next_calls.get_mut(&endpoint).and_then(VecDeque::pop_front) {
            return Some(fault);
        }
        let concerned = |(_, of, _): &&(f64, Option<Endpoint>, ApiFault)| of.is_none_or(|of| of == endpoint);
        let odds: Vec<_> = self.call_odds.iter().filter(concerned).map(|(odds, _, fault)| (*odds, *fault)).collect();
        self.draw(&format!("{endpoint:?}"), &odds)
    }

    /// Decides the fate of one event.
    pub fn for_event(&mut self, name: &str) -> Option<WebhookFault> {
        if let Some(fault) = self.next_events.get_mut(name).and_then(VecDeque::pop_front) {
            return Some(fault);
        }
        let odds = self.event_odds.clone();
        self.draw(name, &odds)
    }

    /// Puts events that happened together into the order in which they leave.
    pub fn arrange<T>(&mut self, events: &mut [T]) {
        if !self.unordered {
            return;
        }
        for last in (1..events.len()).rev() {
            let other = self.next_number("order") % (last as u64 + 1);
            events.swap(last, usize::try_from(other).unwrap_or(last));
        }
    }

    /// A number that depends on the seed, the kind, and how many were drawn of it before.
    fn next_number(&mut self, kind: &str) -> u64 {
        let turn = self.drawn.entry(kind.to_owned()).or_default();
        *turn += 1;
        kind.bytes().fold(mixed(self.seed ^ mixed(*turn)), |hash, byte| mixed(hash ^ u64::from(byte)))
    }

    /// The first of the faults whose own draw falls within its odds.
    fn draw<F: Copy>(&mut self, kind: &str, odds: &[(f64, F)]) -> Option<F> {
        if odds.is_empty() {
            return None;
        }
        let mut state = self.next_number(kind);
        odds.iter().find_map(|(probability, fault)| {
            state = mixed(state);
            // The upper 32 bits, as a fraction of one.
            let fraction = f64::from(u32::try_from(state >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX);
            (fraction < *probability).then_some(*fault)
        })
    }
}

/// One step of SplitMix64: small, and good enough for dice.
pub(super) fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queued_faults_strike_once_in_their_order_and_only_their_kind() {
        let mut faults = Faults::none()
            .next_call(Endpoint::CreateLink, ApiFault::Throttled)
            .next_call(Endpoint::CreateLink, ApiFault::DoneThenCut);
        assert_eq!(faults.for_call(Endpoint::FetchLink), None);
        assert_eq!(faults.for_call(Endpoint::CreateLink), Some(ApiFault::Throttled));
        assert_eq!(faults.for_call(Endpoint::CreateLink), Some(ApiFault::DoneThenCut));
        assert_eq!(faults.for_call(Endpoint::CreateLink), None);
    }

    #[test]
    fn a_seed_replays_whatever_the_interleaving() {
        let some = || Faults::seeded(4711).sometimes(0.3, None, ApiFault::Cut);
        let (mut one, mut other) = (some(), some());
        let creations: Vec<_> = (0..50).map(|_| one.for_call(Endpoint::CreateLink)).collect();
        let interleaved: Vec<_> = (0..50)
            .map(|_| {
                other.for_call(Endpoint::FetchLink);
                other.for_call(Endpoint::CreateLink)
            })
            .collect();
        assert_eq!(creations, interleaved);
        assert_ne!(creations, (0..50).map(|_| one.for_call(Endpoint::CreateLink)).collect::<Vec<_>>());
    }

    #[test]
    fn odds_are_about_what_they_say() {
        for (odds, range) in [(0.0, 0..=0), (0.2, 300..=500), (1.0, 1999..=2000)] {
            let mut faults = Faults::seeded(1).sometimes_event(odds, WebhookFault::Lost);
            let struck = (0..2000).filter(|_| faults.for_event("payment.captured").is_some()).count();
            assert!(range.contains(&struck), "{odds}: {struck} of 2000");
        }
    }
}

//! Who of several gates may admit a ticket at the same instant: the rule, without a network and without a clock.
//!
//! A gate asks all others and grants when all have answered that they do not
//! object, or when its patience is over. A gate that is asked objects if
//!
//! 1. it knows somebody inside on the ticket;
//! 2. it is admitting the ticket itself and is sure of it: the database is
//!    deciding, or all have answered it, or it has granted a moment ago;
//! 3. it is asking for the ticket itself, or has been asked for it by a third
//!    gate, and that claim has the smaller scan id.
//!
//! If it does not object, its own claim with the larger id has lost by that,
//! and for [`PROMISE`] it will start none.
//!
//! So of two claims at two gates that hear each other one at most is granted.
//! Say both were. The gate whose claim has the larger id was asked by the
//! other, and at that time (a) was sure already: then it objected; or (b) was
//! asking: then it lost; or (c) asked only later: then it had promised not to.
//! And of any number of claims made together one is granted: the smallest
//! loses only to one that is sure. Lost letters are sent again until patience
//! is over; two claims are both granted only when every letter between the two
//! gates is lost for that long, which is what being cut off means.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{ScanId, TicketTag};
use tokio::sync::Notify;

use super::letter::Process;
use super::{Claim, Happening};

/// For how long a gate that did not object remembers it: longer than any claim
/// waits, and until the admission has been told.
pub(super) const PROMISE: Duration = Duration::from_secs(2);

/// Why a ticket cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Somebody is inside on it.
    Inside(Happening),
    /// A gate is admitting somebody on it just now.
    Pending {
        /// That gate.
        gate: String,
        /// Its scan.
        scan: ScanId,
        /// When it began.
        at: DateTime<Utc>,
    },
}

/// What is being admitted, here and elsewhere.
#[derive(Debug)]
pub(super) struct Claims {
    gate: String,
    own: HashMap<TicketTag, Own>,
    promised: HashMap<TicketTag, Vec<Promise>>,
    serial: u64,
}

/// A claim of this gate's own.
#[derive(Debug)]
struct Own {
    claim: Claim,
    /// Which guard it belongs to.
    serial: u64,
    state: State,
    /// Rung when its state may have changed.
    bell: Arc<Notify>,
}

#[derive(Debug)]
enum State {
    /// Waiting for these.
    Asking { awaited: HashSet<Process> },
    /// It lost.
    Lost(Taken),
    /// The ticket is this gate's. `asked`: others have promised it.
    Sure { asked: bool },
    /// It was granted and told; kept for those who have not heard yet.
    Granted { happening: Happening, until: Instant },
}

/// Somebody else's claim that was not objected to.
#[derive(Debug)]
struct Promise {
    claim: Claim,
    gate: String,
    withdrawn: bool,
    until: Instant,
}

/// A claim that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) serial: u64,
    pub(super) bell: Arc<Notify>,
}

/// How a claim stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Somebody has not answered.
    Waiting,
    Sure,
    Lost(Taken),
}

impl Claims {
    pub(super) fn new(gate: &str) -> Self {
        Self { gate: gate.to_owned(), own: HashMap::new(), promised: HashMap::new(), serial: 0 }
    }

    /// Begins a claim that waits for these, or with `None` one that asks nobody
    /// and is sure at once. `known` is what the gate itself knows.
    pub(super) fn begin(
        &mut self,
        now: Instant,
        claim: Claim,
        awaited: Option<HashSet<Process>>,
        known: Option<Happening>,
    ) -> Result<Begun, Taken> {
        if let Some(happening) = known.filter(|it| it.scan != claim.scan) {
            return Err(Taken::Inside(happening));
        }
        if let Some(taken) = self.own.get(&claim.ticket).filter(|own| own.claim.scan != claim.scan) {
            // Of two scans at one gate the first goes on, unless it has lost and only not been told so.
            if let Some(taken) = taken.standing_in_the_way(&self.gate, now) {
                return Err(taken);
            }
        }
        if let Some(promise) = self.promises(&claim.ticket, now).find(|it| it.claim.scan != claim.scan) {
            return Err(promise.taken());
        }
        self.serial += 1;
        let bell = Arc::new(Notify::new());
        let state = awaited.map_or(State::Sure { asked: false }, |awaited| State::Asking { awaited });
        let own = Own { claim, serial: self.serial, state, bell: Arc::clone(&bell) };
        self.own.insert(claim.ticket, own);
        Ok(Begun { serial: self.serial, bell })
    }

    /// Another gate asks. Says why it may not; if it may, that is a promise.
    pub(super) fn asked(&mut self, now: Instant, gate: &str, claim: Claim, known: Option<Happening>) -> Option<Taken> {
        if let Some(happening) = known.filter(|it| it.scan != claim.scan) {
            return Some(Taken::Inside(happening));
        }
        if let Some(own) = self.own.get_mut(&claim.ticket) {
            match &own.state {
                State::Sure { .. } | State::Granted { .. } => {
                    if let Some(taken) = own.standing_in_the_way(&self.gate, now) {
                        return Some(taken);
                    }
                }
                State::Asking { .. } if own.claim.scan < claim.scan => return Some(own.taken(&self.gate)),
                State::Asking { .. } => {
                    own.state = State::Lost(Taken::Pending { gate: gate.to_owned(), scan: claim.scan, at: claim.at });
                    own.bell.notify_one();
                }
                State::Lost(_) => {}
            }
        }
        if let Some(smaller) = self.promises(&claim.ticket, now).find(|it| it.claim.scan < claim.scan) {
            return Some(smaller.taken());
        }
        self.promise(now, gate, claim);
        None
    }

    /// Notes a promise, once: asked again, a gate is not bound for longer.
    fn promise(&mut self, now: Instant, gate: &str, claim: Claim) {
        let promises = self.promised.entry(claim.ticket).or_default();
        if !promises.iter().any(|it| it.claim.scan == claim.scan) {
            promises.push(Promise { claim, gate: gate.to_owned(), withdrawn: false, until: now + PROMISE });
        }
    }

    /// A neighbour has answered the claim of this scan.
    pub(super) fn answered(&mut self, scan: ScanId, ticket: &TicketTag, by: Process, taken: Option<Taken>) {
        let Some(own) = self.own.get_mut(ticket).filter(|own| own.claim.scan == scan) else { return };
        let State::Asking { awaited } = &mut own.state else { return };
        match taken {
            Some(taken) => own.state = State::Lost(taken),
            None => {
                awaited.remove(&by);
            }
        }
        own.bell.notify_one();
    }

    /// How a claim stands; sure of it as soon as nobody is waited for, or when `patience_is_over`.
    pub(super) fn settle(&mut self, claim: &Claim, serial: u64, patience_is_over: bool) -> Standing {
        let Some(own) = self.own.get_mut(&claim.ticket).filter(|own| own.serial == serial) else {
            // Another claim has taken its place: that one has the ticket, if anybody.
            return Standing::Lost(Taken::Pending { gate: self.gate.clone(), scan: claim.scan, at: claim.at });
        };
        if let State::Asking { awaited } = &own.state {
            if !awaited.is_empty() && !patience_is_over {
                return Standing::Waiting;
            }
            own.state = State::Sure { asked: true };
        }
        match &own.state {
            State::Lost(taken) => Standing::Lost(taken.clone()),
            _ => Standing::Sure,
        }
    }

    /// Who of those waited for has not answered.
    pub(super) fn owing(&self, ticket: &TicketTag, serial: u64) -> Vec<Process> {
        match self.own.get(ticket).filter(|own| own.serial == serial).map(|own| &own.state) {
            Some(State::Asking { awaited }) => awaited.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The guard of a claim was dropped. Whether others are to be told that nobody was admitted.
    pub(super) fn release(&mut self, ticket: &TicketTag, serial: u64) -> bool {
        let Some(own) = self.own.get(ticket).filter(|own| own.serial == serial) else { return false };
        let asked = match &own.state {
            State::Granted { .. } => return false,
            State::Sure { asked } => *asked,
            State::Asking { .. } | State::Lost(_) => true,
        };
        self.own.remove(ticket);
        asked
    }

    /// Another gate does not admit anybody after all.
    pub(super) fn withdrawn(&mut self, scan: ScanId, ticket: &TicketTag) {
        // Kept until its time: the question may still be on its way, and must not make a new promise.
        for promise in self.promised.get_mut(ticket).into_iter().flatten().filter(|it| it.claim.scan == scan) {
            promise.withdrawn = true;
        }
    }

    /// This gate has granted.
    pub(super) fn told(&mut self, now: Instant, happening: &Happening) {
        let granted = State::Granted { happening: happening.clone(), until: now + PROMISE };
        match (happening.step, self.own.get_mut(&happening.ticket)) {
            (Step::Entry, Some(own)) if own.claim.scan == happening.scan => own.state = granted,
            // Its doors know of it; a claim that is under way goes on.
            (Step::Entry, _) => {}
            (Step::Exit | Step::Undo, own) => {
                if own.is_some_and(|own| matches!(own.state, State::Granted { .. })) {
                    self.own.remove(&happening.ticket);
                }
            }
        }
    }

    /// Another gate has granted: what it was promised is done, and a claim that is still asking has lost.
    pub(super) fn heard(&mut self, happening: &Happening) {
        if let Some(own) = self.own.get_mut(&happening.ticket) {
            match (&own.state, happening.step) {
                (State::Asking { .. }, Step::Entry) if happening.scan != own.claim.scan => {
                    own.state = State::Lost(Taken::Inside(happening.clone()));
                    own.bell.notify_one();
                }
                // Who was let in here has left there, and may come again.
                (State::Granted { happening: entry, .. }, Step::Exit) if happening.at >= entry.at => {
                    self.own.remove(&happening.ticket);
                }
                _ => {}
            }
        }
        if let Some(promises) = self.promised.get_mut(&happening.ticket) {
            promises.retain(|it| it.claim.scan != happening.scan);
        }
    }

    /// Forgets what is over.
    pub(super) fn sweep(&mut self, now: Instant) {
        self.own.retain(|_, own| !matches!(own.state, State::Granted { until, .. } if until <= now));
        self.promised.retain(|_, promises| {
            promises.retain(|it| it.until > now);
            !promises.is_empty()
        });
    }

    fn promises(&self, ticket: &TicketTag, now: Instant) -> impl Iterator<Item = &Promise> {
        let promises = self.promised.get(ticket).into_iter().flatten();
        promises.filter(move |it| !it.withdrawn && it.until > now)
    }
}

impl Own {
    fn taken(&self, gate: &str) -> Taken {
        Taken::Pending { gate: gate.to_owned(), scan: self.claim.scan, at: self.claim.at }
    }

    /// Why nobody else may have the ticket while this is so; `None` where it is over.
    fn standing_in_the_way(&self, gate: &str, now: Instant) -> Option<Taken> {
        match &self.state {
            State::Asking { .. } | State::Sure { .. } => Some(self.taken(gate)),
            State::Granted { happening, until } => (*until > now).then(|| Taken::Inside(happening.clone())),
            State::Lost(_) => None,
        }
    }
}

impl Promise {
    fn taken(&self) -> Taken {
        Taken::Pending { gate: self.gate.clone(), scan: self.claim.scan, at: self.claim.at }
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

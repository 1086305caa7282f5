//! A gate among its neighbours: what it does when it is asked to by the gate itself.
//!
//! `post` is what it does when letters come, `clock` what it does by itself.

mod clock;
mod post;

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::air::Air;
use super::claims::{Begun, Claims, Standing, Taken};
use super::letter::{Asked, EVERYONE, Item, Process, Says};
use super::lists::Lists;
use super::members::{Head, Members};
use super::peers::Peers;
use super::{Claim, Claimed, Doors, Happening, LanKey, Neighbour, Patience, Settings};

/// After so long a question is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(40);
/// No claim may wait as long as a promise holds.
const MOST_PATIENCE: Duration = Duration::from_secs(1);
/// After so long without an answer a neighbour is told again.
const TELL_AGAIN: Duration = Duration::from_millis(50);

/// The gate's place, as long as somebody holds it.
pub(super) struct Room {
    pub(super) inside: Arc<Inside>,
    tasks: Mutex<JoinSet<()>>,
}

/// What the tasks and the handles share.
pub(super) struct Inside {
    settings: Settings,
    process: Process,
    key: watch::Receiver<Option<LanKey>>,
    doors: Arc<dyn Doors>,
    pub(super) air: Air,
    /// Locked for moments, and never while the doors are asked or a datagram is waited for.
    state: Mutex<State>,
    /// Counts the letters sent.
    number: AtomicU64,
    /// Wakes the clock when there is something to be done again.
    wake: Notify,
    present: watch::Sender<Vec<Neighbour>>,
    strangers: AtomicU64,
    repeated: AtomicU64,
}

struct State {
    peers: Peers,
    members: Members,
    claims: Claims,
    lists: Lists,
    since: HashMap<Process, DateTime<Utc>>,
    /// Greetings of this second.
    greeted: (Instant, u32),
}

/// What went over the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Datagrams sent.
    pub sent: u64,
    /// Their bytes.
    pub bytes_sent: u64,
    /// Datagrams that did not open, or said nothing that makes sense.
    pub strangers: u64,
    /// Datagrams that had come before, or were meant for another gate or an earlier start of this one.
    pub repeated: u64,
}

/// A ticket that nobody else gets, as long as this is held. Dropped without
/// [`Neighbours::tell`](super::Neighbours::tell) for its scan, it is as if it had never been asked for.
pub struct Pending {
    inside: Arc<Inside>,
    claim: Claim,
    serial: u64,
}

impl Room {
    pub(super) async fn open(
        settings: Settings,
        key: watch::Receiver<Option<LanKey>>,
        doors: Arc<dyn Doors>,
    ) -> io::Result<Self> {
        let air = Air::open(&settings)?;
        let process = draw()?;
        let own = tokio::task::spawn_blocking({
            let doors = Arc::clone(&doors);
            move || doors.all_own().iter().map(Item::from).collect::<Vec<_>>()
        });
        let own = own.await.map_err(io::Error::other)?;
        let now = Instant::now();
        let state = State {
            peers: Peers::default(),
            members: Members::new(process, &settings.gate),
            claims: Claims::new(&settings.gate),
            lists: Lists::new(process, own),
            since: HashMap::new(),
            greeted: (now, 0),
        };
        let inside = Arc::new(Inside {
            settings,
            process,
            key,
            doors,
            air,
            state: Mutex::new(state),
            number: AtomicU64::new(0),
            wake: Notify::new(),
            present: watch::Sender::new(Vec::new()),
            strangers: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&inside).listen());
        tasks.spawn(Arc::clone(&inside).keep_time());
        Ok(Self { inside, tasks: Mutex::new(tasks) })
    }

    pub(super) fn tell(&self, happening: &Happening) {
        self.inside.tell(happening);
    }

    pub(super) async fn claim(&self, claim: Claim, patience: Patience) -> Claimed {
        self.inside.claim(claim, patience).await
    }

    pub(super) fn present(&self) -> watch::Receiver<Vec<Neighbour>> {
        self.inside.present.subscribe()
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            sent: self.inside.air.sent.load(Ordering::Relaxed),
            bytes_sent: self.inside.air.bytes_sent.load(Ordering::Relaxed),
            strangers: self.inside.strangers.load(Ordering::Relaxed),
            repeated: self.inside.repeated.load(Ordering::Relaxed),
        }
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.inside.air.address()
    }

    pub(super) async fn close(&self) {
        let wishes = {
            let mut state = self.inside.state();
            state.members.leave();
            state.members.wishes(Instant::now())
        };
        self.inside.fulfil(wishes);
        self.stop().await;
    }

    /// Neither listens nor speaks by itself any more, and has said nothing of it.
    pub(super) async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
    }
}

impl Inside {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many lists are kept.
    #[cfg(test)]
    pub(super) fn lists(&self) -> usize {
        self.state().lists.heads().len()
    }

    fn tell(self: &Arc<Self>, happening: &Happening) {
        let (now, item) = (Instant::now(), Item::from(happening));
        let (from, there) = {
            let mut state = self.state();
            state.claims.told(now, happening);
            let from = state.lists.add(item.clone());
            state.members.spread(Head { list: self.process, count: from + 1 });
            let there = state.peers.there(now);
            for process in &there {
                state.peers.was_told(now, *process, TELL_AGAIN);
            }
            (from, there)
        };
        for to in there {
            let items = vec![item.clone()];
            self.send(to, Says::Page { list: self.process, from, items, last: true, wanted: false });
        }
        self.wake.notify_one();
    }

    async fn claim(self: &Arc<Self>, claim: Claim, patience: Patience) -> Claimed {
        let began = Instant::now();
        let (patience, asks) = match patience {
            Patience::None => (Duration::ZERO, false),
            Patience::Until(patience) => (patience.min(MOST_PATIENCE), true),
        };
        let (begun, there) = {
            let mut state = self.state();
            let awaited = asks.then(|| self.worth_waiting_for(&state, began));
            match state.claims.begin(began, claim, awaited, None) {
                Ok(begun) => (begun, state.peers.there(began)),
                Err(taken) => return Claimed::Taken(taken),
            }
        };
        // Only now: an admission that is heard after this finds the claim that it defeats.
        if let Some(happening) = self.doors.admission(&claim.ticket).filter(|it| it.scan != claim.scan) {
            self.state().claims.release(&claim.ticket, begun.serial);
            return Claimed::Taken(Taken::Inside(happening));
        }
        let pending = Pending { inside: Arc::clone(self), claim, serial: begun.serial };
        if asks {
            for to in there {
                self.ask(to, &claim);
            }
        }
        // Counted from here: who was held up before it asked has not waited for anybody.
        match self.wait(&claim, &begun, Instant::now() + patience).await {
            None => Claimed::Free(pending),
            Some(taken) => Claimed::Taken(taken),
        }
    }

    /// Waits for the answers to a claim, and asks again those who owe one.
    async fn wait(&self, claim: &Claim, begun: &Begun, deadline: Instant) -> Option<Taken> {
        let mut ask_again = Instant::now() + ASK_AGAIN;
        loop {
            let now = Instant::now();
            if now >= deadline {
                self.look_at_what_came();
            }
            let owing = {
                let mut state = self.state();
                let owing = state.claims.owing(&claim.ticket, begun.serial);
                match state.claims.settle(claim, begun.serial, now >= deadline) {
                    Standing::Sure => {
                        owing.into_iter().for_each(|process| state.peers.let_run_out(process));
                        return None;
                    }
                    Standing::Lost(taken) => return Some(taken),
                    Standing::Waiting => owing,
                }
            };
            if now >= ask_again {
                owing.into_iter().for_each(|to| self.ask(to, claim));
                ask_again = now + ASK_AGAIN;
            }
            let _ = timeout(ask_again.min(deadline).saturating_duration_since(now), begun.bell.notified()).await;
        }
    }

    fn ask(&self, to: Process, claim: &Claim) {
        self.send(to, Says::Ask(Asked::new(claim, &self.settings.gate)));
    }

    fn worth_waiting_for(&self, state: &State, now: Instant) -> HashSet<Process> {
        if self.key.borrow().is_none() {
            return HashSet::new();
        }
        state.peers.worth_waiting_for(now).into_iter().collect()
    }
}

impl Pending {
    /// What it is for.
    #[must_use]
    pub fn claim(&self) -> &Claim {
        &self.claim
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let (Claim { scan, ticket, .. }, now) = (self.claim, Instant::now());
        let there = {
            let mut state = self.inside.state();
            if !state.claims.release(&ticket, self.serial) {
                return;
            }
            state.peers.there(now)
        };
        for to in there {
            self.inside.send(to, Says::Withdrawn { scan, ticket: ticket.0 });
        }
    }
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("claim", &self.claim).finish_non_exhaustive()
    }
}

/// A number that no other process has.
fn draw() -> io::Result<Process> {
    loop {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let process = Process(u64::from_le_bytes(bytes));
        if process != EVERYONE {
            return Ok(process);
        }
    }
}

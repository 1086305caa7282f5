//! What a gate does by itself: it knocks, tells again, and fetches what it lacks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::time::timeout;

use super::{Inside, State, TELL_AGAIN};
use crate::neighbours::Neighbour;
use crate::neighbours::letter::{EVERYONE, Process, Says};

/// Networks come and go: looked for so often, a neighbour is found as soon.
const KNOCK: Duration = Duration::from_secs(1);
/// So often one neighbour is told how far all lists go, whatever was lost before.
const COMPARE: Duration = Duration::from_secs(2);
/// After so many comparisons lists are looked through for what is told twice.
const TIDY: usize = 5;
/// While something is owed.
const BUSY: Duration = Duration::from_millis(50);
/// The longest pause between two tellings that are not answered.
const TELL_AT_LAST: Duration = Duration::from_secs(2);
/// Who lacks more than this is not told it unasked, but fetches it.
const TELL_UNASKED: u32 = 64;

/// When what is due next.
struct Due {
    knock: Instant,
    compare: Instant,
    /// Whose turn it is to compare.
    turn: usize,
}

impl Inside {
    /// Keeps at it, for ever.
    pub(super) async fn keep_time(self: Arc<Self>) {
        let now = Instant::now();
        let mut due = Due { knock: now, compare: now + COMPARE, turn: 0 };
        let mut key = self.key.clone();
        loop {
            let pause = self.tick(&mut due).saturating_duration_since(Instant::now());
            let changed = async {
                // A key that nobody can change any more stays as it is.
                if key.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = changed => due.knock = Instant::now(),
                _ = timeout(pause, self.wake.notified()) => {}
            }
        }
    }

    /// Does what is due, and says when to come again.
    fn tick(&self, due: &mut Due) -> Instant {
        let now = Instant::now();
        if due.knock <= now {
            due.knock = now + KNOCK;
            self.knock();
            self.state().claims.sweep(now);
            self.show_present();
        }
        if due.compare <= now {
            due.compare = now + COMPARE;
            due.turn = due.turn.wrapping_add(1);
            self.compare(now, due.turn);
            if due.turn.is_multiple_of(TIDY) {
                let State { lists, peers, .. } = &mut *self.state();
                lists.drop_repeated(|process| !peers.is_there(now, process));
            }
        }
        let (wishes, wants) = {
            let mut state = self.state();
            (state.members.wishes(now), state.lacks(now))
        };
        self.fulfil(wishes);
        self.ask_for(wants);
        let owes = self.tell_again(now);
        let state = self.state();
        let busy = (owes || state.lists.is_behind()).then_some(now + BUSY);
        [Some(due.knock), Some(due.compare), state.members.next_timer(), busy]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(now)
    }

    fn knock(&self) {
        if self.key.borrow().is_none() {
            return;
        }
        for address in self.air.everywhere() {
            self.send_to(address, EVERYONE, Says::Knock);
        }
    }

    fn compare(&self, now: Instant, turn: usize) {
        let mut there = self.state().peers.there(now);
        there.sort_unstable();
        if let Some(process) = there.get(turn % there.len().max(1)) {
            self.send_met(now, *process);
            self.send_heads(*process, false);
        }
    }

    /// Tells those who have not said that they have it what this gate granted.
    /// Whether anybody has still to say so.
    fn tell_again(&self, now: Instant) -> bool {
        let (mut owes, mut pages) = (false, Vec::new());
        {
            let mut state = self.state();
            let head = state.lists.head(self.process);
            for process in state.peers.there(now) {
                let Some(told) = state.lists.told(process).filter(|told| *told < head) else { continue };
                if head - told > TELL_UNASKED {
                    continue;
                }
                owes = true;
                if state.peers.may_be_told(now, process, TELL_AGAIN, TELL_AT_LAST) {
                    pages.extend(state.lists.page(self.process, told).map(|(items, _)| (process, told, items)));
                }
            }
        }
        for (to, from, items) in pages {
            self.send(to, Says::Page { list: self.process, from, items, last: true, wanted: false });
        }
        owes
    }

    /// Shows who is there, if that has changed.
    pub(super) fn show_present(&self) {
        let mut state = self.state();
        let members = state.members.present();
        let now = Utc::now();
        let since: HashMap<Process, _> =
            members.iter().map(|it| (it.process, state.since.get(&it.process).copied().unwrap_or(now))).collect();
        let mut present = members
            .into_iter()
            .filter_map(|it| {
                let address = state.peers.address(it.process)?;
                Some(Neighbour { gate: it.gate, address, since: since[&it.process] })
            })
            .collect::<Vec<_>>();
        present.sort_by(|a, b| (&a.gate, a.address).cmp(&(&b.gate, b.address)));
        state.since = since;
        drop(state);
        self.present.send_if_modified(|shown| {
            let changed = *shown != present;
            *shown = present;
            changed
        });
    }
}

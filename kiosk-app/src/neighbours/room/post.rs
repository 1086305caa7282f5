//! Letters, as they come and go.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use common::{ScanId, TicketTag};

use super::{Inside, State, TELL_AGAIN};
use crate::neighbours::claims::Taken;
use crate::neighbours::letter::{Answer, Asked, DATAGRAM_BYTES, EVERYONE, Item, Letter, Process, Says};
use crate::neighbours::lists::{Lack, PAGES_AT_ONCE};
use crate::neighbours::members::Wishes;
use crate::neighbours::{Happening, seal};

/// The most datagrams that are looked at in a hurry.
const MOST_WAITING: usize = 1_000;
/// The most greetings in a second, whoever knocks.
const MOST_GREETINGS: u32 = 50;
/// The most addresses that fit one datagram.
const OTHERS_AT_ONCE: usize = 30;
/// The most heads of lists that fit one datagram.
const HEADS_AT_ONCE: usize = 60;

impl Inside {
    /// Takes letters, for ever.
    pub(super) async fn listen(self: Arc<Self>) {
        let mut buffer = vec![0; DATAGRAM_BYTES * 2];
        loop {
            let (bytes, address) = self.air.receive(&mut buffer).await;
            self.take_datagram(&buffer[..bytes], address);
        }
    }

    /// Takes what has come already. A gate that was held up by its computer must not
    /// think that nobody answered while the answers lie there.
    pub(super) fn look_at_what_came(&self) {
        let mut buffer = [0; DATAGRAM_BYTES * 2];
        for _ in 0..MOST_WAITING {
            let Some((bytes, address)) = self.air.waiting(&mut buffer) else { return };
            self.take_datagram(&buffer[..bytes], address);
        }
    }

    /// A letter for one process. Where that is not known, it is as good as lost.
    pub(super) fn send(&self, to: Process, says: Says) {
        let address = self.state().peers.address(to);
        if let Some(address) = address {
            self.send_to(address, to, says);
        }
    }

    pub(super) fn send_to(&self, address: SocketAddr, to: Process, says: Says) {
        let Some(key) = self.key.borrow().clone() else { return };
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let letter = Letter { to, from: self.process, number, says };
        let datagram = letter.write().and_then(|text| seal::seal(&key, &self.settings.event, &text));
        if let Some(datagram) = datagram {
            self.air.send(address, &datagram);
        }
    }

    fn take_datagram(&self, datagram: &[u8], address: SocketAddr) {
        let Some(key) = self.key.borrow().clone() else { return };
        let text = seal::open(&key, &self.settings.event, datagram);
        let Some(letter) = text.and_then(|text| Letter::read(&text)) else {
            self.strangers.fetch_add(1, Ordering::Relaxed);
            return;
        };
        if letter.from == self.process {
            return; // Our own knock, which everyone hears.
        }
        let (for_us, knocks) = (letter.to == self.process, matches!(letter.says, Says::Knock));
        let may_be_heard = if knocks { letter.to == EVERYONE } else { for_us };
        let now = Instant::now();
        if !may_be_heard || !self.state().peers.hear(now, letter.from, letter.number, address, for_us) {
            self.repeated.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.take(now, letter.from, letter.says, address);
    }

    fn take(&self, now: Instant, from: Process, says: Says, address: SocketAddr) {
        match says {
            Says::Knock => self.take_knock(now, from, address),
            Says::Here { gate } => self.with_members(now, |state| {
                if !state.members.is_member(from) {
                    state.members.introduce(from, gate);
                }
            }),
            Says::Met { others } => self.take_met(now, others),
            Says::Foca(packet) => self.with_members(now, |state| state.members.hear(&packet)),
            Says::Ask(asked) => self.take_ask(now, from, &asked),
            Says::Answer { scan, ticket, answer } => self.take_answer(scan, TicketTag(ticket), from, answer),
            Says::Withdrawn { scan, ticket } => self.state().claims.withdrawn(scan, &TicketTag(ticket)),
            Says::Have { heads, answer } => self.take_heads(now, from, &heads, answer),
            Says::Want { list, from: place } => self.give_pages(from, list, place),
            Says::Page { list, from: place, items, last, wanted } => {
                self.take_page(now, from, (list, place), items, last, wanted);
            }
        }
    }

    /// Greets who is not known, or has moved. That the greeting arrives makes the two acquainted.
    fn take_knock(&self, now: Instant, from: Process, address: SocketAddr) {
        {
            let mut state = self.state();
            if state.peers.address(from) == Some(address) && state.members.is_member(from) {
                return;
            }
            let (second, greeted) = &mut state.greeted;
            if now.saturating_duration_since(*second) > Duration::from_secs(1) {
                (*second, *greeted) = (now, 0);
            }
            *greeted += 1;
            if *greeted > MOST_GREETINGS {
                return;
            }
        }
        self.send_to(address, from, Says::Here { gate: self.settings.gate.clone() });
    }

    /// Greets those it has not met.
    fn take_met(&self, now: Instant, mut others: Vec<(Process, SocketAddr)>) {
        {
            let state = self.state();
            others.retain(|(process, _)| *process != self.process && !state.peers.is_there(now, *process));
        }
        for (process, address) in others.into_iter().take(OTHERS_AT_ONCE) {
            self.send_to(address, process, Says::Here { gate: self.settings.gate.clone() });
        }
    }

    /// Says who else is there.
    pub(super) fn send_met(&self, now: Instant, to: Process) {
        let mut others = self.state().peers.addresses(now);
        others.retain(|(process, _)| *process != to);
        for others in others.chunks(OTHERS_AT_ONCE) {
            self.send(to, Says::Met { others: others.to_vec() });
        }
    }

    fn take_ask(&self, now: Instant, from: Process, asked: &Asked) {
        let Some(claim) = asked.claim() else { return };
        let known = self.doors.admission(&claim.ticket);
        let taken = self.state().claims.asked(now, &asked.gate, claim, known);
        let answer = Answer::from(taken);
        self.send(from, Says::Answer { scan: claim.scan, ticket: claim.ticket.0, answer });
    }

    fn take_answer(&self, scan: ScanId, ticket: TicketTag, from: Process, answer: Answer) {
        let Some(taken) = answer.taken() else { return };
        if let Some(Taken::Inside(happening)) = &taken {
            self.doors.heard(std::slice::from_ref(happening));
        }
        self.state().claims.answered(scan, &ticket, from, taken);
    }

    fn take_heads(&self, now: Instant, from: Process, heads: &[(Process, u32)], answer: bool) {
        let (lacks_something, wants) = {
            let mut state = self.state();
            let told = state.lists.told(from);
            let lacks_something = state.lists.learn(heads, from);
            if state.lists.told(from) != told {
                state.peers.was_told(now, from, TELL_AGAIN);
            }
            (lacks_something, state.lacks(now))
        };
        if lacks_something && !answer {
            self.send_heads(from, true);
        }
        self.ask_for(wants);
        self.wake.notify_one();
    }

    /// Says how far all lists go here.
    pub(super) fn send_heads(&self, to: Process, answer: bool) {
        let heads = self.state().lists.heads();
        for heads in heads.chunks(HEADS_AT_ONCE) {
            self.send(to, Says::Have { heads: heads.to_vec(), answer });
        }
    }

    pub(super) fn ask_for(&self, lacks: impl IntoIterator<Item = Lack>) {
        for Lack { list, from, of } in lacks {
            self.send(of, Says::Want { list, from });
        }
    }

    fn give_pages(&self, to: Process, list: Process, mut from: u32) {
        for sent in 1..=PAGES_AT_ONCE {
            let Some((items, more)) = self.state().lists.page(list, from) else { return };
            let (place, last) = (from, !more || sent == PAGES_AT_ONCE);
            from += u32::try_from(items.len()).expect("a page is small");
            self.send(to, Says::Page { list, from: place, items, last, wanted: true });
            if last {
                return;
            }
        }
    }

    fn take_page(
        &self,
        now: Instant,
        by: Process,
        (list, place): (Process, u32),
        items: Vec<Item>,
        last: bool,
        wanted: bool,
    ) {
        let new = self.state().lists.take(now, list, place, items, by);
        let new = new.iter().filter_map(Item::happening).collect::<Vec<Happening>>();
        if !new.is_empty() {
            // The doors first: who asks from now on must hear of it.
            self.doors.heard(&new);
            let mut state = self.state();
            new.iter().for_each(|happening| state.claims.heard(happening));
        }
        if wanted && !last {
            return;
        }
        let (next, head) = {
            let mut state = self.state();
            let next = state.lists.next(now, list, by);
            (next, state.lists.head(list))
        };
        if next.is_none() || !wanted {
            self.send(by, Says::Have { heads: vec![(list, head)], answer: true });
        }
        self.ask_for(next);
    }

    /// Lets foca hear something, and does what it then wants.
    fn with_members(&self, now: Instant, hears: impl FnOnce(&mut State)) {
        let wishes = {
            let mut state = self.state();
            hears(&mut state);
            state.members.wishes(now)
        };
        self.fulfil(wishes);
        self.wake.notify_one();
    }

    pub(super) fn fulfil(&self, wishes: Wishes) {
        for (to, packet) in wishes.packets {
            self.send(to, Says::Foca(packet));
        }
        if !wishes.up.is_empty() || !wishes.down.is_empty() || !wishes.heads.is_empty() {
            let now = Instant::now();
            let wants = {
                let mut state = self.state();
                for process in &wishes.up {
                    state.peers.set_down(*process, false);
                }
                for process in &wishes.down {
                    state.peers.set_down(*process, true);
                    state.lists.forget(*process);
                }
                for head in wishes.heads {
                    state.lists.learn(&[(head.list, head.count)], head.list);
                }
                state.lacks(now)
            };
            self.ask_for(wants);
            self.show_present();
        }
        for process in wishes.up {
            self.send_met(Instant::now(), process);
            self.send_heads(process, false);
        }
    }
}

impl State {
    pub(super) fn lacks(&mut self, now: Instant) -> Vec<Lack> {
        let Self { lists, peers, .. } = self;
        lists.lacks(now, |process| peers.is_there(now, process))
    }
}

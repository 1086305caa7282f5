//! The gates that were heard: where each is, and whether it owes answers.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::letter::{Process, Received};

/// A gate that was heard so lately is there, whatever foca says of it.
const LATELY: Duration = Duration::from_secs(4);
/// One that was not heard for so long is gone, even if foca has never met it.
const LONG_AGO: Duration = Duration::from_secs(60);
/// A gate that let so many claims run out is not waited for until it is heard again.
const LET_RUN_OUT: u8 = 2;
/// The most processes that are remembered. None is forgotten before, lest its old letters count as new.
const MOST: usize = 4_096;

/// All gates heard since the start.
#[derive(Debug, Default)]
pub(super) struct Peers(HashMap<Process, Peer>);

#[derive(Debug)]
struct Peer {
    /// Where it sends from. A knock alone does not say, for anybody can repeat one once from elsewhere.
    address: Option<SocketAddr>,
    heard: Instant,
    received: Received,
    let_run_out: u8,
    down: bool,
    /// When it was last sent this gate's own list, and for how long to wait before the next time.
    told: Option<(Instant, Duration)>,
}

impl Peers {
    /// A letter has come. Whether it is new; one that was for us alone says where its sender is.
    pub(super) fn hear(
        &mut self,
        now: Instant,
        from: Process,
        number: u64,
        address: SocketAddr,
        for_us_alone: bool,
    ) -> bool {
        if self.0.len() >= MOST && !self.0.contains_key(&from) {
            return false;
        }
        let peer = self.0.entry(from).or_insert_with(|| Peer::new(now));
        if !peer.received.is_new(number) {
            return false;
        }
        if for_us_alone {
            peer.address = Some(address);
        }
        (peer.heard, peer.let_run_out) = (now, 0);
        true
    }

    /// Where it is.
    pub(super) fn address(&self, process: Process) -> Option<SocketAddr> {
        self.0.get(&process)?.address
    }

    /// foca has found it, or has given it up.
    pub(super) fn set_down(&mut self, process: Process, down: bool) {
        if let Some(peer) = self.0.get_mut(&process) {
            peer.down = down;
        }
    }

    /// A claim ran out without its answer.
    pub(super) fn let_run_out(&mut self, process: Process) {
        if let Some(peer) = self.0.get_mut(&process) {
            peer.let_run_out = peer.let_run_out.saturating_add(1);
        }
    }

    /// Whether it is there, as far as one can know. foca's word counts where it was not heard lately.
    pub(super) fn is_there(&self, now: Instant, process: Process) -> bool {
        self.0.get(&process).is_some_and(|peer| peer.is_there(now))
    }

    /// All that can be spoken to.
    pub(super) fn there(&self, now: Instant) -> Vec<Process> {
        let there = self.0.iter().filter(|(_, peer)| peer.is_there(now));
        there.map(|(process, _)| *process).collect()
    }

    /// Where they are.
    pub(super) fn addresses(&self, now: Instant) -> Vec<(Process, SocketAddr)> {
        let there = self.0.iter().filter(|(_, peer)| peer.is_there(now));
        there.filter_map(|(process, peer)| Some((*process, peer.address?))).collect()
    }

    /// Those of them that are worth waiting for.
    pub(super) fn worth_waiting_for(&self, now: Instant) -> Vec<Process> {
        let there = self.0.iter().filter(|(_, peer)| peer.is_there(now) && peer.let_run_out < LET_RUN_OUT);
        there.map(|(process, _)| *process).collect()
    }

    /// Whether it is time to send it this gate's own list again; twice as long until the next time.
    pub(super) fn may_be_told(&mut self, now: Instant, process: Process, first: Duration, longest: Duration) -> bool {
        let Some(peer) = self.0.get_mut(&process) else { return false };
        let pause = match peer.told {
            Some((told, pause)) if now < told + pause => return false,
            Some((_, pause)) => (pause * 2).min(longest),
            None => first,
        };
        peer.told = Some((now, pause));
        true
    }

    /// It was told something new just now, or has said that it has it.
    pub(super) fn was_told(&mut self, now: Instant, process: Process, first: Duration) {
        if let Some(peer) = self.0.get_mut(&process) {
            peer.told = Some((now, first));
        }
    }
}

impl Peer {
    fn new(now: Instant) -> Self {
        Self { address: None, heard: now, received: Received::default(), let_run_out: 0, down: false, told: None }
    }

    fn is_there(&self, now: Instant) -> bool {
        let silent = now.saturating_duration_since(self.heard);
        self.address.is_some() && silent < if self.down { LATELY } else { LONG_AGO }
    }
}

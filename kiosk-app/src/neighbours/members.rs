//! Which gates are there, by foca: SWIM, driven by hand.
//!
//! Each second every gate asks one other whether it is there, and others to
//! ask in its place if no answer comes; what they find out rides on those
//! same packets. So do the heads of lists, as foca's broadcasts.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use foca::{
    AccumulatingRuntime, BroadcastHandler, Config, Foca, Identity, Invalidates, OwnedNotification, PeriodicParams,
    PostcardCodec, Timer,
};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde::{Deserialize, Serialize};

use super::letter::{FOCA_BYTES, Process};

/// A gate as foca knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) process: Process,
    /// Goes up when others have taken it for dead and it comes back.
    renewed: u16,
    pub(super) gate: String,
}

impl Identity for Member {
    type Addr = Process;

    fn renew(&self) -> Option<Self> {
        Some(Self { renewed: self.renewed.wrapping_add(1), ..self.clone() })
    }

    fn addr(&self) -> Process {
        self.process
    }

    fn win_addr_conflict(&self, other: &Self) -> bool {
        self.renewed > other.renewed
    }
}

/// foca, its timers, and what it has to say.
pub(super) struct Members {
    foca: Foca<Member, PostcardCodec, SmallRng, Heads>,
    runtime: AccumulatingRuntime<Member>,
    timers: Vec<(Instant, Timer<Member>)>,
    heads: mpsc::Receiver<Head>,
}

/// What foca wants done.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    /// Packets to send.
    pub(super) packets: Vec<(Process, Vec<u8>)>,
    /// Who has come.
    pub(super) up: Vec<Process>,
    /// Who has gone.
    pub(super) down: Vec<Process>,
    /// How far lists go with those whose they are.
    pub(super) heads: Vec<Head>,
}

/// How far a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) list: Process,
    pub(super) count: u32,
}

impl Invalidates for Head {
    fn invalidates(&self, other: &Self) -> bool {
        self.list == other.list && self.count >= other.count
    }
}

/// Passes on the heads that are news.
struct Heads {
    known: HashMap<Process, u32>,
    heard: mpsc::Sender<Head>,
}

impl BroadcastHandler<Member> for Heads {
    type Key = Head;
    type Error = postcard::Error;

    fn receive_item(&mut self, data: &[u8], sender: Option<&Member>) -> Result<Option<Head>, postcard::Error> {
        let head: Head = postcard::from_bytes(data)?;
        let known = self.known.entry(head.list).or_default();
        if head.count <= *known {
            return Ok(None);
        }
        *known = head.count;
        if sender.is_some() {
            let _ = self.heard.send(head);
        }
        Ok(Some(head))
    }
}

impl Members {
    pub(super) fn new(process: Process, gate: &str) -> Self {
        let identity = Member { process, renewed: 0, gate: gate.to_owned() };
        let random = SmallRng::seed_from_u64(process.0);
        let (heard, heads) = mpsc::channel();
        let handler = Heads { known: HashMap::new(), heard };
        Self {
            foca: Foca::with_custom_broadcast(identity, config(), random, PostcardCodec, handler),
            runtime: AccumulatingRuntime::new(),
            timers: Vec::new(),
            heads,
        }
    }

    /// A packet for foca has come. One that makes no sense to it changes nothing.
    pub(super) fn hear(&mut self, packet: &[u8]) {
        let _ = self.foca.handle_data(packet, &mut self.runtime);
    }

    /// A gate was heard that may not be a member yet.
    pub(super) fn introduce(&mut self, process: Process, gate: String) {
        let _ = self.foca.announce(Member { process, renewed: 0, gate }, &mut self.runtime);
    }

    /// This gate's own list has grown.
    pub(super) fn spread(&mut self, head: Head) {
        if let Ok(data) = postcard::to_stdvec(&head) {
            let _ = self.foca.add_broadcast(&data);
        }
    }

    /// Says goodbye to all.
    pub(super) fn leave(&mut self) {
        let _ = self.foca.leave_cluster(&mut self.runtime);
    }

    /// Those who are there.
    pub(super) fn present(&self) -> Vec<Member> {
        self.foca.iter_members().map(|member| member.id().clone()).collect()
    }

    pub(super) fn is_member(&self, process: Process) -> bool {
        self.foca.iter_members().any(|member| member.id().process == process)
    }

    /// When foca next wants to be woken.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.timers.iter().map(|(at, _)| *at).min()
    }

    /// Lets foca's clocks run up to `now`, and says what it wants done.
    pub(super) fn wishes(&mut self, now: Instant) -> Wishes {
        self.take_timers(now);
        while let Some(at) = self.timers.iter().position(|(at, _)| *at <= now) {
            let (_, timer) = self.timers.swap_remove(at);
            let _ = self.foca.handle_timer(timer, &mut self.runtime);
            self.take_timers(now);
        }
        let mut wishes = Wishes { heads: self.heads.try_iter().collect(), ..Wishes::default() };
        while let Some((to, packet)) = self.runtime.to_send() {
            wishes.packets.push((to.process, packet.to_vec()));
        }
        while let Some(note) = self.runtime.to_notify() {
            match note {
                OwnedNotification::MemberUp(member) => wishes.up.push(member.process),
                OwnedNotification::MemberDown(member) => wishes.down.push(member.process),
                _ => {}
            }
        }
        wishes
    }

    fn take_timers(&mut self, now: Instant) {
        while let Some((after, timer)) = self.runtime.to_schedule() {
            self.timers.push((now + after, timer));
        }
    }
}

/// For a handful of gates in one room.
fn config() -> Config {
    let few = std::num::NonZeroU32::new(5).expect("it is five");
    let one = std::num::NonZeroUsize::MIN;
    let mut config = Config::new_lan(few);
    config.max_packet_size = std::num::NonZeroUsize::new(FOCA_BYTES).expect("a datagram has room");
    config.suspect_to_down_after = Duration::from_secs(3);
    // Who was cut off is found again by its knocks; this is for where those do not reach.
    config.periodic_announce_to_down_members =
        Some(PeriodicParams { frequency: Duration::from_secs(10), num_members: one });
    config
}

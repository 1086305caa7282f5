//! Gates of one event on one local network, which share their admissions.
//!
//! While the database is away each gate decides by itself, and the guest at the
//! second door must not be let in on the ticket of the first. So gates tell
//! each other what they grant ([`Neighbours::tell`]), and before one grants
//! from its own knowledge it asks all that are there ([`Neighbours::claim`]):
//! of any number of claims made at one instant one goes before all others, the
//! one with the smallest scan id. Cut off from each other, each goes on alone;
//! what they granted twice is found when they meet again.
//!
//! Everything goes by UDP, each datagram sealed with the event's LAN key
//! (`seal`), so a stranger is neither heard nor understood, and nothing said
//! once can be said again by somebody else (`letter`).
//!
//! Which gates are there is foca's to say (2.0, August 2026; SWIM; one crate,
//! and `postcard`). It does no input or output of its own, so its packets are
//! sealed and bounded like ours. Compared with it: chitchat 0.13 (scuttlebutt;
//! 7 crates, one of them C) has kept the wire format of its messages to itself
//! since 0.12, so nothing can be sealed around it, sends up to 65,507 bytes at
//! a time, which a WLAN takes apart into 45 pieces, any of which may get lost,
//! and makes a gate's address part of its name, though WiFi changes it;
//! iroh-gossip 0.101 (93 crates), libp2p 0.56 (95) and memberlist (99) bring
//! QUIC, TLS or DNS and identities of their own for gates that share a key and
//! a room already. Admissions are more than gossip can
//! hold, ten thousands in an evening: foca's broadcasts say how far each gate's
//! list goes, and the lists themselves are fetched in pages (`lists`).
//!
//! Reading order: here → `seal` → `letter` → `peers` and `members` (who is
//! there) → `claims` (the rule) → `lists` (who knows what) → `room` (how they
//! act together) → `air` (the socket).

mod air;
mod claims;
mod letter;
mod lists;
mod members;
mod peers;
mod room;
mod seal;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{ScanId, TicketTag};
use tokio::sync::watch;

pub use self::claims::Taken;
use self::room::Room;
pub use self::room::{Counts, Pending};
pub use self::seal::LanKey;

/// What a neighbour is waited for while it owes an answer to a claim.
pub const USUAL_PATIENCE: Duration = Duration::from_millis(300);

/// Where a gate speaks and listens.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, as its neighbours will show it.
    pub gate: String,
    /// A hash of what makes the event this one. Gates of others are strangers.
    pub event: [u8; 32],
    /// The UDP port, the same at every gate.
    pub port: u16,
    /// The address to listen on; `0.0.0.0` for every network that comes and goes.
    pub bind: IpAddr,
    /// Where to look besides.
    pub at: Vec<SocketAddr>,
    /// Whether to look everywhere on the networks the machine is in. Needs an IPv4 `bind`.
    pub broadcast: bool,
}

/// A granted scan, as gates tell each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The scan.
    pub scan: ScanId,
    /// The ticket.
    pub ticket: TicketTag,
    /// Which way.
    pub step: Step,
    /// When, by the database's clock as far as the gate knows it; to the microsecond.
    pub at: DateTime<Utc>,
    /// Through which gate.
    pub gate: String,
}

/// What the gate itself knows. Called while neighbours wait: each must be quick,
/// and may come from any task.
pub trait Doors: Send + Sync + 'static {
    /// Who is inside on this ticket, by all that this gate knows.
    fn admission(&self, ticket: &TicketTag) -> Option<Happening>;

    /// Neighbours tell. Some of it may be known already; what is not is to be kept.
    fn heard(&self, happenings: &[Happening]);

    /// What this gate has granted, to tell it again after a restart.
    fn all_own(&self) -> Vec<Happening>;
}

/// A wish to admit somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The scan it is for.
    pub scan: ScanId,
    /// The ticket.
    pub ticket: TicketTag,
    /// When.
    pub at: DateTime<Utc>,
}

/// How long to wait for the neighbours' answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all: the database decides. Nobody is asked, and until the
    /// [`Pending`] is dropped nobody else gets the ticket.
    None,
    /// Until all have answered, and at most this long.
    Until(Duration),
}

/// What came of a claim.
#[derive(Debug)]
#[must_use]
pub enum Claimed {
    /// Nobody objects. The ticket is this claim's until the guard is dropped.
    Free(Pending),
    /// Somebody is inside on it, or goes before.
    Taken(Taken),
}

/// Another gate that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its name.
    pub gate: String,
    /// Where it was heard last.
    pub address: SocketAddr,
    /// Since when it has been there.
    pub since: DateTime<Utc>,
}

/// The gate's place among its neighbours. Every clone is the same one.
#[derive(Clone)]
pub struct Neighbours(Arc<Room>);

impl Neighbours {
    /// Opens the socket and looks for neighbours as soon as there is a key; without one it is silent.
    ///
    /// # Errors
    /// When the port cannot be had, as when another gate of this machine has it.
    pub async fn start(
        settings: Settings,
        key: watch::Receiver<Option<LanKey>>,
        doors: Arc<dyn Doors>,
    ) -> io::Result<Self> {
        Ok(Self(Arc::new(Room::open(settings, key, doors).await?)))
    }

    /// Tells what this gate has granted, to all at once, and again until everyone
    /// has it. The gate's own [`Doors`] should know it by now, and the [`Pending`]
    /// of its claim be dropped only after.
    pub fn tell(&self, happening: &Happening) {
        self.0.tell(happening);
    }

    /// Asks whether anybody else is inside on this ticket or about to be, and waits
    /// for the answers no longer than `patience`. A second claim for the same scan takes the
    /// place of the first.
    pub async fn claim(&self, claim: Claim, patience: Patience) -> Claimed {
        self.0.claim(claim, patience).await
    }

    /// Who is there.
    #[must_use]
    pub fn present(&self) -> watch::Receiver<Vec<Neighbour>> {
        self.0.present()
    }

    /// What went over the network so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.0.counts()
    }

    /// The port it listens on, for one that was asked to choose (`port` 0).
    ///
    /// # Errors
    /// When the system will not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.address()
    }

    /// Says goodbye and falls silent.
    pub async fn close(self) {
        self.0.close().await;
    }
}

impl std::fmt::Debug for Neighbours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Neighbours").field("present", &self.0.present().borrow().len()).finish_non_exhaustive()
    }
}

//! What gates say to each other, and how it is known to be said just now.
//!
//! Each running gate is a [`Process`], a number drawn at its start. A letter
//! names the one it is from and the one it is for, and counts up. A gate takes
//! only letters that are for itself, each once: what somebody has recorded
//! is of no use against it, neither now nor after its restart, when it is
//! another process. Clocks have no part in this. Only a knock is for everyone,
//! and all it can bring about is a greeting.

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{ScanId, TicketTag};
use serde::{Deserialize, Serialize};

use super::seal::SEAL_BYTES;
use super::{Claim, Happening, Taken};

/// A gate from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Process(pub(super) u64);

/// Nobody's number: a letter for it is for everyone.
pub(super) const EVERYONE: Process = Process(0);

/// What fits a datagram that no network takes apart, with the seal around it.
pub(super) const DATAGRAM_BYTES: usize = 1_200;
/// What is left of it for foca.
pub(super) const FOCA_BYTES: usize = DATAGRAM_BYTES - SEAL_BYTES - 40;
/// What is left of it for happenings.
pub(super) const PAGE_BYTES: usize = DATAGRAM_BYTES - SEAL_BYTES - 60;

/// One sealed datagram's text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) to: Process,
    pub(super) from: Process,
    /// Counts the sender's letters.
    pub(super) number: u64,
    pub(super) says: Says,
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Says {
    /// Is anybody there?
    Knock,
    /// I am. The sender's name goes with it.
    Here { gate: String },
    /// Where others are, for who cannot hear them knock.
    Met { others: Vec<(Process, SocketAddr)> },
    /// What foca says.
    Foca(Vec<u8>),
    /// May I?
    Ask(Asked),
    /// The answer, to the claim of this scan.
    Answer { scan: ScanId, ticket: [u8; 32], answer: Answer },
    /// I do not after all.
    Withdrawn { scan: ScanId, ticket: [u8; 32] },
    /// How many happenings of each list the sender has.
    Have { heads: Vec<(Process, u32)>, answer: bool },
    /// Send me what comes after the first so many of this list.
    Want { list: Process, from: u32 },
    /// Happenings of a list, the first of them at this place. `last` ends an answer to `Want`.
    Page { list: Process, from: u32, items: Vec<Item>, last: bool, wanted: bool },
}

/// A claim on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) scan: ScanId,
    pub(super) ticket: [u8; 32],
    pub(super) at: i64,
    pub(super) gate: String,
}

/// What a neighbour says to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// Nothing against it.
    Free,
    /// Somebody is inside.
    Inside(Item),
    /// Another claim goes before.
    Pending { gate: String, scan: ScanId, at: i64 },
}

/// A [`Happening`] on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    scan: ScanId,
    ticket: [u8; 32],
    step: u8,
    at: i64,
    gate: String,
}

impl Letter {
    /// Its bytes.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        postcard::to_stdvec(self).ok()
    }

    /// Reads the bytes, all of them.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        postcard::take_from_bytes(bytes).ok().filter(|(_, rest)| rest.is_empty()).map(|(letter, _)| letter)
    }
}

impl Asked {
    pub(super) fn new(claim: &Claim, gate: &str) -> Self {
        Self { scan: claim.scan, ticket: claim.ticket.0, at: claim.at.timestamp_micros(), gate: gate.to_owned() }
    }

    /// The claim, if its time can be.
    pub(super) fn claim(&self) -> Option<Claim> {
        Some(Claim { scan: self.scan, ticket: TicketTag(self.ticket), at: time(self.at)? })
    }
}

impl Answer {
    /// Why the ticket cannot be had, or `None` where it can. One that names an
    /// impossible time says nothing, and above all not that the ticket is free.
    pub(super) fn taken(self) -> Option<Option<Taken>> {
        match self {
            Self::Free => Some(None),
            Self::Inside(item) => Some(Some(Taken::Inside(item.happening()?))),
            Self::Pending { gate, scan, at } => Some(Some(Taken::Pending { gate, scan, at: time(at)? })),
        }
    }
}

impl From<Option<Taken>> for Answer {
    fn from(taken: Option<Taken>) -> Self {
        match taken {
            None => Self::Free,
            Some(Taken::Inside(happening)) => Self::Inside((&happening).into()),
            Some(Taken::Pending { gate, scan, at }) => Self::Pending { gate, scan, at: at.timestamp_micros() },
        }
    }
}

impl Item {
    /// What happened, if it is something that can.
    pub(super) fn happening(&self) -> Option<Happening> {
        let step = [Step::Entry, Step::Exit, Step::Undo].into_iter().find(|it| code(*it) == self.step)?;
        let (ticket, at) = (TicketTag(self.ticket), time(self.at)?);
        Some(Happening { scan: self.scan, ticket, step, at, gate: self.gate.clone() })
    }

    pub(super) fn scan(&self) -> ScanId {
        self.scan
    }

    pub(super) fn gate(&self) -> &str {
        &self.gate
    }

    /// At most what it takes in a page.
    pub(super) fn bytes(&self) -> usize {
        17 + 32 + 1 + 10 + 2 + self.gate.len()
    }
}

impl From<&Happening> for Item {
    fn from(it: &Happening) -> Self {
        let (ticket, at) = (it.ticket.0, it.at.timestamp_micros());
        Self { scan: it.scan, ticket, step: code(it.step), at, gate: it.gate.clone() }
    }
}

fn code(step: Step) -> u8 {
    match step {
        Step::Entry => 0,
        Step::Exit => 1,
        Step::Undo => 2,
    }
}

fn time(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
}

/// Which of a sender's letters have come: the highest number, and a bit for each of the 128 up to it.
#[derive(Debug, Default)]
pub(super) struct Received {
    highest: u64,
    bits: u128,
}

impl Received {
    /// Whether it is the first with this number. One too old to tell is not.
    pub(super) fn is_new(&mut self, number: u64) -> bool {
        if number > self.highest {
            let ahead = u32::try_from(number - self.highest).unwrap_or(u32::MAX);
            self.bits = self.bits.checked_shl(ahead).unwrap_or(0) | 1;
            self.highest = number;
            return true;
        }
        let Some(bit) = u32::try_from(self.highest - number).ok().and_then(|behind| 1_u128.checked_shl(behind)) else {
            return false;
        };
        let is_new = self.bits & bit == 0;
        self.bits |= bit;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_taken_once_in_whatever_order() {
        let mut received = Received::default();
        for (number, is_new) in
            [(1, true), (1, false), (5, true), (3, true), (3, false), (5, false), (4, true), (200, true), (199, true)]
        {
            assert_eq!(received.is_new(number), is_new, "{number}");
        }
        assert!(!received.is_new(72), "too old to tell");
        assert!(received.is_new(73), "just not too old");
        assert!(received.is_new(u64::MAX) && !received.is_new(200) && received.is_new(u64::MAX - 127));
    }

    #[test]
    fn a_letter_is_read_as_it_was_written_and_garbage_is_not() {
        let letter = Letter { to: EVERYONE, from: Process(5), number: 9, says: Says::Foca(vec![1, 2, 3]) };
        let bytes = letter.write().unwrap();
        let read = Letter::read(&bytes).unwrap();
        assert_eq!((read.to, read.from, read.number, read.says), (EVERYONE, Process(5), 9, Says::Foca(vec![1, 2, 3])));
        assert!(Letter::read(&[&bytes[..], &[0]].concat()).is_none(), "something after it");
        assert!(Letter::read(&bytes[..bytes.len() - 1]).is_none(), "cut off");
    }
}

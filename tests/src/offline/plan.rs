//! Who comes to which gate, and what the network does meanwhile. The same seed
//! is the same evening, as far as processes on a busy machine can be the same.

use std::time::Duration;

use crate::buyers::Chance;
use crate::proxy::Wire;

/// The environment's name for the seed.
pub const SEED: &str = "OFFLINE_SEED";

/// The seed that was asked for, or one that nobody has chosen; printed, so that it can be asked for.
///
/// # Panics
/// When what was asked for is no number.
#[must_use]
pub fn seed() -> u64 {
    let asked = std::env::var(SEED).ok().map(|text| text.parse().expect("OFFLINE_SEED is a number"));
    let seed = asked.or_else(|| Chance::seed().ok()).unwrap_or(1);
    println!("{SEED}={seed}");
    seed
}

/// A rush at the doors.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Which.
    pub seed: u64,
    /// How many gates.
    pub gates: usize,
    /// How many scans, at all gates together.
    pub scans: usize,
    /// How many tickets they are of.
    pub tickets: usize,
    /// The longest pause between two guests at one gate.
    pub pause: Duration,
    /// What the network does.
    pub weather: Weather,
}

/// What happens to the wire.
#[derive(Clone, Copy, Debug)]
pub enum Weather {
    /// Nothing.
    Fair,
    /// It breaks in this way when a third of the guests were served, and is whole again when nine in ten were.
    Storm(Wire),
    /// It is away before the first guest comes, and back after the last.
    Night(Wire),
    /// Up for so long, then down for so long, until all were served.
    Flapping(Duration),
}

/// One guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The ticket's number.
    pub ticket: usize,
    /// How long the gate is idle before.
    pub pause: Duration,
}

impl Plan {
    /// The guests of one gate, in order.
    ///
    /// All gates work their way through one queue, each a little differently,
    /// so that a ticket comes to several gates at nearly one moment.
    pub fn guests(&self, gate: usize) -> impl Iterator<Item = Guest> + use<> {
        let mut chance = Chance::of(self.seed, u32::try_from(gate).unwrap_or(u32::MAX));
        let (tickets, pause, scans) = (self.tickets, self.pause, self.scans_at(gate));
        let window = tickets.div_ceil(10).max(2);
        (0..scans).map(move |number| {
            let front = number * tickets / scans.max(1);
            let ticket = (front + below(&mut chance, window)) % tickets;
            Guest { ticket, pause: chance.between(Duration::ZERO, pause) }
        })
    }

    fn scans_at(&self, gate: usize) -> usize {
        self.scans / self.gates + usize::from(gate < self.scans % self.gates)
    }
}

/// A number from 0, less than this.
fn below(chance: &mut Chance, end: usize) -> usize {
    let drawn = chance.between(Duration::ZERO, Duration::from_micros(end as u64));
    usize::try_from(drawn.as_micros()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PLAN: Plan =
        Plan { seed: 1, gates: 3, scans: 500, tickets: 200, pause: Duration::from_millis(40), weather: Weather::Fair };

    #[test]
    fn every_scan_is_made_and_most_tickets_come_to_several_gates() {
        let gates: Vec<Vec<_>> = (0..3).map(|gate| PLAN.guests(gate).collect()).collect();
        assert_eq!(gates.iter().map(Vec::len).sum::<usize>(), 500);
        let at = |gate: usize| gates[gate].iter().map(|guest| guest.ticket).collect::<BTreeSet<_>>();
        assert!(at(0).intersection(&at(1)).count() > 50, "the gates hardly share a ticket");
        assert_eq!(gates[1], PLAN.guests(1).collect::<Vec<_>>(), "the same seed is the same evening");
        assert_ne!(gates[1], Plan { seed: 2, ..PLAN }.guests(1).collect::<Vec<_>>());
    }
}

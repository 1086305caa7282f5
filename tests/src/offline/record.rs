//! What the gates said, written down by the one who held the codes up.

use std::collections::BTreeMap;
use std::time::Duration;

use super::gate::Told;
use crate::spread::Spread;

/// Everything that was said, gate by gate, in order.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Each with the number of the ticket that was held up.
    pub told: Vec<(usize, Told)>,
}

impl Record {
    /// The entries that were granted, by ticket, each ticket's in the order in which they began.
    #[must_use]
    pub fn granted(&self) -> BTreeMap<usize, Vec<&Told>> {
        let mut granted: BTreeMap<usize, Vec<&Told>> = BTreeMap::new();
        for (ticket, told) in self.told.iter().filter(|(_, told)| told.line.reason == "granted") {
            granted.entry(*ticket).or_default().push(told);
        }
        for entries in granted.values_mut() {
            entries.sort_by_key(|told| told.asked);
        }
        granted
    }

    /// How many entries were granted to a ticket that was in already.
    #[must_use]
    pub fn doubles(&self) -> usize {
        self.granted().values().map(|entries| entries.len() - 1).sum()
    }

    /// The longest that anybody waited.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.who_waited_longest().map(|told| told.waited).unwrap_or_default()
    }

    /// And who it was.
    #[must_use]
    pub fn who_waited_longest(&self) -> Option<&Told> {
        self.told.iter().map(|(_, told)| told).max_by_key(|told| told.waited)
    }

    /// How long those waited whose verdict rests on this.
    #[must_use]
    pub fn waits(&self, mode: &str) -> Spread {
        let mut waits = Spread::default();
        for (_, told) in self.told.iter().filter(|(_, told)| told.line.mode == mode) {
            waits.add(told.waited.as_secs_f64() * 1e3);
        }
        waits
    }

    /// What is wrong with it in itself, whatever the database says afterwards:
    /// good codes of tickets that exist, at gates that nobody leaves through.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let granted = self.granted();
        let mut faults = Vec::new();
        for (ticket, told) in &self.told {
            let entries = granted.get(ticket).map_or(&[][..], Vec::as_slice);
            let line = &told.line;
            let earlier = || entries.iter().any(|entry| entry.asked <= told.answered);
            let right = match line.reason.as_str() {
                // At one gate a ticket comes in once.
                "granted" => entries.iter().filter(|entry| entry.line.gate == line.gate).count() == 1,
                // Somebody must have let it in before.
                "already_inside" => earlier(),
                _ => false,
            };
            if !right {
                faults.push(format!("ticket {ticket} was told {line:?}"));
            }
        }
        faults
    }
}

//! How the gate stands with the network, for the page.

use std::sync::Arc;

use super::news::{Conflicts, Neighbourhood, Offline, Passed, ShownConflict, Stand, SyncProgress, masked_phone};
use crate::database::Conflict;
use crate::memory::Memory;
use crate::upkeep::Standing;
use crate::works::Company;

/// As many as an operator reads with a queue in front.
const MOST: usize = 20;

pub(super) fn shown(standing: &Standing, memory: &Memory, company: &Company) -> Offline {
    let contact = memory.contact();
    let knows = standing.pulse.is_some();
    let is_offline = memory.counts() && knows && !contact.is_likely();
    Offline {
        on: memory.counts(),
        mode: if is_offline { common::Mode::Offline } else { common::Mode::Online },
        since: if is_offline { standing.away_since } else { None },
        synced_at: standing.synced_at.or_else(|| memory.synced_at()),
        tickets: standing.known,
        progress: standing.progress.map(|progress| SyncProgress { done: progress.done, total: progress.total }),
        unsent: standing.backlog.unsent,
        unsent_since: standing.backlog.oldest,
        set_aside: standing.backlog.set_aside,
        list: memory.keeps_a_list(),
        neighbours: neighbourhood(company),
        fault: memory.store().fault().map(str::to_owned),
    }
}

fn neighbourhood(company: &Company) -> Neighbourhood {
    let Some(neighbours) = company.now() else { return Neighbourhood { state: Stand::Off, gates: Vec::new() } };
    let mut gates: Vec<String> = neighbours.present().borrow().iter().map(|there| there.gate.clone()).collect();
    gates.sort_unstable();
    Neighbourhood { state: if gates.is_empty() { Stand::Alone } else { Stand::Together }, gates }
}

pub(super) fn conflicts(conflicts: &Arc<Vec<Conflict>>, gate: &str) -> Conflicts {
    let newest = conflicts.iter().take(MOST).map(|conflict| {
        let (first, second) = (&conflict.entries.first, &conflict.entries.second);
        ShownConflict {
            first_name: conflict.ticket.parts().0.to_string(),
            phone: Some(masked_phone(&conflict.ticket)),
            first: Passed { gate: first.gate.clone(), at: first.at },
            second: Passed { gate: second.gate.clone(), at: second.at },
            ours: first.gate == gate || second.gate == gate,
        }
    });
    Conflicts { count: conflicts.len(), newest: newest.collect() }
}

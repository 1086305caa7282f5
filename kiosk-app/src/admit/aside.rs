//! What goes on beside a verdict: the journal has it before it is given, and
//! the neighbours are asked before and told after.

use common::Reason;

use super::find::Found;
use super::reading::Finding;
use super::{Admitter, local};
use crate::database::Wish;
use crate::memory::Known;
use crate::neighbours::{Claim, Claimed, Happening, Patience, Pending, Taken};
use crate::store::{Asked, Entry};

impl Admitter {
    /// Asks the neighbours, or tells them to wait. `Err`: somebody goes before.
    pub(super) async fn claim(
        &self,
        known: &Known,
        wish: Wish,
        asked: &Asked,
        patience: Patience,
    ) -> Result<Option<Pending>, Finding> {
        let (Some(neighbours), Wish::Enter) = (self.company.now(), wish) else { return Ok(None) };
        let at = asked.server_at.unwrap_or(asked.device_at);
        match neighbours.claim(Claim { scan: asked.scan, ticket: known.tag, at }, patience).await {
            Claimed::Free(pending) => Ok(Some(pending)),
            Claimed::Taken(Taken::Pending { at, gate, .. }) => Err(local::taken(Some(at), gate)),
            // The database has a word on it, or has had it since.
            Claimed::Taken(Taken::Inside(inside)) if patience == Patience::None || is_over(known, &inside) => Ok(None),
            Claimed::Taken(Taken::Inside(Happening { at, gate, .. })) => Err(local::taken(Some(at), gate)),
        }
    }

    /// The neighbours hear of everything that is granted, also while the
    /// database is there: one of them may be cut off from it.
    pub(super) fn tell(&self, known: &Known, asked: &Asked, found: &mut Found) {
        let granted = matches!(found.finding.reason, Reason::Granted | Reason::Left | Reason::Undone);
        if let (Some(neighbours), true) = (self.company.now(), granted) {
            let at = asked.server_at.unwrap_or(asked.device_at);
            let gate = self.gate.clone();
            neighbours.tell(&Happening { scan: asked.scan, ticket: known.tag, step: asked.step, at, gate });
        }
        // Told or not, the ticket is free for whoever asks next.
        drop(found.pending.take());
    }

    pub(super) async fn write_down(&self, asked: &Asked) -> bool {
        match self.memory.ask(asked).await {
            Ok(()) => true,
            Err(fault) => {
                tracing::error!("{fault}");
                false
            }
        }
    }

    /// Writes down what was found; `false` if that is not possible.
    pub(super) async fn note(&self, asked: &Asked, found: &Found, asked_before: bool) -> bool {
        let Found { finding, mode, unheard, .. } = found;
        let entry = Entry { reason: finding.reason, mode: *mode, unheard: *unheard };
        match self.memory.note(asked, entry, asked_before).await {
            Ok(()) => true,
            Err(fault) => {
                tracing::error!(scan = %asked.scan, "a scan cannot be written down: {fault}");
                false
            }
        }
    }
}

/// Whether the row changed after that admission, so that what it says counts.
fn is_over(known: &Known, inside: &Happening) -> bool {
    known.status.as_ref().is_some_and(|row| row.updated_at > inside.at)
}

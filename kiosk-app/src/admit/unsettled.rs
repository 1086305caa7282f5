//! Scans that ended in CANNOT CHECK.
//!
//! Such a scan may have changed the row without the gate hearing of it. The
//! guest was told nothing, will try again at the same gate, and must not be
//! told "already inside" on account of an admission that nobody was told of,
//! nor "not inside" on account of such an exit.
//!
//! Entries, exits and undos are kept apart: an exit that nobody was told of
//! settles no entry.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::{ScanId, UniqueId};

use crate::database::Wish;

/// More than one gate sees in an outage; an end to what they may take up.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Unsettled(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    scans: HashMap<Topic, Vec<ScanId>>,
    /// Admissions that stand on the row under the id of an earlier scan.
    stand_ins: HashMap<ScanId, ScanId>,
}

/// What a scan was about, whichever admission an undo was of.
type Topic = (UniqueId, Discriminant<Wish>);

fn topic(ticket: &UniqueId, wish: Wish) -> Topic {
    (ticket.clone(), discriminant(&wish))
}

impl Unsettled {
    /// A scan of this ticket ended without an answer.
    pub(super) fn note(&self, ticket: &UniqueId, wish: Wish, scan: ScanId) {
        let (mut open, topic) = (self.lock(), topic(ticket, wish));
        if open.scans.len() < MOST || open.scans.contains_key(&topic) {
            open.scans.entry(topic).or_default().push(scan);
        }
    }

    /// Whether the scan id on the row is one that ended without an answer, so
    /// that `scan` may answer in its place. It is one only once: two guests
    /// with copies of one code are not both let in.
    pub(super) fn take(&self, ticket: &UniqueId, wish: Wish, written: &str, scan: ScanId) -> bool {
        let (mut open, topic) = (self.lock(), topic(ticket, wish));
        let ours = open.scans.get(&topic).and_then(|scans| scans.iter().find(|scan| scan.to_string() == written));
        let Some(earlier) = ours.copied() else { return false };
        open.scans.remove(&topic);
        drop(open);
        self.stands_for(scan, earlier);
        true
    }

    /// This scan answers in the place of an earlier one, whose id is on the row.
    pub(super) fn stands_for(&self, scan: ScanId, earlier: ScanId) {
        let mut open = self.lock();
        if open.stand_ins.len() < MOST {
            open.stand_ins.insert(scan, earlier);
        }
    }

    /// The database has spoken of this ticket: nothing is open any more.
    pub(super) fn forget(&self, ticket: &UniqueId, wish: Wish) {
        self.lock().scans.remove(&topic(ticket, wish));
    }

    /// The scan id under which this scan's admission stands on the row.
    pub(super) fn written_as(&self, scan: ScanId) -> ScanId {
        self.lock().stand_ins.get(&scan).copied().unwrap_or(scan)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // Nothing in here can panic halfway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn ticket() -> UniqueId {
        UniqueId::parse("Asha9198765432102026-11-22").unwrap()
    }

    fn scans() -> [ScanId; 3] {
        [1, 2, 3].map(|n| Uuid::from_u128(n).into())
    }

    #[test]
    fn a_scan_without_an_answer_is_remembered_until_it_has_one() {
        let (unsettled, ticket, [first, second, other]) = (Unsettled::default(), ticket(), scans());
        let take = |written: ScanId| unsettled.take(&ticket, Wish::Enter, &written.to_string(), other);
        unsettled.note(&ticket, Wish::Enter, first);
        unsettled.note(&ticket, Wish::Enter, second);
        assert!(!take(other));
        assert!(take(first));
        assert!(!take(first), "only once");
        assert_eq!((unsettled.written_as(other), unsettled.written_as(second)), (first, second));

        unsettled.note(&ticket, Wish::Enter, first);
        unsettled.forget(&ticket, Wish::Enter);
        assert!(!take(first));
    }

    #[test]
    fn an_exit_that_nobody_was_told_of_settles_no_entry() {
        let (unsettled, ticket, [exit, undo, other]) = (Unsettled::default(), ticket(), scans());
        unsettled.note(&ticket, Wish::Leave, exit);
        unsettled.note(&ticket, Wish::TakeBack(other), undo);
        for (wish, written) in [(Wish::Enter, exit), (Wish::Enter, undo), (Wish::Leave, undo)] {
            assert!(!unsettled.take(&ticket, wish, &written.to_string(), other), "{wish:?}");
        }
        unsettled.forget(&ticket, Wish::Enter);
        assert!(unsettled.take(&ticket, Wish::Leave, &exit.to_string(), other));
        assert!(unsettled.take(&ticket, Wish::TakeBack(exit), &undo.to_string(), other));
    }
}

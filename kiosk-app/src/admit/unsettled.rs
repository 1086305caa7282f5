//! Scans that ended in CANNOT CHECK.
//!
//! Such a scan may have admitted the guest without the gate hearing of it. The
//! guest was not let in, will try again at the same gate, and must not be told
//! "already inside" on account of an admission that nobody was told of.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::{ScanId, UniqueId};

/// More than one gate sees in an outage; an end to what they may take up.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Unsettled(Mutex<HashMap<UniqueId, Vec<String>>>);

impl Unsettled {
    /// A scan of this ticket ended without an answer.
    pub(super) fn note(&self, ticket: &UniqueId, scan: ScanId) {
        let mut tickets = self.lock();
        if tickets.len() < MOST || tickets.contains_key(ticket) {
            tickets.entry(ticket.clone()).or_default().push(scan.to_string());
        }
    }

    /// Whether the scan id on the row is one that ended without an answer. It
    /// is one only once: two guests with copies of one code are not both let in.
    pub(super) fn take(&self, ticket: &UniqueId, written: &str) -> bool {
        let mut tickets = self.lock();
        let ours = tickets.get(ticket).is_some_and(|scans| scans.iter().any(|scan| scan == written));
        if ours {
            tickets.remove(ticket);
        }
        ours
    }

    /// The database has spoken of this ticket: nothing is open any more.
    pub(super) fn forget(&self, ticket: &UniqueId) {
        self.lock().remove(ticket);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UniqueId, Vec<String>>> {
        // Nothing in here can panic halfway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_scan_without_an_answer_is_remembered_until_it_has_one() {
        let unsettled = Unsettled::default();
        let ticket = UniqueId::parse("Asha9198765432102026-11-22").unwrap();
        let [first, second, other] = [1, 2, 3].map(|n| ScanId::from(Uuid::from_u128(n)));
        unsettled.note(&ticket, first);
        unsettled.note(&ticket, second);
        assert!(!unsettled.take(&ticket, &other.to_string()));
        assert!(unsettled.take(&ticket, &first.to_string()));
        assert!(!unsettled.take(&ticket, &first.to_string()), "only once");

        unsettled.note(&ticket, first);
        unsettled.forget(&ticket);
        assert!(!unsettled.take(&ticket, &first.to_string()));
    }
}

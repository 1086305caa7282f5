//! Who went in and out tonight, by this gate's journal and by what its
//! neighbours tell.
//!
//! The database's word on a ticket has an age. What was granted without it and
//! is not in it yet counts whatever the row says; what it has seen counts only
//! if the row is older.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use common::TicketTag;
use common::passages::{Passage, Standing, stand};

use crate::store::Status;

/// The passages, by ticket.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    by_ticket: HashMap<TicketTag, Vec<Line>>,
    /// Own passages that the database does not have.
    unsent: HashSet<String>,
}

#[derive(Clone, Debug)]
struct Line {
    passage: Passage,
    own: bool,
}

impl Ledger {
    /// A passage at this gate. `sent`: the database has it.
    pub fn add_own(&self, tag: TicketTag, passage: Passage, sent: bool) {
        let mut told = self.lock();
        if !sent {
            told.unsent.insert(passage.scan.clone());
        }
        told.add(tag, Line { passage, own: true });
    }

    /// A passage at a neighbour; `false` if it is no news.
    pub fn add_heard(&self, tag: TicketTag, passage: Passage) -> bool {
        self.lock().add(tag, Line { passage, own: false })
    }

    /// The database has these scans now.
    pub fn sent<'a>(&self, scans: impl Iterator<Item = &'a str>) {
        let mut told = self.lock();
        for scan in scans {
            told.unsent.remove(scan);
        }
    }

    /// How a ticket stands by all that is known here.
    #[must_use]
    pub fn standing(&self, tag: &TicketTag, row: Option<&Status>) -> Standing {
        let known = row.and_then(Status::admission);
        let newer = row.map(|row| row.updated_at);
        stand(known.into_iter().chain(self.lock().counting(tag, newer, |_| true)).collect())
    }

    /// How it stands by what the neighbours tell that is newer than the row:
    /// the database may not have heard of it yet.
    #[must_use]
    pub fn standing_elsewhere(&self, tag: &TicketTag, row: Option<&Status>) -> Standing {
        stand(self.lock().counting(tag, row.map(|row| row.updated_at), |line| !line.own).collect())
    }

    /// Whether something was granted here on this ticket that the database does not have.
    #[must_use]
    pub fn has_unsent(&self, tag: &TicketTag) -> bool {
        let told = self.lock();
        let lines = told.by_ticket.get(tag).into_iter().flatten();
        lines.into_iter().any(|line| line.own && told.unsent.contains(&line.passage.scan))
    }

    /// This gate's own admission of a ticket, for neighbours that ask.
    #[must_use]
    pub fn own_admission(&self, tag: &TicketTag) -> Option<Passage> {
        stand(self.lock().counting(tag, None, |line| line.own).collect()).inside
    }

    /// Everything that this gate has granted.
    #[must_use]
    pub fn all_own(&self) -> Vec<(TicketTag, Passage)> {
        let told = self.lock();
        let own = |(tag, lines): (&TicketTag, &Vec<Line>)| {
            let own: Vec<_> = lines.iter().filter(|line| line.own).map(|line| (*tag, line.passage.clone())).collect();
            own
        };
        told.by_ticket.iter().flat_map(own).collect()
    }

    /// The account was taken away: what the neighbours told is forgotten.
    pub fn forget_heard(&self) {
        for lines in self.lock().by_ticket.values_mut() {
            lines.retain(|line| line.own);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        // Nothing in here can panic halfway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    fn add(&mut self, tag: TicketTag, line: Line) -> bool {
        let lines = self.by_ticket.entry(tag).or_default();
        let is_new = lines.iter().all(|other| other.passage.scan != line.passage.scan);
        if is_new {
            lines.push(line);
        }
        is_new
    }

    fn counting(
        &self,
        tag: &TicketTag,
        newer: Option<DateTime<Utc>>,
        also: impl Fn(&Line) -> bool,
    ) -> impl Iterator<Item = Passage> {
        let lines = self.by_ticket.get(tag).into_iter().flatten();
        let counts = move |line: &&Line| {
            let unsent = line.own && self.unsent.contains(&line.passage.scan);
            also(line) && (unsent || newer.is_none_or(|newer| line.passage.at > newer))
        };
        lines.filter(counts).map(|line| line.passage.clone())
    }
}

#[cfg(test)]
mod tests {
    use common::passages::Step;

    use super::*;

    const TAG: TicketTag = TicketTag([1; 32]);

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn passage(scan: &str, step: Step, second: i64) -> Passage {
        Passage { scan: scan.into(), step, at: at(second), gate: "B".into() }
    }

    fn row(present: bool, updated: i64) -> Status {
        Status {
            tag: TAG,
            revoked: false,
            present,
            updated_at: at(updated),
            admitted_at: present.then(|| at(updated)),
            admitted_gate: "A".into(),
            admitted_scan: "row".into(),
        }
    }

    fn inside(standing: &Standing) -> Option<&str> {
        standing.inside.as_ref().map(|passage| passage.scan.as_str())
    }

    #[test]
    fn what_is_not_in_the_database_counts_whatever_the_row_says() {
        let ledger = Ledger::default();
        ledger.add_own(TAG, passage("s", Step::Entry, 5), false);
        for row in [None, Some(row(false, 1)), Some(row(false, 9))] {
            assert_eq!(inside(&ledger.standing(&TAG, row.as_ref())), Some("s"), "{row:?}");
        }
        assert!(ledger.has_unsent(&TAG) && !ledger.has_unsent(&TicketTag([2; 32])));
        assert_eq!(inside(&ledger.standing(&TicketTag([2; 32]), None)), None);
    }

    #[test]
    fn what_the_database_has_seen_counts_only_if_the_row_is_older() {
        let ledger = Ledger::default();
        ledger.add_own(TAG, passage("s", Step::Entry, 5), false);
        ledger.sent(["s"].into_iter());
        assert_eq!(inside(&ledger.standing(&TAG, None)), Some("s"), "a row that is not known says nothing");
        assert_eq!(inside(&ledger.standing(&TAG, Some(&row(false, 1)))), Some("s"));
        assert_eq!(inside(&ledger.standing(&TAG, Some(&row(false, 9)))), None, "left since");
        assert_eq!(inside(&ledger.standing_elsewhere(&TAG, None)), None, "no neighbour has told of it");
        assert!(!ledger.has_unsent(&TAG));
    }

    #[test]
    fn a_neighbours_word_counts_until_the_row_is_newer() {
        let ledger = Ledger::default();
        assert!(ledger.add_heard(TAG, passage("h", Step::Entry, 5)));
        assert!(!ledger.add_heard(TAG, passage("h", Step::Entry, 5)));
        assert_eq!(inside(&ledger.standing_elsewhere(&TAG, Some(&row(false, 1)))), Some("h"));
        assert_eq!(inside(&ledger.standing_elsewhere(&TAG, Some(&row(false, 6)))), None);
        assert!(ledger.add_heard(TAG, passage("x", Step::Exit, 7)));
        assert_eq!(inside(&ledger.standing(&TAG, Some(&row(true, 1)))), None, "left through the neighbour's door");
        assert_eq!(ledger.own_admission(&TAG), None, "each gate answers for itself");
        assert!(ledger.all_own().is_empty());
        ledger.forget_heard();
        assert_eq!(inside(&ledger.standing(&TAG, None)), None);
    }

    #[test]
    fn the_row_counts_where_nothing_newer_is_known() {
        let ledger = Ledger::default();
        assert_eq!(inside(&ledger.standing(&TAG, Some(&row(true, 3)))), Some("row"));
        ledger.add_own(TAG, passage("left", Step::Exit, 5), false);
        assert_eq!(inside(&ledger.standing(&TAG, Some(&row(true, 3)))), None);
    }
}

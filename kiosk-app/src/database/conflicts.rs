//! Tickets that went in at two gates.
//!
//! What they are follows from the scans alone, by [`common::passages`]; the
//! organiser's program reads them the same way.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDateTime;
use common::passages::{Doubled, Passage, Step, stand};
use common::{Mode, UniqueId};
use mysql_async::Value;

use super::{Database, DatabaseFault};

/// Two entries, one of them given without the database: nothing else can be double.
const SUSPECTS: &str = "SELECT unique_id FROM scans WHERE kind = 'entry' AND verdict = 'ENTRY GRANTED' \
     AND unique_id IS NOT NULL GROUP BY unique_id HAVING COUNT(*) > 1 AND SUM(mode = 'offline') > 0";
/// Asked in pieces of this length.
const PIECE: usize = 500;

/// A ticket that went in twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Which.
    pub ticket: UniqueId,
    /// The two admissions.
    pub entries: Doubled,
}

impl Database {
    /// Every conflict of the event, the newest first.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn conflicts(&self) -> Result<Vec<Conflict>, DatabaseFault> {
        let suspects: Vec<(String,)> = self.rows(SUSPECTS, ()).await?;
        let mut conflicts = Vec::new();
        for piece in suspects.chunks(PIECE) {
            let marks = vec!["?"; piece.len()].join(", ");
            let question = format!(
                "SELECT unique_id, scan_id, kind, server_time, gate, mode FROM scans \
                 WHERE unique_id IN ({marks}) AND reason IN ('granted', 'left', 'undone')"
            );
            let ids: Vec<Value> = piece.iter().map(|(id,)| id.as_str().into()).collect();
            let mut told: BTreeMap<String, Vec<Passage>> = BTreeMap::new();
            let mut offline = HashSet::new();
            for (ticket, scan, kind, at, gate, mode) in
                self.rows::<(String, String, String, NaiveDateTime, String, String)>(&question, ids).await?
            {
                if mode == Mode::Offline.as_str() {
                    offline.insert(scan.clone());
                }
                if let Some(step) = Step::parse(&kind) {
                    told.entry(ticket).or_default().push(Passage { scan, step, at: at.and_utc(), gate });
                }
            }
            for (ticket, passages) in told {
                let Ok(ticket) = UniqueId::parse(&ticket) else { continue };
                // Two by the database's own word are none: an exit in between was not written down.
                let by_itself =
                    |pair: &Doubled| [&pair.first, &pair.second].iter().any(|it| offline.contains(&it.scan));
                let doubled = stand(passages).doubled.into_iter().filter(by_itself);
                conflicts.extend(doubled.map(|entries| Conflict { ticket: ticket.clone(), entries }));
            }
        }
        conflicts.sort_unstable_by_key(|conflict| std::cmp::Reverse(conflict.entries.second.at));
        Ok(conflicts)
    }
}

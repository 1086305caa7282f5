//! Whom to ask about a ticket, and what is done with the answer.

use std::time::{Duration, Instant};

use common::{Mode, Outcome, Reason, ScanId};
use tokio::time::timeout;

use super::reading::Finding;
use super::{Admitter, local};
use crate::database::{Attempt, Request, Wish};
use crate::memory::{Known, Subject};
use crate::neighbours::{Patience, Pending, USUAL_PATIENCE};
use crate::store::Asked;

/// What a guest is kept waiting at most where nothing but the database counts.
/// Room for a connection that turns out dead, a new one, and a server that restarts.
pub(super) const SCAN_TIME: Duration = Duration::from_secs(6);

/// What was found, and how.
pub(super) struct Found {
    pub(super) finding: Finding,
    pub(super) mode: Mode,
    /// The database was asked and was not heard.
    pub(super) unheard: bool,
    pub(super) unlisted: bool,
    /// Nobody else gets the ticket until the neighbours are told.
    pub(super) pending: Option<Pending>,
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self { finding, mode: Mode::Online, unheard: false, unlisted: false, pending: None }
    }
}

impl Admitter {
    /// Asks whoever is to be asked, and writes it down.
    pub(super) async fn find(&self, subject: &Subject, known: &Known, wish: Wish, asked: &Asked) -> Found {
        let alone = !self.memory.counts();
        let mut asked_before = false;
        let mut unheard = false;
        // What the database has not heard of yet, it must not be asked about.
        let is_ours = self.memory.ledger().has_unsent(&known.tag);
        if alone || (self.memory.contact().is_likely() && !is_ours) {
            asked_before = self.write_down(asked).await;
            let found = if alone {
                Some(self.ask_only_the_database(subject, wish, asked.scan).await)
            } else {
                self.ask_the_database(subject, known, wish, asked, &mut unheard).await
            };
            if let Some(mut found) = found {
                self.note(asked, &found, asked_before).await;
                self.tell(known, asked, &mut found);
                return found;
            }
        }
        self.decide_here(subject, known, wish, asked, asked_before, unheard).await
    }

    /// As if there were nothing but the database: it has all the time there is,
    /// and without it nothing can be said.
    async fn ask_only_the_database(&self, subject: &Subject, wish: Wish, scan: ScanId) -> Found {
        let ticket = &subject.ticket;
        let request = Request { wish, ticket, gate: &self.gate, scan, unheard_since: None };
        let finding = self.online.ask(request, SCAN_TIME).await;
        if finding.reason == Reason::DatabaseUnreachable {
            // An UPDATE may have been carried out though no answer came.
            self.online.unsettled.note(ticket, wish, scan);
        }
        finding.into()
    }

    /// What the database says within the deadline; none if the gate has to decide.
    async fn ask_the_database(
        &self,
        subject: &Subject,
        known: &Known,
        wish: Wish,
        asked: &Asked,
        unheard: &mut bool,
    ) -> Option<Found> {
        let began = Instant::now();
        // Until this is said, no neighbour lets in anybody on this ticket.
        let pending = match self.claim(known, wish, asked, Patience::None).await {
            Ok(pending) => pending,
            Err(taken) => return Some(Found { mode: Mode::Offline, ..Found::from(taken) }),
        };
        let elsewhere = self.memory.ledger().standing_elsewhere(&known.tag, known.status.as_ref());
        if let Some(inside) = &elsewhere.inside
            && !matches!(wish, Wish::TakeBack(_))
        {
            // A neighbour says so, and the database may not know it yet; then it must not be asked to admit.
            match timeout(self.deadline, self.online.database.look(&subject.ticket)).await {
                Ok(Ok(Attempt::Found(row))) => {
                    let knows_better = row.updated_at.is_some_and(|at| at > inside.at);
                    if !row.present && !row.revoked && !knows_better {
                        return None;
                    }
                }
                Ok(Ok(_)) => {}
                Ok(Err(fault)) if !fault.may_pass() => {}
                Ok(Err(_)) | Err(_) => {
                    self.memory.contact().missed();
                    return None;
                }
            }
        }
        let ticket = &subject.ticket;
        let request = Request { wish, ticket, gate: &self.gate, scan: asked.scan, unheard_since: None };
        let left = self.deadline.saturating_sub(began.elapsed());
        let finding = self.online.ask(request, left).await;
        if finding.reason == Reason::DatabaseUnreachable {
            self.memory.contact().missed();
            *unheard = true;
            return None;
        }
        Some(Found { pending, ..Found::from(finding) })
    }

    /// The gate's own verdict, in its journal before it is given.
    async fn decide_here(
        &self,
        subject: &Subject,
        known: &Known,
        wish: Wish,
        asked: &Asked,
        asked_before: bool,
        unheard: bool,
    ) -> Found {
        let _one_after_another = self.deciding.lock().await;
        let standing = self.memory.ledger().standing(&known.tag, known.status.as_ref());
        let mut finding = local::decide(wish, known, &standing, subject.keys.is_some());
        let mut pending = None;
        if finding.reason == Reason::Granted {
            match self.claim(known, wish, asked, Patience::Until(USUAL_PATIENCE)).await {
                Ok(free) => pending = free,
                Err(taken) => finding = taken,
            }
        }
        if finding.reason.outcome() == Outcome::Granted && !self.memory.store().is_lasting() {
            finding = Reason::NotRecorded.into();
        }
        if finding.reason == Reason::Granted {
            finding.admitted_gate = Some(self.gate.clone());
        }
        let unlisted = finding.reason == Reason::Granted && known.status.is_none();
        let mut found = Found { finding, mode: Mode::Offline, unheard, unlisted, pending };
        let is_written = self.note(asked, &found, asked_before).await;
        if !is_written && found.finding.reason.outcome() == Outcome::Granted {
            found.finding = Reason::NotRecorded.into();
            found.unlisted = false;
        }
        if found.finding.reason == Reason::NotRecorded && unheard {
            self.online.unsettled.note(&subject.ticket, wish, asked.scan);
        }
        self.tell(known, asked, &mut found);
        found
    }
}

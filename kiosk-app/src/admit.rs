//! Says who may enter, who may leave, and takes an admission back.
//!
//! A text is judged first; only one that names a ticket is looked into. The
//! database is asked with a short deadline: there a single conditional UPDATE
//! admits a guest, so that of any number of gates exactly one lets them in. If
//! it does not answer in time, the gate decides by what it knows itself, says
//! so, and asks its neighbours before it lets anybody in. Whatever is said is
//! in the journal before it is said.
//!
//! Every scan has an id that is made before the first attempt and stays the
//! same through every repeat: if an answer is lost on the way, the repeat finds
//! its own id on the row and the guest is welcome, not "already inside". The
//! verdict that the gate gives by itself has that id, too, so that a request
//! which arrives late is the same admission and no second one.
//!
//! Reading order: here → `online` ([`Wish`], what is sent; `reading`, what the
//! answer means; `unsettled`, what to remember where there was none) → `local`
//! → `ledger` (who went in and out) → `contact` (whom to ask first).

mod contact;
mod ledger;
mod local;
mod online;
mod reading;
mod unsettled;

use std::time::{Duration, Instant};

use common::passages::Step;
use common::{CodeKeys, Mode, Outcome, PublicKey, Reason, ScanId, UniqueId, Verdict};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio::time::timeout;
use uuid::Uuid;

use crate::database::{Attempt, Database, Request, Wish};
use crate::judge::{Judged, judge};
use crate::memory::{Known, Memory, Subject};
use crate::neighbours::{Claim, Claimed, Happening, Patience, Pending, Taken, USUAL_PATIENCE};
use crate::settings::Settings;
use crate::store::{Asked, Entry};
use crate::works::Company;
pub use contact::Contact;
pub use ledger::Ledger;
use online::Online;
use reading::Finding;

/// What a guest is kept waiting at most where nothing but the database counts.
/// Room for a connection that turns out dead, a new one, and a server that restarts.
const SCAN_TIME: Duration = Duration::from_secs(6);

/// A gate's judgement. Any number of scans at once.
#[derive(Debug)]
pub struct Admitter {
    gate: String,
    keys: Vec<PublicKey>,
    accept_unsigned: bool,
    deadline: Duration,
    online: Online,
    memory: Memory,
    company: Company,
    /// Two copies of a code at one gate are looked into one after the other.
    deciding: Mutex<()>,
}

/// What was found, and how.
struct Found {
    finding: Finding,
    mode: Mode,
    /// The database was asked and was not heard.
    unheard: bool,
    unlisted: bool,
    /// Nobody else gets the ticket until the neighbours are told.
    pending: Option<Pending>,
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self { finding, mode: Mode::Online, unheard: false, unlisted: false, pending: None }
    }
}

impl Admitter {
    /// A gate that goes by these settings.
    #[must_use]
    pub fn new(settings: &Settings, database: Database, memory: Memory, company: Company) -> Self {
        Self {
            gate: settings.gate.as_str().to_owned(),
            keys: settings.public_keys.clone(),
            accept_unsigned: settings.accept_unsigned,
            deadline: settings.offline.deadline,
            online: Online { database, memory: memory.clone(), unsettled: Default::default() },
            memory,
            company,
            deciding: Mutex::default(),
        }
    }

    /// Judges a scanned text and, if it names a ticket that is not inside, admits it.
    pub async fn admit(&self, text: &[u8]) -> Verdict {
        self.admit_scan(text, Uuid::now_v7().into()).await
    }

    /// The same for a scan that has an id already, as when it is repeated.
    pub async fn admit_scan(&self, text: &[u8], scan: ScanId) -> Verdict {
        self.answer_text(text, Wish::Enter, scan).await
    }

    /// Judges a scanned text and, if it names a ticket that is inside, notes
    /// that its guest leaves. They may come in again.
    pub async fn leave_scan(&self, text: &[u8], scan: ScanId) -> Verdict {
        self.answer_text(text, Wish::Leave, scan).await
    }

    /// Admits a guest whom the operator found, without a code.
    pub async fn admit_by_hand(&self, ticket: &UniqueId, scan: ScanId) -> Verdict {
        self.answer(ticket.into(), Wish::Enter, scan, Instant::now()).await
    }

    /// Notes that a guest leaves whom the operator found, without a code.
    pub async fn leave_by_hand(&self, ticket: &UniqueId, scan: ScanId) -> Verdict {
        self.answer(ticket.into(), Wish::Leave, scan, Instant::now()).await
    }

    /// Takes back the admission that this gate granted to a scan, and no
    /// other: `Undone`; too late with `NotInside` (the guest has left since)
    /// or `AlreadyInside` (and has come in again). The code's keys, where there
    /// was a code, find the ticket also while the database is away.
    pub async fn undo(&self, admitted: impl Into<Subject>, admission: ScanId, scan: ScanId) -> Verdict {
        let admission = self.online.unsettled.written_as(admission);
        let subject = Subject { text_sha256: None, ..admitted.into() };
        self.answer(subject, Wish::TakeBack(admission), scan, Instant::now()).await
    }

    /// Whose ticket a text is, if it is one: what an undo will need.
    #[must_use]
    pub fn subject(&self, text: &[u8]) -> Option<Subject> {
        match judge(text, &self.keys, self.accept_unsigned) {
            Judged::Ticket { ticket, code } => {
                let keys = code.as_ref().map(CodeKeys::of);
                Some(Subject { ticket, keys, text_sha256: Some(HEXLOWER.encode(&Sha256::digest(text))) })
            }
            Judged::Refused { .. } => None,
        }
    }

    async fn answer_text(&self, text: &[u8], wish: Wish, scan: ScanId) -> Verdict {
        let began = Instant::now();
        let text_sha256 = Some(HEXLOWER.encode(&Sha256::digest(text)));
        match judge(text, &self.keys, self.accept_unsigned) {
            Judged::Ticket { ticket, code } => {
                let keys = code.as_ref().map(CodeKeys::of);
                self.answer(Subject { ticket, keys, text_sha256 }, wish, scan, began).await
            }
            // Nobody vouches for the name in such a code: it is not shown.
            Judged::Refused { reason, claims } => {
                let asked = self.memory.asked(&self.gate, step(wish), scan);
                let asked = Asked { ticket: claims.clone(), text_sha256, ..asked };
                let found = Found::from(Finding::from(reason));
                self.note(&asked, &found, false).await;
                self.verdict(found, scan, claims, began)
            }
        }
    }

    async fn answer(&self, subject: Subject, wish: Wish, scan: ScanId, began: Instant) -> Verdict {
        let known = self.memory.recall(&subject).await;
        let asked = self.memory.asked(&self.gate, step(wish), scan);
        let (ticket, text_sha256) = (subject.ticket.clone(), subject.text_sha256.clone());
        let asked = Asked { tag: Some(known.tag), ticket: Some(ticket.clone()), text_sha256, ..asked };
        let found = self.find(&subject, &known, wish, &asked).await;
        let verdict = self.verdict(found, scan, Some(ticket.clone()), began);
        Verdict { first_name: Some(ticket.parts().0), ..verdict }
    }

    fn verdict(&self, found: Found, scan: ScanId, unique_id: Option<UniqueId>, began: Instant) -> Verdict {
        let Found { finding, mode, unlisted, .. } = found;
        Verdict {
            reason: finding.reason,
            unique_id,
            first_name: None,
            gate: self.gate.clone(),
            scan_id: scan,
            mode,
            admitted_at: finding.admitted_at,
            admitted_gate: finding.admitted_gate,
            elapsed: began.elapsed(),
            unlisted,
        }
    }

    /// Asks whoever is to be asked, and writes it down.
    async fn find(&self, subject: &Subject, known: &Known, wish: Wish, asked: &Asked) -> Found {
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

    /// Asks the neighbours, or tells them to wait. `Err`: somebody goes before.
    async fn claim(
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
    fn tell(&self, known: &Known, asked: &Asked, found: &mut Found) {
        let granted = matches!(found.finding.reason, Reason::Granted | Reason::Left | Reason::Undone);
        if let (Some(neighbours), true) = (self.company.now(), granted) {
            let at = asked.server_at.unwrap_or(asked.device_at);
            let gate = self.gate.clone();
            neighbours.tell(&Happening { scan: asked.scan, ticket: known.tag, step: asked.step, at, gate });
        }
        // Told or not, the ticket is free for whoever asks next.
        drop(found.pending.take());
    }

    async fn write_down(&self, asked: &Asked) -> bool {
        match self.memory.ask(asked).await {
            Ok(()) => true,
            Err(fault) => {
                tracing::error!("{fault}");
                false
            }
        }
    }

    /// Writes down what was found; `false` if that is not possible.
    async fn note(&self, asked: &Asked, found: &Found, asked_before: bool) -> bool {
        let Found { finding, mode, unheard, .. } = found;
        let entry = Entry { tag: None, reason: finding.reason, mode: *mode, unheard: *unheard };
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

fn step(wish: Wish) -> Step {
    match wish {
        Wish::Enter => Step::Entry,
        Wish::Leave => Step::Exit,
        Wish::TakeBack(_) => Step::Undo,
    }
}

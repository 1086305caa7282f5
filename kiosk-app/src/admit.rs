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
//! Reading order: here → `find` (whom to ask) → `online` ([`Wish`], what is
//! sent; `reading`, what the answer means; `unsettled`, what to remember where
//! there was none) → `local` → `ledger` (who went in and out) → `contact` (whom
//! to ask first) → `aside` (the journal and the neighbours).

mod aside;
mod contact;
mod find;
mod ledger;
mod local;
mod online;
mod reading;
mod unsettled;

use std::time::{Duration, Instant};

use common::passages::Step;
use common::{CodeKeys, PublicKey, ScanId, UniqueId, Verdict};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::database::{Database, Wish};
use crate::judge::{Judged, judge};
use crate::memory::{Memory, Subject};
use crate::settings::Settings;
use crate::store::Asked;
use crate::works::Company;
pub use contact::Contact;
use find::Found;
pub use ledger::Ledger;
use online::Online;
use reading::Finding;

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
}

fn step(wish: Wish) -> Step {
    match wish {
        Wish::Enter => Step::Entry,
        Wish::Leave => Step::Exit,
        Wish::TakeBack(_) => Step::Undo,
    }
}

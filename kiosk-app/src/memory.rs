//! What the gate knows by itself: the store on its disk, and what of it is at
//! hand while the program runs.
//!
//! Shared by those who give verdicts ([`crate::admit`]) and by the upkeep
//! ([`crate::upkeep`]), which fills it while the database answers and sends
//! what is in it.

mod recall;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use common::code_keys::KEY_BYTES;
use common::passages::{Passage, Step};
use common::{Reason, ScanId, UniqueId};
use tokio::sync::watch;

use crate::admit::{Contact, Ledger};
use crate::clock::Clock;
use crate::neighbours::LanKey;
use crate::settings::Settings;
use crate::store::envelope::{JournalKey, JournalOpener};
use crate::store::{self, Asked, Entry, Status, Store, StoreFault};
pub use recall::{Known, Subject};

/// The gate's memory. A handle: clone it for whoever needs it.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Whether verdicts may rest on it.
    counts: bool,
    /// Whether a readable list may be kept.
    list: bool,
    store: Store,
    ledger: Ledger,
    clock: Clock,
    contact: Contact,
    /// Tickets whose codes nobody has made yet, by id. In memory only: on the
    /// disk they would have to be filed under what anybody can guess.
    uncoded: Mutex<HashMap<UniqueId, Status>>,
    /// Scans that an earlier run asked and did not hear of.
    left_open: Mutex<HashSet<String>>,
    journal_key: Mutex<Option<JournalKey>>,
    opener: Mutex<Option<JournalOpener>>,
    lan_key: watch::Sender<Option<LanKey>>,
    revoked: AtomicBool,
    synced_at: Mutex<Option<DateTime<Utc>>>,
}

impl Memory {
    /// Opens the store that the settings name.
    #[must_use]
    pub fn open(settings: &Settings) -> Self {
        let offline = &settings.offline;
        let file = offline.folder.as_deref().filter(|_| offline.on);
        let memory = Self(Arc::new(Inner {
            counts: offline.on,
            list: offline.on && offline.list,
            store: Store::open(
                file.map(|folder| store::file_of(folder, &settings.database, &settings.gate)).as_deref(),
            ),
            ledger: Ledger::default(),
            clock: Clock::default(),
            contact: Contact::default(),
            uncoded: Mutex::default(),
            left_open: Mutex::default(),
            journal_key: Mutex::default(),
            opener: Mutex::default(),
            lan_key: watch::Sender::new(None),
            revoked: AtomicBool::new(false),
            synced_at: Mutex::default(),
        }));
        if let Err(fault) = memory.load() {
            tracing::error!("{fault}; the gate begins with nothing in mind");
        }
        memory
    }

    /// Takes up what an earlier run has left.
    fn load(&self) -> Result<(), StoreFault> {
        let inner = &self.0;
        let kept = inner.store.keys()?;
        if let Some(difference) = kept.difference {
            inner.clock.measured(difference);
        }
        *held(&inner.journal_key) = kept.journal;
        inner.lan_key.send_replace(kept.lan.map(LanKey::from));
        inner.revoked.store(kept.revoked, Ordering::Relaxed);
        *held(&inner.synced_at) = kept.synced_at;
        let open = inner.store.left_open()?;
        held(&inner.left_open).extend(open);
        for (tag, passage, sent) in inner.store.own_passages()? {
            inner.ledger.add_own(tag, passage, sent);
        }
        for (tag, passage) in inner.store.all_heard()? {
            inner.ledger.add_heard(tag, passage);
        }
        if !inner.list {
            inner.store.drop_list()?;
        }
        Ok(())
    }

    /// Whether a verdict may rest on what is known here, once it is written down.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.0.counts && !self.is_revoked()
    }

    /// The store itself.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Who went in and out.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The clocks.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether the database is asked first.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.0.contact
    }

    /// Whether a readable list is kept.
    #[must_use]
    pub fn keeps_a_list(&self) -> bool {
        self.0.list
    }

    /// The database took this gate's account away.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.0.revoked.load(Ordering::Relaxed)
    }

    /// By what gates on the local network know each other, now and from now on.
    #[must_use]
    pub fn lan_key(&self) -> watch::Receiver<Option<LanKey>> {
        self.0.lan_key.subscribe()
    }

    /// What opens the journal, while the database lets the gate in.
    #[must_use]
    pub fn opener(&self) -> Option<JournalOpener> {
        held(&self.0.opener).clone()
    }

    /// The keys of the database, learnt at a contact.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn learn_keys(&self, opener: JournalOpener, lan: [u8; KEY_BYTES]) -> Result<(), StoreFault> {
        let inner = &self.0;
        *held(&inner.journal_key) = Some(opener.key());
        *held(&inner.opener) = Some(opener.clone());
        let lan_key = LanKey::from(lan);
        inner.lan_key.send_if_modified(|key| key.replace(lan_key.clone()).as_ref() != Some(&lan_key));
        inner.revoked.store(false, Ordering::Relaxed);
        inner.store.keep_keys(opener, lan).await
    }

    /// The account was taken away: whatever was learnt goes.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn forget(&self) -> Result<(), StoreFault> {
        let inner = &self.0;
        inner.revoked.store(true, Ordering::Relaxed);
        *held(&inner.opener) = None;
        inner.lan_key.send_replace(None);
        held(&inner.uncoded).clear();
        inner.ledger.forget_heard();
        inner.store.forget().await
    }

    /// When the tickets were last known to the last one, by an earlier run.
    #[must_use]
    pub fn synced_at(&self) -> Option<DateTime<Utc>> {
        *held(&self.0.synced_at)
    }

    /// Whether this scan is one that an earlier run asked and was not told of.
    /// It may be answered for once.
    pub fn take_left_open(&self, scan: &str) -> bool {
        held(&self.0.left_open).remove(scan)
    }

    /// Writes down that the database is about to be asked.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn ask(&self, asked: &Asked) -> Result<(), StoreFault> {
        let key = held(&self.0.journal_key).clone();
        self.0.store.ask(asked.clone(), key).await
    }

    /// Writes down a scan and what came of it. `asked_before`: the scan itself is there already.
    ///
    /// # Errors
    /// [`StoreFault`]
    pub async fn note(&self, asked: &Asked, entry: Entry, asked_before: bool) -> Result<(), StoreFault> {
        let store = &self.0.store;
        if asked_before {
            store.settle(asked.scan, entry).await?;
        } else {
            let key = held(&self.0.journal_key).clone();
            store.note(asked.clone(), entry, key).await?;
        }
        if let (Some(step), Some(tag)) = (granted(asked.step, entry.reason), asked.tag) {
            let at = asked.server_at.unwrap_or(asked.device_at);
            let passage = Passage { scan: asked.scan.to_string(), step, at, gate: asked.gate.clone() };
            // The database's own grants are in it; the scan's record follows.
            self.0.ledger.add_own(tag, passage, entry.mode == common::Mode::Online);
        }
        self.0.contact.nudge();
        Ok(())
    }

    /// A scan that begins now.
    #[must_use]
    pub fn asked(&self, gate: &str, step: Step, scan: ScanId) -> Asked {
        let device_at = Utc::now();
        let server_at = self.0.clock.server(device_at);
        let gate = gate.to_owned();
        Asked { scan, tag: None, ticket: None, text_sha256: None, gate, step, device_at, server_at }
    }
}

/// The step that a verdict lets happen.
fn granted(step: Step, reason: Reason) -> Option<Step> {
    matches!(reason, Reason::Granted | Reason::Left | Reason::Undone).then_some(step)
}

/// Nothing in this module can panic with one of its locks in hand.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What is done in the background so that the gate can go on by itself.
//!
//! While the database answers: its clock is compared with ours, the journal is
//! sent (`send`), the tickets are learnt (`learn`), conflicts are looked
//! for. While it does not, it is knocked at until it does. One task, one thing
//! after another, in that order: what happened at this door is sent before
//! anything is learnt, so that what is learnt has it.

mod learn;
mod send;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::database::{Conflict, Database, DatabaseFault, Pulse};
use crate::memory::Memory;
use crate::store::envelope::JournalOpener;
use crate::store::journal::Backlog;
pub use learn::Progress;

/// Between two looks while all is well. Sixteen gates then ask the server for
/// five tiny statements a second.
const ROUND: Duration = Duration::from_secs(3);
/// Between two knocks at a database that is away.
const KNOCK: Duration = Duration::from_millis(400);
/// The same where the gate is refused: the organiser may be mending its rights,
/// but a gate whose account was taken away must not knock every second.
const KNOCK_IF_REFUSED: Duration = Duration::from_secs(5);
/// Conflicts read all granted entries: now and then, and after an outage.
const CONFLICTS: Duration = Duration::from_secs(10);
/// What the end of the program waits for the last scans.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// How the gate stands with the database.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The last look at it; none before the first.
    pub pulse: Option<Arc<Result<Pulse, DatabaseFault>>>,
    /// Since when it has been away.
    pub away_since: Option<DateTime<Utc>>,
    /// When the tickets were last known to the last one.
    pub synced_at: Option<DateTime<Utc>>,
    /// How many codes are known.
    pub known: Option<u64>,
    /// The first look at all the tickets, while it goes on.
    pub progress: Option<Progress>,
    /// Scans that the database does not have.
    pub backlog: Backlog,
    /// Tickets that went in twice, the newest first.
    pub conflicts: Arc<Vec<Conflict>>,
}

/// The upkeep of a gate.
#[derive(Debug)]
pub struct Upkeep {
    standing: watch::Sender<Standing>,
    database: Database,
    memory: Memory,
    working: JoinHandle<()>,
}

/// What the task works with.
struct Work {
    standing: watch::Sender<Standing>,
    database: Database,
    memory: Memory,
    conflicts_at: Option<Instant>,
    /// The database has no keys or tickets for this gate: said once.
    complained: bool,
}

impl Upkeep {
    /// Starts. Call it inside a tokio runtime.
    #[must_use]
    pub fn start(database: Database, memory: Memory) -> Self {
        let standing = watch::Sender::new(Standing::default());
        let work = Work {
            standing: standing.clone(),
            database: database.clone(),
            memory: memory.clone(),
            conflicts_at: None,
            complained: false,
        };
        Self { standing, database, memory, working: tokio::spawn(work.go_on()) }
    }

    /// How things stand, now and from now on.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Sends what can still be sent, within a few seconds, and answers how many scans stay behind.
    pub async fn close(self) -> u64 {
        let Self { database, memory, working, .. } = self;
        working.abort();
        let _ = working.await;
        // A gate that ends as soon as it has begun has not fetched what opens the journal.
        let last = async {
            if memory.opener().is_none()
                && let Ok(Some(keys)) = database.gate_keys().await
                && let Some(opener) = JournalOpener::parse(&keys.journal_private)
                && let Err(fault) = memory.learn_keys(opener, keys.lan).await
            {
                tracing::error!("{fault}");
            }
            while let Ok(true) = send::some(&database, &memory).await {}
        };
        if memory.store().backlog().await.is_ok_and(|backlog| backlog.unsent > 0) {
            let _ = timeout(LAST_WORDS, last).await;
        }
        match memory.store().backlog().await {
            Ok(backlog) => backlog.unsent,
            Err(fault) => {
                tracing::error!("{fault}");
                0
            }
        }
    }
}

impl Work {
    async fn go_on(mut self) {
        let mut ready = false;
        loop {
            let pulse = self.feel(ready).await;
            ready = pulse.is_ok();
            let pause = match &pulse {
                Ok(_) => ROUND,
                Err(fault) if fault.may_pass() => KNOCK,
                Err(_) => KNOCK_IF_REFUSED,
            };
            if let Err(fault) = &pulse
                && fault.is_denied()
                && !self.memory.is_revoked()
            {
                self.forget().await;
            }
            self.show_pulse(pulse);
            if ready && let Err(fault) = self.work().await {
                tracing::warn!("{fault}; {}", fault.remedy());
                ready = false;
            }
            self.count().await;
            if ready {
                self.send_what_comes(pause).await;
            } else {
                sleep(pause).await;
            }
        }
    }

    /// Until the next round, each scan is sent as it comes, and nothing else
    /// is asked: in a rush, every gate would ask for everything all the time.
    async fn send_what_comes(&self, time: Duration) {
        let until = Instant::now() + time;
        while timeout_at(until, self.memory.contact().nudged()).await.is_ok() {
            let sent = send::some(&self.database, &self.memory).await;
            self.count().await;
            if sent.is_err() || !self.memory.contact().is_likely() {
                return;
            }
        }
    }

    /// A sign of life, and what the server's clock says.
    async fn feel(&self, ready: bool) -> Result<Pulse, DatabaseFault> {
        if !ready {
            let took = self.database.get_ready().await?;
            tracing::info!("the database answers, connected in {took:.0?}");
        }
        let pulse = self.database.ping().await?;
        let clock = self.memory.clock();
        let moved = clock.difference().is_none_or(|before| (before - pulse.difference).num_milliseconds().abs() > 20);
        clock.measured(pulse.difference);
        if moved && let Err(fault) = self.memory.store().keep_difference(pulse.difference).await {
            tracing::error!("{fault}");
        }
        Ok(pulse)
    }

    fn show_pulse(&mut self, pulse: Result<Pulse, DatabaseFault>) {
        let contact = self.memory.contact();
        if pulse.is_ok() {
            contact.made();
        } else {
            contact.lost();
            // What was done meanwhile may be in conflict: looked at as soon as it is sent.
            self.conflicts_at = None;
        }
        self.standing.send_modify(|standing| {
            standing.away_since = if pulse.is_ok() { None } else { standing.away_since.or_else(|| Some(Utc::now())) };
            standing.pulse = Some(Arc::new(pulse));
        });
    }

    /// What is to be done while the database answers.
    async fn work(&mut self) -> Result<(), DatabaseFault> {
        self.learn_keys().await?;
        while send::some(&self.database, &self.memory).await? {
            self.count().await;
        }
        if !self.memory.counts() {
            return Ok(());
        }
        match learn::all(&self.database, &self.memory, &self.standing).await {
            Ok(()) => {}
            Err(fault) if fault.may_pass() => return Err(fault),
            Err(fault) => self.complain(&fault),
        }
        if self.conflicts_at.is_none_or(|at| at.elapsed() >= CONFLICTS) {
            self.conflicts_at = Some(Instant::now());
            match self.database.conflicts().await {
                Ok(conflicts) => self.standing.send_modify(|standing| standing.conflicts = Arc::new(conflicts)),
                Err(fault) if fault.may_pass() => return Err(fault),
                Err(fault) => self.complain(&fault),
            }
        }
        Ok(())
    }

    async fn learn_keys(&mut self) -> Result<(), DatabaseFault> {
        match self.database.gate_keys().await {
            Ok(Some(keys)) => {
                let same = self.memory.opener().is_some() && *self.memory.lan_key().borrow() == Some(keys.lan.into());
                if let (false, Some(opener)) = (same, JournalOpener::parse(&keys.journal_private))
                    && let Err(fault) = self.memory.learn_keys(opener, keys.lan).await
                {
                    tracing::error!("{fault}");
                }
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(fault) if fault.may_pass() => Err(fault),
            Err(fault) => {
                self.complain(&fault);
                Ok(())
            }
        }
    }

    /// An older database, or rights from before: the gate works, but is not ready for an outage.
    fn complain(&mut self, fault: &DatabaseFault) {
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!(
                "not everything can be learnt for the time without the network: {fault}; \
                 the organiser can run `booking-web migrate`, which renews the gates' rights"
            );
        }
    }

    async fn forget(&self) {
        tracing::error!("this gate's account was taken away: what it knew of tickets is wiped from this computer");
        if let Err(fault) = self.memory.forget().await {
            tracing::error!("{fault}");
        }
        self.standing.send_modify(|standing| {
            *standing = Standing { pulse: standing.pulse.take(), backlog: standing.backlog, ..Standing::default() };
        });
    }

    async fn count(&self) {
        match self.memory.store().backlog().await {
            Ok(backlog) => {
                self.standing.send_if_modified(|standing| std::mem::replace(&mut standing.backlog, backlog) != backlog)
            }
            Err(fault) => {
                tracing::error!("{fault}");
                false
            }
        };
    }
}

//! The gate among the other gates of its network, as long as it wants to be.
//!
//! The port may be taken, and the network comes and goes: a gate whose socket
//! could not be opened tries again, and gives verdicts meanwhile.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use common::TicketTag;
use common::passages::Passage;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use uuid::Uuid;

use crate::memory::Memory;
use crate::neighbours::{self, Doors, Happening, Neighbours};
use crate::settings::{NeighbourSettings, Settings};

/// Between two tries to open the socket.
const AGAIN: Duration = Duration::from_secs(5);

/// The gates of this network. A handle: clone it for whoever needs it.
#[derive(Clone, Debug)]
pub struct Company(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    gate: String,
    settings: Option<NeighbourSettings>,
    memory: Memory,
    here: Mutex<Option<Neighbours>>,
    seeking: Mutex<Option<JoinHandle<()>>>,
}

impl Company {
    /// A place among them, not taken yet.
    #[must_use]
    pub fn new(settings: &Settings, memory: Memory) -> Self {
        Self(Arc::new(Inner {
            gate: settings.gate.as_str().to_owned(),
            settings: settings.offline.neighbours.clone(),
            memory,
            here: Mutex::default(),
            seeking: Mutex::default(),
        }))
    }

    /// Whether the settings allow neighbours at all.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.0.settings.is_some()
    }

    /// The neighbours, if there is a way to them.
    #[must_use]
    pub fn now(&self) -> Option<Neighbours> {
        held(&self.0.here).clone()
    }

    /// Looks for company, or wants none any more.
    pub fn seek(&self, wanted: bool) {
        let mut seeking = held(&self.0.seeking);
        match (&self.0.settings, wanted) {
            (Some(settings), true) if seeking.is_none() => {
                *seeking = Some(tokio::spawn(open(self.clone(), settings.clone())));
            }
            (_, false) => {
                if let Some(task) = seeking.take() {
                    task.abort();
                }
                // The last handle closes the socket.
                held(&self.0.here).take();
            }
            _ => {}
        }
    }

    /// Says goodbye.
    pub(super) async fn leave(&self) {
        let task = held(&self.0.seeking).take();
        if let Some(task) = task {
            task.abort();
        }
        let here = held(&self.0.here).take();
        if let Some(here) = here {
            here.close().await;
        }
    }
}

async fn open(company: Company, settings: NeighbourSettings) {
    let inner = &company.0;
    let mut complained = false;
    loop {
        let place = neighbours::Settings {
            gate: inner.gate.clone(),
            // The key is the event's already.
            event: [0; 32],
            port: settings.port,
            bind: IpAddr::V4(settings.bind),
            at: settings.at.clone(),
            broadcast: settings.bind == Ipv4Addr::UNSPECIFIED,
        };
        match Neighbours::start(place, inner.memory.lan_key(), Arc::new(Here(inner.memory.clone()))).await {
            Ok(neighbours) => {
                *held(&inner.here) = Some(neighbours);
                return;
            }
            Err(error) if !complained => {
                complained = true;
                let port = settings.port;
                tracing::warn!("the other gates cannot be looked for on port {port}: {error}; trying again");
            }
            Err(_) => {}
        }
        sleep(AGAIN).await;
    }
}

/// What this gate knows, for its neighbours.
struct Here(Memory);

impl Doors for Here {
    fn admission(&self, ticket: &TicketTag) -> Option<Happening> {
        happening(*ticket, self.0.ledger().standing(ticket, None).inside?)
    }

    fn heard(&self, happenings: &[Happening]) {
        let news: Vec<(TicketTag, Passage)> = happenings
            .iter()
            .map(|told| {
                let Happening { scan, ticket, step, at, gate } = told.clone();
                (ticket, Passage { scan: scan.to_string(), step, at, gate })
            })
            .filter(|(ticket, passage)| self.0.ledger().add_heard(*ticket, passage.clone()))
            .collect();
        if news.is_empty() {
            return;
        }
        let store = self.0.store().clone();
        tokio::spawn(async move {
            if let Err(fault) = store.hear(news).await {
                tracing::error!("what a neighbour told cannot be kept: {fault}");
            }
        });
    }

    fn all_own(&self) -> Vec<Happening> {
        self.0.ledger().all_own().into_iter().filter_map(|(tag, passage)| happening(tag, passage)).collect()
    }
}

fn happening(ticket: TicketTag, passage: Passage) -> Option<Happening> {
    let Passage { scan, step, at, gate } = passage;
    let scan = Uuid::parse_str(&scan).ok()?.into();
    Some(Happening { scan, ticket, step, at, gate })
}

/// Nothing in this module can panic with one of its locks in hand.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

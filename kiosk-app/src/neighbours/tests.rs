//! Gates on this machine's loopback, each with a port of its own.

mod claiming;
mod spreading;
mod strangers;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{ScanId, TicketTag};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::*;

/// Loses so many of a thousand datagrams, the same ones with the same seed.
#[derive(Default)]
pub(super) struct Weather {
    per_mille: AtomicU32,
    state: AtomicU64,
}

impl Weather {
    pub(super) fn set(&self, per_mille: u32, seed: u64) {
        self.per_mille.store(per_mille, Ordering::Relaxed);
        self.state.store(seed, Ordering::Relaxed);
    }

    pub(super) fn loses(&self) -> bool {
        let per_mille = u64::from(self.per_mille.load(Ordering::Relaxed));
        // SplitMix64.
        let mut next = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        next = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        next = (next ^ (next >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (next ^ (next >> 31)) % 1_000 < per_mille
    }
}

/// What a gate knows, kept in memory.
#[derive(Default)]
struct Book(Mutex<HashMap<ScanId, Happening>>);

impl Book {
    fn write(&self, happening: Happening) {
        self.0.lock().unwrap().insert(happening.scan, happening);
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn knows(&self, scan: ScanId) -> bool {
        self.0.lock().unwrap().contains_key(&scan)
    }
}

/// A gate's doors: what it granted itself is told again.
struct Gate {
    name: &'static str,
    book: Book,
}

impl Doors for Gate {
    fn admission(&self, ticket: &TicketTag) -> Option<Happening> {
        let book = self.book.0.lock().unwrap();
        let last = book.values().filter(|it| it.ticket == *ticket).max_by_key(|it| (it.at, it.scan));
        last.filter(|it| it.step == Step::Entry).cloned()
    }

    fn heard(&self, happenings: &[Happening]) {
        happenings.iter().for_each(|it| self.book.write(it.clone()));
    }

    fn all_own(&self) -> Vec<Happening> {
        let book = self.book.0.lock().unwrap();
        let mut own = book.values().filter(|it| it.gate == self.name).cloned().collect::<Vec<_>>();
        own.sort_by_key(|it| (it.at, it.scan));
        own
    }
}

/// A running gate.
struct Running {
    gate: Arc<Gate>,
    neighbours: Neighbours,
    key: watch::Sender<Option<LanKey>>,
}

const EVENT: [u8; 32] = [9; 32];
/// For what must come about, however slow the machine is.
const SOON: Duration = Duration::from_secs(60);

fn key(byte: u8) -> Option<LanKey> {
    Some([byte; 32].into())
}

fn ticket(number: u32) -> TicketTag {
    let mut tag = [0; 32];
    tag[..4].copy_from_slice(&number.to_le_bytes());
    TicketTag(tag)
}

fn entry(gate: &str, ticket: TicketTag) -> Happening {
    let at = DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap();
    Happening { scan: Uuid::now_v7().into(), ticket, step: Step::Entry, at, gate: gate.to_owned() }
}

fn claim(number: u32) -> Claim {
    Claim { scan: Uuid::now_v7().into(), ticket: ticket(number), at: Utc::now() }
}

async fn start(gate: Arc<Gate>, at: &[SocketAddr], with: Option<LanKey>) -> Running {
    let settings = Settings {
        gate: gate.name.to_owned(),
        event: EVENT,
        port: 0,
        bind: Ipv4Addr::LOCALHOST.into(),
        at: at.to_vec(),
        broadcast: false,
    };
    let key = watch::Sender::new(with);
    let neighbours = Neighbours::start(settings, key.subscribe(), Arc::clone(&gate) as Arc<dyn Doors>).await.unwrap();
    Running { gate, neighbours, key }
}

fn named(name: &'static str) -> Arc<Gate> {
    Arc::new(Gate { name, book: Book::default() })
}

/// As many gates as names, which know the first one's address and have all met.
async fn gates(names: &[&'static str]) -> Vec<Running> {
    let mut gates: Vec<Running> = Vec::new();
    for name in names {
        let at = gates.first().map(|it| it.neighbours.address().unwrap());
        gates.push(start(named(name), at.as_slice(), key(1)).await);
    }
    for gate in &gates {
        meets(gate, names.len() - 1).await;
    }
    gates
}

async fn meets(gate: &Running, others: usize) {
    let mut present = gate.neighbours.present();
    let met = timeout(SOON, present.wait_for(|it| it.len() == others)).await;
    assert!(met.is_ok(), "{} sees {:?}", gate.gate.name, gate.neighbours.present().borrow());
}

async fn soon(what: &str, so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < SOON, "{what}");
        sleep(Duration::from_millis(5)).await;
    }
}

impl Running {
    fn grant(&self, number: u32) -> Happening {
        let happening = entry(self.gate.name, ticket(number));
        self.gate.book.write(happening.clone());
        self.neighbours.tell(&happening);
        happening
    }

    fn weather(&self) -> &Weather {
        &self.neighbours.0.inside.air.weather
    }
}

/// What a claim came to, as a gate would go on: granted and told, or not.
async fn enters(gate: &Running, claim: Claim) -> bool {
    match gate.neighbours.claim(claim, Patience::Until(USUAL_PATIENCE)).await {
        Claimed::Taken(_) => false,
        Claimed::Free(pending) => {
            let Claim { scan, ticket, .. } = *pending.claim();
            let happening = Happening { scan, ..entry(gate.gate.name, ticket) };
            gate.gate.book.write(happening.clone());
            gate.neighbours.tell(&happening);
            true
        }
    }
}

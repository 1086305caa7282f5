//! A gate that is nothing but a neighbour, for tests: orders come as lines of
//! JSON on standard input, and what comes of them goes out the same way.
//!
//! `{"id": 1, "do": "grant", "ticket": 7}` claims the ticket, and if nobody
//! objects grants and tells it; `tell` grants without asking; `leave` tells an
//! exit; `key` takes another LAN key; `knows`, `present` and `counts` ask.

use std::collections::HashMap;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Parser;
use common::passages::Step;
use common::{ScanId, TicketTag};
use data_encoding::HEXLOWER;
use kiosk_app::neighbours::{
    Claim, Claimed, Doors, Happening, LanKey, Neighbours, Patience, Settings, Taken, USUAL_PATIENCE,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

#[derive(Parser)]
struct Arguments {
    #[arg(long)]
    gate: String,
    #[arg(long, default_value_t = 1)]
    event: u8,
    /// 32 bytes in hex; without one the gate is silent.
    #[arg(long)]
    key: Option<String>,
    #[arg(long, default_value_t = 47_808)]
    port: u16,
    #[arg(long, default_value = "0.0.0.0")]
    bind: IpAddr,
    #[arg(long)]
    at: Vec<SocketAddr>,
    #[arg(long)]
    no_broadcast: bool,
    /// Happenings that it knows and tells from the start, of tickets from 1,000,000.
    #[arg(long, default_value_t = 0)]
    granted: u32,
}

#[derive(Deserialize)]
struct Order {
    id: u64,
    r#do: String,
    #[serde(default)]
    ticket: u32,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    patience_ms: Option<u64>,
}

/// What this gate knows.
struct Book {
    gate: String,
    all: Mutex<HashMap<ScanId, Happening>>,
}

impl Book {
    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<ScanId, Happening>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, happening: &Happening) {
        self.all().insert(happening.scan, happening.clone());
    }

    fn last(&self, ticket: &TicketTag) -> Option<Happening> {
        let all = self.all();
        all.values().filter(|it| it.ticket == *ticket).max_by_key(|it| (it.at, it.scan)).cloned()
    }
}

impl Doors for Book {
    fn admission(&self, ticket: &TicketTag) -> Option<Happening> {
        self.last(ticket).filter(|it| it.step == Step::Entry)
    }

    fn heard(&self, happenings: &[Happening]) {
        happenings.iter().for_each(|it| self.write(it));
    }

    fn all_own(&self) -> Vec<Happening> {
        self.all().values().filter(|it| it.gate == self.gate).cloned().collect()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let book = Arc::new(Book { gate: arguments.gate.clone(), all: Mutex::default() });
    for ticket in (0..arguments.granted).map(|it| it + 1_000_000) {
        book.write(&happening(&arguments.gate, Uuid::now_v7().into(), ticket, Step::Entry));
    }
    let key = watch::Sender::new(arguments.key.as_deref().map(read_key).transpose()?);
    let settings = Settings {
        gate: arguments.gate.clone(),
        event: [arguments.event; 32],
        port: arguments.port,
        bind: arguments.bind,
        at: arguments.at,
        broadcast: !arguments.no_broadcast,
    };
    let doors = Arc::clone(&book) as Arc<dyn Doors>;
    let neighbours = Neighbours::start(settings, key.subscribe(), doors).await.context("the port cannot be had")?;
    let gate = Gate { name: arguments.gate, book, neighbours: neighbours.clone(), key };
    let gate = Arc::new(gate);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let order: Order = serde_json::from_str(&line).with_context(|| line.clone())?;
        tokio::spawn(Arc::clone(&gate).obey(order));
    }
    neighbours.close().await;
    Ok(())
}

struct Gate {
    name: String,
    book: Arc<Book>,
    neighbours: Neighbours,
    key: watch::Sender<Option<LanKey>>,
}

impl Gate {
    async fn obey(self: Arc<Self>, order: Order) {
        let began = Instant::now();
        let mut answer = match order.r#do.as_str() {
            "grant" => self.grant(&order).await,
            "tell" => self.pass(Uuid::now_v7().into(), order.ticket, Step::Entry),
            "leave" => self.pass(Uuid::now_v7().into(), order.ticket, Step::Exit),
            "key" => match order.key.as_deref().map(read_key).transpose() {
                Ok(key) => {
                    self.key.send_replace(key);
                    json!({})
                }
                Err(fault) => json!({"fault": fault.to_string()}),
            },
            "knows" => self.knows(order.ticket),
            "present" => {
                let present = self.neighbours.present();
                let present = present.borrow();
                json!({"present": present.iter().map(|it| it.gate.clone()).collect::<Vec<_>>()})
            }
            "counts" => {
                let counts = self.neighbours.counts();
                json!({"sent": counts.sent, "bytes_sent": counts.bytes_sent, "strangers": counts.strangers,
                    "repeated": counts.repeated, "known": self.book.all().len()})
            }
            other => json!({"fault": format!("what is {other}?")}),
        };
        answer["id"] = order.id.into();
        answer["ms"] = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).into();
        // One write, so that lines of two tasks do not mix.
        let _ = std::io::stdout().lock().write_all(format!("{answer}\n").as_bytes());
    }

    async fn grant(&self, order: &Order) -> Value {
        let claim = Claim { scan: Uuid::now_v7().into(), ticket: tag(order.ticket), at: Utc::now() };
        let patience = order.patience_ms.map_or(USUAL_PATIENCE, Duration::from_millis);
        match self.neighbours.claim(claim, Patience::Until(patience)).await {
            Claimed::Free(pending) => self.pass(pending.claim().scan, order.ticket, Step::Entry),
            Claimed::Taken(Taken::Inside(it)) => json!({"granted": false, "inside": it.gate}),
            Claimed::Taken(Taken::Pending { gate, .. }) => json!({"granted": false, "pending": gate}),
        }
    }

    fn pass(&self, scan: ScanId, ticket: u32, step: Step) -> Value {
        let happening = happening(&self.name, scan, ticket, step);
        self.book.write(&happening);
        self.neighbours.tell(happening);
        json!({"granted": true})
    }

    fn knows(&self, ticket: u32) -> Value {
        let all = self.book.all();
        let entries = all.values().filter(|it| it.ticket == tag(ticket) && it.step == Step::Entry).count();
        drop(all);
        json!({"entries": entries, "inside": self.book.admission(&tag(ticket)).map(|it| it.gate)})
    }
}

fn happening(gate: &str, scan: ScanId, ticket: u32, step: Step) -> Happening {
    let at = DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap_or_default();
    Happening { scan, ticket: tag(ticket), step, at, gate: gate.to_owned() }
}

fn tag(number: u32) -> TicketTag {
    let mut tag = [0; 32];
    tag[..4].copy_from_slice(&number.to_le_bytes());
    TicketTag(tag)
}

fn read_key(hex: &str) -> anyhow::Result<LanKey> {
    let bytes: [u8; 32] = HEXLOWER.decode(hex.as_bytes())?.try_into().ok().context("a key has 32 bytes")?;
    Ok(bytes.into())
}

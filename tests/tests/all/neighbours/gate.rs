//! A gate that is nothing but a neighbour, as a process in a namespace: this
//! very program, started as one of its tests. Orders go in and answers come
//! out as lines of JSON.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use common::passages::Step;
use common::{ScanId, TicketTag};
use kiosk_app::neighbours::{
    Claim, Claimed, Doors, Happening, LanKey, Neighbours, Patience, Settings, Taken, USUAL_PATIENCE,
};
use real_parts::child::Running;
use real_parts::lan::Lan;
use serde_json::{Value, json};
use tokio::io::AsyncBufReadExt;
use tokio::sync::watch;
use uuid::Uuid;

/// What a gate is started with.
const SETTING: &str = "NEIGHBOUR";
/// Stands before each answer, for the test harness writes as well.
const SAYS: &str = "gate: ";
/// For what must come about, however slow the machine is.
pub(crate) const SOON: Duration = Duration::from_secs(60);
pub(crate) const PORT: u16 = 47_808;

/// How to start one.
pub(crate) struct Start {
    pub(crate) name: &'static str,
    pub(crate) event: u8,
    pub(crate) key: Option<u8>,
    /// Tickets that it has granted before, from number 1,000,000.
    pub(crate) granted: u32,
}

/// A running one.
pub(crate) struct Gate {
    pub(crate) name: &'static str,
    process: Running,
    orders: Mutex<ChildStdin>,
    answers: Receiver<Value>,
    kept: Mutex<HashMap<u64, Value>>,
    last: std::sync::atomic::AtomicU64,
}

impl Gate {
    pub(crate) fn start(lan: &Lan, host: usize, how: &Start) -> Self {
        let mut command = lan.command(host, &std::env::current_exe().unwrap());
        command.args(["--exact", "neighbours::gate::acts_as_a_gate", "--ignored", "--nocapture"]);
        let setting = json!({"name": how.name, "event": how.event, "key": how.key, "granted": how.granted});
        command.env(SETTING, setting.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Running::start(command).unwrap();
        let orders = process.process().stdin.take().unwrap();
        let lines = BufReader::new(process.process().stdout.take().unwrap()).lines().map_while(Result::ok);
        let (said, answers) = channel();
        thread::spawn(move || {
            for line in lines {
                let Some((_, answer)) = line.split_once(SAYS) else { continue };
                if said.send(serde_json::from_str(answer).unwrap()).is_err() {
                    return;
                }
            }
        });
        let (orders, kept) = (Mutex::new(orders), Mutex::default());
        Self { name: how.name, process, orders, answers, kept, last: 0.into() }
    }

    /// Orders something, and does not wait for the answer to this number.
    pub(crate) fn order(&self, what: &str, mut with: Value) -> u64 {
        let id = self.last.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        with["do"] = what.into();
        with["id"] = id.into();
        writeln!(self.orders.lock().unwrap(), "{with}").unwrap();
        id
    }

    pub(crate) fn answer(&self, id: u64) -> Value {
        let mut kept = self.kept.lock().unwrap();
        loop {
            if let Some(answer) = kept.remove(&id) {
                return answer;
            }
            let answer = self.answers.recv_timeout(SOON).unwrap_or_else(|_| panic!("{} says nothing", self.name));
            kept.insert(answer["id"].as_u64().unwrap(), answer);
        }
    }

    pub(crate) fn ask(&self, what: &str, with: Value) -> Value {
        self.answer(self.order(what, with))
    }

    /// Claims a ticket, and grants it if nobody objects.
    pub(crate) fn enters(&self, ticket: u32) -> bool {
        self.ask("grant", json!({"ticket": ticket}))["granted"] == true
    }

    /// How many admissions of a ticket it knows.
    pub(crate) fn entries(&self, ticket: u32) -> u64 {
        self.ask("knows", json!({"ticket": ticket}))["entries"].as_u64().unwrap()
    }

    pub(crate) fn counts(&self, what: &str) -> u64 {
        self.ask("counts", json!({}))[what].as_u64().unwrap()
    }

    /// Waits until these and no others are its neighbours.
    pub(crate) fn meets(&self, names: &[&str]) {
        let mut names = names.iter().filter(|it| **it != self.name).copied().collect::<Vec<_>>();
        names.sort_unstable();
        soon(&format!("{} to see {names:?}", self.name), || self.ask("present", json!({}))["present"] == json!(names));
    }

    /// As when the laptop's lid is closed and its battery taken out.
    pub(crate) fn dies(mut self) {
        self.process.kill();
    }
}

pub(crate) fn soon(what: &str, so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < SOON, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What this gate knows.
struct Book {
    gate: String,
    all: Mutex<HashMap<ScanId, Happening>>,
}

impl Book {
    fn write(&self, happening: &Happening) {
        self.all.lock().unwrap().insert(happening.scan, happening.clone());
    }
}

impl Doors for Book {
    fn admission(&self, ticket: &TicketTag) -> Option<Happening> {
        let all = self.all.lock().unwrap();
        let last = all.values().filter(|it| it.ticket == *ticket).max_by_key(|it| (it.at, it.scan));
        last.filter(|it| it.step == Step::Entry).cloned()
    }

    fn heard(&self, happenings: &[Happening]) {
        happenings.iter().for_each(|it| self.write(it));
    }

    fn all_own(&self) -> Vec<Happening> {
        self.all.lock().unwrap().values().filter(|it| it.gate == self.gate).cloned().collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is a part of other tests"]
async fn acts_as_a_gate() {
    let Ok(setting) = std::env::var(SETTING) else { return };
    let setting: Value = serde_json::from_str(&setting).unwrap();
    let gate = setting["name"].as_str().unwrap().to_owned();
    let book = Arc::new(Book { gate: gate.clone(), all: Mutex::default() });
    for number in 0..setting["granted"].as_u64().unwrap() {
        let ticket = 1_000_000 + u32::try_from(number).unwrap();
        book.write(&happening(&gate, Uuid::now_v7().into(), ticket, Step::Entry));
    }
    let key = watch::Sender::new(read_key(&setting["key"]));
    let settings = Settings {
        gate,
        event: [u8::try_from(setting["event"].as_u64().unwrap()).unwrap(); 32],
        port: PORT,
        bind: std::net::Ipv4Addr::UNSPECIFIED.into(),
        at: Vec::new(),
        broadcast: true,
    };
    let doors = Arc::clone(&book) as Arc<dyn Doors>;
    let neighbours = Neighbours::start(settings, key.subscribe(), doors).await.unwrap();
    let inner = Arc::new(Inner { book, neighbours, key });
    let mut lines = tokio::io::BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        tokio::spawn(Arc::clone(&inner).obey(serde_json::from_str(&line).unwrap()));
    }
}

/// The gate from within.
struct Inner {
    book: Arc<Book>,
    neighbours: Neighbours,
    key: watch::Sender<Option<LanKey>>,
}

impl Inner {
    async fn obey(self: Arc<Self>, order: Value) {
        let began = Instant::now();
        let ticket = u32::try_from(order["ticket"].as_u64().unwrap_or_default()).unwrap();
        let mut answer = match order["do"].as_str().unwrap() {
            "grant" => self.grant(ticket).await,
            "tell" => self.pass(Uuid::now_v7().into(), ticket, Step::Entry),
            "leave" => self.pass(Uuid::now_v7().into(), ticket, Step::Exit),
            "key" => {
                self.key.send_replace(read_key(&order["key"]));
                json!({})
            }
            "knows" => self.knows(ticket),
            "present" => {
                let present = self.neighbours.present();
                let present = present.borrow();
                json!({"present": present.iter().map(|it| it.gate.clone()).collect::<Vec<_>>()})
            }
            "counts" => {
                let (counts, known) = (self.neighbours.counts(), self.book.all.lock().unwrap().len());
                json!({"sent": counts.sent, "bytes_sent": counts.bytes_sent, "strangers": counts.strangers, "repeated": counts.repeated, "known": known})
            }
            other => panic!("what is {other}?"),
        };
        answer["id"] = order["id"].clone();
        answer["ms"] = u64::try_from(began.elapsed().as_millis()).unwrap().into();
        // One write each, so that lines do not mix.
        std::io::stdout().lock().write_all(format!("\n{SAYS}{answer}\n").as_bytes()).unwrap();
    }

    async fn grant(&self, ticket: u32) -> Value {
        let claim = Claim { scan: Uuid::now_v7().into(), ticket: tag(ticket), at: Utc::now() };
        match self.neighbours.claim(claim, Patience::Until(USUAL_PATIENCE)).await {
            // The guard is held until it is told.
            Claimed::Free(pending) => self.pass(pending.claim().scan, ticket, Step::Entry),
            Claimed::Taken(Taken::Inside(it)) => json!({"granted": false, "inside": it.gate}),
            Claimed::Taken(Taken::Pending { gate, .. }) => json!({"granted": false, "pending": gate}),
        }
    }

    fn pass(&self, scan: ScanId, ticket: u32, step: Step) -> Value {
        let happening = happening(&self.book.gate, scan, ticket, step);
        self.book.write(&happening);
        self.neighbours.tell(&happening);
        json!({"granted": true})
    }

    fn knows(&self, ticket: u32) -> Value {
        let all = self.book.all.lock().unwrap();
        let entries = all.values().filter(|it| it.ticket == tag(ticket) && it.step == Step::Entry).count();
        drop(all);
        json!({"entries": entries, "inside": self.book.admission(&tag(ticket)).map(|it| it.gate)})
    }
}

fn happening(gate: &str, scan: ScanId, ticket: u32, step: Step) -> Happening {
    let at = DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap();
    Happening { scan, ticket: tag(ticket), step, at, gate: gate.to_owned() }
}

fn tag(number: u32) -> TicketTag {
    let mut tag = [0; 32];
    tag[..4].copy_from_slice(&number.to_le_bytes());
    TicketTag(tag)
}

fn read_key(key: &Value) -> Option<LanKey> {
    key.as_u64().map(|byte| [u8::try_from(byte).unwrap(); 32].into())
}

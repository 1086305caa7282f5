//! The network goes in the middle of a rush, and comes back near its end.

use std::time::Duration;

use common::{TicketSigner, UniqueId};
use real_parts::lan::Lan;
use real_parts::mariadb::Server;
use real_parts::offline::audit::{Audit, reported};
use real_parts::offline::company;
use real_parts::offline::evening::{Evening, Signs};
use real_parts::offline::gate::Gate;
use real_parts::offline::plan::{Plan, Weather, seed};
use real_parts::offline::record::Record;
use real_parts::offline::rush::rush;
use real_parts::offline::store::Store;
use real_parts::proxy::Wire;

/// No guest waits longer, whatever the network does.
const LONGEST: Duration = Duration::from_millis(1200);
/// For gates to report what they did.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

const GATES: [&str; 3] = ["Gate A", "Gate B", "Gate C"];

/// Signs as the organiser does.
pub(crate) struct Organiser(TicketSigner);

impl Organiser {
    pub(crate) fn new() -> Self {
        Self(TicketSigner::from_seed(&[7; 32]))
    }
}

impl Signs for Organiser {
    fn pem(&self) -> String {
        self.0.to_pem().to_string()
    }

    fn code(&self, unique_id: &str) -> String {
        self.0.sign(&UniqueId::parse(unique_id).unwrap()).to_string()
    }
}

/// The gates of an evening, at work and in possession of all tickets.
pub(crate) async fn open_gates(evening: &Evening, names: &[&str]) -> Vec<Gate> {
    let mut gates = Vec::new();
    for name in names {
        let settings = evening.settings(name).await.unwrap();
        gates.push(Gate::start(evening, name, &settings).unwrap());
    }
    for gate in &gates {
        Store::of(evening, gate.name()).knows(evening.tickets(), PATIENCE).unwrap();
    }
    gates
}

/// Holds the rush, waits until all gates have reported, and looks at what is left, also of the guests before.
pub(crate) async fn hold(evening: &Evening, plan: &Plan, mut gates: Vec<Gate>, before: Record) -> (Record, Audit) {
    let mut record = tokio::task::block_in_place(|| rush(evening, &Organiser::new(), plan, &mut gates)).unwrap();
    record.told.extend(before.told);
    let took = reported(evening, record.told.len(), PATIENCE).await.unwrap();
    let audit = Audit::of(evening, &record).await.unwrap();
    let offline = record.waits("offline");
    println!(
        "{} scans, {} of them offline; the longest took {:.0?}; {} double admissions, {} listed; reported {took:.1?} later",
        record.told.len(),
        offline.count(),
        record.longest(),
        audit.doubles,
        audit.listed,
    );
    for gate in gates {
        assert_eq!(Store::of(evening, gate.name()).owed(), Some((0, 0)), "{} owes scans", gate.name());
        gate.close().unwrap();
    }
    (record, audit)
}

/// Or else who did.
pub(crate) fn nobody_waited(record: &Record) -> Result<(), String> {
    let longest = record.who_waited_longest().unwrap();
    if longest.waited <= LONGEST { Ok(()) } else { Err(format!("somebody waited long: {longest:#?}")) }
}

/// What is said and written must be right on each evening. That nobody waited
/// must be so on one of three: a machine that stands still for a second, for
/// reasons of its own, is not the gate's doing.
pub(crate) async fn one_of_three(evening: impl AsyncFn() -> Result<(), String>) {
    let mut troubles = Vec::new();
    while troubles.len() < 3 {
        match evening().await {
            Ok(()) => return,
            Err(trouble) => troubles.push(trouble),
        }
    }
    panic!("three evenings in a row: {}", troubles.join("\n"));
}

fn five_hundred_scans(wire: Wire) -> Plan {
    let weather = Weather::Storm(wire);
    Plan { seed: seed(), gates: GATES.len(), scans: 500, tickets: 200, pause: Duration::from_millis(60), weather }
}

async fn storm(wire: Wire) -> Result<(), String> {
    let plan = five_hundred_scans(wire);
    let evening = Evening::open(Server::shared(), &Organiser::new(), plan.tickets).await.unwrap();
    let gates = open_gates(&evening, &GATES).await;
    let (record, audit) = hold(&evening, &plan, gates, Record::default()).await;
    assert_eq!(audit.faults, [] as [String; 0]);
    assert_eq!((audit.listed, audit.listed_truly, audit.lost), (audit.doubles, audit.doubles, 0));
    // Or it was no storm: these gates cannot hear each other.
    assert!(audit.doubles > 10, "only {} double admissions", audit.doubles);
    assert!(record.waits("online").count() > 100 && record.waits("offline").count() > 100);
    nobody_waited(&record)
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_in_the_rush_nobody_waits_and_every_double_admission_is_listed_and_no_other() {
    let _alone = crate::ALONE.lock().await;
    one_of_three(async || storm(Wire::Cut).await).await;
}

/// Worse than a cut: nobody says that it is one.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_database_falls_silent_in_the_rush_nobody_waits_and_every_double_admission_is_listed() {
    let _alone = crate::ALONE.lock().await;
    one_of_three(async || storm(Wire::Frozen).await).await;
}

/// The same rush, with gates that hear each other: the second door knows
/// already. One that is not heard for a third of a second, because the machine
/// stands still, is not waited for; what comes of that is listed like any other.
async fn storm_in_company(wire: Wire) -> Result<(), String> {
    let plan = five_hundred_scans(wire);
    let (organiser, lan) = (Organiser::new(), Lan::new(GATES.len()).unwrap());
    let mut evening = Evening::open(Server::shared(), &organiser, plan.tickets + GATES.len()).await.unwrap();
    let mut gates = company::open(&mut evening, &lan, &GATES).await.unwrap();
    for gate in &gates {
        Store::of(&evening, gate.name()).knows(evening.tickets(), PATIENCE).unwrap();
    }
    let met = company::introduce(&evening, &organiser, &mut gates, plan.tickets, PATIENCE).unwrap();
    let (record, audit) = hold(&evening, &plan, gates, met).await;
    assert_eq!(audit.faults, [] as [String; 0]);
    assert_eq!((audit.listed, audit.listed_truly, audit.lost), (audit.doubles, audit.doubles, 0));
    assert!(record.waits("online").count() > 100 && record.waits("offline").count() > 100);
    if audit.doubles > 0 {
        return Err(format!("{} double admissions though all gates hear each other", audit.doubles));
    }
    nobody_waited(&record)
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_in_the_rush_gates_that_hear_each_other_let_nobody_in_twice() {
    let _alone = crate::ALONE.lock().await;
    one_of_three(async || storm_in_company(Wire::Cut).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_database_falls_silent_gates_that_hear_each_other_let_nobody_in_twice() {
    let _alone = crate::ALONE.lock().await;
    one_of_three(async || storm_in_company(Wire::Frozen).await).await;
}

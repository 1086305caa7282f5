//! An outside judge agrees: whatever carbon-layer tells our webhook in
//! Razorpay's name, there is no difference in the ledger afterwards.
//!
//! It is installed from PyPI, so this runs when asked for: `cargo xtask test`
//! does. Where it cannot be installed, this says so at length and tries nothing.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

#[path = "all/world.rs"]
#[allow(dead_code, reason = "other tests need more of a world than this one")]
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use mysql_async::Row;
use mysql_async::prelude::Queryable;
use real_parts::carbon::{Carbon, Judgement, Manner, SCENARIOS, Scenario};
use real_parts::programs::booking_web;
use real_parts::razorpay::{DeadLink, Options, RefundsSettle};
use world::{Booked, Setup, World, eventually};

/// All that is written of money and seats, but not when it was last looked after.
const LEDGER: [&str; 8] = ["event", "orders", "payments", "refunds", "tickets", "disputes", "order_events", "outbox"];
const LOOKS: [&str; 2] = ["next_look_at", "updated_at"];

/// The rows of each table.
struct Ledger(BTreeMap<&'static str, Vec<String>>);

impl Ledger {
    fn is_still(&self, before: &Self, scenario: &str) {
        for (table, rows) in &self.0 {
            let new = rows.iter().filter(|row| !before.0[table].contains(row)).collect::<Vec<_>>();
            let gone = before.0[table].iter().filter(|row| !rows.contains(row)).collect::<Vec<_>>();
            assert!(new.is_empty() && gone.is_empty(), "{scenario} changed {table}: {gone:#?} became {new:#?}");
        }
    }

    fn rows(&self, table: &str) -> usize {
        self.0[table].len()
    }
}

/// A judge, and a site with guests in every state.
struct Court {
    carbon: Arc<Carbon>,
    world: World,
    url: String,
    secret: String,
    /// The ids of the money that Razorpay knows of, taken or not.
    payments: Vec<String>,
    sent: usize,
}

impl Court {
    async fn opens(carbon: Carbon) -> Self {
        let razorpay = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
        let secret = razorpay.webhook_secret.clone();
        let world = World::new(Setup { capacity: 4, razorpay, ..Setup::default() }).await;
        let url = format!("{}/webhooks/razorpay", world.site.url);
        guests_in_every_state(&world).await;
        let payments = world.razorpay.payments().into_iter().map(|payment| payment.id).collect();
        Self { carbon: carbon.into(), world, url, secret, payments, sent: 0 }
    }

    /// Plays one scenario and holds its judgement against what must be.
    async fn hears(&mut self, scenario: Scenario, manner: &Manner, payments: &[String]) {
        let before = self.world.count("webhook_events").await;
        let judgement = self.plays(scenario, manner.clone(), payments.to_vec()).await;
        let what = format!("{} {manner:?}: {judgement:?}", scenario.name);
        assert!(judgement.content, "{what}");
        let count = scenario.events() * usize::try_from(manner.repeat).unwrap();
        let status = if manner.signature == "valid" { 200 } else { 400 };
        assert_eq!(judgement.statuses, BTreeMap::from([(Some(status), count)]), "{what}");
        let written = self.world.count("webhook_events").await - before;
        if manner.signature == "valid" {
            assert!(usize::try_from(written).unwrap() <= scenario.events(), "{what}: an event is written down once");
        } else {
            assert_eq!(written, 0, "{what}: a forger writes nothing into our books");
        }
        self.sent += count;
    }

    /// In another thread: the Razorpay that is asked meanwhile lives in this one.
    async fn plays(&self, scenario: Scenario, manner: Manner, payments: Vec<String>) -> Judgement {
        let (carbon, url, secret) = (Arc::clone(&self.carbon), self.url.clone(), self.secret.clone());
        let play = move || carbon.play(&scenario, (&url, &secret), &manner, &payments);
        tokio::task::spawn_blocking(play).await.unwrap().unwrap()
    }

    async fn ledger(&self) -> Ledger {
        let mut ledger = BTreeMap::new();
        let mut conn = self.world.pool.get_conn().await.unwrap();
        for table in LEDGER {
            let rows: Vec<Row> = conn.query(format!("SELECT * FROM {table} ORDER BY 1")).await.unwrap();
            ledger.insert(table, rows.iter().map(without_looks).collect());
        }
        Ledger(ledger)
    }
}

/// What an organiser would type.
async fn reconcile(world: &World) {
    let settings = &world.settings;
    let env = [
        ("DATABASE_URL", &*settings.database_url),
        ("PUBLIC_URL", &world.site.url),
        ("RAZORPAY_API_URL", &settings.razorpay_url),
        ("RAZORPAY_KEY_ID", &settings.key_id),
        ("RAZORPAY_KEY_SECRET", &settings.key_secret),
        ("RAZORPAY_WEBHOOK_SECRET", &settings.webhook_secret),
    ];
    let output = booking_web(&["reconcile", "--json", "--grace", "1"], &env).await.unwrap();
    let report: serde_json::Value = serde_json::from_str(&output.stdout).expect(&output.stderr);
    assert!(output.status.success() && report["agree"] == true, "{report:#}");
    // With guests in every state, so that it had something to compare.
    assert_eq!((&report["counts"]["orders"], &report["counts"]["payments"]), (&6.into(), &3.into()), "{report:#}");
}

fn without_looks(row: &Row) -> String {
    let columns = row.columns_ref().iter().enumerate().filter(|(_, column)| !LOOKS.contains(&&*column.name_str()));
    let parts = columns.map(|(at, column)| format!("{}={}", column.name_str(), row[at].as_sql(true)));
    parts.collect::<Vec<_>>().join(" ")
}

/// Held (with a payment that failed), paid, expired, and too late for a seat.
async fn guests_in_every_state(world: &World) {
    let expired = world.book("Ravi", "9876543210").await;
    let late = world.book("Lata", "9876543211").await;
    for order in [&expired, &late] {
        world.razorpay.expire(&order.link_id).unwrap();
        is(world, order, "expired").await;
    }
    for phone in ["9876543212", "9876543213"] {
        let order = world.book("Asha", phone).await;
        world.razorpay.pay(&order.link_id).unwrap();
        is(world, &order, "paid").await;
    }
    let held = world.book("Zoë", "9876543214").await;
    world.razorpay.fail(&held.link_id).unwrap();
    world.book("Zoë", "9876543215").await;
    world.razorpay.pay_late(&late.link_id, DeadLink::TurnsPaid).unwrap();
    is(world, &late, "refunding").await;
    world.razorpay.settled().await;
    assert_eq!(world.seats().await, (2, 2));
    // Asked for, and so known to Razorpay: from here on it only waits.
    let asked = "refunds WHERE razorpay_id IS NOT NULL";
    eventually("the refund to be asked for", async || world.count(asked).await == 1).await;
}

async fn is(world: &World, order: &Booked, state: &str) {
    world.make_due(order).await;
    eventually(state, async || world.state(order).await == state).await;
}

fn judge() -> Option<Carbon> {
    match Carbon::install() {
        Ok(carbon) => Some(carbon),
        Err(reason) => {
            eprintln!("\n{0}\nSKIPPED: no outside judge has seen our webhook.\n{reason:#}\n{0}\n", "!".repeat(80));
            None
        }
    }
}

fn manners() -> [Manner; 6] {
    let usual = Manner::default;
    [
        Manner { repeat: 3, ..usual() },
        Manner { order: "reverse", ..usual() },
        Manner { order: "random", ..usual() },
        Manner { signature: "missing", ..usual() },
        Manner { signature: "corrupted", ..usual() },
        Manner { signature: "wrong_secret", ..usual() },
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "installs a tool from PyPI; run by `cargo xtask test`"]
async fn whatever_is_told_in_razorpays_name_the_ledger_stays_as_it_is() {
    let Some(carbon) = tokio::task::spawn_blocking(judge).await.unwrap() else { return };
    let began = Instant::now();
    let mut court = Court::opens(carbon).await;
    let before = court.ledger().await;
    let tables = ["orders", "payments", "refunds", "tickets"];
    assert_eq!(tables.map(|table| before.rows(table)), [6, 3, 1, 2], "guests in every state");
    let (ours, nobodys) = (court.payments.clone(), Vec::new());
    for scenario in SCENARIOS {
        court.hears(scenario, &Manner::default(), &nobodys).await;
        court.hears(scenario.in_small(), &Manner::default(), &ours).await;
        for manner in manners() {
            court.hears(scenario.in_small(), &manner, &nobodys).await;
        }
        court.ledger().await.is_still(&before, scenario.name);
        println!("{}: no difference after {:.0} s", scenario.name, began.elapsed().as_secs_f64());
    }
    reconcile(&court.world).await;
    println!(
        "carbon-layer sent {} events of {} scenarios in {:.0} s: no difference in the ledger, nor with Razorpay's.",
        court.sent,
        SCENARIOS.len(),
        began.elapsed().as_secs_f64()
    );
}

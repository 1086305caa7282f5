//! Chaos: everything at once that was ever seen to go wrong, and then an audit.
//!
//! Some two thousand guests, alone or up to four on one order, want fewer
//! seats. They press twice, open two tabs, return twice, at the other server,
//! or never; they pay late, twice, in parts and in dollars. Razorpay repeats,
//! reorders, delays and loses its webhooks, breaks off its answers, lets
//! refunds fail; banks dispute; somebody gives money back on the dashboard.
//! Meanwhile both servers are killed and started again, over and over. Then the
//! storm ends, the servers are given time, and an auditor who asks neither of
//! them compares Razorpay's own ledger with the database: every captured rupee
//! is a ticket or went back, once.
//!
//! `CHAOS_SEED=… CHAOS_ORDERS=…` repeat a run: who the guests are, what they
//! do, what strikes the nth call or event of each kind, and how long each
//! server lives are functions of the seed. In which order two processes and a
//! kernel get to run is not, so a run is alike, not the same.
//!
//! Reading order: [`plan`] → [`stage`] (the parts) → [`doors`] and [`guest`]
//! (how a guest comes to a payment page) → [`fate`] and [`hand`] (what becomes
//! of the order) → [`reaper`] (who kills the servers) → [`watch`] (what must
//! hold at any moment) → [`calm`] (after the storm) → [`audit`] → [`tally`]
//! (what was tried). `cargo xtask guards` takes one guard after the other out
//! of the booking site and expects the auditor to see it.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

mod audit;
mod calm;
mod doors;
mod fate;
mod guest;
mod hand;
mod later;
mod organiser;
mod plan;
mod reaper;
mod stage;
mod tally;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use real_parts::programs::measure_release_builds;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::audit::{Finding, Kind};
use self::plan::Plan;
use self::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a storm of two minutes; run by `cargo xtask test`"]
async fn every_rupee_is_a_ticket_or_a_refund_whatever_happens() {
    measure_release_builds();
    let plan = Plan::of_environment();
    println!("chaos: {plan}");
    let began = Instant::now();
    let stage = Arc::new(Stage::set(plan).await);
    let mut findings = storm(&stage).await;
    let storm = began.elapsed();
    findings.extend(audit::webhooks::heard_and_not_done(&stage).await);
    let door = organiser::sells_at_the_door(&stage);
    findings.extend(calm::settle(&stage).await);
    door.abort();
    // How work is shared shows only where none is left over.
    if findings.is_empty() {
        findings.extend(calm::look_once(&stage).await);
        findings.extend(audit::reconcile::differences(&stage).await);
    }
    println!("{}", tally::Tally::of(&stage).await);
    let took = began.elapsed();
    println!("chaos: {plan}: the storm took {:.0} s, all of it {:.0} s", storm.as_secs_f64(), took.as_secs_f64());
    tell(&findings, &stage);
    assert!(findings.is_empty(), "{} findings; {plan}", findings.len());
    tally::nothing_was_left_out(&stage).await;
}

/// All guests, so many at once, while servers die; what was wrong in any moment of it.
async fn storm(stage: &Arc<Stage>) -> Vec<Finding> {
    let reapers = reaper::unleash(stage);
    let watch = watch::begin(stage);
    let room = organiser::makes_room(stage);
    let at_once = Arc::new(Semaphore::new(stage.plan.at_once));
    let mut guests = JoinSet::new();
    for number in 0..stage.plan.orders {
        let (stage, place) = (Arc::clone(stage), Arc::clone(&at_once));
        guests.spawn(async move {
            let _place = place.acquire_owned().await;
            hand::live(&stage, number).await;
        });
    }
    guests.join_all().await;
    room.abort();
    reaper::rest(reapers).await;
    stage.razorpay.behave();
    stage.raise_the_dead().await;
    stage.razorpay.settled().await;
    let mut findings = watch.end().await;
    findings.extend(stage.complaints());
    findings.extend(tally::unable(stage));
    findings
}

/// One line each, which `cargo xtask guards` reads; a few of each kind.
fn tell(findings: &[Finding], stage: &Stage) {
    let mut of_kind: BTreeMap<Kind, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        of_kind.entry(finding.kind).or_default().push(finding);
    }
    for findings in of_kind.values() {
        findings.iter().take(5).for_each(|finding| println!("finding {finding}"));
        if findings.len() > 5 {
            println!("… and {} more of this kind", findings.len() - 5);
        }
    }
    if !findings.is_empty() {
        println!("What the servers logged is in {}", stage.logs.display());
    }
}

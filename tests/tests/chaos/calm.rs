//! After the storm: nothing goes wrong any more, all holds are over, and the
//! servers are given the time they need. Each round ends with both of them
//! asked to finish, so that nothing is under way when the auditor looks.

use std::time::{Duration, Instant};

use real_parts::razorpay::{ApiFault, Endpoint, Faults};

use crate::audit::{Finding, Kind, audit};
use crate::guest::ms;
use crate::stage::Stage;

/// A refund that fails, is asked for anew and followed takes four.
const ROUNDS: u32 = 12;
/// For one round of looks at every order there is.
const PATIENCE: Duration = Duration::from_secs(120);

/// Rounds, until the auditor is content, or nothing changes any more.
pub(crate) async fn settle(stage: &Stage) -> Vec<Finding> {
    let (mut before, mut unchanged) = (Vec::new(), 0);
    for round in 1..=ROUNDS {
        stage.raise_the_dead().await;
        stage.sql("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 40 SECOND WHERE state = 'held'").await;
        stage.sql("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6)").await;
        // And the hourly look for disputes that nobody told us of.
        stage.sql("UPDATE duties SET due_at = UTC_TIMESTAMP(6) WHERE name = 'disputes'").await;
        if !were_looked_at(stage).await {
            let what = "orders are due, and nobody looks at them".to_owned();
            return vec![Finding { kind: Kind::InDoubt, what }];
        }
        // Refunds arrive, or fail.
        stage.razorpay.advance(Duration::from_secs(10));
        stage.razorpay.settled().await;
        stage.stop_both().await;
        let findings = audit(stage).await;
        // Banks decide when the site has had the time to hear of it.
        if stage.verdicts() > 0 {
            continue;
        }
        if findings.is_empty() {
            stage.counts.set("calm", "rounds until all was well", round.into());
            return findings;
        }
        unchanged = if findings == before { unchanged + 1 } else { 0 };
        if unchanged == 2 {
            return findings;
        }
        before = findings;
    }
    before
}

/// Every order is taken up in time; what is under way then, the servers finish when they are stopped.
async fn were_looked_at(stage: &Stage) -> bool {
    let began = Instant::now();
    let due = "SELECT (SELECT COUNT(*) FROM orders WHERE next_look_at <= UTC_TIMESTAMP(6))
                    + (SELECT COUNT(*) FROM duties WHERE name = 'disputes' AND due_at <= UTC_TIMESTAMP(6))";
    while stage.rows::<u32>(due).await != [0] {
        if began.elapsed() > PATIENCE {
            return false;
        }
        tokio::time::sleep(ms(50)).await;
    }
    true
}

/// Both servers find the same orders due; each is looked at once, whoever does it.
pub(crate) async fn look_once(stage: &Stage) -> Vec<Finding> {
    stage.raise_the_dead().await;
    // Slow enough that either server's round meets the other's.
    stage.razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::FetchLink), ApiFault::Late(ms(100))));
    let looks = || u64::try_from(stage.razorpay.calls_of(Endpoint::FetchLink).len()).unwrap();
    let before = looks();
    let due = stage.changed("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6) WHERE state = 'paid' LIMIT 150").await;
    were_looked_at(stage).await;
    stage.stop_both().await;
    stage.razorpay.behave();
    let looked = looks() - before;
    stage.counts.set("calm", "orders due at both servers at once", due);
    stage.counts.set("calm", "looks at them", looked);
    if looked == due {
        return Vec::new();
    }
    vec![Finding { kind: Kind::WorkDoubled, what: format!("{looked} looks at {due} orders that were due") }]
}

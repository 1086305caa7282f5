//! A network that comes and goes three times a second, and both ways: broken
//! connections, and such that stand and are silent.

use std::time::Duration;

use real_parts::mariadb::Server;
use real_parts::offline::evening::Evening;
use real_parts::offline::plan::{Plan, Weather, seed};
use real_parts::offline::record::Record;

use crate::rush::{Organiser, hold, nobody_waited, one_of_three, open_gates};

const EACH: Duration = Duration::from_millis(300);
/// At all gates together.
const SCANS_A_SECOND: usize = 20;

/// `FLAP_SECONDS` is the time it takes; `cargo xtask test --flap-seconds` sets it.
#[tokio::test(flavor = "multi_thread")]
async fn while_the_network_comes_and_goes_verdicts_are_right_and_nobody_waits() {
    let _alone = crate::ALONE.lock().await;
    one_of_three(flap).await;
}

async fn flap() -> Result<(), String> {
    let seconds: usize = std::env::var("FLAP_SECONDS").ok().map_or(20, |text| text.parse().unwrap());
    let scans = seconds * SCANS_A_SECOND;
    let weather = Weather::Flapping(EACH);
    let pause = Duration::from_millis(250);
    let plan = Plan { seed: seed(), gates: 3, scans, tickets: scans / 3, pause, weather };
    let evening = Evening::open(Server::shared(), &Organiser::new(), plan.tickets).await.unwrap();
    let gates = open_gates(&evening, &["Gate A", "Gate B", "Gate C"]).await;
    let (record, audit) = hold(&evening, &plan, gates, Record::default()).await;
    assert_eq!(audit.faults, [] as [String; 0]);
    assert_eq!((audit.listed, audit.lost), (audit.doubles, 0));
    // Most who come while it is away are told by the database after all, once it is back.
    assert!(record.longest() >= EACH / 2 && record.waits("online").count() > 0, "it did not flap");
    nobody_waited(&record)
}

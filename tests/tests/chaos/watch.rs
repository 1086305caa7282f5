//! What must hold at any moment, seen in one snapshot after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mysql_async::prelude::Queryable;
use tokio::task::JoinHandle;

use crate::audit::{Finding, Kind};
use crate::guest::ms;
use crate::stage::Stage;

/// One statement is one snapshot.
const SNAPSHOT: &str = "
    SELECT capacity, sold, held,
           (SELECT COUNT(*) FROM attendees a JOIN orders o ON o.id = a.order_id WHERE o.state = 'paid'),
           (SELECT COUNT(*) FROM attendees a JOIN orders o ON o.id = a.order_id WHERE o.state = 'held'),
           (SELECT COUNT(*) FROM tickets WHERE REVOKED_AT IS NULL),
           (SELECT COUNT(*) FROM (SELECT 1 FROM attendees a JOIN orders o ON o.id = a.order_id
                                  WHERE o.state IN ('held', 'paid')
                                  GROUP BY a.first_name, o.phone_no, o.reg_date HAVING COUNT(*) > 1) AS people)
    FROM event";

type Snapshot = (i64, i64, i64, i64, i64, i64, i64);

pub(crate) struct Watch {
    enough: Arc<AtomicBool>,
    task: JoinHandle<Vec<Finding>>,
}

pub(crate) fn begin(stage: &Arc<Stage>) -> Watch {
    let enough = Arc::new(AtomicBool::new(false));
    let (stage, stop) = (Arc::clone(stage), Arc::clone(&enough));
    let task = tokio::spawn(async move {
        // The first of each kind; one fault would fill pages.
        let mut seen: BTreeMap<Kind, Finding> = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(ms(80)).await;
            for finding in look(&stage).await {
                seen.entry(finding.kind).or_insert(finding);
            }
            stage.counts.add("moments", "looked at");
        }
        seen.into_values().collect()
    });
    Watch { enough, task }
}

impl Watch {
    pub(crate) async fn end(self) -> Vec<Finding> {
        self.enough.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

/// What is wrong now.
pub(crate) async fn look(stage: &Stage) -> Vec<Finding> {
    let mut conn = stage.pool.get_conn().await.unwrap();
    judge(conn.query_first(SNAPSHOT).await.unwrap().expect("there is an event"))
}

fn judge((capacity, sold, held, paid, holding, tickets, doubled): Snapshot) -> Vec<Finding> {
    let faults = [
        (sold + held > capacity, Kind::Oversold, format!("{sold} sold and {held} held of {capacity}")),
        (
            sold != paid || held != holding,
            Kind::Counter,
            format!("sold {sold}, {paid} guests of paid orders; held {held}, {holding} guests of held ones"),
        ),
        (tickets != paid, Kind::TicketUnpaid, format!("{tickets} valid tickets, {paid} guests of paid orders")),
        (doubled > 0, Kind::TwoOrders, format!("{doubled} people in two live orders")),
    ];
    faults.into_iter().filter(|(bad, ..)| *bad).map(|(_, kind, what)| Finding { kind, what }).collect()
}

#[test]
fn a_fault_in_any_number_is_seen() {
    assert_eq!(judge((10, 3, 2, 3, 2, 3, 0)), []);
    for (snapshot, kind) in [
        ((4, 3, 2, 3, 2, 3, 0), Kind::Oversold),
        ((10, 3, 2, 3, 1, 3, 0), Kind::Counter),
        ((10, 3, 2, 3, 2, 4, 0), Kind::TicketUnpaid),
        ((10, 3, 2, 3, 2, 3, 1), Kind::TwoOrders),
    ] {
        assert_eq!(judge(snapshot).iter().map(|it| it.kind).collect::<Vec<_>>(), [kind]);
    }
}

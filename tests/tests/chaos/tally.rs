//! What was tried, so that nobody can think that nothing was.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use booking_web::order::OrderState;
use booking_web::payment::arrow::Arrow;
use real_parts::razorpay::{Outcome, RefundStatus};

use crate::audit::{self, Finding, Kind};
use crate::fate::{Fate, Later};
use crate::plan::WHOLE;
use crate::stage::Stage;

/// Steps that need a coincidence, such as money for an order whose money has all gone back.
const SELDOM: [Arrow; 2] = [
    Arrow { from: OrderState::Revoked, to: OrderState::Refunding },
    Arrow { from: OrderState::Refunded, to: OrderState::Refunding },
];

type Groups = BTreeMap<&'static str, BTreeMap<String, u64>>;

/// Counts by group and name.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Groups>);

impl Counts {
    pub(crate) fn add(&self, group: &'static str, name: &str) {
        *self.0.lock().unwrap().entry(group).or_default().entry(name.to_owned()).or_default() += 1;
    }

    pub(crate) fn set(&self, group: &'static str, name: &str, count: u64) {
        self.0.lock().unwrap().entry(group).or_default().insert(name.to_owned(), count);
    }

    fn sum(&self, group: &'static str) -> u64 {
        self.0.lock().unwrap().get(group).map_or(0, |names| names.values().sum())
    }

    fn of(&self, group: &'static str, name: &str) -> u64 {
        self.0.lock().unwrap().get(group).and_then(|names| names.get(name)).copied().unwrap_or_default()
    }
}

/// All of it, as a table.
pub(crate) struct Tally(Groups);

impl Tally {
    pub(crate) async fn of(stage: &Stage) -> Self {
        let counts = &stage.counts;
        for call in stage.razorpay.calls() {
            let fault = call.fault.map_or("as it should".to_owned(), |fault| format!("{fault:?}"));
            counts.add("calls of Razorpay", &format!("{:?}: {fault}", call.endpoint));
        }
        for delivery in stage.razorpay.deliveries() {
            let outcome = match delivery.outcome {
                Outcome::Answered(status) => format!("answered {status}"),
                Outcome::NoAnswer(_) => "no answer".to_owned(),
                Outcome::Lost => "lost on the way".to_owned(),
            };
            let again = if delivery.attempt > 1 { ", sent again" } else { "" };
            counts.add("webhooks", &format!("{outcome}{again}"));
        }
        for entry in stage.razorpay.ledger() {
            counts.add("money", "payments captured");
            for refund in entry.refunds {
                let word = if refund.status == RefundStatus::Failed { "refunds that failed" } else { "refunds" };
                counts.add("money", word);
            }
            if entry.disputes.iter().any(|dispute| dispute.amount_deducted > 0) {
                counts.add("money", "taken back by banks");
            }
        }
        for (state, orders) in stage.rows::<(String, u64)>("SELECT state, COUNT(*) FROM orders GROUP BY state").await {
            counts.set("orders in the end", &state, orders);
        }
        for (reason, refunds) in
            stage.rows::<(String, u64)>("SELECT reason, COUNT(*) FROM refunds GROUP BY reason").await
        {
            counts.set("refunds by reason", &reason, refunds);
        }
        for arrow in audit::steps_taken(stage).await {
            counts.add("steps", &step(arrow));
        }
        let together =
            "SELECT guests, COUNT(*) FROM (SELECT COUNT(*) AS guests FROM attendees GROUP BY order_id) AS each_order
                        GROUP BY guests";
        for (guests, orders) in stage.rows::<(u64, u64)>(together).await {
            counts.set("orders by their guests", &guests.to_string(), orders);
        }
        let seats = stage.rows::<(u64, u64)>("SELECT capacity, sold FROM event").await;
        counts.set("seats", "in the end", seats[0].0);
        counts.set("seats", "sold", seats[0].1);
        Self(counts.0.lock().unwrap().clone())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (group, names) in &self.0 {
            writeln!(f, "{group}")?;
            for (name, count) in names {
                writeln!(f, "{count:>8}  {name}")?;
            }
        }
        Ok(())
    }
}

fn step(arrow: Arrow) -> String {
    format!("{} → {}", arrow.from.as_str(), arrow.to.as_str())
}

/// Whoever comes too late is told that it is sold out, not that something is broken.
pub(crate) fn unable(stage: &Stage) -> Option<Finding> {
    let (forms, unable) = (stage.counts.sum("forms"), stage.counts.of("forms", "unable"));
    let what = format!("{unable} of {forms} forms were answered with `could not be made`");
    (unable * 50 > forms).then_some(Finding { kind: Kind::Unable, what })
}

/// A storm in which something never happened proves nothing about it.
pub(crate) async fn nothing_was_left_out(stage: &Stage) {
    if stage.plan.orders < WHOLE {
        return;
    }
    let counts = &stage.counts;
    let fates = Fate::ODDS.iter().map(|(_, fate)| ("fates", format!("{fate:?}")));
    let laters = Later::OF_A_TICKET.iter().map(|(_, later)| *later).filter(|later| *later != Later::Nothing);
    let laters = laters.map(|later| ("later", format!("{later:?}")));
    let steps = Arrow::ALL.into_iter().filter(|arrow| !SELDOM.contains(arrow)).map(|arrow| ("steps", step(arrow)));
    let left_out: Vec<_> =
        fates.chain(laters).chain(steps).filter(|(group, name)| counts.of(group, name) == 0).collect();
    assert!(left_out.is_empty(), "never happened: {left_out:?}; {}", stage.plan);
    assert!(counts.of("servers", "killed and started again") >= 10, "the servers were hardly killed");
}

//! A webhook that was answered with 200 will not come again: what it was about
//! must have been done by then.

use std::collections::{BTreeSet, HashSet};

use real_parts::razorpay::Outcome;
use serde_json::Value;

use super::{Finding, Kind};
use crate::stage::Stage;

/// Captures and disputes we thanked for and did not write down. Of use before anything else looks for them.
pub(crate) async fn heard_and_not_done(stage: &Stage) -> Vec<Finding> {
    let mut heard = BTreeSet::new();
    for delivery in stage.razorpay.deliveries() {
        let part = match delivery.event.as_str() {
            "payment.captured" | "payment_link.paid" | "payment_link.partially_paid" => "payment",
            event if event.starts_with("payment.dispute.") => "dispute",
            _ => continue,
        };
        if delivery.outcome == Outcome::Answered(200) {
            let body: Value = serde_json::from_str(&delivery.body).unwrap();
            heard.insert(body["payload"][part]["entity"]["id"].as_str().unwrap().to_owned());
        }
    }
    let done: HashSet<String> =
        stage.rows("SELECT id FROM payments UNION SELECT id FROM disputes").await.into_iter().collect();
    stage.counts.set("webhooks", "payments and disputes heard of", heard.len().try_into().unwrap());
    let forgotten = heard.difference(&done.into_iter().collect()).cloned().collect::<Vec<_>>();
    forgotten
        .into_iter()
        .map(|id| Finding {
            kind: Kind::HeardNotDone,
            what: format!("a webhook about {id} was thanked for, and nothing done"),
        })
        .collect()
}

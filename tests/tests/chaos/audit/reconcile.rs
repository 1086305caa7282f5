//! The site's own comparison agrees with the auditor's.

use std::collections::HashSet;

use real_parts::razorpay::LedgerEntry;
use serde_json::Value;

use super::{Finding, Kind};
use crate::stage::Stage;

/// What `booking-web reconcile` says, unless it finds nothing.
pub(crate) async fn differences(stage: &Stage) -> Vec<Finding> {
    let (well, said) = match stage.command(&["reconcile", "--json"]).await {
        Ok(said) => (true, said),
        Err(said) => (false, said),
    };
    let of_kind = |what| Finding { kind: Kind::Reconcile, what };
    let Some(report) = said.lines().find_map(|line| serde_json::from_str::<Value>(line).ok()) else {
        return vec![of_kind(said)];
    };
    let differences = report["differences"].as_array().cloned().unwrap_or_default();
    // A part that was given back on the dashboard is for people to look at, and stays a difference.
    let in_parts = given_back_in_parts(stage);
    let (for_people, wrong): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|it| it["payment"].as_str().is_some_and(|id| in_parts.contains(id)));
    stage.counts.set("calm", "differences that `reconcile` finds", wrong.len().try_into().unwrap());
    let of_parts = for_people.len().try_into().unwrap();
    stage.counts.set("calm", "and parts given back on the dashboard, left to people", of_parts);
    let mut findings: Vec<_> = wrong.iter().map(|it| of_kind(it.to_string())).collect();
    if well != (wrong.is_empty() && for_people.is_empty()) {
        findings.push(of_kind(format!("it ends {} with this: {report}", if well { "well" } else { "badly" })));
    }
    findings
}

fn given_back_in_parts(stage: &Stage) -> HashSet<String> {
    let is_part = |entry: &LedgerEntry| entry.refunds.iter().any(|refund| refund.amount != entry.payment.amount);
    stage.razorpay.ledger().into_iter().filter(is_part).map(|entry| entry.payment.id).collect()
}

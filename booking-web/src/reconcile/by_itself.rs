//! The comparison that `serve` makes by itself, on one server at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Utc;
use indicatif::ProgressBar;
use tokio_util::sync::CancellationToken;

use super::{Report, Sides, Terms, reconcile};
use crate::chain;
use crate::db::Db;
use crate::duty;
use crate::payment::client::Client;

/// The name of the duty.
const DUTY: &str = "reconcile";
/// A webhook that is late, or a look-up in its stead, has come by then.
const LONGEST_GRACE: Duration = Duration::from_secs(360);
/// How often a server looks whether the comparison is due.
const ASK_EVERY: Duration = Duration::from_secs(60);

/// Compares every so often until told to stop, unless another server did so;
/// each kind of difference is a warning in the log. `our_pages` begins the
/// address of each of our orders.
pub async fn run(db: Db, razorpay: Client, our_pages: String, every: Duration, stop: CancellationToken) {
    let sides = Sides::new(db, razorpay, our_pages);
    // There is time: what is under way may well come to its end.
    let terms = Terms { since: None, settle: false, grace: (every / 20).min(LONGEST_GRACE) };
    let pause = (every / 10).min(ASK_EVERY);
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        match duty::claim(&sides.db, DUTY, every, Utc::now()).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                tracing::warn!(error = chain(&error), "cannot see whether the ledger is to be compared");
                continue;
            }
        }
        // It only reads, and may be left at any point.
        match stop.run_until_cancelled(reconcile(&sides, &terms, &ProgressBar::hidden())).await {
            Some(Ok(report)) => tell(&report),
            Some(Err(error)) => {
                tracing::warn!(error = chain(&error), "the ledger could not be compared with Razorpay's");
            }
            None => return,
        }
    }
}

fn tell(report: &Report) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for difference in &report.differences {
        *kinds.entry(difference.kind.as_str()).or_default() += 1;
    }
    for (kind, count) in kinds {
        tracing::warn!(
            kind,
            count,
            "the ledger and Razorpay's differ: `booking-web reconcile` says where, and what to do"
        );
    }
    let Report { counts, differences, .. } = report;
    let (orders, payments) = (counts.orders, counts.payments);
    tracing::info!(orders, payments, differences = differences.len(), "compared the ledger with Razorpay's");
}

//! A sale small enough for every day; the real one is `tests/sale.rs`.

use std::time::Duration;

use super::{Crowd, Outcome, Sale};

#[tokio::test(flavor = "multi_thread")]
async fn a_small_sale_is_sold_out_to_the_last_seat_and_nobody_is_left_in_doubt() {
    let crowd = Crowd { buyers: 80, seed: 1, patience: Duration::from_mins(5) };
    let held = Sale { seats: 40, crowd, link_life: Duration::from_secs(3) }.hold().await.unwrap();
    assert!(held.faults.is_empty(), "{held}");
    let report = &held.report;
    assert_eq!(report.count(&Outcome::Ticket), 40, "{held}");
    assert!(report.count(&Outcome::SoldOut) > 0 && report.count(&Outcome::DidNotPay) > 0, "{held}");
    assert!(report.answers.all().count() > 80, "{held}");
}

//! What the database holds, as Prometheus sees it.

use real_parts::razorpay::{DeadLink, Options, RefundsSettle};

use super::scrape::Scrape;
use crate::world::{Setup, World, eventually};

/// What was read a moment ago is shown again.
async fn shows(world: &World, expected: &[(&str, f64)]) {
    eventually(&format!("{expected:?}"), async || {
        let scrape = Scrape::of(world).await;
        expected.iter().all(|(series, value)| scrape.get(series) == Some(*value))
    })
    .await;
}

/// What is sold are seats, and an order may have several: whoever compares the two must count guests.
#[tokio::test]
async fn guests_are_as_many_as_seats_however_they_came() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    world.book_for(&["Asha", "Ravi", "Meera"], "9876543210").await;
    let alone = world.book_for(&["Asha"], "9876543211").await;
    real_parts::programs::booking_web(&["revoke", &alone.id], &world.env()).await.unwrap();
    shows(
        &world,
        &[
            (r#"event_seats{state="sold"}"#, 3.0),
            (r#"guests{state="paid"}"#, 3.0),
            (r#"guests{state="revoked"}"#, 1.0),
            (r#"guests{state="held"}"#, 0.0),
            (r#"orders{state="paid"}"#, 1.0),
        ],
    )
    .await;
}

#[tokio::test]
async fn seats_orders_and_money_are_counted_as_the_database_has_them() {
    let refunds = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
    let world = World::new(Setup { capacity: 3, razorpay: refunds, ..Setup::default() }).await;
    shows(&world, &[(r#"event_seats{state="capacity"}"#, 3.0), (r#"orders{state="paid"}"#, 0.0)]).await;
    world.book("Asha", "9876543210").await;
    let paid = world.book("Ravi", "9876543211").await;
    world.razorpay.pay(&paid.link_id).unwrap();
    world.razorpay.settled().await;
    // A second payment goes back, and Razorpay takes its time.
    world.razorpay.pay_late(&paid.link_id, DeadLink::StaysDead).unwrap();
    world.razorpay.settled().await;
    world.make_due(&paid).await;
    shows(
        &world,
        &[
            (r#"event_seats{state="sold"}"#, 1.0),
            (r#"event_seats{state="held"}"#, 1.0),
            (r#"orders{state="held"}"#, 1.0),
            (r#"orders{state="paid"}"#, 1.0),
            (r#"refunds{state="pending"}"#, 1.0),
            ("payments_captured_total", 2.0),
            ("payments_captured_paise_total", 99_800.0),
            ("payments_given_back_paise_total", 0.0),
        ],
    )
    .await;
    world.sql("UPDATE refunds SET created_at = created_at - INTERVAL 3 DAY").await;
    eventually("the refund to be old", async || {
        Scrape::of(&world).await.value("refunds_oldest_open_seconds") >= 259_200.0
    })
    .await;
    let refund = world.razorpay.refunds().remove(0);
    world.razorpay.settle_refund(&refund.id, real_parts::razorpay::RefundStatus::Processed).unwrap();
    world.razorpay.settled().await;
    shows(
        &world,
        &[
            (r#"refunds{state="processed"}"#, 1.0),
            (r#"refunds{state="pending"}"#, 0.0),
            ("payments_given_back_paise_total", 49_900.0),
            ("refunds_oldest_open_seconds", 0.0),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_the_look_up_has_left_undone_is_seen_with_its_age() {
    let slow = vec![("LOOK_UP_SECONDS", "3600".into())];
    let world = World::new(Setup { env: slow, ..Setup::default() }).await;
    let due = world.book("Asha", "9876543210").await;
    world.book("Ravi", "9876543211").await;
    shows(&world, &[("look_ups_due", 0.0), ("look_ups_oldest_due_seconds", 0.0)]).await;
    let ago = format!("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE WHERE id = '{}'", due.id);
    world.sql(&ago).await;
    shows(&world, &[("look_ups_due", 1.0)]).await;
    let age = Scrape::of(&world).await.value("look_ups_oldest_due_seconds");
    assert!((600.0..900.0).contains(&age), "{age}");
}

/// One that is under way, or that failed, says nothing; then the last good one counts, and its age tells.
#[tokio::test]
async fn the_last_finished_comparison_counts_and_before_it_there_is_nothing() {
    let world = World::new(Setup { env: vec![("RECONCILE_HOURS", "0".into())], ..Setup::default() }).await;
    let compared = async |id: &str, finished: &str, differences: &str| {
        world
            .sql(&format!(
                "INSERT INTO reconciliations (id, started_at, finished_at, differences)
                 VALUES ('{id}', '2036-01-01', {finished}, {differences})"
            ))
            .await;
    };
    assert_eq!(Scrape::of(&world).await.get("reconciliation_differences"), None);
    compared("1", "'2036-01-02'", "3").await;
    compared("2", "'2036-01-03'", "NULL").await;
    compared("3", "NULL", "NULL").await;
    let series = "reconciliation_differences";
    eventually("the first one", async || Scrape::of(&world).await.get(series) == Some(3.0)).await;
    compared("4", "'2036-01-04'", "0").await;
    shows(&world, &[(series, 0.0), ("reconciliation_timestamp_seconds", 2_083_017_600.0)]).await;
}

/// Or somebody is woken to mend what is well.
#[tokio::test]
async fn a_table_that_cannot_be_read_is_no_database_that_is_down() {
    let world = World::new(Setup::default()).await;
    world.sql("RENAME TABLE disputes TO elsewhere").await;
    let orders = r#"orders{state="paid"}"#;
    eventually("the figures to be missed", async || Scrape::of(&world).await.get(orders).is_none()).await;
    assert_eq!(Scrape::of(&world).await.value("database_up"), 1.0);
    world.sql("RENAME TABLE elsewhere TO disputes").await;
    shows(&world, &[(orders, 0.0)]).await;
}

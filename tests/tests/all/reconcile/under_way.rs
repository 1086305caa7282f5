//! Both sides live while they are compared, and others live beside us.

use std::cell::Cell;
use std::time::Duration;

use real_parts::razorpay::{ApiFault, Endpoint, Faults, Options, RefundsSettle, WebhookFault};
use serde_json::json;

use super::{agrees, command, kinds, paid, payment_of, report, still};
use crate::world::{Setup, World, eventually};

#[tokio::test]
async fn what_others_sell_by_the_same_account_is_only_counted() {
    let world = World::new(still()).await;
    paid(&world, 1).await;
    let http = reqwest::Client::new();
    for cart in 0..3 {
        let asked = json!({ "amount": 100, "currency": "INR", "reference_id": format!("cart-{cart}"),
                            "callback_url": "https://shop.example.com/orders/7", "callback_method": "get" });
        let url = format!("{}/payment_links", world.razorpay.api_url());
        let made = http.post(url).basic_auth(&world.settings.key_id, Some(&world.settings.key_secret)).json(&asked);
        let link: serde_json::Value = made.send().await.unwrap().json().await.unwrap();
        world.razorpay.pay(link["id"].as_str().unwrap()).unwrap();
    }
    let theirs = world.razorpay.payments().last().unwrap().id.clone();
    world.razorpay.refund_on_dashboard(&theirs, None).unwrap();
    let (code, report) = report(&world, &[]).await;
    assert_eq!((code, kinds(&report), &report["counts"]["of_other_businesses"]), (0, vec![], &json!(3)), "{report:#}");
    assert_eq!(report["totals"]["razorpay"]["captured_paise"], json!(49_900));
}

#[tokio::test]
async fn lists_of_many_parts_are_read_to_their_end_and_429_only_slows_that_down() {
    let world = World::new(Setup { capacity: 300, webhooks: true, ..still() }).await;
    for number in 0..205 {
        let order = world.book("Asha", &format!("98765{number:05}")).await;
        world.razorpay.pay(&order.link_id).unwrap();
    }
    world.razorpay.settled().await;
    // One at the far end of the last part.
    let oldest = world.razorpay.payments()[0].id.clone();
    world.sql(&format!("UPDATE payments SET amount_paise = 1 WHERE id = '{oldest}'")).await;
    let mut faults = Faults::none();
    for fault in [ApiFault::Throttled, ApiFault::Throttled, ApiFault::Refused(503), ApiFault::Cut] {
        faults = faults.next_call(Endpoint::ListPayments, fault).next_call(Endpoint::ListRefunds, fault);
    }
    world.razorpay.misbehave(faults);
    let (code, report) = report(&world, &[]).await;
    assert_eq!((code, kinds(&report)), (3, vec!["amount_differs"]), "{report:#}");
    assert_eq!(report["differences"][0]["payment"], json!(oldest));
    assert_eq!(report["counts"]["payments"], json!(205));
    assert_eq!(world.razorpay.calls_of(Endpoint::ListPayments).len(), 3 + 4);
}

#[tokio::test]
async fn without_razorpay_nothing_is_known_and_that_is_written_down() {
    let world = World::new(still()).await;
    paid(&world, 1).await;
    world.razorpay.misbehave(Faults::none().sometimes(1.0, None, ApiFault::Refused(502)));
    let output = command(&world, &["--json"]).await;
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), ""), "{}", output.stderr);
    assert!(output.stderr.contains("could not be compared") && output.stderr.contains("502"), "{}", output.stderr);
    let row: (Option<u32>, String) = world.row("SELECT differences, failure FROM reconciliations").await;
    assert_eq!(row, (None, "Razorpay: busy: 502 Bad Gateway".to_owned()));
}

/// It is no proof that a payment is unknown there.
#[tokio::test]
async fn a_key_that_is_refused_is_no_comparison_from_the_start_or_half_way() {
    let mut world = World::new(still()).await;
    paid(&world, 1).await;
    world.sql("UPDATE payments SET amount_paise = 1").await;
    let refused = Faults::none().sometimes(1.0, Some(Endpoint::FetchPayment), ApiFault::Refused(401));
    world.razorpay.misbehave(refused);
    for from_the_start in [false, true] {
        if from_the_start {
            world.settings.key_secret = "another".into();
        }
        let output = command(&world, &["--grace", "0"]).await;
        assert_eq!(output.status.code(), Some(1), "{}", output.stdout);
        assert!(output.stderr.contains("401"), "{}", output.stderr);
    }
}

/// One order after the other until told to stop, each counted.
async fn buy(world: &World, first: u32, bought: &Cell<u32>, over: &Cell<bool>) {
    let mut number = first;
    while !over.get() {
        let order = world.book("Asha", &format!("98765{number:05}")).await;
        world.razorpay.pay(&order.link_id).unwrap();
        let given_back = number.is_multiple_of(3);
        if given_back {
            world.razorpay.refund_on_dashboard(&payment_of(world, &order), None).unwrap();
        }
        let state = if given_back { "refunded" } else { "paid" };
        eventually(state, async || world.state(&order).await == state).await;
        number += 1;
        bought.set(bought.get() + 1);
    }
}

#[tokio::test]
async fn a_comparison_while_sales_go_on_finds_nothing() {
    let prompt = Options { refunds: RefundsSettle::AtOnce, webhook_couriers: 8, ..Options::default() };
    let world = World::new(Setup { capacity: 5_000, razorpay: prompt, ..Setup::default() }).await;
    // Each webhook comes late, so that the lists know of money before we do.
    let late = WebhookFault::Delayed(Duration::from_millis(300));
    world.razorpay.misbehave(Faults::seeded(7).sometimes_event(0.5, late));
    let (bought, over) = (Cell::new(0), Cell::new(false));
    let comparisons = async {
        let mut compared = 0;
        // How much goes on meanwhile is the machine's affair; that some does, the test's.
        while compared < 3 || bought.get() <= 20 {
            compared += 1;
            assert!(compared < 30, "only {} orders: nothing went on meanwhile", bought.get());
            let (code, report) = report(&world, &["--grace", "6"]).await;
            assert_eq!((code, kinds(&report)), (0, vec![]), "{report:#}");
        }
        over.set(true);
    };
    let buyer = |number: u32| buy(&world, number * 10_000, &bought, &over);
    tokio::join!(buyer(1), buyer(2), buyer(3), comparisons);
    world.razorpay.settled().await;
    agrees(&world).await;
}

/// An earlier day is left out on both sides, and a part is not taken for the whole.
#[tokio::test]
async fn only_what_is_asked_for_is_compared() {
    let world = World::new(still()).await;
    let old = paid(&world, 1).await;
    paid(&world, 2).await;
    let unheard = world.book("Asha", "9876500003").await;
    world.razorpay.pay(&unheard.link_id).unwrap();
    for order in [&old, &unheard] {
        let earlier = "created_at = created_at - INTERVAL 9 DAY, amount_paise = 100";
        world.sql(&format!("UPDATE orders SET {earlier} WHERE id = '{}'", order.id)).await;
    }
    let day = (chrono::Utc::now() - chrono::TimeDelta::days(3)).date_naive().to_string();
    let (code, part) = report(&world, &["--since", &day]).await;
    assert_eq!((code, &part["counts"]["orders"], &part["counts"]["payments"]), (0, &json!(1), &json!(1)), "{part:#}");
    let (differences, failure): (Option<u32>, String) =
        world.row("SELECT differences, failure FROM reconciliations ORDER BY id DESC LIMIT 1").await;
    assert!(differences.is_none() && failure.starts_with("only from "), "{failure}");
    let (_, whole) = report(&world, &[]).await;
    assert_eq!(kinds(&whole), ["captured_not_booked", "amount_differs"], "{whole:#}");
}

//! Money that comes as nobody expected: twice, in parts, after a cancellation,
//! for a link that no order knows. Every rupee is a ticket or goes back.

use real_parts::razorpay::{ApiFault, DeadLink, Endpoint, Faults, Options, RefundsSettle};
use serde_json::json;

use crate::world::{Booked, Setup, World, eventually};

/// Refunds are answered as processed.
fn prompt() -> Setup {
    Setup { razorpay: Options { refunds: RefundsSettle::AtOnce, ..Options::default() }, ..Setup::default() }
}

/// Nobody tells us, so that the look-up must find it.
fn silent() -> Setup {
    Setup { webhooks: false, ..prompt() }
}

async fn paid(world: &World) -> Booked {
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.pay(&order.link_id).unwrap();
    world.make_due(&order).await;
    eventually("the ticket", async || world.state(&order).await == "paid").await;
    order
}

/// Reasons of all refunds, in the order of their payments.
async fn reasons(world: &World) -> Vec<String> {
    use mysql_async::prelude::Queryable;
    let query = "SELECT CONCAT(r.reason, ' ', r.state) FROM refunds r JOIN payments p ON p.id = r.payment_id
                 ORDER BY p.created_at, p.id";
    world.pool.get_conn().await.unwrap().query(query).await.unwrap()
}

#[tokio::test]
async fn a_second_payment_goes_back_and_the_ticket_stays() {
    for told in [true, false] {
        let world = World::new(if told { prompt() } else { silent() }).await;
        let order = paid(&world).await;
        world.razorpay.pay_late(&order.link_id, DeadLink::StaysDead).unwrap();
        if !told {
            world.make_due(&order).await;
        }
        eventually("the second payment's refund", async || reasons(&world).await == ["paid_twice processed"]).await;
        assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("paid", (1, 0)));
        assert_eq!((world.razorpay.refunds().len(), world.count("payments").await), (1, 2));
    }
}

/// Days after the ticket: the look-up still comes by.
#[tokio::test]
async fn a_paid_order_is_looked_at_for_more_than_three_days_and_then_left_alone() {
    let world = World::new(silent()).await;
    let order = paid(&world).await;
    for (days, again) in [(3, true), (5, false)] {
        world
            .sql(&format!(
                "UPDATE orders SET updated_at = UTC_TIMESTAMP(6) - INTERVAL {days} DAY,
                        next_look_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE id = '{}'",
                order.id
            ))
            .await;
        let ahead = "SELECT COALESCE(next_look_at > UTC_TIMESTAMP(6), 2) FROM orders";
        eventually("the look", async || world.row::<(u8,)>(ahead).await.0 != 0).await;
        assert_eq!(world.row::<(u8,)>(ahead).await.0 == 1, again, "after {days} days");
    }
}

#[tokio::test]
async fn money_in_parts_goes_back_part_by_part() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.pay_other(&order.link_id, 10_000, "INR").unwrap();
    world.make_due(&order).await;
    eventually("the refund", async || world.state(&order).await == "refunded").await;
    assert_eq!(world.seats().await, (0, 0));
    // Razorpay does not cancel such a link, so the rest may follow.
    world.razorpay.pay(&order.link_id).unwrap();
    world.make_due(&order).await;
    let both = ["wrong_amount processed", "order_closed processed"];
    eventually("the second refund", async || reasons(&world).await == both).await;
    eventually("the end", async || world.state(&order).await == "refunded").await;
    assert_eq!((world.seats().await, world.count("tickets").await), ((0, 0), 0));
}

#[tokio::test]
async fn a_failed_attempt_then_a_cancellation_then_the_money_is_still_a_ticket() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    let failed = world.razorpay.fail(&order.link_id).unwrap();
    // The hold is over: we cancel the link, and the seat goes back.
    world.sql("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR").await;
    world.make_due(&order).await;
    eventually("the end of the hold", async || world.state(&order).await == "expired").await;
    assert_eq!(world.razorpay.calls_of(Endpoint::CancelLink).len(), 1);
    assert_eq!(world.seats().await, (0, 0));
    world.razorpay.capture_failed(&failed, DeadLink::StaysDead).unwrap();
    world.make_due(&order).await;
    eventually("the late ticket", async || world.state(&order).await == "paid").await;
    assert_eq!(world.seats().await, (1, 0));
}

/// The seat is not given to another while the link can still be paid.
#[tokio::test]
async fn a_seat_comes_back_only_when_the_link_is_known_to_be_dead() {
    let world = World::new(Setup { capacity: 1, ..silent() }).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::CancelLink), ApiFault::Refused(502)));
    world.sql("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR").await;
    world.make_due(&order).await;
    eventually("the attempt to cancel", async || !world.razorpay.calls_of(Endpoint::CancelLink).is_empty()).await;
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("held", (0, 1)));
    // In time after all.
    world.razorpay.pay(&order.link_id).unwrap();
    world.make_due(&order).await;
    eventually("the ticket", async || world.state(&order).await == "paid").await;
}

/// `payment.captured` may be all we hear of late money: its link stays dead and says nothing.
#[tokio::test]
async fn the_word_of_a_capture_alone_finds_the_order_through_razorpay() {
    let world = World::new(prompt()).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.expire(&order.link_id).unwrap();
    eventually("the end of the hold", async || world.state(&order).await == "expired").await;
    world.razorpay.pay_late(&order.link_id, DeadLink::StaysDead).unwrap();
    eventually("the late ticket", async || world.state(&order).await == "paid").await;
}

async fn knock(world: &World, event: &str, payload: serde_json::Value) -> String {
    let body = json!({ "entity": "event", "event": event, "payload": payload }).to_string();
    let signature = real_parts::razorpay::signature::sign(&world.settings.webhook_secret, body.as_bytes());
    let url = format!("{}/webhooks/razorpay", world.site.url);
    let answer = world.http().post(url).header("x-razorpay-signature", signature).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let metrics = world.get("/metrics").await.text().await.unwrap();
    let told = metrics.lines().filter(|line| line.starts_with("razorpay_webhooks_total"));
    told.collect::<Vec<_>>().join("\n")
}

/// The account may serve other businesses, and other events of ours.
#[tokio::test]
async fn what_others_sell_is_of_no_interest_and_money_that_no_order_knows_is_cried_out() {
    let world = World::new(silent()).await;
    let http = reqwest::Client::new();
    let create = async |callback: String, reference: &str| -> String {
        let asked = json!({ "amount": 100, "currency": "INR", "reference_id": reference,
                            "callback_url": callback, "callback_method": "get" });
        let url = format!("{}/payment_links", world.razorpay.api_url());
        let made = http.post(url).basic_auth(&world.settings.key_id, Some(&world.settings.key_secret)).json(&asked);
        let link: serde_json::Value = made.send().await.unwrap().json().await.unwrap();
        link["id"].as_str().unwrap().to_owned()
    };
    let shop = create("https://shop.example.com/paid".into(), "cart-7").await;
    let said = knock(&world, "payment_link.paid", json!({ "payment_link": { "entity": { "id": shop } } })).await;
    assert!(said.contains(r#"{outcome="of_no_interest"} 1"#), "{said}");

    let lost = create(format!("{}/orders/x/return", world.site.url), "018f0000-0000-7000-8000-000000000000").await;
    world.razorpay.pay(&lost).unwrap();
    let payment = world.razorpay.payments()[0].id.clone();
    let said = knock(&world, "payment.captured", json!({ "payment": { "entity": { "id": payment } } })).await;
    assert!(said.contains(r#"{outcome="unowned"} 1"#), "{said}");
    assert!(world.site.log().contains("no order knows"), "{}", world.site.log());
    assert_eq!(world.count("orders").await, 0);
}

/// Told of a payment that the API does not show yet, we look again by ourselves.
#[tokio::test]
async fn a_webhook_ahead_of_the_api_is_not_forgotten() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    knock(&world, "payment_link.paid", json!({ "payment_link": { "entity": { "id": order.link_id } } })).await;
    let soon: (bool,) = world.row("SELECT next_look_at < UTC_TIMESTAMP(6) + INTERVAL 10 SECOND FROM orders").await;
    assert!(soon.0);
    world.razorpay.pay(&order.link_id).unwrap();
    eventually("the ticket", async || world.state(&order).await == "paid").await;
}

/// However many servers look, each order is asked after once a round.
#[tokio::test]
async fn two_servers_share_the_look_up() {
    let world = World::new(silent()).await;
    let other = real_parts::programs::BookingWeb::start(&world.settings).await.unwrap();
    for number in 0..20 {
        world.book("Asha", &format!("98765{number:05}")).await;
    }
    let before = world.razorpay.calls_of(Endpoint::FetchLink).len();
    for round in 1..=3 {
        world.sql("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6)").await;
        let due = "SELECT COUNT(*) FROM orders WHERE next_look_at <= UTC_TIMESTAMP(6)";
        eventually("the round", async || world.row::<(u32,)>(due).await.0 == 0).await;
        let looked = || world.razorpay.calls_of(Endpoint::FetchLink).len() - before;
        eventually("the answers", async || looked() >= 20 * round).await;
        assert_eq!(looked(), 20 * round);
    }
    other.stop().await.unwrap();
}

//! Razorpay's webhook falls silent, or only seems to.

use real_parts::programs::BookingWeb;
use real_parts::razorpay::signature::sign;
use reqwest::StatusCode;

use super::scrape::Scrape;
use crate::world::{Booked, Setup, World, eventually};

const SERIES: &str = "razorpay_webhook_silence_seconds";

/// What the database says once `statement` was done: a scrape that was read after it.
async fn after(world: &World, statement: &str) -> f64 {
    world.sql(statement).await;
    world.sql("UPDATE event SET capacity = capacity + 1").await;
    let capacity = f64::from(world.row::<(u32,)>("SELECT capacity FROM event").await.0);
    let mut silent = 0.0;
    let silent = &std::sync::Mutex::new(&mut silent);
    eventually("a fresh reading", async || {
        let scrape = Scrape::of(world).await;
        **silent.lock().unwrap() = scrape.value(SERIES);
        scrape.value(r#"event_seats{state="capacity"}"#) == capacity
    })
    .await;
    **silent.lock().unwrap()
}

/// Paid, and known to us by the browser's return alone if the webhook is off.
async fn paid(world: &World, phone: &str) -> Booked {
    let order = world.book("Asha", phone).await;
    let back = world.razorpay.pay(&order.link_id).unwrap();
    world.get(&back).await;
    assert_eq!(world.state(&order).await, "paid");
    order
}

/// Everything so far happened some minutes before.
async fn pass(world: &World, minutes: u32) {
    world.sql(&format!("UPDATE orders SET created_at = created_at - INTERVAL {minutes} MINUTE")).await;
    world.sql(&format!("UPDATE payments SET created_at = created_at - INTERVAL {minutes} MINUTE")).await;
    heard_earlier(world, minutes).await;
}

/// A site's next look, from its beginning to its end, and what it saw.
async fn looks(site: &BookingWeb) {
    let looked = || site.log().matches("looked for how long").count();
    let before = looked();
    eventually("two looks", async || looked() >= before + 2).await;
}

/// As usual, and the sites say when they look.
fn setup() -> Setup {
    let env = [("LOOK_UP_SECONDS", "1"), ("RUST_LOG", "booking_web=debug,info")];
    Setup { env: env.map(|(name, value)| (name, value.to_owned())).to_vec(), ..Setup::default() }
}

/// The webhook was last heard some minutes before.
async fn heard_earlier(world: &World, minutes: u32) {
    world.sql(&format!("UPDATE webhook_events SET received_at = received_at - INTERVAL {minutes} MINUTE")).await;
    world.sql(&format!("UPDATE duties SET due_at = due_at - INTERVAL {minutes} MINUTE")).await;
}

async fn knock(world: &World, site: &str, body: &str) -> StatusCode {
    let signature = sign(&world.settings.webhook_secret, body.as_bytes());
    let url = format!("{site}/webhooks/razorpay");
    let request = world.http().post(url).header("x-razorpay-signature", signature).body(body.to_owned());
    request.send().await.unwrap().status()
}

/// All servers know of every webhook that came until now: none is passed on later.
async fn passed_on(world: &World) {
    knock(world, &world.site.url, r#"{"event":"order.paid"}"#).await;
    eventually("the last one to be passed on", async || {
        let known = "SELECT COUNT(*) FROM duties WHERE name = 'webhook_heard' AND due_at > (
                         SELECT MAX(received_at) FROM webhook_events)";
        world.row::<(u32,)>(known).await.0 == 1
    })
    .await;
}

fn warnings(logs: &[&BookingWeb]) -> usize {
    logs.iter().map(|site| site.log().matches("Razorpay's webhook told of none").count()).sum()
}

fn all_clear(logs: &[&BookingWeb]) -> usize {
    logs.iter().map(|site| site.log().matches("Razorpay's webhook is heard again").count()).sum()
}

#[tokio::test]
async fn silence_is_said_once_an_hour_by_one_of_the_servers_with_the_remedy_and_taken_back_once() {
    let world = World::new(Setup { webhooks: false, ..setup() }).await;
    paid(&world, "9876543210").await;
    assert!(after(&world, "DO 0").await >= 1.0, "it begins with the payment");
    pass(&world, 10).await;
    looks(&world.site).await;
    assert_eq!(warnings(&[&world.site]), 0, "ten minutes are nothing yet");
    pass(&world, 50).await;
    eventually("a warning", async || warnings(&[&world.site]) > 0).await;
    let log = world.site.log();
    let line = log.lines().find(|line| line.contains("told of none")).unwrap();
    let address = format!("\"address\":\"{}/webhooks/razorpay\"", world.site.url);
    for part in ["\"WARN\"", "\"minutes\":60", &address, "enabled", "dashboard", "RAZORPAY_WEBHOOK_SECRET"] {
        assert!(line.contains(part), "no {part} in {line}");
    }
    let other = BookingWeb::start(&world.settings).await.unwrap();
    tokio::join!(looks(&world.site), looks(&other));
    assert_eq!(warnings(&[&world.site, &other]), 1, "once, and by one");
    pass(&world, 60).await;
    tokio::join!(looks(&world.site), looks(&other));
    assert_eq!(warnings(&[&world.site, &other]), 2, "and once in the next hour");
    // One server hears it, and both know.
    assert_eq!(knock(&world, &other.url, r#"{"event":"payment.failed","payload":{}}"#).await, StatusCode::OK);
    eventually("the all-clear", async || all_clear(&[&world.site, &other]) > 0).await;
    tokio::join!(looks(&world.site), looks(&other));
    assert_eq!(after(&world, "DO 0").await, 0.0);
    assert_eq!((warnings(&[&world.site, &other]), all_clear(&[&world.site, &other])), (2, 1));
}

#[tokio::test]
async fn any_webhook_with_a_good_signature_ends_the_silence_and_no_other() {
    let world = World::new(setup()).await;
    paid(&world, "9876543210").await;
    world.razorpay.settled().await;
    passed_on(&world).await;
    let told = world.razorpay.deliveries().remove(0);
    world.razorpay.webhooks_to(Vec::new());
    let hook = format!("{}/webhooks/razorpay", world.site.url);
    for (number, what) in ["repeated", "of no interest", "unreadable"].into_iter().enumerate() {
        pass(&world, 60).await;
        paid(&world, &format!("987654322{number}")).await;
        assert!(after(&world, "DO 0").await >= 1.0, "before one that is {what}");
        let forged = world.http().post(&hook).header("x-razorpay-signature", "0".repeat(64)).body(told.body.clone());
        assert_eq!(forged.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
        looks(&world.site).await;
        assert!(after(&world, "DO 0").await >= 1.0, "anybody can forge");
        match what {
            "repeated" => {
                let again = world.http().post(&hook).header("x-razorpay-event-id", &told.event_id);
                let again = again.header("x-razorpay-signature", &told.signature).body(told.body.clone());
                assert_eq!(again.send().await.unwrap().status(), StatusCode::OK);
            }
            "of no interest" => {
                assert_eq!(knock(&world, &world.site.url, r#"{"event":"order.paid"}"#).await, StatusCode::OK);
            }
            _ => assert_eq!(knock(&world, &world.site.url, "…").await, StatusCode::BAD_REQUEST),
        }
        eventually(what, async || Scrape::of(&world).await.value(SERIES) == 0.0).await;
    }
}

#[tokio::test]
async fn few_payments_are_no_silence_nor_is_one_that_was_faster_than_its_webhook() {
    let world = World::new(Setup::default()).await;
    assert_eq!(after(&world, "DO 0").await, 0.0, "before the first payment");
    paid(&world, "9876543210").await;
    world.razorpay.settled().await;
    passed_on(&world).await;
    for hours in 1..=3 {
        pass(&world, 60).await;
        assert_eq!(after(&world, "DO 0").await, 0.0, "{hours} hours after the only payment, of which it told");
    }
    heard_earlier(&world, 1).await;
    assert_eq!(after(&world, "DO 0").await, 0.0, "booked by another knock, while the webhook was at work");
    heard_earlier(&world, 10).await;
    assert!(after(&world, "DO 0").await > 3600.0, "that was another's");
    let outage = "UPDATE orders SET created_at = created_at - INTERVAL 1 HOUR";
    assert_eq!(after(&world, outage).await, 0.0, "booked by the look-up after an outage of ours");
    assert_eq!(warnings(&[&world.site]), 0);
}

#[tokio::test]
async fn a_free_event_has_no_webhook_to_miss() {
    let world = World::new(Setup { price_paise: 0, webhooks: false, ..Setup::default() }).await;
    let answer = world.submit(&[("first_name", "Asha"), ("phone_number", "9876543210")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    pass(&world, 60).await;
    assert_eq!(after(&world, "DO 0").await, 0.0);
}

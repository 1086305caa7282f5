//! The ledger held against Razorpay's: normally nothing differs, and whatever
//! does is named.

mod by_itself;
mod groups;
mod kinds;
mod settle;
mod under_way;

use real_parts::child::Output;
use real_parts::programs::booking_web;
use real_parts::razorpay::{DeadLink, Endpoint, Options, RefundsSettle};
use serde_json::Value;

use crate::world::{Booked, Setup, World, eventually};

/// Nobody tells us of anything and nobody looks: what is made to differ stays so.
fn still() -> Setup {
    Setup {
        webhooks: false,
        razorpay: Options { refunds: RefundsSettle::AtOnce, ..Options::default() },
        env: vec![("LOOK_UP_SECONDS", "3600".into()), ("RECONCILE_HOURS", "0".into())],
        ..Setup::default()
    }
}

/// Runs the command as an organiser would.
async fn command(world: &World, arguments: &[&str]) -> Output {
    let settings = &world.settings;
    let env = [
        ("DATABASE_URL", &*world.database.url),
        ("PUBLIC_URL", &world.site.url),
        ("RAZORPAY_API_URL", &settings.razorpay_url),
        ("RAZORPAY_KEY_ID", &settings.key_id),
        ("RAZORPAY_KEY_SECRET", &settings.key_secret),
        ("RAZORPAY_WEBHOOK_SECRET", &settings.webhook_secret),
    ];
    booking_web(&[&["reconcile"], arguments].concat(), &env).await.unwrap()
}

/// The exit status and the report.
async fn report(world: &World, arguments: &[&str]) -> (i32, Value) {
    let grace: &[&str] = if arguments.contains(&"--grace") { &[] } else { &["--grace", "1"] };
    let output = command(world, &[&["--json"], grace, arguments].concat()).await;
    let report = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("no report: {}", output.stderr));
    (output.status.code().unwrap(), report)
}

/// The kinds of all differences.
fn kinds(report: &Value) -> Vec<&str> {
    report["differences"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect()
}

async fn agrees(world: &World) {
    let (code, report) = report(world, &[]).await;
    assert_eq!((code, &report["agree"]), (0, &Value::Bool(true)), "{report:#}");
    assert_eq!(kinds(&report), [""; 0]);
}

/// Books and pays, and comes back with the browser.
async fn paid(world: &World, number: u32) -> Booked {
    let order = world.book("Asha", &format!("98765{number:05}")).await;
    let back = world.razorpay.pay(&order.link_id).unwrap();
    world.get(&back).await;
    assert_eq!(world.state(&order).await, "paid");
    order
}

fn payment_of(world: &World, order: &Booked) -> String {
    world.razorpay.payments_of(&order.link_id)[0].id.clone()
}

#[tokio::test]
async fn an_evening_with_every_kind_of_order_agrees_to_the_rupee() {
    let slow = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
    let env = vec![("LOOK_UP_SECONDS", "1".into()), ("RECONCILE_HOURS", "0".into())];
    let world = World::new(Setup { razorpay: slow, env, ..Setup::default() }).await;
    world.book("Asha", "9876500001").await;
    paid(&world, 2).await;
    let expired = world.book("Asha", "9876500003").await;
    world.razorpay.expire(&expired.link_id).unwrap();
    let twice = paid(&world, 4).await;
    world.razorpay.pay_late(&twice.link_id, DeadLink::StaysDead).unwrap();
    let wrong = world.book("Asha", "9876500005").await;
    world.razorpay.pay_other(&wrong.link_id, 100, "INR").unwrap();
    let given_back = paid(&world, 6).await;
    world.razorpay.refund_on_dashboard(&payment_of(&world, &given_back), None).unwrap();
    let disputed = paid(&world, 7).await;
    world.razorpay.dispute(&payment_of(&world, &disputed)).unwrap();
    let lost = paid(&world, 8).await;
    let dispute = world.razorpay.dispute(&payment_of(&world, &lost)).unwrap();
    world.razorpay.lose_dispute(&dispute).unwrap();
    let failed = world.book("Asha", "9876500009").await;
    world.razorpay.fail(&failed.link_id).unwrap();
    // Issued by an older system.
    world.sql("INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES ('Ravi', '1', 'Ravi1', '2020-01-01')").await;
    for (order, state) in [
        (&expired, "expired"),
        (&wrong, "refunding"),
        (&given_back, "refunding"),
        (&disputed, "revoked"),
        (&lost, "refunded"),
    ] {
        eventually(state, async || world.state(order).await == state).await;
    }
    let asked = "SELECT COUNT(*) FROM refunds WHERE state = 'pending'";
    eventually("the refunds to be asked for", async || world.row::<(u32,)>(asked).await.0 == 3).await;

    let (code, report) = report(&world, &[]).await;
    assert_eq!((code, kinds(&report)), (0, vec![]), "{report:#}");
    let counts = &report["counts"];
    let compared = ["orders", "payments", "refunds", "tickets", "tickets_without_order", "of_other_businesses"];
    assert_eq!(compared.map(|what| counts[what].as_u64().unwrap()), [9, 7, 4, 6, 1, 0], "{report:#}");
    let totals = &report["totals"]["ours"];
    assert_eq!(totals, &report["totals"]["razorpay"]);
    let (captured, back) = (6 * 49_900 + 100, 3 * 49_900 + 100);
    assert_eq!(
        totals,
        &serde_json::json!({
            "captured_paise": captured, "given_back_paise": back, "kept_paise": captured - back })
    );
    let row: (u32, u32, u32, u32, Option<u32>, Option<String>) =
        world.row("SELECT orders, payments, refunds, tickets, differences, failure FROM reconciliations").await;
    assert_eq!(row, (9, 7, 4, 6, Some(0), None));
}

#[tokio::test]
async fn it_says_what_it_compared_to_a_person_and_draws_nothing_where_nobody_watches() {
    let world = World::new(still()).await;
    let order = paid(&world, 1).await;
    let output = command(&world, &[]).await;
    assert_eq!(output.status.code(), Some(0), "{}", output.stderr);
    for said in [
        "compared   1 order, 1 payment, 0 refunds, 1 ticket\n",
        "captured   ₹499\n",
        "kept       ₹499\n",
        "no difference\n",
    ] {
        assert!(output.stdout.contains(said), "{}", output.stdout);
    }
    assert_eq!(output.stderr, "");
    world.sql("UPDATE event SET sold = 5").await;
    let output = command(&world, &["--grace", "0"]).await;
    assert_eq!(output.status.code(), Some(3), "{}", output.stderr);
    let remedy = "  remedy   UPDATE event SET sold = sold - 4 WHERE id = 1\n";
    assert!(output.stdout.contains(remedy) && output.stdout.ends_with("\n1 difference\n"), "{}", output.stdout);
    assert!(!output.stdout.contains(&order.path["/orders/".len()..]), "an order's key stays with its guest");
}

#[tokio::test]
async fn without_orders_or_for_nothing_razorpay_is_not_asked_more_than_it_must() {
    let free = World::new(Setup { price_paise: 0, ..still() }).await;
    free.submit(&[("first_name", "Asha"), ("phone_number", "9876543210")]).await;
    let (code, report) = report(&free, &[]).await;
    assert_eq!((code, &report["counts"]["orders"]), (0, &1.into()), "{report:#}");
    assert!(free.razorpay.calls().is_empty());
    let empty = World::new(still()).await;
    agrees(&empty).await;
    assert_eq!(empty.razorpay.calls_of(Endpoint::ListPayments).len(), 1);
}

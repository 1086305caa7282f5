//! The log: an order's story by its id, and nothing of its guest.

use real_parts::razorpay::signature::sign;
use real_parts::razorpay::{ApiFault, Endpoint, Faults, Options, RefundsSettle};
use reqwest::StatusCode;
use serde_json::Value;

use crate::world::{Booked, Setup, World, eventually};

const NAME: &str = "Ishwariya";
const TYPED_PHONE: &str = "+91 98765-43210";
const PHONE: &str = "9876543210";
const EMAIL: &str = "ishwariya.p@example.org";

/// Who waits for a payment page, and types badly, too.
const OTHER: &str = "Ravindranath";
const OTHER_PHONE: &str = "9123456780";

fn setup() -> Setup {
    let env = [("RUST_LOG", "booking_web=trace,info"), ("LOOK_UP_SECONDS", "1"), ("SUBMITS_PER_MINUTE", "12")];
    Setup {
        env: env.map(|(name, value)| (name, value.to_owned())).to_vec(),
        razorpay: Options { refunds: RefundsSettle::AtOnce, ..Options::default() },
        ..Setup::default()
    }
}

/// All that happens to an order, and much of what people try.
async fn journey(world: &World) -> Booked {
    world.get("/").await;
    let fields = [("first_name", NAME), ("phone_number", TYPED_PHONE), ("email", EMAIL)];
    assert_eq!(world.submit(&fields).await.status(), StatusCode::SEE_OTHER);
    let order = world.booked(PHONE).await;
    assert_eq!(world.submit(&fields).await.status(), StatusCode::CONFLICT);
    bad_input(world).await;
    forgeries(world, &order).await;
    let back = world.razorpay.pay(&order.link_id).unwrap();
    assert_eq!(world.get(&back).await.status(), StatusCode::SEE_OTHER);
    world.razorpay.settled().await;
    for part in ["", "?returned", "/state", "/qr.png", "/qr.svg", "/event.ics"] {
        assert_eq!(world.get(&format!("{}{part}", order.path)).await.status(), StatusCode::OK, "{part}");
    }
    without_razorpay(world).await;
    with_a_database_that_is_not_ours(world, &order).await;
    too_many_forms(world).await;
    given_back(world, &order).await;
    order
}

async fn bad_input(world: &World) {
    let fields = [("first_name", "Ishwariya <b>7"), ("phone_number", "98765 43210 9"), ("email", "ishwariya.p@")];
    assert_eq!(world.submit(&fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let url = format!("{}/submit", world.site.url);
    let not_a_form = format!("{{\"first_name\":\"{NAME}\",\"phone_number\":\"{PHONE}\"}}");
    let answer =
        world.http().post(&url).header("content-type", "application/json").body(not_a_form).send().await.unwrap();
    assert!(answer.status().is_client_error());
    let twice = format!("first_name={NAME}&first_name={NAME}&phone_number=%ff{PHONE}");
    let form = "application/x-www-form-urlencoded";
    let answer = world.http().post(&url).header("content-type", form).body(twice).send().await.unwrap();
    assert!(answer.status().is_client_error());
}

async fn forgeries(world: &World, order: &Booked) {
    let forged = format!("{}/return?razorpay_payment_id={NAME}&razorpay_signature={}", order.path, "0".repeat(64));
    world.get(&forged).await;
    world.get(&format!("/orders/{}0", &order.path[8..39])).await;
    let hook = format!("{}/webhooks/razorpay", world.site.url);
    let about = format!(r#""contact":"+91{PHONE}","email":"{EMAIL}","name":"{NAME}""#);
    let bodies = [
        format!(r#"{{"event":"payment_link.paid","payload":{{"payment":{{"entity":{{"id":"pay_1",{about}}}}}}}}}"#),
        format!(r#"{{"event":"payment_link.paid","payload":"{NAME} {PHONE} {EMAIL}"}}"#),
        format!(r#"{{"event":"{NAME}",{about}"#),
        format!("{NAME} {PHONE}"),
    ];
    for body in bodies {
        for key in ["another's", &world.settings.webhook_secret] {
            let signature = sign(key, body.as_bytes());
            let request = world.http().post(&hook).header("x-razorpay-signature", signature).body(body.clone());
            request.send().await.unwrap();
        }
    }
}

/// No page to pay on, neither now nor at the second try.
async fn without_razorpay(world: &World) {
    let refused = Faults::none().sometimes(1.0, None, ApiFault::Refused(400));
    for faults in [refused, Faults::none().sometimes(1.0, None, ApiFault::Refused(502))] {
        world.razorpay.misbehave(faults);
        let fields = [("first_name", OTHER), ("phone_number", OTHER_PHONE)];
        world.submit(&fields).await;
        let order = world.booked(OTHER_PHONE).await;
        assert_eq!(world.get(&order.path).await.status(), StatusCode::OK);
        world.make_due(&order).await;
        eventually("the look-up to be told no", async || {
            let calls = world.razorpay.calls();
            calls.iter().any(|call| call.endpoint == Endpoint::ListLinks)
        })
        .await;
    }
    world.razorpay.behave();
}

async fn with_a_database_that_is_not_ours(world: &World, order: &Booked) {
    world
        .sql("RENAME TABLE webhook_events TO elsewhere, order_events TO elsewhere_too, event TO elsewhere_as_well")
        .await;
    world.get("/").await;
    world.get(&order.path).await;
    let fields = [("first_name", NAME), ("phone_number", "9876543299"), ("email", EMAIL)];
    world.submit(&fields).await;
    for delivery in world.razorpay.deliveries().iter().take(1) {
        world.razorpay.send_again(delivery);
    }
    world
        .sql("RENAME TABLE elsewhere TO webhook_events, elsewhere_too TO order_events, elsewhere_as_well TO event")
        .await;
    world.razorpay.settled().await;
}

async fn too_many_forms(world: &World) {
    for _ in 0..30 {
        let fields = [("first_name", NAME), ("phone_number", TYPED_PHONE), ("email", EMAIL)];
        if world.submit(&fields).await.status() == StatusCode::TOO_MANY_REQUESTS {
            return;
        }
    }
    panic!("forms may be sent without end");
}

async fn given_back(world: &World, order: &Booked) {
    let payment = world.razorpay.payments().remove(0).id;
    world.razorpay.refund_on_dashboard(&payment, None).unwrap();
    eventually("the money to be back", async || {
        world.make_due(order).await;
        world.state(order).await == "refunded"
    })
    .await;
}

/// What must never be in a log, in any spelling.
async fn secrets(world: &World) -> Vec<String> {
    let mut secrets = [NAME, OTHER, EMAIL, "ETS1:", "ishwariya.p%40"].map(str::to_lowercase).to_vec();
    let mut conn = world.pool.get_conn().await.unwrap();
    let query = "SELECT token FROM orders UNION SELECT form_key FROM orders WHERE form_key IS NOT NULL";
    secrets.extend(mysql_async::prelude::Queryable::query::<String, _>(&mut conn, query).await.unwrap());
    let settings = &world.settings;
    let database = url::Url::parse(&settings.database_url).unwrap();
    let basic = format!("{}:{}", settings.key_id, settings.key_secret);
    secrets.extend([
        settings.key_secret.to_lowercase(),
        settings.webhook_secret.to_lowercase(),
        database.password().unwrap().to_lowercase(),
        data_encoding::BASE64.encode(basic.as_bytes()).to_lowercase(),
    ]);
    let key = std::fs::read_to_string(&settings.signing_key_file).unwrap();
    secrets.push(key.lines().nth(1).unwrap().to_lowercase());
    secrets
}

#[tokio::test]
async fn the_log_follows_an_order_by_its_id_and_tells_nothing_of_its_guest() {
    let world = World::new(setup()).await;
    let order = journey(&world).await;
    let secrets = secrets(&world).await;
    let (url, payments, links) = (world.site.url.clone(), world.razorpay.payments(), world.razorpay.links());
    let log = world.site.stop().await.unwrap();
    let mut story = Vec::new();
    for line in log.lines().filter(|line| *line != format!("booking-web listens on {url}")) {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        let (level, fields) = (&entry["level"], &entry["fields"]);
        assert!(level.is_string() && fields["message"].is_string() && entry["timestamp"].is_string(), "{line}");
        let lower = line.to_lowercase();
        for secret in &secrets {
            assert!(!lower.contains(&**secret), "{secret} in {line}");
        }
        let digits: String = line.chars().filter(char::is_ascii_digit).collect();
        for phone in [PHONE, OTHER_PHONE] {
            assert!(!line.contains(phone) && !digits.contains(phone), "{phone} in {line}");
        }
        let mut things = payments.iter().map(|it| &it.id).chain(links.iter().map(|it| &it.id));
        if things.any(|id| line.contains(&**id)) || line.contains(&order.id) {
            assert!(fields["order"].is_string(), "about an order, and does not say which: {line}");
        }
        if fields["order"] == *order.id {
            let to = fields["to"].as_str().unwrap_or_default();
            story.push(format!("{} {to}", fields["message"].as_str().unwrap()));
        }
    }
    let steps = ["seats held ", "order moved on paid", "order moved on refunded"];
    let mut told = story.iter();
    for step in steps {
        assert!(told.any(|line| line == step), "no “{step}” in its place in {story:#?}");
    }
}

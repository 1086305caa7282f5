//! Webhooks: signed, repeated, out of order, lost.

use super::*;

const ALL_FOUR: [&str; 4] = ["payment.authorized", "order.paid", "payment.captured", "payment_link.paid"];

async fn paid_link(razorpay: &Razorpay) -> String {
    let id = Client::of(razorpay).create("order-1").await["id"].as_str().unwrap().to_owned();
    razorpay.pay(&id).unwrap();
    razorpay.settled().await;
    id
}

#[tokio::test]
async fn a_payment_is_told_with_signed_bodies_and_ids_of_their_own() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let id = paid_link(&razorpay).await;
    assert_eq!(merchant.events(), ALL_FOUR);
    let letters = merchant.letters();
    assert!(letters.iter().all(|letter| letter.is_genuine));
    let ids: std::collections::HashSet<_> = letters.iter().map(|letter| &letter.event_id).collect();
    assert_eq!(ids.len(), 4);
    let paid = &letters[3].body;
    assert_eq!((&paid["entity"], &paid["contains"]), (&json!("event"), &json!(["payment_link", "order", "payment"])));
    assert_eq!(paid["payload"]["payment_link"]["entity"]["id"], json!(id));
    assert_eq!(paid["payload"]["payment"]["entity"]["notes"], json!([]));
}

#[tokio::test]
async fn what_is_not_heard_is_sent_again_with_the_same_id_and_bytes() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    // 503, a redirect, no answer in time; then well.
    let merchant = Merchant::listen(&razorpay, [503, 302, 0]).await;
    let id = Client::of(&razorpay).create("order-1").await["id"].as_str().unwrap().to_owned();
    razorpay.expire(&id).unwrap();
    razorpay.settled().await;
    assert_eq!(merchant.events(), ["payment_link.expired"; 4]);
    let deliveries = razorpay.deliveries();
    assert!(deliveries.iter().all(|one| one.event_id == deliveries[0].event_id && one.body == deliveries[0].body));
    assert_eq!(deliveries.iter().map(|one| one.attempt).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(deliveries[0].outcome, Outcome::Answered(503));
    assert!(matches!(deliveries[2].outcome, Outcome::NoAnswer(_)));
    assert_eq!(deliveries[3].outcome, Outcome::Answered(200));
}

#[tokio::test]
async fn a_deaf_merchant_is_given_up_and_one_stubborn_event_does_not_hold_up_the_others() {
    let options = Options { webhook_first_pause: Duration::from_millis(500), webhook_attempts: 2, ..quick() };
    let razorpay = Razorpay::start(options).await.unwrap();
    let merchant = Merchant::listen(&razorpay, [500]).await;
    paid_link(&razorpay).await;
    let [first, others @ ..] = ALL_FOUR;
    assert_eq!(merchant.events(), [&[first], others.as_slice(), &[first]].concat());

    razorpay.webhook_to("http://127.0.0.1:9/nobody");
    razorpay.dispute(&razorpay.payments()[0].id).unwrap();
    razorpay.settled().await;
    let unheard = razorpay.deliveries().into_iter().filter(|one| one.event == "payment.dispute.created");
    assert_eq!(unheard.map(|one| one.attempt).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn events_are_repeated_overtaken_delayed_dropped_and_lost_on_command() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    razorpay.misbehave(
        Faults::none()
            .next_event("payment.authorized", WebhookFault::Overtaken)
            .next_event("order.paid", WebhookFault::Lost)
            .next_event("payment.captured", WebhookFault::Delayed(Duration::from_millis(250)))
            .next_event("payment_link.paid", WebhookFault::Repeated(2)),
    );
    let id = paid_link(&razorpay).await;
    let events = merchant.events();
    assert_eq!(events.iter().filter(|event| *event == "payment_link.paid").count(), 3);
    assert!(!events.contains(&"order.paid".to_owned()));
    assert_eq!((events.len(), events.last().unwrap().as_str()), (5, "payment.captured"));
    let of_link = |letter: &Letter| (letter.event == "payment_link.paid").then(|| letter.event_id.clone());
    let ids: std::collections::HashSet<_> = merchant.letters().iter().filter_map(of_link).collect();
    assert_eq!(ids.len(), 1);

    // Nothing follows the last event, so what was to be overtaken goes all the same.
    razorpay.misbehave(Faults::none().next_event("payment.dispute.created", WebhookFault::Overtaken));
    razorpay.dispute(&razorpay.payments()[0].id).unwrap();
    razorpay.settled().await;
    assert_eq!(merchant.events().last().unwrap(), "payment.dispute.created");

    razorpay.misbehave(Faults::none().next_event("payment.authorized", WebhookFault::DroppedOnce));
    razorpay.pay_late(&id, DeadLink::StaysDead).unwrap();
    razorpay.settled().await;
    let attempts = razorpay.deliveries().into_iter().filter(|one| one.event == "payment.authorized").skip(1);
    assert_eq!(attempts.map(|one| one.outcome).collect::<Vec<_>>(), [Outcome::Lost, Outcome::Answered(200)]);
}

#[tokio::test]
async fn an_overtaken_event_goes_behind_the_next() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    razorpay.misbehave(Faults::none().next_event("payment.captured", WebhookFault::Overtaken));
    paid_link(&razorpay).await;
    assert_eq!(merchant.events(), ["payment.authorized", "order.paid", "payment_link.paid", "payment.captured"]);
}

#[tokio::test]
async fn unordered_events_all_arrive() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    razorpay.misbehave(Faults::seeded(7).unordered());
    paid_link(&razorpay).await;
    let mut events = merchant.events();
    assert_ne!(events, ALL_FOUR);
    events.sort();
    assert_eq!(events, ["order.paid", "payment.authorized", "payment.captured", "payment_link.paid"]);
}

#[tokio::test]
async fn a_link_expires_by_the_clock_without_being_asked_about() {
    let razorpay = Razorpay::start(Options { min_link_life: Duration::ZERO, ..quick() }).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let mut short = wish("order-1");
    short["expire_by"] = json!(unix_now() + 1);
    Client::of(&razorpay).post("payment_links", &short).await.unwrap();
    let heard = async {
        while merchant.events().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), heard).await.unwrap();
    assert_eq!(merchant.events(), ["payment_link.expired"]);
}

#[tokio::test]
async fn late_other_and_failed_money_is_told_as_razorpay_tells_it() {
    let razorpay = Razorpay::start(quick()).await.unwrap();
    let merchant = Merchant::listen(&razorpay, []).await;
    let client = Client::of(&razorpay);
    let mut heard = 0;
    let mut news = || {
        let events = merchant.events().split_off(heard);
        heard += events.len();
        events
    };
    let id = |link: Value| link["id"].as_str().unwrap().to_owned();

    let partial = id(client.create("partial").await);
    assert!(razorpay.pay_other(&partial, 100, "INR").unwrap().contains("_status=partially_paid&"));
    razorpay.settled().await;
    assert_eq!(news(), ["payment.authorized", "payment.captured", "payment_link.partially_paid"]);

    let foreign = id(client.create("foreign").await);
    razorpay.pay_other(&foreign, 49_900, "USD").unwrap();
    assert_eq!(razorpay.payments()[1].currency, "USD");

    let failed = id(client.create("failed").await);
    let payment = razorpay.fail(&failed).unwrap();
    razorpay.expire(&failed).unwrap();
    razorpay.settled().await;
    news();
    razorpay.capture_failed(&payment, DeadLink::StaysDead).unwrap();
    razorpay.settled().await;
    assert_eq!(news(), ["payment.authorized", "order.paid", "payment.captured"]);
    let (_, expired) = client.get(&format!("payment_links/{failed}")).await;
    assert_eq!((&expired["status"], &expired["payments"][0]["payment_id"]), (&json!("expired"), &json!(payment)));

    razorpay.send_again(&razorpay.deliveries()[0]);
    razorpay.settled().await;
    assert_eq!(merchant.letters().last().unwrap().event_id, merchant.letters()[0].event_id);
}

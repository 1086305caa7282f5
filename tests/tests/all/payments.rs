//! Money: three knocks at one door, in any order, any number of times.

use std::time::Duration;

use real_parts::razorpay::{
    ApiFault, DeadLink, Endpoint, Faults, Options, Outcome, RefundStatus, RefundsSettle, WebhookFault,
};
use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::world::{Booked, Setup, World, eventually};

/// Razorpay tells nobody anything.
fn silent() -> Setup {
    Setup { webhooks: false, ..Setup::default() }
}

async fn expire(world: &World, order: &Booked) {
    world.razorpay.expire(&order.link_id).unwrap();
    world.make_due(order).await;
    eventually("the seat to come back", async || world.state(order).await == "expired").await;
}

#[tokio::test]
async fn the_browsers_return_alone_makes_the_ticket() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    let back = world.razorpay.pay(&order.link_id).unwrap();
    let answer = world.get(&back).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], order.path.as_str());
    assert_eq!(world.state(&order).await, "paid");
    assert_eq!(world.seats().await, (1, 0));
}

#[tokio::test]
async fn a_webhook_alone_makes_the_ticket_however_often_it_comes() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.misbehave(Faults::none().sometimes_event(1.0, WebhookFault::Repeated(3)).unordered());
    world.razorpay.pay(&order.link_id).unwrap();
    world.razorpay.settled().await;
    assert_eq!(world.state(&order).await, "paid");
    assert_eq!((world.count("tickets").await, world.count("payments").await), (1, 1));
}

#[tokio::test]
async fn the_look_up_alone_makes_the_ticket() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.pay(&order.link_id).unwrap();
    world.make_due(&order).await;
    eventually("the ticket", async || world.state(&order).await == "paid").await;
}

#[tokio::test]
async fn all_three_at_once_make_one_ticket() {
    let world = World::new(Setup::default()).await;
    for number in 0..10 {
        let order = world.book("Asha", &format!("987654321{number}")).await;
        let back = world.razorpay.pay(&order.link_id).unwrap();
        world.make_due(&order).await;
        let mut returns = JoinSet::new();
        for _ in 0..4 {
            returns.spawn(world.http().get(&back).send());
        }
        for answer in returns.join_all().await {
            assert_eq!(answer.unwrap().status(), StatusCode::SEE_OTHER);
        }
    }
    world.razorpay.settled().await;
    assert_eq!((world.count("tickets").await, world.count("payments").await), (10, 10));
    assert_eq!(world.seats().await, (10, 0));
}

#[tokio::test]
async fn a_return_with_a_forged_signature_makes_nothing() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    let forged = format!(
        "{}/return?razorpay_payment_id=pay_1&razorpay_payment_link_id={}&razorpay_payment_link_reference_id={}\
         &razorpay_payment_link_status=paid&razorpay_signature={}",
        order.path,
        order.link_id,
        order.id,
        "0".repeat(64)
    );
    assert_eq!(world.get(&forged).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(world.state(&order).await, "held");
    assert_eq!(world.get(&format!("{}/qr.png", order.path)).await.status(), StatusCode::NOT_FOUND);
    assert!(world.razorpay.calls_of(Endpoint::FetchLink).is_empty(), "a stranger's word is not worth a question");
}

/// Signed, and still not believed: the link is looked up, and it is not paid.
#[tokio::test]
async fn a_signed_word_that_the_api_does_not_confirm_makes_nothing() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.fail(&order.link_id).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&order).await.as_str(), world.count("tickets").await), ("held", 0));
}

#[tokio::test]
async fn failure_is_never_final_and_never_overwrites_a_capture() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha", "9876543210").await;
    let failed = world.razorpay.fail(&order.link_id).unwrap();
    world.razorpay.settled().await;
    world.razorpay.capture_failed(&failed, DeadLink::TurnsPaid).unwrap();
    world.razorpay.settled().await;
    assert_eq!(world.state(&order).await, "paid");
    for delivery in world.razorpay.deliveries() {
        world.razorpay.send_again(&delivery);
    }
    world.razorpay.settled().await;
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("paid", (1, 0)));
}

#[tokio::test]
async fn an_unpaid_link_gives_its_seat_back_and_the_guest_may_book_again() {
    let world = World::new(Setup { capacity: 1, ..silent() }).await;
    let order = world.book("Asha", "9876543210").await;
    assert_eq!(world.submit(&[("first_name", "Ravi"), ("phone_number", "9876543211")]).await.status(), 409);
    expire(&world, &order).await;
    assert_eq!(world.seats().await, (0, 0));
    let again = world.book("Asha", "9876543210").await;
    assert_ne!(again.id, order.id);
}

#[tokio::test]
async fn late_money_is_honoured_while_seats_last() {
    let world = World::new(Setup { capacity: 2, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    expire(&world, &order).await;
    world.razorpay.pay_late(&order.link_id, DeadLink::TurnsPaid).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("paid", (1, 0)));
}

/// The link still says that it is dead; the payment behind it does not.
#[tokio::test]
async fn late_money_is_found_behind_a_link_that_stays_dead() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    expire(&world, &order).await;
    world.razorpay.pay_late(&order.link_id, DeadLink::StaysDead).unwrap();
    world.make_due(&order).await;
    eventually("the late ticket", async || world.state(&order).await == "paid").await;
}

#[tokio::test]
async fn late_money_without_a_seat_goes_back_once() {
    let refunds = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
    let world = World::new(Setup { capacity: 1, razorpay: refunds, ..Setup::default() }).await;
    let late = world.book("Asha", "9876543210").await;
    expire(&world, &late).await;
    let other = world.book("Ravi", "9876543211").await;
    world.razorpay.pay(&other.link_id).unwrap();
    world.razorpay.settled().await;
    world.razorpay.misbehave(Faults::none().next_call(Endpoint::CreateRefund, ApiFault::DoneThenCut));
    world.razorpay.pay_late(&late.link_id, DeadLink::TurnsPaid).unwrap();
    eventually("the refund to be asked for again", async || {
        world.make_due(&late).await;
        world.row::<(u32,)>("SELECT COUNT(*) FROM refunds WHERE razorpay_id IS NOT NULL").await.0 == 1
    })
    .await;
    assert_eq!(world.razorpay.refunds().len(), 1, "asked twice, given back once");
    assert_eq!(world.state(&late).await, "refunding");
    world.razorpay.settle_refund(&world.razorpay.refunds()[0].id, RefundStatus::Processed).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&late).await.as_str(), world.seats().await), ("refunded", (1, 0)));
}

#[tokio::test]
async fn money_of_the_wrong_amount_goes_back_with_the_seat() {
    let world = World::new(Setup::default()).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.pay_other(&order.link_id, 100, "INR").unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("refunding", (0, 0)));
    assert_eq!((world.razorpay.refunds().len(), world.count("tickets").await), (1, 0));
}

/// Razorpay made the link, and its answer was lost: found again by its reference.
#[tokio::test]
async fn a_link_whose_answer_was_lost_is_found_again() {
    let world = World::new(Setup::default()).await;
    world.razorpay.misbehave(Faults::none().next_call(Endpoint::CreateLink, ApiFault::DoneThenCut));
    let order = world.book("Asha", "9876543210").await;
    assert_eq!(world.razorpay.links().len(), 1);
    assert_eq!(world.razorpay.links()[0].id, order.link_id);
}

/// Razorpay is away: the seat is held, the order's page says so, and mends itself.
#[tokio::test]
async fn without_razorpay_the_seat_is_held_and_the_page_tries_again() {
    let world = World::new(Setup::default()).await;
    let away = Faults::none().sometimes(1.0, None, ApiFault::Refused(502));
    world.razorpay.misbehave(away);
    let answer = world.submit(&[("first_name", "Asha"), ("phone_number", "9876543210")]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let order = world.booked("9876543210").await;
    assert_eq!(answer.headers()["location"], order.path.as_str());
    let page = world.get(&order.path).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().contains("Check again"));
    world.razorpay.behave();
    let page = world.get(&order.path).await.text().await.unwrap();
    assert!(page.contains(&world.razorpay.short_url(&world.booked("9876543210").await.link_id).unwrap()), "{page}");
}

#[tokio::test]
async fn a_forged_or_unreadable_webhook_is_refused_and_changes_nothing() {
    let world = World::new(silent()).await;
    let order = world.book("Asha", "9876543210").await;
    let url = format!("{}/webhooks/razorpay", world.site.url);
    let body = format!(
        r#"{{"entity":"event","event":"payment_link.paid","payload":{{"payment_link":{{"entity":{{"id":"{}"}}}}}}}}"#,
        order.link_id
    );
    for signature in [None, Some(""), Some("zz"), Some(&*"0".repeat(64)), Some("é")] {
        let mut request = world.http().post(&url).header("x-razorpay-event-id", "evt_1").body(body.clone());
        if let Some(signature) = signature {
            let value = reqwest::header::HeaderValue::from_bytes(signature.as_bytes()).unwrap();
            request = request.header("x-razorpay-signature", value);
        }
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{signature:?}");
    }
    let garbage = "not json";
    let signature = real_parts::razorpay::signature::sign(&world.settings.webhook_secret, garbage.as_bytes());
    let request = world.http().post(&url).header("x-razorpay-signature", signature).body(garbage);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!((world.state(&order).await.as_str(), world.count("webhook_events").await), ("held", 0));
}

/// Razorpay's API is away when the webhook comes: 503, and the repeat makes the ticket.
#[tokio::test]
async fn a_webhook_that_cannot_be_checked_is_asked_to_come_again() {
    let patient = Options { webhook_first_pause: Duration::from_millis(300), ..Options::default() };
    let world = World::new(Setup { razorpay: patient, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.misbehave(Faults::none().next_call(Endpoint::FetchLink, ApiFault::Refused(503)));
    world.razorpay.pay(&order.link_id).unwrap();
    world.razorpay.settled().await;
    assert!(world.razorpay.deliveries().iter().any(|delivery| delivery.outcome == Outcome::Answered(503)));
    assert_eq!(world.state(&order).await, "paid");
}

#[tokio::test]
async fn a_free_event_needs_no_payment() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let answer = world.submit(&[("first_name", "Asha"), ("phone_number", "9876543210")]).await;
    let order = world.booked("9876543210").await;
    assert_eq!(answer.headers()["location"], order.path.as_str());
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("paid", (1, 0)));
    assert!(world.razorpay.calls().is_empty());
}

//! `booking-web refund ORDER…`.

use common::Reason;
use real_parts::programs::booking_web;
use real_parts::razorpay::{ApiFault, DeadLink, Endpoint, Faults, RefundStatus};

use super::{ASHA, RAVI, free, patient, verdict};
use crate::world::{World, eventually};

#[tokio::test]
async fn the_gate_refuses_at_once_and_the_money_follows() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    let code = world.code(&order).await;
    let said = world.does(&["refund", &order.id, "--reason", "asked for by e-mail"]).await;
    assert!(said.contains("₹499 of pay_") && said.contains("Razorpay says pending, 5 to 7 working days"), "{said}");
    assert_eq!(verdict(&door, &code).await, Reason::Revoked);
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("refunding", (0, 0)));
    let page = world.page(&order).await;
    assert!(page.contains("The organiser took this booking back") && page.contains("5 to 7 working days"), "{page}");

    world.settle_refunds(RefundStatus::Processed);
    world.comes_to(&order, "refunded").await;
    assert!(world.page(&order).await.contains("Sent back"));
    let story = world.does(&["order", &order.id]).await;
    assert!(story.contains("refunding, by organiser, by command: asked for by e-mail"), "{story}");
    assert!(world.does(&["refund", &order.id]).await.contains("was refunded before"));
    assert_eq!(world.razorpay.refunds().len(), 1);
}

#[tokio::test]
async fn several_organisers_at_once_and_the_server_make_one_refund() {
    let world = World::new(patient()).await;
    for (name, phone) in [("Asha", ASHA), ("Ravi", RAVI)] {
        let order = world.paid(name, phone).await;
        let before = world.razorpay.refunds().len();
        let command = ["refund", &*order.id];
        let refund = || world.organiser(&command);
        let (one, two, three, four, ()) = tokio::join!(refund(), refund(), refund(), refund(), world.make_due(&order));
        let outputs = [one, two, three, four];
        for output in &outputs {
            assert!(output.status.success(), "{}{}", output.stdout, output.stderr);
        }
        let revoked = outputs.iter().filter(|output| output.stdout.contains("the ticket is revoked")).count();
        assert_eq!(revoked, 1, "one of them did it, and the others found it done");
        assert_eq!(world.razorpay.refunds().len(), before + 1);
        assert_eq!(
            world.count(&format!("order_events WHERE what = 'refunding' AND order_id = '{}'", order.id)).await,
            1
        );
    }
    assert_eq!(world.seats().await, (0, 0));
}

#[tokio::test]
async fn without_balance_the_ticket_is_revoked_and_the_money_goes_when_there_is_some() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    world.razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::CreateRefund), ApiFault::NoBalance));
    let said = world.refuses(&["refund", &order.id]).await;
    assert!(said.contains("the ticket is revoked") && said.contains("not asked for yet"), "{said}");
    assert!(said.contains("does not have enough balance") && said.contains("goes on by itself"), "{said}");
    assert_eq!(verdict(&door, &world.code(&order).await).await, Reason::Revoked);
    assert_eq!((world.state(&order).await.as_str(), world.razorpay.refunds().len()), ("refunding", 0));
    assert!(!world.page(&order).await.contains("working days"), "nothing is promised that was not taken on");

    world.razorpay.behave();
    eventually("the refund", async || {
        world.make_due(&order).await;
        world.razorpay.refunds().len() == 1
    })
    .await;
    world.settle_refunds(RefundStatus::Processed);
    world.comes_to(&order, "refunded").await;
}

/// A key that failed is spent: Razorpay would answer it with the same failure for ever.
#[tokio::test]
async fn a_refund_that_fails_is_asked_for_anew_and_counted_and_at_last_needs_a_person() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    world.does(&["refund", &order.id]).await;
    for attempts in 1..=5 {
        assert_eq!(world.razorpay.refunds().len(), attempts);
        world.settle_refunds(RefundStatus::Failed);
        eventually("the failure to be written down, and the next try", async || {
            world.make_due(&order).await;
            let failures = world.count("order_events WHERE what = 'refund_failed'").await;
            failures == u32::try_from(attempts).unwrap() && (attempts == 5 || world.razorpay.refunds().len() > attempts)
        })
        .await;
    }
    let mut keys: Vec<_> = world.razorpay.refunds().into_iter().map(|refund| refund.receipt).collect();
    keys.dedup();
    assert_eq!(keys.len(), 5, "each under a key of its own");
    let page = world.page(&order).await;
    assert!(page.contains("could not be sent back yet") && page.contains("ask the organiser"), "{page}");
    let said = world.refuses(&["refund", &order.id]).await;
    assert!(said.contains("could not give it back") && said.contains("refund --again"), "{said}");

    let said = world.does(&["refund", "--again", &order.id]).await;
    assert!(said.contains("tried again") && said.contains("Razorpay says pending"), "{said}");
    world.settle_refunds(RefundStatus::Processed);
    world.is_brought_to(&order, "refunded").await;
    assert_eq!(world.razorpay.ledger()[0].kept(), 0);
}

#[tokio::test]
async fn again_touches_no_ticket() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    assert!(world.refuses(&["refund", "--again", &order.id]).await.contains("nothing of it goes back"));
    assert_eq!(world.state(&order).await, "paid");
}

/// On the dashboard the two payments look alike.
#[tokio::test]
async fn who_names_the_second_payment_does_not_lose_the_ticket_of_the_first() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let first = world.payment(&order).await;
    let second = world.razorpay.pay_late(&order.link_id, DeadLink::StaysDead).unwrap();
    eventually("the second payment", async || world.count("refunds WHERE state = 'pending'").await == 1).await;
    let page = world.page(&order).await;
    assert!(page.contains("qr.svg") && page.contains("the other ₹499 goes back by itself"), "{page}");
    for command in ["refund", "revoke"] {
        let said = world.refuses(&[command, &second]).await;
        assert!(said.contains("is not what pays for the ticket") && said.contains(&order.id), "{said}");
    }
    assert_eq!(world.state(&order).await, "paid");
    let said = world.does(&["refund", &first]).await;
    assert_eq!(said.matches("Razorpay says pending").count(), 2, "{said}");
    world.settle_refunds(RefundStatus::Processed);
    world.comes_to(&order, "refunded").await;
    assert!(world.razorpay.ledger().iter().all(|entry| entry.kept() == 0));
}

#[tokio::test]
async fn a_guest_who_is_inside_is_left_alone_unless_that_is_meant() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    assert_eq!(verdict(&door, &world.code(&order).await).await, Reason::Granted);
    for command in ["refund", "revoke"] {
        let said = world.refuses(&[command, &order.id]).await;
        assert!(
            said.contains("inside since 20") && said.contains("Gate A") && said.contains("--even-if-inside"),
            "{said}"
        );
    }
    assert_eq!((world.state(&order).await.as_str(), world.razorpay.refunds().len()), ("paid", 0));
    world.does(&["refund", &order.id, "--even-if-inside"]).await;
    assert_eq!(world.state(&order).await, "refunding");
}

#[tokio::test]
async fn what_was_not_paid_is_not_given_back() {
    let world = World::new(patient()).await;
    let order = world.book("Asha", ASHA).await;
    let said = world.refuses(&["refund", &order.id]).await;
    assert!(said.contains("not paid yet") && said.contains("comes back by itself"), "{said}");
    assert_eq!(world.state(&order).await, "held");

    let world = World::new(free()).await;
    let order = world.booked_for_nothing("Asha", ASHA).await;
    let said = world.refuses(&["refund", &order.id]).await;
    assert!(said.contains("nothing to give back") && said.contains("booking-web revoke"), "{said}");
    assert_eq!(world.state(&order).await, "paid");
}

#[tokio::test]
async fn one_order_that_cannot_be_done_does_not_keep_the_others_waiting() {
    let world = World::new(patient()).await;
    let (asha, ravi) = (world.paid("Asha", ASHA).await, world.book("Ravi", RAVI).await);
    let said = world.refuses(&["refund", &ravi.id, "pay_unknown", &asha.id]).await;
    assert!(said.contains("2 of 3 are not done") && said.contains("Razorpay says pending"), "{said}");
    assert_eq!(world.state(&asha).await, "refunding");
}

#[tokio::test]
async fn only_money_needs_razorpays_settings() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let output = booking_web(&["refund", &order.id], &world.env()).await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    for name in ["RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET"] {
        assert!(output.stderr.contains(name), "{name} in {}", output.stderr);
    }
    assert_eq!(world.state(&order).await, "paid", "nothing was begun");
    for command in ["order", "revoke", "restore"] {
        let output = booking_web(&[command, &order.id], &world.env()).await.unwrap();
        assert!(output.status.success(), "{command}: {}", output.stderr);
    }
}

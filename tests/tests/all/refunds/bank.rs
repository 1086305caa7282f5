//! What a guest's bank does, and what somebody does on Razorpay's dashboard.

use common::Reason;
use real_parts::razorpay::{ApiFault, Endpoint, Faults, RefundStatus};

use super::{ASHA, RAVI, patient, verdict};
use crate::world::{Booked, Setup, World, eventually};

async fn disputed(world: &World, order: &Booked) -> String {
    let dispute = world.razorpay.dispute(&world.payment(order).await).unwrap();
    world.comes_to(order, "revoked").await;
    dispute
}

#[tokio::test]
async fn a_dispute_takes_the_ticket_at_once_and_one_that_is_won_gives_it_back() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    let code = world.code(&order).await;
    let dispute = disputed(&world, &order).await;
    assert_eq!((verdict(&door, &code).await, world.seats().await), (Reason::Revoked, (0, 0)));
    assert!(world.page(&order).await.contains("has asked for the payment back"));
    let said = world.refuses(&["refund", &order.id]).await;
    assert!(said.contains(&dispute) && said.contains("until that is decided"), "{said}");

    world.razorpay.review_dispute(&dispute).unwrap();
    world.razorpay.settled().await;
    assert_eq!(world.state(&order).await, "revoked");
    world.razorpay.win_dispute(&dispute).unwrap();
    world.comes_to(&order, "paid").await;
    assert_eq!((verdict(&door, &code).await, world.seats().await), (Reason::Granted, (1, 0)));
}

/// What the organiser says of the ticket counts, whatever the bank says of the money.
#[tokio::test]
async fn a_dispute_overrules_neither_a_ticket_let_stand_nor_one_taken_for_good() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    let code = world.code(&order).await;
    let dispute = disputed(&world, &order).await;
    world.does(&["restore", &order.id]).await;
    world.razorpay.review_dispute(&dispute).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&order).await.as_str(), verdict(&door, &code).await), ("paid", Reason::Granted));

    let other = world.paid("Ravi", RAVI).await;
    let dispute = disputed(&world, &other).await;
    assert!(world.does(&["revoke", &other.id]).await.contains("even if that is won, the ticket stays away"));
    world.razorpay.win_dispute(&dispute).unwrap();
    world.razorpay.settled().await;
    assert_eq!((world.state(&other).await.as_str(), world.seats().await), ("revoked", (1, 0)));
}

/// Razorpay's word got lost on the way: we ask by ourselves, now and then.
#[tokio::test]
async fn a_dispute_that_nobody_tells_us_of_is_found() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    world.razorpay.webhooks_to(Vec::new());
    eventually("the first look around", async || world.count("duties").await > 0).await;
    world.razorpay.dispute(&world.payment(&order).await).unwrap();
    world.sql("UPDATE duties SET due_at = UTC_TIMESTAMP(6) WHERE name = 'disputes'").await;
    world.comes_to(&order, "revoked").await;
}

/// Only what is left of a payment can follow a part that the dashboard gave back.
#[tokio::test]
async fn a_refund_after_one_in_part_gives_the_rest_back() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    world.razorpay.refund_on_dashboard(&world.payment(&order).await, Some(10_000)).unwrap();
    world.does(&["refund", &order.id]).await;
    let amounts: Vec<i64> = world.razorpay.refunds().iter().map(|refund| refund.amount).collect();
    assert_eq!(amounts, [10_000, 39_900]);
    world.settle_refunds(RefundStatus::Processed);
    world.comes_to(&order, "refunded").await;
    assert_eq!(world.razorpay.ledger()[0].kept(), 0);
}

/// Somebody gave a part back, we gave the rest, and then that part failed: it is owed after all.
#[tokio::test]
async fn the_money_is_back_when_every_part_of_it_is() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let payment = world.payment(&order).await;
    // Razorpay's list is ten refunds long unless more are asked for.
    for _ in 0..12 {
        let failed = world.razorpay.refund_on_dashboard(&payment, Some(10_000)).unwrap();
        world.razorpay.settle_refund(&failed, RefundStatus::Failed).unwrap();
    }
    let part = world.razorpay.refund_on_dashboard(&payment, Some(10_000)).unwrap();
    world.does(&["refund", &order.id]).await;
    let rest = world.razorpay.refunds().into_iter().find(|refund| refund.amount == 39_900).unwrap();
    world.razorpay.settle_refund(&rest.id, RefundStatus::Processed).unwrap();
    let follows = format!("refunds WHERE state = 'pending' AND razorpay_id = '{part}'");
    eventually("the part to be followed", async || {
        world.make_due(&order).await;
        world.count(&follows).await == 1
    })
    .await;
    assert_eq!(world.state(&order).await, "refunding");

    world.razorpay.settle_refund(&part, RefundStatus::Failed).unwrap();
    eventually("the part to be asked for", async || {
        world.make_due(&order).await;
        world.razorpay.refunds().iter().any(|refund| refund.status == RefundStatus::Pending)
    })
    .await;
    world.settle_refunds(RefundStatus::Processed);
    world.comes_to(&order, "refunded").await;
    assert_eq!((world.razorpay.ledger()[0].kept(), world.razorpay.refunds().len()), (0, 15));
}

#[tokio::test]
async fn a_dispute_won_without_a_seat_gives_the_money_back() {
    let world = World::new(Setup { capacity: 1, ..patient() }).await;
    let order = world.paid("Asha", ASHA).await;
    let dispute = disputed(&world, &order).await;
    world.paid("Ravi", RAVI).await;
    world.razorpay.win_dispute(&dispute).unwrap();
    world.comes_to(&order, "refunding").await;
    assert!(world.page(&order).await.contains("your seat went to somebody else"));
    eventually("the refund", async || {
        world.make_due(&order).await;
        world.razorpay.refunds().len() == 1
    })
    .await;
    world.settle_refunds(RefundStatus::Processed);
    world.comes_to(&order, "refunded").await;
    assert_eq!(world.seats().await, (1, 0));
}

#[tokio::test]
async fn a_dispute_that_is_lost_ends_the_order_and_nothing_goes_back_twice() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    let dispute = disputed(&world, &order).await;
    world.razorpay.lose_dispute(&dispute).unwrap();
    world.comes_to(&order, "refunded").await;
    assert!(world.page(&order).await.contains("Your bank took the payment back"));
    assert_eq!(verdict(&door, &world.code(&order).await).await, Reason::Revoked);
    assert!(world.does(&["refund", &order.id]).await.contains("was refunded before"));
    assert!(world.razorpay.refunds().is_empty());
    assert_eq!(world.razorpay.ledger()[0].kept(), 0);
}

/// The refund could not be asked for yet when the bank took the money: then there is nothing left to give.
#[tokio::test]
async fn what_the_bank_took_is_not_given_back_as_well() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let payment = world.payment(&order).await;
    world.razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::CreateRefund), ApiFault::NoBalance));
    world.refuses(&["refund", &order.id]).await;
    let dispute = world.razorpay.dispute(&payment).unwrap();
    world.razorpay.settled().await;
    world.razorpay.lose_dispute(&dispute).unwrap();
    world.razorpay.settled().await;
    world.razorpay.behave();
    world.is_brought_to(&order, "refunded").await;
    assert_eq!((world.razorpay.ledger()[0].kept(), world.razorpay.refunds().len()), (0, 0));
}

#[tokio::test]
async fn a_refund_made_on_the_dashboard_takes_the_ticket_with_it() {
    for told in [true, false] {
        let world = World::new(Setup { webhooks: told, ..patient() }).await;
        let (door, order) = (world.door().await, world.book("Asha", ASHA).await);
        world.razorpay.pay(&order.link_id).unwrap();
        world.is_brought_to(&order, "paid").await;
        let payment = world.payment(&order).await;
        world.razorpay.refund_on_dashboard(&payment, None).unwrap();
        world.is_brought_to(&order, "refunding").await;
        world.settle_refunds(RefundStatus::Processed);
        world.is_brought_to(&order, "refunded").await;
        assert_eq!(verdict(&door, &world.code(&order).await).await, Reason::Revoked);
        assert!(world.page(&order).await.contains("The organiser took this booking back"));
        assert!(world.does(&["refund", &order.id]).await.contains("was refunded before"));
        assert_eq!((world.razorpay.refunds().len(), world.seats().await), (1, (0, 0)));
    }
}

/// The dashboard was faster than our look: the refund that is there is ours to follow.
#[tokio::test]
async fn a_refund_by_command_after_one_on_the_dashboard_is_the_same_money() {
    let world = World::new(Setup { webhooks: false, ..patient() }).await;
    let order = world.book("Asha", ASHA).await;
    world.razorpay.pay(&order.link_id).unwrap();
    world.is_brought_to(&order, "paid").await;
    world.razorpay.refund_on_dashboard(&world.payment(&order).await, None).unwrap();
    world.organiser(&["refund", &order.id]).await;
    world.settle_refunds(RefundStatus::Processed);
    world.is_brought_to(&order, "refunded").await;
    assert_eq!((world.razorpay.refunds().len(), world.razorpay.ledger()[0].kept()), (1, 0));
}

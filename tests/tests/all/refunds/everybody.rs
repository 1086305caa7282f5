//! `booking-web refund --all`: the event is cancelled.

use std::process::Stdio;

use common::Reason;
use real_parts::programs::built_site;
use real_parts::razorpay::{ApiFault, Endpoint, Faults, RefundStatus};

use super::{patient, verdict};
use crate::world::{Booked, Setup, World, eventually};

const GUESTS: usize = 12;

async fn sold(guests: usize) -> (World, Vec<Booked>) {
    sold_in(World::new(patient()).await, guests).await
}

async fn sold_in(world: World, guests: usize) -> (World, Vec<Booked>) {
    let mut orders = Vec::new();
    for number in 0..guests {
        orders.push(world.paid("Asha", &format!("98765{number:05}")).await);
    }
    (world, orders)
}

#[tokio::test]
async fn a_cancelled_event_gives_everybody_the_money_back_once() {
    let (world, orders) = sold(GUESTS).await;
    let waiting = world.book("Ravi", "9876599999").await;
    let said = world.refuses(&["refund", "--all"]).await;
    assert!(said.contains("12, ₹5,988") && said.contains("1 seats are held") && said.contains("--yes"), "{said}");
    assert_eq!((world.seats().await, world.razorpay.refunds().len()), ((12, 1), 0), "nothing was done");

    let said = world.does(&["refund", "--all", "--yes", "--reason", "rain"]).await;
    assert!(said.contains("revoked 12 tickets") && said.contains("12, ₹5,988 (5 to 7"), "{said}");
    for order in &orders {
        assert_eq!(world.state(order).await, "refunding");
    }
    let door = world.door().await;
    assert_eq!(verdict(&door, &world.code(&orders[0]).await).await, Reason::Revoked);

    // Who paid meanwhile is found by the next run, and the others are not asked for again.
    world.razorpay.pay(&waiting.link_id).unwrap();
    world.comes_to(&waiting, "paid").await;
    let said = world.does(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("revoked 1 tickets"), "{said}");
    world.settle_refunds(RefundStatus::Processed);
    eventually("the last rupee", async || world.count("orders WHERE state = 'refunded'").await == 13).await;
    let said = world.does(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("revoked 0 tickets") && said.contains("13, ₹6,487"), "{said}");
    assert_eq!((world.razorpay.refunds().len(), world.seats().await), (13, (0, 0)));
    assert!(world.razorpay.ledger().iter().all(|entry| entry.kept() == 0));
}

#[tokio::test]
async fn who_is_inside_is_left_alone_and_named() {
    let (world, orders) = sold(3).await;
    let door = world.door().await;
    assert_eq!(verdict(&door, &world.code(&orders[1]).await).await, Reason::Granted);
    let said = world.refuses(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("1 of these guests are inside") && said.contains("revoked 2 tickets"), "{said}");
    assert!(said.contains(&format!("{}: Asha is inside since", orders[1].id)), "{said}");
    assert_eq!(world.state(&orders[1]).await, "paid");
    world.does(&["refund", "--all", "--yes", "--even-if-inside"]).await;
    assert_eq!(world.razorpay.refunds().len(), 3);
}

/// Orders are refunded, tickets taken: a group counts once there, and as often as it is many here.
#[tokio::test]
async fn groups_are_counted_by_their_guests_and_left_whole_for_one_who_is_inside() {
    let world = World::new(patient()).await;
    let mut orders = Vec::new();
    for number in 0..2 {
        let order = world.book_for(&["Asha", "Ravi", "Meera"], &format!("98765{number:05}")).await;
        world.razorpay.pay(&order.link_id).unwrap();
        world.comes_to(&order, "paid").await;
        orders.push(order);
    }
    world.book_for(&["Asha", "Ravi"], "9876599999").await;
    let door = world.door().await;
    assert_eq!(verdict(&door, &world.codes(&orders[1]).await[1]).await, Reason::Granted);
    let said = world.refuses(&["refund", "--all"]).await;
    assert!(said.contains(" 2, ₹2,994") && said.contains(" 6 tickets go with them"), "{said}");
    assert!(said.contains(" 1 of these guests are inside") && said.contains(" 2 seats are held"), "{said}");

    let said = world.refuses(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("revoked 3 tickets"), "{said}");
    assert!(said.contains(&format!("{}: Ravi is inside since", orders[1].id)), "{said}");
    assert_eq!((world.count("tickets WHERE REVOKED_AT IS NULL").await, world.seats().await), (3, (3, 2)));
    let said = world.does(&["refund", "--all", "--yes", "--even-if-inside"]).await;
    assert!(said.contains("revoked 3 tickets"), "{said}");
    assert_eq!((world.razorpay.refunds().len(), world.seats().await), (2, (0, 2)));
}

#[tokio::test]
async fn when_razorpay_throttles_it_is_given_time_and_everything_is_asked_for() {
    let (world, _) = sold(GUESTS).await;
    let busy = (0..3).fold(Faults::none(), |faults, _| faults.next_call(Endpoint::CreateRefund, ApiFault::Throttled));
    world.razorpay.misbehave(busy);
    let said = world.does(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("not asked for yet          0"), "{said}");
    assert_eq!(world.razorpay.refunds().len(), GUESTS);
}

/// Four refunds are under way, done at Razorpay and not heard of here.
#[tokio::test]
async fn a_run_that_is_killed_in_the_middle_is_gone_on_with_by_the_next() {
    // A server that looks would go on with it, too.
    let setup = Setup { env: vec![("LOOK_UP_SECONDS", "3600".into())], ..patient() };
    let (world, _) = sold_in(World::new(setup).await, GUESTS).await;
    let unheard =
        (0..4).fold(Faults::none(), |faults, _| faults.next_call(Endpoint::CreateRefund, ApiFault::DoneThenSilent));
    world.razorpay.misbehave(unheard);
    let mut command = tokio::process::Command::new(built_site());
    command.args(["refund", "--all", "--yes"]).envs(world.organisers_env()).kill_on_drop(true);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    eventually("four refunds", async || world.razorpay.refunds().len() == 4).await;
    run.kill().await.unwrap();
    let left = world.count("refunds WHERE state = 'intended'").await;
    assert_eq!(left, 12, "it knows of none, and has everything written down");
    let said = world.does(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("revoked 0 tickets") && said.contains("12, ₹5,988 (5 to 7"), "{said}");
    assert_eq!(world.razorpay.refunds().len(), GUESTS);
}

/// The balance is used up: it is no use to knock ten thousand times.
#[tokio::test]
async fn when_razorpay_does_none_it_stops_and_a_second_run_goes_on() {
    let (world, orders) = sold(30).await;
    world.razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::CreateRefund), ApiFault::NoBalance));
    let said = world.refuses(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("revoked 30 tickets") && said.contains("30, ₹14,970"), "{said}");
    assert!(said.contains("does not have enough balance") && said.contains("none of the last 20"), "{said}");
    let door = world.door().await;
    assert_eq!(verdict(&door, &world.code(&orders[29]).await).await, Reason::Revoked, "the tickets went all the same");
    world.razorpay.behave();
    world.does(&["refund", "--all", "--yes"]).await;
    assert_eq!(world.razorpay.refunds().len(), 30);
}

#[tokio::test]
async fn what_failed_for_good_is_taken_up_together() {
    let (world, orders) = sold(2).await;
    world.does(&["refund", "--all", "--yes"]).await;
    world.sql("UPDATE refunds SET state = 'failed'").await;
    let said = world.refuses(&["refund", "--all", "--yes"]).await;
    assert!(said.contains("failed for good            2") && said.contains("--again"), "{said}");
    world.settle_refunds(RefundStatus::Failed);
    let said = world.does(&["refund", "--all", "--again", "--yes"]).await;
    assert!(said.contains("refunds of 2 orders failed for good"), "{said}");
    world.settle_refunds(RefundStatus::Processed);
    for order in &orders {
        world.is_brought_to(order, "refunded").await;
    }
}

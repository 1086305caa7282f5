//! One payment for all of them.

use real_parts::razorpay::{DeadLink, Options, RefundsSettle};
use serde_json::Value;

use super::{FRIENDS, PHONE};
use crate::world::{Booked, Setup, World, command_succeeds, eventually};

#[tokio::test]
async fn one_payment_of_the_whole_price_makes_a_ticket_for_each() {
    let world = World::new(Setup::default()).await;
    let order = world.book_group(&FRIENDS, PHONE).await;
    assert_eq!(world.seats().await, (0, 3));
    assert_eq!(world.razorpay.links()[0].amount, 3 * 49_900);
    world.get(&world.razorpay.pay(&order.link_id).unwrap()).await;
    assert_eq!((world.state(&order).await, world.seats().await), ("paid".into(), (3, 0)));
    assert_eq!((world.valid().await, world.count("payments").await), (3, 1));
}

#[tokio::test]
async fn an_unpaid_group_gives_all_its_seats_back_and_may_book_again() {
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let order = world.book_group(&FRIENDS, PHONE).await;
    world.razorpay.expire(&order.link_id).unwrap();
    world.make_due(&order).await;
    eventually("the seats to come back", async || world.seats().await == (0, 0)).await;
    assert_eq!((world.state(&order).await, world.valid().await), ("expired".into(), 0));
    world.book_group(&FRIENDS, PHONE).await;
    assert_eq!(world.seats().await, (0, 3));
}

/// Refunds are done when they are asked for.
fn at_once() -> Setup {
    Setup { razorpay: Options { refunds: RefundsSettle::AtOnce, ..Options::default() }, ..Setup::default() }
}

async fn comes_to(world: &World, order: &Booked, state: &str) {
    eventually(&format!("{state} after late money"), async || {
        world.make_due(order).await;
        world.state(order).await == state
    })
    .await;
}

/// Two seats came back meanwhile: too few for three, who get their money and no ticket.
#[tokio::test]
async fn late_money_for_a_group_is_honoured_whole_or_goes_back_whole() {
    for (others, state, seats, valid) in [(2, "refunded", (2, 0), 2), (1, "paid", (4, 0), 4)] {
        let world = World::new(Setup { capacity: 4, ..at_once() }).await;
        let late = world.book_group(&FRIENDS, PHONE).await;
        world.razorpay.expire(&late.link_id).unwrap();
        world.make_due(&late).await;
        eventually("the seats to come back", async || world.seats().await == (0, 0)).await;
        let faster = world.book_group(&["Meera", "Zoya"][..others], "9876543211").await;
        world.get(&world.razorpay.pay(&faster.link_id).unwrap()).await;
        world.razorpay.pay_late(&late.link_id, DeadLink::StaysDead).unwrap();
        comes_to(&world, &late, state).await;
        assert_eq!((world.seats().await, world.valid().await), (seats, valid), "{others} others");
        let kept: i64 = world.razorpay.ledger().iter().map(real_parts::razorpay::LedgerEntry::kept).sum();
        assert_eq!(kept, i64::from(valid) * 49_900);
    }
}

/// One of them booked alone while the group's money was late: the group is not let in without them.
#[tokio::test]
async fn a_guest_who_has_another_ticket_by_now_sends_the_groups_late_money_back() {
    let world = World::new(at_once()).await;
    let late = world.book_group(&FRIENDS, PHONE).await;
    world.razorpay.expire(&late.link_id).unwrap();
    world.make_due(&late).await;
    eventually("the seats to come back", async || world.seats().await == (0, 0)).await;
    let alone = world.book_group(&["RAVI", "रवि"], PHONE).await;
    world.get(&world.razorpay.pay(&alone.link_id).unwrap()).await;
    world.razorpay.pay_late(&late.link_id, DeadLink::StaysDead).unwrap();
    comes_to(&world, &late, "refunded").await;
    assert_eq!((world.seats().await, world.valid().await), ((2, 0), 2));
    assert_eq!(world.state(&alone).await, "paid");
}

#[tokio::test]
async fn a_refund_takes_every_ticket_and_frees_every_seat() {
    let world = World::new(Setup::default()).await;
    let order = world.book_group(&FRIENDS, PHONE).await;
    world.get(&world.razorpay.pay(&order.link_id).unwrap()).await;
    let mut env = world.env().to_vec();
    let api = world.razorpay.api_url();
    env.extend([("RAZORPAY_URL", &*api), ("RAZORPAY_KEY_ID", &world.settings.key_id)]);
    command_succeeds(&["revoke", &order.id], &env).await;
    assert_eq!((world.seats().await, world.valid().await), ((0, 0), 0));
    command_succeeds(&["restore", &order.id], &env).await;
    assert_eq!((world.seats().await, world.valid().await), ((3, 0), 3));
    let said: Value = serde_json::from_str(&command_succeeds(&["order", &order.id, "--json"], &env).await).unwrap();
    let names: Vec<_> = said["tickets"].as_array().unwrap().iter().map(|it| it["first_name"].clone()).collect();
    assert_eq!(names, FRIENDS);
}

/// One of three is inside: the whole order is asked about, since its money is one.
#[tokio::test]
async fn while_one_of_them_is_inside_nothing_is_taken_from_the_others_by_mistake() {
    let world = World::new(Setup::default()).await;
    let order = world.book_group(&FRIENDS, PHONE).await;
    world.get(&world.razorpay.pay(&order.link_id).unwrap()).await;
    world
        .sql(
            "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6), ADMITTED_GATE = 'North'
               WHERE FIRST_NAME = 'रवि'",
        )
        .await;
    let refused = real_parts::programs::booking_web(&["revoke", &order.id], &world.env()).await.unwrap();
    assert!(!refused.status.success() && refused.stderr.contains("रवि is inside since"), "{}", refused.stderr);
    assert_eq!((world.seats().await, world.valid().await), ((3, 0), 3));
}

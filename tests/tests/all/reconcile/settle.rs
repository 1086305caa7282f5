//! `--settle` mends what one look at Razorpay can mend, and leaves the rest to a person.

use real_parts::razorpay::{DeadLink, Options, RefundStatus, RefundsSettle};
use serde_json::json;

use super::{agrees, kinds, paid, payment_of, report, still};
use crate::world::{Setup, World};

#[tokio::test]
async fn what_one_look_can_mend_is_mended_and_the_rest_is_named() {
    let slow = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
    let world = World::new(Setup { razorpay: slow, webhooks: true, ..still() }).await;
    let overdue = world.book("Asha", "9876500001").await;
    world.razorpay.pay_other(&overdue.link_id, 100, "INR").unwrap();
    let disputed = paid(&world, 2).await;
    let dispute = world.razorpay.dispute(&payment_of(&world, &disputed)).unwrap();
    world.razorpay.settled().await;
    world.razorpay.webhooks_to(Vec::new());
    // From here on nobody tells us.
    world.razorpay.win_dispute(&dispute).unwrap();
    world.razorpay.settle_refund(&world.razorpay.refunds()[0].id, RefundStatus::Processed).unwrap();
    world.sql("UPDATE refunds SET created_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR").await;
    let unheard = world.book("Asha", "9876500003").await;
    world.razorpay.pay(&unheard.link_id).unwrap();
    let late = world.book("Asha", "9876500004").await;
    world.razorpay.expire(&late.link_id).unwrap();
    world.razorpay.pay_late(&late.link_id, DeadLink::StaysDead).unwrap();
    let given_back = paid(&world, 5).await;
    world.razorpay.refund_on_dashboard(&payment_of(&world, &given_back), None).unwrap();
    let held = world.book("Asha", "9876500006").await;
    world
        .sql(&format!("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = '{}'", held.id))
        .await;

    let (code, before) = report(&world, &[]).await;
    let mendable = [
        "captured_not_booked",
        "captured_not_booked",
        "dispute_differs",
        "held_too_long",
        "refund_overdue",
        "refund_unknown_here",
    ];
    let mut found = kinds(&before);
    found.sort_unstable();
    assert_eq!((code, found), (3, mendable.to_vec()), "{before:#}");
    let (code, after) = report(&world, &["--settle"]).await;
    assert_eq!((code, kinds(&after), &after["settled"]), (0, vec![], &json!(6)), "{after:#}");
    assert_eq!(after["totals"]["ours"], after["totals"]["razorpay"]);
    agrees(&world).await;
    for (order, state) in [
        (&overdue, "refunded"),
        (&disputed, "paid"),
        (&unheard, "paid"),
        (&late, "paid"),
        (&given_back, "refunding"),
        (&held, "expired"),
    ] {
        assert_eq!(world.state(order).await, state);
    }
}

#[tokio::test]
async fn what_a_person_must_decide_is_left() {
    let world = World::new(still()).await;
    let order = paid(&world, 1).await;
    world.razorpay.refund_on_dashboard(&payment_of(&world, &order), Some(100)).unwrap();
    let unheard = world.book("Asha", "9876500002").await;
    world.razorpay.pay(&unheard.link_id).unwrap();
    let (code, report) = report(&world, &["--settle"]).await;
    assert_eq!((code, kinds(&report)), (3, vec!["refund_unknown_here"]), "{report:#}");
    assert_eq!(report["totals"]["ours"]["kept_paise"], json!(2 * 49_900));
    assert_eq!(report["totals"]["razorpay"]["kept_paise"], json!(2 * 49_900 - 100));
}

/// It would be taken for a second payment, and the guest's own money would go back.
#[tokio::test]
async fn the_money_of_a_ticket_whose_row_is_lost_is_not_given_back() {
    let world = World::new(still()).await;
    paid(&world, 1).await;
    world.sql("DELETE FROM payments").await;
    let (code, report) = report(&world, &["--settle"]).await;
    assert_eq!((code, kinds(&report)), (3, vec!["captured_not_booked", "paid_without_payment"]), "{report:#}");
    assert_eq!(world.razorpay.refunds(), []);
}

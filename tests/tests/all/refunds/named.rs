//! How an order may be named, and what `booking-web order` tells of it.

use common::Reason;
use real_parts::razorpay::RefundStatus;
use serde_json::Value;

use super::{ASHA, patient, verdict};
use crate::world::{World, eventually};

async fn shown(world: &World, name: &str) -> Value {
    serde_json::from_str(&world.does(&["order", name, "--json"]).await).unwrap()
}

#[tokio::test]
async fn whatever_is_at_hand_names_the_order() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let dispute = world.razorpay.dispute(&world.payment(&order).await).unwrap();
    world.comes_to(&order, "revoked").await;
    world.razorpay.win_dispute(&dispute).unwrap();
    world.comes_to(&order, "paid").await;
    world.does(&["refund", &order.id]).await;
    // Failed, and asked for anew: both numbers are on the dashboard.
    world.settle_refunds(RefundStatus::Failed);
    eventually("the next refund", async || {
        world.make_due(&order).await;
        world.razorpay.refunds().len() == 2
    })
    .await;
    let refunds = world.razorpay.refunds();
    let code = world.code(&order).await;
    let unique_id = code.split(':').nth(1).unwrap();
    for name in [
        &*order.id,
        &order.link_id,
        &world.payment(&order).await,
        &refunds[0].id,
        &refunds[1].id,
        refunds[1].receipt.as_deref().unwrap(),
        &dispute,
        unique_id,
        &code,
        &order.path,
        &format!("{}{}/qr.png?download", world.site.url, order.path),
        order.path.trim_start_matches("/orders/"),
    ] {
        assert_eq!(shown(&world, name).await["order"], *order.id, "{name}");
    }
}

#[tokio::test]
async fn what_names_no_order_is_told_what_would() {
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    for name in ["Asha", "9876543210", "https://example.com"] {
        let said = world.refuses(&["order", name]).await;
        assert!(said.contains("names no order") && said.contains("pay_…") && said.contains("UNIQUE_ID"), "{said}");
    }
    let elsewhere = order.path.replace("/orders/", "").chars().rev().collect::<String>();
    for (name, why) in [
        ("pay_unknown", "booking-web reconcile"),
        ("plink_unknown", "no order has this payment link"),
        ("disp_unknown", "booking-web reconcile"),
        ("Asha9198765432102020-01-01", "no order was made for this ticket"),
        (&elsewhere, "no order has this page"),
    ] {
        let said = world.refuses(&["revoke", name]).await;
        assert!(said.contains(why), "{name}: {said}");
    }
    assert_eq!(world.state(&order).await, "paid");
}

/// A guest who booked twice on one day, and gave both back.
#[tokio::test]
async fn a_ticket_of_several_dead_orders_asks_which_one_is_meant() {
    let world = World::new(patient()).await;
    let first = world.paid("Asha", ASHA).await;
    world.does(&["refund", &first.id]).await;
    let second = world.paid("Asha", ASHA).await;
    world.does(&["refund", &second.id]).await;
    let said = world.refuses(&["order", &world.code(&first).await]).await;
    assert!(said.contains(&format!("{} (refunding)", first.id)) && said.contains(&second.id), "{said}");
}

#[tokio::test]
async fn an_order_tells_its_money_its_ticket_and_its_story() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    assert_eq!(verdict(&door, &world.code(&order).await).await, Reason::Granted);
    world.does(&["refund", &order.id, "--even-if-inside", "--reason", "moved to another day"]).await;
    let text = world.does(&["order", &order.id]).await;
    for part in [
        "Asha, phone ••••••••3210",
        "Asia/Kolkata",
        "refunding",
        "through Gate A",
        "asked for, pending",
        "moved to another day",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("98765") && !text.contains(order.path.trim_start_matches("/orders/")), "{text}");

    let json = shown(&world, &order.id).await;
    assert_eq!((&json["state"], &json["amount_paise"]), (&"refunding".into(), &49_900.into()));
    assert_eq!((&json["tickets"][0]["valid"], &json["tickets"][0]["admitted_gate"]), (&false.into(), &"Gate A".into()));
    assert_eq!(json["payments"][0]["refund"]["state"], "pending");
    assert!(json["created_at"].as_str().unwrap().ends_with("+05:30"), "{json}");
    let story: Vec<_> = json["story"].as_array().unwrap().iter().map(|told| told["what"].as_str().unwrap()).collect();
    assert_eq!(story, ["payment", "paid", "goes_back", "refunding"]);
}

/// By whichever guest is on the telephone.
#[tokio::test]
async fn an_order_is_meant_by_the_ticket_of_any_of_its_guests() {
    let world = World::new(super::free()).await;
    let order = world.book_for(&["Asha", "Ravi", "Meera"], "9876543210").await;
    let (ids, codes) = (world.ticket_ids(&order).await, world.codes(&order).await);
    for name in [&ids[2], &codes[1]] {
        let told = world.does(&["order", name]).await;
        assert!(told.contains(&order.id) && told.contains("Meera: valid"), "{told}");
    }
    let said = world.does(&["revoke", &ids[2]]).await;
    assert!(said.contains("every gate refuses the tickets"), "{said}");
    let said = world.does(&["restore", &codes[1]]).await;
    assert!(said.contains("the tickets are valid again"), "{said}");
    // She books alone again: then her id means that order, and the others' theirs.
    world.does(&["revoke", &order.id]).await;
    world.book_for(&["Meera"], "9876543210").await;
    let alone = world.booked("9876543210").await;
    assert!(world.does(&["order", &ids[2]]).await.contains(&alone.id));
    assert!(world.does(&["order", &ids[1]]).await.contains(&order.id));
    let said = world.refuses(&["restore", &order.id]).await;
    assert!(said.contains("Meera has another booking since") && said.contains(&alone.id), "{said}");
}

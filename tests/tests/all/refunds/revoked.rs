//! `booking-web revoke ORDER…` and `restore ORDER…`: a ticket without its money.

use common::Reason;

use super::{ASHA, RAVI, free, patient, verdict};
use crate::world::{Setup, World};

#[tokio::test]
async fn a_revoked_ticket_is_refused_and_a_restored_one_is_taken() {
    let world = World::new(patient()).await;
    let (door, order) = (world.door().await, world.paid("Asha", ASHA).await);
    let code = world.code(&order).await;
    world.does(&["revoke", &order.id, "--reason", "sold on for a profit"]).await;
    assert_eq!(verdict(&door, &code).await, Reason::Revoked);
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("revoked", (0, 0)));
    let page = world.page(&order).await;
    assert!(page.contains("This ticket is not valid") && !page.contains("qr.svg"), "{page}");
    assert!(world.does(&["revoke", &order.id]).await.contains("was revoked already"));
    assert!(world.razorpay.refunds().is_empty(), "the money stays");

    world.does(&["restore", &order.id]).await;
    assert_eq!(verdict(&door, &code).await, Reason::Granted);
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("paid", (1, 0)));
    assert!(world.page(&order).await.contains("qr.svg"));
    assert!(world.does(&["restore", &order.id]).await.contains("is valid already"));
    let story = world.does(&["order", &order.id]).await;
    assert!(story.contains("revoked, by organiser, by command: sold on for a profit"), "{story}");
}

#[tokio::test]
async fn a_free_ticket_is_revoked_like_any_other() {
    let world = World::new(free()).await;
    let (door, order) = (world.door().await, world.booked_for_nothing("Asha", ASHA).await);
    world.does(&["revoke", &order.id]).await;
    assert_eq!(verdict(&door, &world.code(&order).await).await, Reason::Revoked);
}

#[tokio::test]
async fn there_is_no_restoring_when_the_seat_is_somebody_elses() {
    let world = World::new(Setup { capacity: 1, ..patient() }).await;
    let order = world.paid("Asha", ASHA).await;
    world.does(&["revoke", &order.id]).await;
    world.paid("Ravi", RAVI).await;
    let said = world.refuses(&["restore", &order.id]).await;
    assert!(said.contains("every seat is sold or held") && said.contains("--capacity"), "{said}");
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("revoked", (1, 0)));
    world.does(&["refund", &order.id]).await;
    assert_eq!((world.state(&order).await.as_str(), world.seats().await), ("refunding", (1, 0)));
}

/// On the same day it is the same UNIQUE_ID, so the same row and the same code.
#[tokio::test]
async fn who_was_revoked_may_book_again_and_the_new_ticket_is_granted() {
    let world = World::new(patient()).await;
    let (door, old) = (world.door().await, world.paid("Asha", ASHA).await);
    let code = world.code(&old).await;
    world.does(&["revoke", &old.id]).await;
    let new = world.paid("Asha", ASHA).await;
    assert_ne!(new.id, old.id);
    assert_eq!(world.code(&new).await, code);

    let said = world.refuses(&["restore", &old.id]).await;
    assert!(said.contains("another booking") && said.contains(&new.id), "{said}");
    world.does(&["refund", &old.id]).await;
    assert_eq!(verdict(&door, &code).await, Reason::Granted, "the old order's end is not the new ticket's");
    assert_eq!((world.state(&new).await.as_str(), world.seats().await), ("paid", (1, 0)));
    let shown = world.does(&["order", &old.id]).await;
    assert!(shown.contains("belongs to a later order") && shown.contains(&new.id), "{shown}");
    // The code means the order that is alive.
    assert!(world.does(&["order", &code]).await.starts_with(&format!("order      {}", new.id)));
}

#[tokio::test]
async fn only_a_paid_order_has_a_ticket_to_take() {
    let world = World::new(patient()).await;
    let order = world.book("Asha", ASHA).await;
    assert!(world.refuses(&["revoke", &order.id]).await.contains("not paid yet"));
    assert!(world.refuses(&["restore", &order.id]).await.contains("nothing to restore"));
    world.razorpay.pay(&order.link_id).unwrap();
    world.comes_to(&order, "paid").await;
    world.does(&["refund", &order.id]).await;
    assert!(world.does(&["revoke", &order.id]).await.contains("is no ticket any more"));
    assert!(world.refuses(&["restore", &order.id]).await.contains("it is refunding"));
}

//! Guests who fail, leave, go back and press twice.

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use real_parts::browser::Look;

use super::guest::Guest;
use crate::world::{Setup, World};

/// One order, one seat, one payment link.
async fn is_one_booking(world: &World) {
    assert_eq!((world.count("orders").await, world.seats().await), (1, (0, 1)));
    assert_eq!(world.razorpay.links().len(), 1);
}

#[tokio::test]
async fn a_payment_that_fails_can_be_tried_again() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    guest.books("Asha", "9876543210").await;
    guest.browser.click("#fail").await.unwrap();
    guest.browser.wait_for("#failed").await.unwrap();
    assert_eq!(world.seats().await, (0, 1));
    guest.pays().await;
    assert_eq!(world.seats().await, (1, 0));
}

/// Who leaves the payment page has never seen the order's own; the form leads there.
#[tokio::test]
async fn a_guest_who_left_finds_the_seat_held_and_pays_later() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    let order = guest.books("Asha", "9876543210").await;
    let payment_page = guest.place().await;
    guest.browser.click("#leave").await.unwrap();
    guest.browser.wait_for("#left").await.unwrap();
    is_one_booking(&world).await;

    guest.open("/").await;
    guest.fill_in("Asha", "9876543210").await;
    guest.send().await;
    guest.browser.wait_for(".outcome").await.unwrap();
    guest.is_refused_politely(409).await;
    guest.browser.click(".actions .btn-primary").await.unwrap();
    guest.browser.wait_for(".timer").await.unwrap();
    assert_eq!(guest.place().await, order);
    guest.likes_the_page().await;

    assert_eq!(guest.browser.text(".actions .btn-primary").await.unwrap(), "Pay ₹499");
    guest.browser.click(".actions .btn-primary").await.unwrap();
    guest.browser.wait_for("#pay").await.unwrap();
    assert_eq!(guest.place().await, payment_page);
    is_one_booking(&world).await;
    guest.pays().await;
}

#[tokio::test]
async fn back_from_the_payment_page_the_same_form_leads_to_the_same_payment() {
    let world = World::new(Setup::default()).await;
    for javascript in [true, false] {
        let guest = Guest::new(&world, Look { javascript, ..Look::phone() }).await;
        let phone = if javascript { "9876543210" } else { "9876543211" };
        guest.books("Asha", phone).await;
        let payment_page = guest.place().await;
        guest.browser.client().back().await.unwrap();
        assert_eq!(guest.typed("#first_name").await, "Asha", "what was typed is still there");
        guest.send().await;
        guest.browser.wait_for("#pay").await.unwrap();
        assert_eq!(guest.place().await, payment_page);
        guest.likes_the_page().await;
    }
    assert_eq!((world.count("orders").await, world.razorpay.links().len()), (2, 2), "one for each guest");
}

/// Without scripts nothing but the form's key keeps the second press from being a second wish.
#[tokio::test]
async fn pressing_twice_books_once() {
    for javascript in [true, false] {
        let world = World::new(Setup::default()).await;
        let guest = Guest::new(&world, Look { javascript, ..Look::laptop() }).await;
        guest.fill_in("Asha", "9876543210").await;
        let button = guest.browser.wait_for("form [data-busy]").await.unwrap();
        let press = PointerAction::Down { button: MOUSE_BUTTON_LEFT };
        let release = PointerAction::Up { button: MOUSE_BUTTON_LEFT };
        let twice = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement { element: button, duration: None, x: 0., y: 0. })
            .then(press.clone())
            .then(release.clone())
            .then(press)
            .then(release);
        guest.browser.client().perform_actions(twice).await.unwrap();
        guest.browser.wait_for("#pay").await.unwrap();
        is_one_booking(&world).await;
        guest.pays().await;
    }
}

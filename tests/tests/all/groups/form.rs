//! The form for several.

use reqwest::StatusCode;

use super::PHONE;
use crate::world::{Setup, World};

#[tokio::test]
async fn each_guests_fault_stands_at_that_guest_and_nothing_is_held() {
    let world = World::new(Setup::default()).await;
    let answer = world.submit_group(&["Asha", "", "asha"], PHONE).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text().await.unwrap();
    for part in [r#"id="first_name-2-fault""#, r#"id="first_name-3-fault""#, "This name is on the form already"] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains(r#"id="first_name-fault""#) && html.contains(r#"value="Asha""#), "{html}");
    assert_eq!((world.count("orders").await, world.seats().await), (0, (0, 0)));
}

#[tokio::test]
async fn ten_may_come_together_and_eleven_are_told_how() {
    let world = World::new(Setup::default()).await;
    let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"];
    let answer = world.submit_group(&names, PHONE).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text().await.unwrap();
    assert!(html.contains("10 guests at most") && html.contains(r#"id="first_name-11-fault""#), "{html}");
    world.book_group(&names[..10], PHONE).await;
    assert_eq!((world.count("orders").await, world.seats().await), (1, (0, 10)));
}

#[tokio::test]
async fn without_scripts_the_server_adds_guests_and_takes_them_off() {
    let world = World::new(Setup::default()).await;
    let answer = world.submit(&[("first_name", "Asha"), ("phone_number", "12"), ("more", "1")]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let html = answer.text().await.unwrap();
    assert!(html.contains(r#"id="first_name-2""#) && !html.contains("-fault\""), "{html}");
    assert!(html.contains("2 seats, ₹998 together") && html.contains(r#"value="12""#), "{html}");
    let fields = [("first_name", "Asha"), ("first_name", "Ravi"), ("phone_number", PHONE), ("less", "1")];
    let html = world.submit(&fields).await.text().await.unwrap();
    assert!(html.contains(r#"value="Ravi""#) && !html.contains("Asha"), "{html}");
    assert!(!html.contains(r#"name="less" value="2""#) && !html.contains("together</p>"), "{html}");
    assert_eq!(world.count("orders").await, 0);
}

#[tokio::test]
async fn who_is_booked_already_is_named_and_the_others_are_not_booked_without_them() {
    let world = World::new(Setup::default()).await;
    world.book_group(&["Asha", "Ravi"], PHONE).await;
    // Typed by anybody who knows a name and the number: they learn nothing but that.
    let answer = world.submit_group(&["Meera", "RAVI"], PHONE).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let html = answer.text().await.unwrap();
    assert!(html.contains("<strong><bdi>RAVI</bdi></strong>: booked with this phone number today"), "{html}");
    assert!(!html.contains("Meera") && !html.contains("Asha") && !html.contains("/orders/"), "{html}");
    // Alone as well: the companion has a booking.
    assert_eq!(world.submit_group(&["Ravi"], PHONE).await.status(), StatusCode::CONFLICT);
    assert_eq!(world.seats().await, (0, 2));
    world.book_group(&["Meera"], PHONE).await;
    assert_eq!(world.seats().await, (0, 3));
}

#[tokio::test]
async fn the_same_form_again_is_the_same_order_and_with_another_guest_it_is_not() {
    let world = World::new(Setup::default()).await;
    let key = ("form_key", "0123456789abcdef0123456789abcdef");
    let form = |names: &[&'static str]| {
        let guests = names.iter().map(|name| ("first_name", *name));
        guests.chain([("phone_number", PHONE), key]).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        assert_eq!(world.submit(&form(&["Asha", "Ravi"])).await.status(), StatusCode::SEE_OTHER);
    }
    // Not silently the order of two, whose payment page says another price.
    let answer = world.submit(&form(&["Asha", "Ravi", "Meera"])).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let html = answer.text().await.unwrap();
    assert!(html.contains("Asha") && html.contains("Ravi") && !html.contains("Meera"), "{html}");
    assert_eq!((world.count("orders").await, world.count("attendees").await), (1, 2));
}

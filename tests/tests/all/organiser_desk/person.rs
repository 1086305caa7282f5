//! One guest's data at the desk: told, and forgotten, and who did so written down without it.

use reqwest::StatusCode;
use serde_json::Value;

use crate::world::{Setup, World};

const PHONE: &str = "98765 43210";

async fn free() -> World {
    World::new(Setup { price_paise: 0, ..Setup::default() }).await
}

#[tokio::test]
async fn what_is_kept_of_a_guest_is_handed_out_as_a_file_and_written_down() {
    let world = free().await;
    world.book_for(&["Asha", "Ravi"], "9876543210").await;
    let seat = world.signed_in("asha").await;
    assert!(seat.page("/organiser/orders").await.contains("/organiser/person"));
    let found = seat.post("/organiser/person", &[("phone", PHONE)]).await.text().await.unwrap();
    assert!(found.contains("1 order and 2 guests"), "{found}");
    let file = seat.post("/organiser/person/export", &[("phone", "+919876543210")]).await;
    assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let all: Value = serde_json::from_str(&file.text().await.unwrap()).unwrap();
    assert_eq!((all["tickets"].as_array().unwrap().len(), &all["phone"]), (2, &"+919876543210".into()));
    assert_eq!(all["tickets"][1]["orders"][0]["attendees"], serde_json::json!(["Asha", "Ravi"]));
    let (organiser, what, subject, detail) = world.audit().await.pop().unwrap();
    assert_eq!((&*organiser, &*what, &*subject), ("asha", "export_person", ""));
    assert!(detail.ends_with("10") && !detail.contains("98765"), "{detail}");
}

#[tokio::test]
async fn a_number_that_is_none_or_nobodys_is_said() {
    let world = free().await;
    let seat = world.signed_in("asha").await;
    for (typed, status, said) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY, "Type a whole number"),
        ("<b>", StatusCode::UNPROCESSABLE_ENTITY, "Type a whole number"),
        (PHONE, StatusCode::NOT_FOUND, "Nothing is kept under this number"),
    ] {
        let answer = seat.post("/organiser/person", &[("phone", typed)]).await;
        let (found, page) = (answer.status(), answer.text().await.unwrap());
        assert!(found == status && page.contains(said) && !page.contains("<b>"), "{typed}: {found} {page}");
    }
    for path in ["/organiser/person/export", "/organiser/person/erase"] {
        assert_eq!(seat.post(path, &[("phone", "x")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(seat.post(path, &[("phone", PHONE)]).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(world.audit().await.len(), 2, "the account, and the sign-in");
}

#[tokio::test]
async fn a_guest_is_forgotten_at_the_desk_unless_something_stands_against_it() {
    let world = free().await;
    let order = world.book_for(&["Asha", "Ravi"], "9876543210").await;
    let seat = world.signed_in("meera").await;
    let refused = seat.post("/organiser/person/erase", &[("phone", "+919876543210")]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let page = refused.text().await.unwrap();
    assert_eq!(page.matches("the ticket is valid and the event is not over").count(), 2, "{page}");
    assert_eq!(world.count("attendees WHERE first_name IN ('Asha', 'Ravi')").await, 2, "all of them or none");

    seat.post(&format!("/organiser/orders/{}/revoke", order.id), &[]).await;
    let done = seat.post("/organiser/person/erase", &[("phone", "+919876543210")]).await;
    assert_eq!(done.status(), StatusCode::OK);
    let page = done.text().await.unwrap();
    assert!(page.contains("Erased: 1 order, 2 tickets") && !page.contains("was left"), "{page}");
    assert_eq!(world.count("attendees WHERE first_name IN ('Asha', 'Ravi')").await, 0);
    let (_, what, _, detail) = world.audit().await.pop().unwrap();
    assert_eq!(what, "erase_person");
    assert!(detail.ends_with(": orders 1, tickets 2") && !detail.contains("98765"), "{detail}");
}

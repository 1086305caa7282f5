//! Who books twice gets the link again, and strangers learn nothing by trying.

use super::{ASHA, free_world, letters, mail, sends_by};
use crate::world::{Setup, World};

/// The page that a browser without memory gets for a second booking, but for what changes with the minute.
async fn second_try(world: &World, name: &str, phone: &str, email: &str) -> String {
    let answer = world.submit(&[("first_name", name), ("phone_number", phone), ("email", email)]).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    let (before, after) = page.split_once("let go by itself, by ").unwrap();
    format!("{before}{}", after.split_once(" at the latest").unwrap().1)
}

#[tokio::test]
async fn who_books_twice_gets_the_link_at_the_address_of_the_first_time_and_nowhere_else() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    letters(&world, &mail, 1).await;
    second_try(&world, "ASHA", "+91 98765 43210", "thief@example.com").await;
    let letters = letters(&world, &mail, 2).await;
    assert_eq!((&*letters[1].to, letters[1].text().contains(&order.path)), (&[ASHA.to_owned()][..], true));
    assert!(letters[1].part("image/png", Some("inline")).is_some());
}

#[tokio::test]
async fn a_booking_that_is_not_paid_yet_gets_its_link_and_no_code() {
    let mail = mail();
    let world = World::new(Setup { env: sends_by(&mail), ..Setup::default() }).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    second_try(&world, "Asha", "9876543210", "").await;
    let letter = letters(&world, &mail, 1).await.remove(0);
    assert_eq!(letter.header("Subject"), "Your booking for Diwali Night");
    assert!(letter.text().contains(&order.path) && letter.text().contains("not paid yet"));
    assert!(letter.parts.iter().all(|part| part.kind != "image/png"));
}

/// With an address and without, the first time and the tenth, with the right
/// address typed and with a wrong one: a stranger reads the same page.
#[tokio::test]
async fn the_answer_is_the_same_whatever_there_is_to_know() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    world.book_with_mail("Asha", "9876543210", ASHA).await;
    world.book("Ravi", "9876543211").await;
    let page = second_try(&world, "Asha", "9876543210", "").await;
    assert!(page.contains("Turn to the organiser") && !page.contains("example.com"), "{page}");
    for email in ["", ASHA, "thief@example.com"] {
        assert_eq!(second_try(&world, "Asha", "9876543210", email).await, page);
        assert_eq!(second_try(&world, "Ravi", "9876543211", email).await, page);
    }
    assert_eq!(world.messages("kind = 'link_again'").await, 1, "once a minute");
}

/// The browser that made the booking is led to it, and needs no e-mail.
#[tokio::test]
async fn the_browser_that_has_the_booking_is_sent_nothing() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let fields = [("first_name", "Asha"), ("phone_number", "9876543210"), ("email", ASHA)];
    let url = format!("{}/submit", world.site.url);
    let first = world.http().post(&url).form(&fields).send().await.unwrap();
    let cookie = first.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let second = world.http().post(&url).header("cookie", cookie).form(&fields).send().await.unwrap();
    assert!(second.text().await.unwrap().contains("Open my booking"));
    letters(&world, &mail, 1).await;
}

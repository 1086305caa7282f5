//! Orders of several guests at the desk: found by each of them, shown with all of them, closed for all of them.

use common::Reason;
use reqwest::StatusCode;

use super::leads_to;
use super::orders::encoded;
use crate::venue::open;
use crate::world::{Booked, Setup, World, eventually};

const FRIENDS: [&str; 3] = ["Asha", "Ravi Kumar", "Zoë"];

impl World {
    async fn friends_pay(&self) -> Booked {
        let order = self.book_for(&FRIENDS, "9876543210").await;
        self.razorpay.pay(&order.link_id).unwrap();
        eventually("the tickets", async || self.state(&order).await == "paid").await;
        order
    }

    /// Sets a guest's ticket as a gate does.
    async fn comes_in(&self, ticket: &str) {
        self.sql(&format!(
            "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6), ADMITTED_GATE = 'Gate A'
             WHERE UNIQUE_ID = '{ticket}'"
        ))
        .await;
    }
}

#[tokio::test]
async fn an_order_is_found_by_any_of_its_guests_and_says_how_many_are_inside() {
    let world = World::new(Setup::default()).await;
    let order = world.friends_pay().await;
    world.paid_order("Meera", "9123456789").await;
    let (ids, codes) = (world.ticket_ids(&order).await, world.codes(&order).await);
    let seat = world.signed_in("asha").await;
    for sought in ["asha", "kumar", "ZOË", "zoe", &ids[1], &ids[2], &codes[2], "3210"] {
        let page = seat.page(&format!("/organiser/orders?q={}", encoded(sought))).await;
        let rows = page.matches("<th scope=\"row\">").count();
        assert!(page.contains("<bdi>Asha</bdi>") && rows == 1, "{sought}: {rows} rows of {page}");
        assert!(page.contains("+2<span class=\"visually-hidden\"> more</span>"), "{page}");
        assert!(!page.contains(" inside"), "{page}");
    }
    world.comes_in(&ids[1]).await;
    assert!(seat.page("/organiser/orders").await.contains("1 of 3 inside"));
    let alone = seat.page("/organiser/orders?q=meera").await;
    assert!(!alone.contains("more</span>"), "{alone}");
}

#[tokio::test]
async fn an_orders_page_names_each_guest_with_the_ticket_and_the_story_says_who() {
    let world = World::new(Setup::default()).await;
    let order = world.friends_pay().await;
    let ids = world.ticket_ids(&order).await;
    world.comes_in(&ids[2]).await;
    world
        .sql(&format!(
            "INSERT INTO scans (scan_id, unique_id, gate, kind, verdict, reason, mode, device_time, server_time)
             VALUES (UUID(), '{}', 'Gate A', 'entry', 'ENTRY GRANTED', 'granted', 'online', UTC_TIMESTAMP(6),
                     UTC_TIMESTAMP(6))",
            ids[2]
        ))
        .await;
    let seat = world.signed_in("asha").await;
    let page = seat.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(page.contains("3 guests") && page.contains("₹1,497") && page.contains("Gate A: Zoë, let in"), "{page}");
    for (name, id) in FRIENDS.iter().zip(&ids) {
        assert!(page.contains(&format!("<bdi>{name}</bdi>")) && page.contains(id.as_str()), "{name}: {page}");
    }
    assert_eq!(page.matches("valid; the guest was not let in").count(), 2, "{page}");
    assert_eq!(page.matches("valid; the guest is inside since").count(), 1, "{page}");
}

#[tokio::test]
async fn what_is_done_is_done_for_all_and_with_one_inside_only_when_said_so() {
    let world = World::new(Setup::default()).await;
    let order = world.friends_pay().await;
    let (ids, codes) = (world.ticket_ids(&order).await, world.codes(&order).await);
    let door = open(&std::fs::read_to_string(world.gate("Gate A").await).unwrap());
    assert_eq!(door.admit(codes[1].as_bytes()).await.reason, Reason::Granted);
    let seat = world.signed_in("asha").await;
    let deed = |deed: &str| format!("/organiser/orders/{}/{deed}", order.id);
    let question = seat.page(&deed("revoke")).await;
    assert!(question.contains("Revoke these 3 tickets?"), "{question}");
    assert!(question.contains("Ravi Kumar is inside since") && !question.contains("Asha is inside"), "{question}");
    let answer = seat.post(&deed("revoke"), &[]).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert!(answer.text().await.unwrap().contains("At least one of the guests is inside. Nothing was changed"));
    assert_eq!((world.count("tickets WHERE REVOKED_AT IS NULL").await, world.seats().await), (3, (3, 0)));

    let answer = seat.post(&deed("revoke"), &[("even_inside", "yes")]).await;
    assert!(leads_to(&answer).ends_with("?done=revoked"));
    assert!(seat.page(leads_to(&answer)).await.contains("the seats are free again"));
    assert_eq!((world.count("tickets WHERE REVOKED_AT IS NULL").await, world.seats().await), (0, (0, 0)));
    assert_eq!(door.admit(codes[0].as_bytes()).await.reason, Reason::Revoked);

    world.sql("UPDATE event SET capacity = 2").await;
    let answer = seat.post(&deed("restore"), &[]).await;
    assert!(answer.text().await.unwrap().contains("There are not seats for all of them"));
    assert_eq!(world.count("tickets WHERE REVOKED_AT IS NULL").await, 0, "all or none");
    world.sql("UPDATE event SET capacity = 3").await;
    seat.post(&deed("restore"), &[]).await;
    assert_eq!((world.count("tickets WHERE REVOKED_AT IS NULL").await, world.seats().await), (3, (3, 0)));
    assert_eq!(door.admit(codes[0].as_bytes()).await.reason, Reason::Granted);

    let question = seat.page(&deed("refund")).await;
    assert!(question.contains("Razorpay gives ₹1,497 back") && question.contains("Refund ₹1,497"), "{question}");
    seat.post(&deed("refund"), &[("even_inside", "yes")]).await;
    assert_eq!((world.count("tickets WHERE REVOKED_AT IS NULL").await, world.seats().await), (0, (0, 0)));
    assert_eq!(world.razorpay.refunds().len(), 1);
    assert_eq!(ids, world.ticket_ids(&order).await);
}

#[tokio::test]
async fn files_and_figures_count_seats() {
    let world = World::new(Setup::default()).await;
    let order = world.friends_pay().await;
    world.paid_order("Meera", "9123456789").await;
    let ids = world.ticket_ids(&order).await;
    world.comes_in(&ids[0]).await;
    world.comes_in(&ids[1]).await;
    let seat = world.signed_in("asha").await;
    let csv = seat.get("/organiser/orders.csv").await.text().await.unwrap();
    let row = csv.lines().find(|row| row.contains(&order.id)).unwrap();
    assert!(row.contains(r#""paid","3","Asha""#) && row.contains(&format!("\"{}\",\"2\"", ids.join("; "))), "{row}");
    assert_eq!(seat.get("/organiser/tickets.csv").await.text().await.unwrap().lines().count(), 5);
    let figures = seat.page("/organiser/figures").await;
    assert!(figures.contains("4 tickets in all"), "the sales' chart: {figures}");
    assert_eq!(seat.page("/organiser/door-list").await.matches("door-name\"><bdi>").count(), 4);
}

//! Orders of several guests: a difference says whose ticket it is by the place, and by nobody's name.

use serde_json::{Value, json};

use super::{agrees, kinds, report, still};
use crate::world::{Booked, World};

const FRIENDS: [&str; 3] = ["Asha", "Ravi", "Zoë"];

async fn paid(world: &World, names: &[&str], phone: &str) -> Booked {
    let order = world.book_for(names, phone).await;
    world.get(&world.razorpay.pay(&order.link_id).unwrap()).await;
    assert_eq!(world.state(&order).await, "paid");
    order
}

/// The one difference there is.
async fn only(world: &World, kind: &str) -> Value {
    let (code, report) = report(world, &[]).await;
    assert_eq!((code, kinds(&report)), (3, vec![kind]), "{report:#}");
    let difference = report["differences"][0].clone();
    assert!(FRIENDS.iter().all(|name| !difference.to_string().contains(name)), "{difference:#}");
    difference
}

#[tokio::test]
async fn seats_tickets_and_money_of_groups_are_compared_by_guests() {
    let world = World::new(still()).await;
    paid(&world, &FRIENDS, "9876500001").await;
    world.book_for(&FRIENDS[..2], "9876500002").await;
    world
        .sql("INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES ('X', '1', 'X1', '2020-01-01')")
        .await;
    let (code, report) = report(&world, &[]).await;
    assert_eq!((code, kinds(&report)), (0, vec![]), "{report:#}");
    let counts = ["orders", "payments", "tickets", "tickets_without_order"].map(|what| report["counts"][what].clone());
    assert_eq!(counts, [2, 1, 4, 1].map(Value::from), "{report:#}");
    assert_eq!(report["totals"]["ours"]["captured_paise"], json!(3 * 49_900));
    assert_eq!(world.seats().await, (3, 2));

    world.sql("UPDATE event SET sold = 1").await;
    let difference = only(&world, "sold_differs").await;
    assert_eq!(difference["ours"], json!("the counter says 1 sold, and orders that are paid have 3 guests"));
    world.sql(difference["remedy"].as_str().unwrap()).await;
    agrees(&world).await;
    world.sql("UPDATE event SET held = 1").await;
    let difference = only(&world, "held_differs").await;
    world.sql(difference["remedy"].as_str().unwrap()).await;
    agrees(&world).await;
}

#[tokio::test]
async fn one_missing_ticket_of_three_is_told_by_its_place() {
    let world = World::new(still()).await;
    let order = paid(&world, &FRIENDS, "9876500001").await;
    let ids = world.ticket_ids(&order).await;
    world.sql(&format!("DELETE FROM tickets WHERE UNIQUE_ID = '{}'", ids[1])).await;
    let difference = only(&world, "paid_without_ticket").await;
    assert_eq!(difference["order"], json!(order.id));
    assert_eq!(difference["ours"], json!("paid, and of 3 guests: guest 2 has no ticket"));
    world.sql(&format!("UPDATE tickets SET REVOKED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = '{}'", ids[2])).await;
    let difference = only(&world, "paid_without_ticket").await;
    assert_eq!(difference["ours"], json!("paid, and of 3 guests: guest 2 has no ticket, guest 3's ticket is revoked"));
    world.sql("DELETE FROM attendees").await;
    world.sql("DELETE FROM tickets").await;
    world.sql("UPDATE event SET sold = 0").await;
    assert_eq!(only(&world, "paid_without_ticket").await["ours"], json!("paid, and no guest stands in it"));
}

/// One of the friends has booked again since: that ticket is another order's.
#[tokio::test]
async fn the_remedy_takes_the_tickets_that_nobody_pays_for_and_no_other() {
    let world = World::new(still()).await;
    let order = world.book_for(&FRIENDS, "9876500001").await;
    world.razorpay.expire(&order.link_id).unwrap();
    world.sql("UPDATE orders SET state = 'expired'").await;
    world.sql("UPDATE attendees SET live_key = NULL").await;
    world.sql("UPDATE event SET held = 0").await;
    agrees(&world).await;
    let again = paid(&world, &FRIENDS[1..2], "9876500001").await;
    agrees(&world).await;
    world
        .sql(&format!(
            "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE)
             SELECT a.first_name, o.phone_no, a.unique_id, o.reg_date FROM attendees a JOIN orders o ON o.id = a.order_id
             WHERE o.id = '{}' AND a.n = 3",
            order.id
        ))
        .await;
    let difference = only(&world, "ticket_unpaid").await;
    assert_eq!(
        (&difference["order"], &difference["ours"]),
        (&json!(order.id), &json!("expired, and of 3 guests: guest 3's ticket is valid"))
    );
    world.sql(difference["remedy"].as_str().unwrap()).await;
    agrees(&world).await;
    let valid = format!("tickets WHERE REVOKED_AT IS NULL AND UNIQUE_ID = '{}'", world.ticket_ids(&again).await[0]);
    assert_eq!(world.count(&valid).await, 1, "who booked again keeps the ticket");
}

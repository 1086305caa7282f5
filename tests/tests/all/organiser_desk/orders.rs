//! Orders are found, by whatever is at hand.

use crate::world::{Setup, World};

#[tokio::test]
async fn an_order_is_found_by_whatever_is_at_hand() {
    let world = World::new(Setup::default()).await;
    let order = world.paid_order("Asha Rani", "9876543210").await;
    world.book("Ravi", "9123456789").await;
    world.sql("UPDATE orders SET email_id = 'Asha.R@example.com' WHERE first_name = 'Asha Rani'").await;
    let (payment, unique_id): (String, String) =
        world.row("SELECT p.id, a.unique_id FROM payments p JOIN attendees a ON a.order_id = p.order_id").await;
    let asha = world.signed_in("asha").await;
    let page_of = format!("{}{}", world.site.url, order.path);
    for sought in [
        "asha",
        "RANI",
        "sha ra",
        "3210",
        "43210",
        "+91 98765-43210",
        "9876543210",
        "asha.r@EXAMPLE.com",
        &order.id,
        &order.link_id,
        &payment,
        &unique_id,
        &page_of,
        " asha ",
    ] {
        let page = asha.page(&format!("/organiser/orders?q={}", encoded(sought))).await;
        assert!(page.contains("Asha Rani") && !page.contains("Ravi"), "{sought}: {page}");
    }
    for sought in ["%", "_", "asha%", "' OR '1'='1", "plink_nothing", "999", "\\", &"x".repeat(400)] {
        let page = asha.page(&format!("/organiser/orders?q={}", encoded(sought))).await;
        assert!(page.contains("No order fits"), "{sought}: {page}");
    }
    let page = asha.page("/organiser/orders?state=held").await;
    assert!(page.contains("Ravi") && !page.contains("Asha Rani"), "{page}");
    assert!(asha.page("/organiser/orders?state=paid&q=ravi").await.contains("No order fits"));
}

#[tokio::test]
async fn a_list_hides_numbers_and_an_orders_own_page_shows_them() {
    let world = World::new(Setup::default()).await;
    let order = world.paid_order("Asha", "9876543210").await;
    let asha = world.signed_in("asha").await;
    let list = asha.page("/organiser/orders").await;
    assert!(list.contains("••••3210") && !list.contains("98765"), "{list}");
    let page = asha.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(page.contains("+91 98765 43210") && page.contains("₹499"), "{page}");
    assert!(page.contains("was captured") && page.contains("pays for the ticket"), "the story and the money: {page}");
    assert_eq!(asha.get("/organiser/orders/01990000-0000-7000-8000-000000000001").await.status(), 404);
    assert_eq!(asha.get("/organiser/orders/nothing").await.status(), 404);
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repeat() {
    let world = World::new(Setup::default()).await;
    world.many_orders(120).await;
    let asha = world.signed_in("asha").await;
    let (mut path, mut seen) = ("/organiser/orders?state=paid&q=asha".to_owned(), Vec::new());
    loop {
        let page = asha.page(&path).await;
        let ids =
            page.split("href=\"/organiser/orders/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        seen.extend(ids);
        let Some(older) = page.split("<a class=\"btn btn-plain\" href=\"").find(|rest| rest.contains(">Older<")) else {
            break;
        };
        path = older.rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&#38;", "&");
        assert!(path.contains("before=") && path.contains("state=paid") && path.contains("q=asha"), "{path}");
    }
    let mut newest_first = seen.clone();
    newest_first.sort_unstable_by(|one, other| other.cmp(one));
    newest_first.dedup();
    assert_eq!((seen.len(), &newest_first), (120, &seen));
}

/// A name can hold no `<`, but what organisers and gates are called can, and a row may come from elsewhere.
#[tokio::test]
async fn whatever_anybody_typed_is_text() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let hostile = "<script>alert(1)</script>\u{202e}\"'&";
    let order = world.free_order(&"ഖ".repeat(50), "9876543210").await;
    world.sql(&format!("UPDATE event SET name = '{}'", hostile.replace('\'', "''"))).await;
    world
        .sql(&format!(
            "INSERT INTO scans (scan_id, unique_id, gate, kind, verdict, reason, mode, device_time, server_time)
             SELECT UUID(), unique_id, '{}', 'entry', 'ENTRY REJECTED', 'revoked', 'online', UTC_TIMESTAMP(6),
                    UTC_TIMESTAMP(6) FROM attendees",
            hostile.replace('\'', "''")
        ))
        .await;
    let asha = world.signed_in("asha").await;
    let page = format!("/organiser/orders/{}", order.id);
    asha.post(&format!("{page}/revoke"), &[("reason", hostile)]).await;
    world.sql("UPDATE orders SET first_name = '<b>=HYPERLINK(1)</b>'").await;
    let search = format!("/organiser/orders?q={}", encoded(hostile));
    for path in ["/organiser/orders", "/organiser/audit", "/organiser/door-list", &search] {
        let page = asha.page(path).await;
        assert!(!page.contains("<script>alert") && !page.contains("<b>"), "{path}: {page}");
    }
    world.sql("UPDATE orders SET first_name = 'Asha'").await;
    let page = asha.page(&page).await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert_eq!(page.matches("&#60;script&#62;alert(1)").count(), 2, "the gate and the reason, as text: {page}");
    let login = world.get(&format!("/organiser/login?back={}", encoded(hostile))).await.text().await.unwrap();
    assert!(!login.contains("<script>alert"), "{login}");
}

pub(super) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

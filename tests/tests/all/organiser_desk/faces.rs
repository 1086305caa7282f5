//! The overview, gates, event and reconciliation, to eyes and to a screen reader.

use real_parts::browser::Look;

use super::look::Sitting;
use crate::world::{Setup, World, eventually};

/// Half of the seats sold over three weeks; the doors opened two hours ago.
async fn a_full_evening() -> World {
    let env = vec![("LOOK_UP_SECONDS", "3600".into()), ("RECONCILE_HOURS", "0".into())];
    let world = World::new(Setup { webhooks: false, capacity: 600, env, ..Setup::default() }).await;
    world.add_organiser("asha").await;
    world.many_orders(312).await;
    for gate in ["Gate A", "Gate B", "पूर्वी द्वार"] {
        world.gate(gate).await;
    }
    for statement in [
        "INSERT INTO gates (name, account, created_at)
         VALUES ('<b>Side</b> door with a name of fifty letters, all', 'gate_s', UTC_TIMESTAMP(6))",
        // Most in the last days.
        "UPDATE orders SET created_at = UTC_TIMESTAMP(6) - INTERVAL POW(RIGHT(id, 3), 2) * 19 SECOND",
        "UPDATE tickets SET ADMITTED_AT = UTC_TIMESTAMP(6) WHERE PRESENT = 1",
        "UPDATE event SET sold = (SELECT COUNT(*) FROM tickets), held = 4, starts_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, doors_open_at = NULL",
        "INSERT INTO scans (scan_id, unique_id, gate, kind, verdict, reason, mode, device_time, server_time)
         SELECT UUID(), 'x', ELT(1 + RIGHT(id, 3) % 3, 'Gate A', 'Gate B', 'North side'), 'entry',
             IF(RIGHT(id, 3) % 9, 'ENTRY GRANTED', 'ENTRY REJECTED'), 'granted', 'online', at, at
         FROM (SELECT id, UTC_TIMESTAMP(6) - INTERVAL 3600 + 3000 * SIN(RIGHT(id, 3)) SECOND AS at FROM orders) AS o",
        // Two guests were let in twice while Gate B was cut off.
        "INSERT INTO scans (scan_id, unique_id, gate, kind, verdict, reason, mode, device_time, server_time)
         SELECT UUID(), UNIQUE_ID, gate, 'entry', 'ENTRY GRANTED', 'granted', mode, at, at FROM (
             SELECT UNIQUE_ID FROM tickets ORDER BY UNIQUE_ID LIMIT 2) AS t JOIN (
             SELECT 'Gate A' AS gate, 'online' AS mode, UTC_TIMESTAMP(6) - INTERVAL 20 MINUTE AS at UNION ALL
             SELECT '<b>Side</b> door with a name of fifty letters, all', 'offline', UTC_TIMESTAMP(6)) AS s",
        "INSERT INTO refunds (id, payment_id, amount_paise, reason, state, created_at, updated_at)
         SELECT UUID(), id, 49900, 'organiser', IF(id = 'pay_7', 'failed', 'pending'), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
         FROM payments WHERE id IN ('pay_7', 'pay_8')",
    ] {
        world.sql(statement).await;
    }
    world
}

async fn walks(world: &World, look: Look, kind: &'static str) {
    let desk = Sitting::new(world, look, kind).await;
    desk.open("/organiser").await;
    desk.signs_in().await;
    desk.browser.wait_for(".chart").await.unwrap();
    desk.looks_over("overview").await;
    desk.browser.click("#arrivals-table summary").await.unwrap();
    desk.looks_over("overview-figures").await;
    desk.open("/organiser/gates").await;
    desk.looks_over("gates").await;
    desk.browser.fill("#name", "gate a").await.unwrap();
    desk.browser.click("main form .btn-primary").await.unwrap();
    desk.browser.wait_for("#name-fault").await.unwrap();
    desk.looks_over("gates-fault").await;
    desk.browser.fill("#name", &format!("Gate of {kind}")).await.unwrap();
    desk.browser.click("main form .btn-primary").await.unwrap();
    desk.browser.wait_for(".set-up-code").await.unwrap();
    desk.looks_over("gate-made").await;
    desk.open("/organiser/gates").await;
    desk.browser.click("tbody a").await.unwrap();
    desk.browser.wait_for(".btn-grave").await.unwrap();
    desk.looks_over("gate-revoke").await;
    desk.open("/organiser/conflicts").await;
    desk.looks_over("conflicts").await;
    desk.open("/organiser/event").await;
    desk.looks_over("event").await;
    desk.browser.fill("#capacity", "3").await.unwrap();
    desk.browser.fill("#price", "free").await.unwrap();
    desk.browser.click("button[value=save]").await.unwrap();
    desk.browser.wait_for(".fault").await.unwrap();
    desk.looks_over("event-faults").await;
    desk.open("/organiser/books").await;
    if kind == "phone" {
        desk.looks_over("books-none").await;
        desk.browser.click("main form .btn-primary").await.unwrap();
        desk.browser.wait_for("progress").await.unwrap();
        desk.looks_over("books-under-way").await;
    }
    eventually("the comparison", async || world.count("reconciliations WHERE finished_at IS NOT NULL").await > 0).await;
    desk.open("/organiser/books").await;
    desk.looks_over("books").await;
}

#[tokio::test]
async fn the_desks_other_pages_please_axe_on_phone_and_laptop_in_light_and_dark() {
    let world = a_full_evening().await;
    walks(&world, Look::phone(), "phone").await;
    walks(&world, Look::laptop(), "laptop").await;
}

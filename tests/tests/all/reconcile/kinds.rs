//! Each kind of difference, made by hand, is named, and nothing else is.

use real_parts::razorpay::{DeadLink, Options, RefundStatus, RefundsSettle};
use serde_json::{Value, json};

use super::{agrees, kinds, paid, payment_of, report, still};
use crate::world::{Booked, Setup, World};

/// The one difference there is, which must be of this kind.
async fn only(world: &World, kind: &str) -> Value {
    let (code, report) = report(world, &[]).await;
    assert_eq!((code, kinds(&report)), (3, vec![kind]), "{report:#}");
    let difference = report["differences"][0].clone();
    assert!(!difference["remedy"].as_str().unwrap().is_empty());
    difference
}

/// Says of its paid order that `sql` (with its id for `?`) made a difference of this kind.
async fn after(sql: &str, kind: &str) -> (World, Booked, Value) {
    let world = World::new(still()).await;
    let order = paid(&world, 1).await;
    agrees(&world).await;
    world.sql(&sql.replace('?', &format!("'{}'", order.id))).await;
    let difference = only(&world, kind).await;
    (world, order, difference)
}

/// An order that the guest's own dashboard visit closed: refunded on both sides.
async fn refunded(world: &World) -> Booked {
    let order = world.book("Asha", "9876500001").await;
    let back = world.razorpay.pay_other(&order.link_id, 100, "INR").unwrap();
    world.get(&back).await;
    order
}

#[tokio::test]
async fn money_for_an_order_that_has_no_row_of_it() {
    let world = World::new(still()).await;
    let order = world.book("Asha", "9876500001").await;
    world.razorpay.pay(&order.link_id).unwrap();
    let difference = only(&world, "captured_not_booked").await;
    let payment = payment_of(&world, &order);
    assert_eq!((&difference["order"], &difference["payment"]), (&json!(order.id), &json!(payment)));
    assert_eq!((&difference["ours"], &difference["razorpay"]), (&json!("no such payment"), &json!("₹499, captured")));
}

#[tokio::test]
async fn late_money_behind_a_dead_link() {
    let world = World::new(still()).await;
    let order = world.book("Asha", "9876500001").await;
    world.razorpay.expire(&order.link_id).unwrap();
    world.razorpay.pay_late(&order.link_id, DeadLink::StaysDead).unwrap();
    only(&world, "captured_not_booked").await;
}

#[tokio::test]
async fn money_that_no_order_knows_until_it_went_back() {
    let world = World::new(still()).await;
    let order = paid(&world, 1).await;
    paid(&world, 2).await;
    // As a database put back to an earlier day would have it.
    for table in ["payments WHERE order_id", "attendees WHERE order_id", "orders WHERE id"] {
        world.sql(&format!("DELETE FROM {table} = '{}'", order.id)).await;
    }
    world.sql("DELETE FROM tickets WHERE PHONE_NO = '919876500001'").await;
    world.sql("UPDATE event SET sold = sold - 1").await;
    let difference = only(&world, "unowned").await;
    let payment = payment_of(&world, &order);
    assert_eq!(difference["payment"], json!(payment));
    world.razorpay.refund_on_dashboard(&payment, None).unwrap();
    agrees(&world).await;
}

/// Even when nothing at all is left of the old database.
#[tokio::test]
async fn money_that_came_before_the_database_was_begun_anew() {
    let world = World::new(still()).await;
    paid(&world, 1).await;
    for table in ["payments", "order_events", "attendees", "orders", "tickets"] {
        world.sql(&format!("DELETE FROM {table}")).await;
    }
    world.sql("UPDATE event SET sold = 0").await;
    only(&world, "unowned").await;
}

#[tokio::test]
async fn a_payment_that_razorpay_does_not_know() {
    let sql = "INSERT INTO payments (id, order_id, amount_paise, currency, status, created_at)
               VALUES ('pay_nowhere', ?, 49900, 'INR', 'captured', UTC_TIMESTAMP(6))";
    let (_world, order, difference) = after(sql, "not_captured_there").await;
    assert_eq!((&difference["order"], &difference["payment"]), (&json!(order.id), &json!("pay_nowhere")));
    assert_eq!(difference["razorpay"], json!("no such payment"));
}

#[tokio::test]
async fn a_payment_that_was_only_tried() {
    let world = World::new(still()).await;
    let order = paid(&world, 1).await;
    let other = world.book("Asha", "9876500002").await;
    let failed = world.razorpay.fail(&other.link_id).unwrap();
    world
        .sql(&format!(
            "INSERT INTO payments SELECT '{failed}', order_id, amount_paise, currency, status, method, created_at
             FROM payments WHERE order_id = '{}'",
            order.id
        ))
        .await;
    assert_eq!(only(&world, "not_captured_there").await["razorpay"], json!("failed"));
}

#[tokio::test]
async fn an_amount_or_a_currency_that_differs() {
    after("UPDATE payments SET amount_paise = 1 WHERE order_id = ?", "amount_differs").await;
    after("UPDATE payments SET currency = 'USD' WHERE order_id = ?", "amount_differs").await;
    let (.., difference) = after("UPDATE orders SET amount_paise = 100 WHERE id = ?", "amount_differs").await;
    assert_eq!(difference["ours"], json!("an order of ₹1"));
}

#[tokio::test]
async fn a_paid_order_without_a_valid_ticket() {
    let ticket = "(SELECT unique_id FROM attendees WHERE order_id = ?)";
    let revoke = format!("UPDATE tickets SET REVOKED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = {ticket}");
    let (_world, order, difference) = after(&revoke, "paid_without_ticket").await;
    assert_eq!(difference["order"], json!(order.id));
    after(&format!("DELETE FROM tickets WHERE UNIQUE_ID = {ticket}"), "paid_without_ticket").await;
}

#[tokio::test]
async fn a_valid_ticket_of_an_order_that_is_not_paid_is_refused_by_the_remedy() {
    let world = World::new(still()).await;
    let order = refunded(&world).await;
    agrees(&world).await;
    let ticket = "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE)
                  SELECT a.first_name, o.phone_no, a.unique_id, o.reg_date
                  FROM attendees a JOIN orders o ON o.id = a.order_id";
    world.sql(ticket).await;
    let difference = only(&world, "ticket_unpaid").await;
    assert_eq!(difference["order"], json!(order.id));
    world.sql(difference["remedy"].as_str().unwrap()).await;
    agrees(&world).await;
}

/// Of a guest who booked twice, the paid order answers for the ticket.
#[tokio::test]
async fn a_ticket_is_not_held_against_the_order_that_expired_before_it() {
    let world = World::new(still()).await;
    let order = world.book("Asha", "9876500001").await;
    world.razorpay.expire(&order.link_id).unwrap();
    let (code, settled) = report(&world, &[]).await;
    assert_eq!(code, 0, "{settled:#}");
    world.sql("UPDATE orders SET state = 'expired'").await;
    world.sql("UPDATE attendees SET live_key = NULL").await;
    world.sql("UPDATE event SET held = 0").await;
    paid(&world, 1).await;
    agrees(&world).await;
}

#[tokio::test]
async fn a_paid_order_without_a_payment() {
    let world = World::new(Setup { price_paise: 0, ..still() }).await;
    world.submit(&[("first_name", "Asha"), ("phone_number", "9876543210")]).await;
    agrees(&world).await;
    world.sql("UPDATE orders SET amount_paise = 49900").await;
    only(&world, "paid_without_payment").await;
}

#[tokio::test]
async fn a_payment_that_neither_pays_nor_goes_back() {
    let world = World::new(Setup { razorpay: Options::default(), ..still() }).await;
    refunded(&world).await;
    let refund = world.razorpay.refunds()[0].id.clone();
    world.razorpay.settle_refund(&refund, RefundStatus::Failed).unwrap();
    world.sql("DELETE FROM refunds").await;
    only(&world, "payment_unused").await;
}

#[tokio::test]
async fn a_refund_that_razorpay_does_not_know() {
    let world = World::new(still()).await;
    refunded(&world).await;
    agrees(&world).await;
    world.sql("UPDATE refunds SET razorpay_id = 'rfnd_nowhere'").await;
    assert_eq!(only(&world, "refund_unknown_there").await["refund"], json!("rfnd_nowhere"));
}

#[tokio::test]
async fn a_refund_that_failed_is_open_for_long_or_is_said_to_be_done() {
    let slow = Options { refunds: RefundsSettle::WhenTold, ..Options::default() };
    let world = World::new(Setup { razorpay: slow, ..still() }).await;
    refunded(&world).await;
    agrees(&world).await;
    world.sql("UPDATE refunds SET created_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR").await;
    only(&world, "refund_overdue").await;
    world.sql("UPDATE refunds SET state = 'processed'").await;
    only(&world, "refund_differs").await;
    let refund = world.razorpay.refunds()[0].id.clone();
    world.razorpay.settle_refund(&refund, RefundStatus::Failed).unwrap();
    only(&world, "refund_failed").await;
    world.sql("UPDATE refunds SET state = 'failed'").await;
    assert_eq!(only(&world, "refund_failed").await["refund"], json!(refund));
}

#[tokio::test]
async fn a_refund_that_we_do_not_know() {
    for amount in [Some(100), None] {
        let world = World::new(still()).await;
        let order = paid(&world, 1).await;
        let refund = world.razorpay.refund_on_dashboard(&payment_of(&world, &order), amount).unwrap();
        assert_eq!(only(&world, "refund_unknown_here").await["refund"], json!(refund));
    }
}

/// By us, and then by the bank.
#[tokio::test]
async fn money_that_went_back_twice() {
    let world = World::new(Setup { webhooks: true, ..still() }).await;
    let order = refunded(&world).await;
    let dispute = world.razorpay.dispute(&payment_of(&world, &order)).unwrap();
    world.razorpay.settled().await;
    agrees(&world).await;
    world.razorpay.lose_dispute(&dispute).unwrap();
    world.razorpay.settled().await;
    assert_eq!(only(&world, "given_back_twice").await["razorpay"], json!("₹2 given back of ₹1"));
}

#[tokio::test]
async fn a_dispute_that_was_decided_while_nobody_told_us() {
    let world = World::new(Setup { webhooks: true, ..still() }).await;
    let order = paid(&world, 1).await;
    let dispute = world.razorpay.dispute(&payment_of(&world, &order)).unwrap();
    world.razorpay.settled().await;
    agrees(&world).await;
    world.razorpay.webhooks_to(Vec::new());
    world.razorpay.win_dispute(&dispute).unwrap();
    assert_eq!(only(&world, "dispute_differs").await["razorpay"], json!("won"));
}

#[tokio::test]
async fn a_seat_counter_that_is_wrong_is_mended_by_the_remedy() {
    for (sql, kind) in [
        ("UPDATE event SET sold = sold + 2 WHERE id IS NOT NULL OR ? = ''", "sold_differs"),
        ("UPDATE event SET held = held + 1 WHERE id IS NOT NULL OR ? = ''", "held_differs"),
    ] {
        let (world, _, difference) = after(sql, kind).await;
        world.sql(difference["remedy"].as_str().unwrap()).await;
        agrees(&world).await;
    }
}

#[tokio::test]
async fn an_order_held_long_after_its_hold_and_a_look_up_that_nobody_does() {
    let world = World::new(still()).await;
    let order = world.book("Asha", "9876500001").await;
    let later = "next_look_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR";
    world.sql(&format!("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE, {later}")).await;
    agrees(&world).await;
    world.sql("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) - INTERVAL 20 MINUTE").await;
    assert_eq!(only(&world, "held_too_long").await["order"], json!(order.id));
    world.sql("UPDATE orders SET hold_until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR").await;
    world.sql("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6) - INTERVAL 20 MINUTE").await;
    only(&world, "look_up_overdue").await;
}

//! What an organiser does to an order: as by command, in the organiser's own
//! name, and never by opening a page.

use common::Reason;
use real_parts::razorpay::{ApiFault, Endpoint, Faults, Options, RefundStatus, RefundsSettle};
use reqwest::StatusCode;

use super::leads_to;
use crate::venue::open;
use crate::world::{Booked, Setup, World, command_succeeds, eventually};

fn patient() -> Setup {
    Setup { razorpay: Options { refunds: RefundsSettle::WhenTold, ..Options::default() }, ..Setup::default() }
}

fn path(order: &Booked, deed: &str) -> String {
    format!("/organiser/orders/{}/{deed}", order.id)
}

#[tokio::test]
async fn a_refund_is_said_beforehand_done_once_and_written_down() {
    let world = World::new(patient()).await;
    let order = world.paid_order("Asha", "9876543210").await;
    let asha = world.signed_in("asha").await;
    let question = asha.page(&path(&order, "refund")).await;
    assert!(question.contains("Razorpay gives ₹499 back") && question.contains("Refund ₹499"), "{question}");
    assert_eq!(world.state(&order).await, "paid", "a question is no answer");

    let deed = path(&order, "refund");
    let fields = [("reason", "fell ill")];
    let (one, other) = tokio::join!(asha.post(&deed, &fields), asha.post(&deed, &fields));
    let mut ends = [leads_to(&one).to_owned(), leads_to(&other).to_owned()];
    ends.sort();
    assert!(ends[0].ends_with("?done=already") && ends[1].ends_with("?done=refunding"), "{ends:?}");
    assert_eq!((world.state(&order).await.as_str(), world.razorpay.refunds().len()), ("refunding", 1));
    assert!(asha.page(&ends[1]).await.contains("5 to 7 working days"));

    for refund in world.razorpay.refunds() {
        world.razorpay.settle_refund(&refund.id, RefundStatus::Processed).unwrap();
    }
    eventually("the refund", async || world.state(&order).await == "refunded").await;
    let page = asha.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(
        page.contains("refunding, by organiser asha, at the desk: fell ill") && page.contains("went back"),
        "{page}"
    );
    assert!(
        command_succeeds(&["order", &order.id], &world.env()).await.contains("organiser asha, at the desk: fell ill")
    );
    let done: Vec<_> = world.audit().await.into_iter().filter(|(_, what, ..)| what == "refund").collect();
    assert_eq!(done, [("asha".into(), "refund".into(), order.id.clone(), "fell ill".into())], "once");
}

#[tokio::test]
async fn what_razorpay_cannot_do_now_it_does_later_and_what_failed_is_tried_again() {
    let world = World::new(patient()).await;
    let order = world.paid_order("Asha", "9876543210").await;
    let asha = world.signed_in("asha").await;
    world.razorpay.misbehave(Faults::none().sometimes(1.0, Some(Endpoint::CreateRefund), ApiFault::NoBalance));
    let answer = asha.post(&path(&order, "refund"), &[]).await;
    assert!(leads_to(&answer).ends_with("?done=refund_later"), "{}", leads_to(&answer));
    assert!(asha.page(leads_to(&answer)).await.contains("goes on by itself"));
    assert_eq!(world.state(&order).await, "refunding");
    world.sql("UPDATE refunds SET state = 'failed'").await;
    world.razorpay.behave();
    let page = asha.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(page.contains("Try the refund again"), "{page}");
    let answer = asha.post(&path(&order, "refund_again"), &[]).await;
    assert!(leads_to(&answer).ends_with("?done=refunding"), "{}", leads_to(&answer));
    let answer = asha.post(&path(&order, "refund_again"), &[]).await;
    assert!(leads_to(&answer).ends_with("?done=nothing_failed"), "{}", leads_to(&answer));
    let whats: Vec<_> = world.audit().await.into_iter().map(|(_, what, ..)| what).collect();
    assert_eq!(whats, ["account_added", "signed_in", "refund", "refund_again"]);
}

#[tokio::test]
async fn a_ticket_is_taken_and_given_back_and_the_gate_knows_at_once() {
    let world = World::new(Setup { price_paise: 0, capacity: 1, ..Setup::default() }).await;
    let order = world.free_order("Asha", "9876543210").await;
    let door = open(&std::fs::read_to_string(world.gate("Gate A").await).unwrap());
    let code = world.ticket_code(&order).await;
    let asha = world.signed_in("asha").await;
    let answer = asha.post(&path(&order, "revoke"), &[]).await;
    assert!(leads_to(&answer).ends_with("?done=revoked"));
    assert_eq!(door.admit(code.as_bytes()).await.reason, Reason::Revoked);

    let other = world.free_order("Ravi", "9876543211").await;
    let answer = asha.post(&path(&order, "restore"), &[]).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert!(answer.text().await.unwrap().contains("Every seat is sold or held"));
    asha.post(&path(&other, "revoke"), &[]).await;
    let answer = asha.post(&path(&order, "restore"), &[]).await;
    assert!(leads_to(&answer).ends_with("?done=restored"));
    assert_eq!(door.admit(code.as_bytes()).await.reason, Reason::Granted);

    let question = asha.page(&path(&order, "revoke")).await;
    assert!(question.contains("Asha is inside since") && question.contains("Gate A"), "{question}");
    let answer = asha.post(&path(&order, "revoke"), &[("reason", "left")]).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let page = answer.text().await.unwrap();
    assert!(page.contains("The guest is inside. Nothing was changed") && page.contains(r#"value="left""#), "{page}");
    assert_eq!(world.state(&order).await, "paid");
    asha.post(&path(&order, "revoke"), &[("even_inside", "yes")]).await;
    assert_eq!(world.state(&order).await, "revoked");
    // As a gate reports what it has seen.
    for (verdict, reason) in [("ENTRY GRANTED", "granted"), ("ENTRY REJECTED", "revoked")] {
        world
            .sql(&format!(
                "INSERT INTO scans (scan_id, unique_id, gate, kind, verdict, reason, mode, device_time, server_time)
                 SELECT UUID(), unique_id, 'Gate A', 'entry', '{verdict}', '{reason}', 'online', UTC_TIMESTAMP(6),
                        UTC_TIMESTAMP(6) FROM attendees WHERE order_id = '{}'",
                order.id
            ))
            .await;
    }
    let page = asha.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(page.contains("Gate A: let in") && page.contains("Gate A: entry rejected: revoked"), "{page}");

    let done: Vec<_> =
        world.audit().await.into_iter().map(|(_, what, subject, _)| (what, subject == order.id)).collect();
    let expected = ["account_added", "signed_in", "revoke", "revoke", "restore", "revoke"];
    assert_eq!(done.iter().map(|(what, _)| what).collect::<Vec<_>>(), expected, "what was refused was not done");
    assert!(!done[3].1 && done[4].1 && done[5].1);
}

#[tokio::test]
async fn the_message_is_sent_again_but_not_all_day_long() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let fields = [("first_name", "Asha"), ("phone_number", "9876543210"), ("email", "asha@example.com")];
    world.submit(&fields).await;
    let order = world.booked("9876543210").await;
    let asha = world.signed_in("asha").await;
    let nowhere = asha.post(&path(&order, "resend"), &[]).await;
    assert!(leads_to(&nowhere).ends_with("?done=nowhere"), "this server sends no mail: {}", leads_to(&nowhere));
    world.sql("DELETE FROM resends").await;
    world.sql("REPLACE INTO channels (name, is_open, updated_at) VALUES ('mail', 1, UTC_TIMESTAMP(6))").await;
    let resent = asha.post(&path(&order, "resend"), &[]).await;
    assert!(leads_to(&resent).ends_with("?done=resent"), "{}", leads_to(&resent));
    let again = asha.post(&path(&order, "resend"), &[]).await;
    assert!(leads_to(&again).ends_with("?done=too_often"), "{}", leads_to(&again));
    assert_eq!(world.count("outbox WHERE kind = 'link_again'").await, 1);
    assert_eq!(world.audit().await.iter().filter(|(_, what, ..)| what == "resend").count(), 1);
    let page = asha.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(page.contains("resend by asha") && page.contains("asha@example.com"), "{page}");
}

/// Whatever is done and not written down is not done.
#[tokio::test]
async fn where_nothing_can_be_written_down_nothing_is_sent_and_no_refund_taken_up() {
    let world = World::new(patient()).await;
    let fields = [("first_name", "Asha"), ("phone_number", "9876543210"), ("email", "asha@example.com")];
    world.submit(&fields).await;
    let order = world.booked("9876543210").await;
    world.razorpay.pay(&order.link_id).unwrap();
    eventually("the ticket", async || world.state(&order).await == "paid").await;
    let asha = world.signed_in("asha").await;
    world.sql("REPLACE INTO channels (name, is_open, updated_at) VALUES ('mail', 1, UTC_TIMESTAMP(6))").await;
    let messages = world.count("outbox").await;
    world.sql("RENAME TABLE organiser_actions TO mislaid").await;
    let answer = asha.post(&path(&order, "resend"), &[]).await;
    assert!(answer.status().is_server_error(), "{}", answer.status());
    assert_eq!((world.count("outbox").await, world.count("resends WHERE times > 0").await), (messages, 0));
    world.sql("RENAME TABLE mislaid TO organiser_actions").await;
    let answer = asha.post(&path(&order, "resend"), &[]).await;
    assert!(leads_to(&answer).ends_with("?done=resent"), "{}", leads_to(&answer));

    // Nobody looks at it but the desk.
    asha.post(&path(&order, "refund"), &[]).await;
    world.sql("UPDATE refunds SET state = 'failed'").await;
    world.sql("UPDATE orders SET next_look_at = NULL").await;
    world.sql("RENAME TABLE organiser_actions TO mislaid").await;
    let answer = asha.post(&path(&order, "refund_again"), &[]).await;
    assert!(answer.status().is_server_error(), "{}", answer.status());
    assert_eq!(world.count("refunds WHERE state = 'failed'").await, 1, "as it was");
}

#[tokio::test]
async fn what_cannot_be_done_is_neither_offered_nor_done() {
    let world = World::new(Setup::default()).await;
    let held = world.book("Asha", "9876543210").await;
    let asha = world.signed_in("asha").await;
    let page = asha.page(&format!("/organiser/orders/{}", held.id)).await;
    assert!(!page.contains(">Refund<") && !page.contains(">Revoke<") && !page.contains(">Send again<"), "{page}");
    for deed in ["refund", "revoke", "restore"] {
        let answer = asha.post(&path(&held, deed), &[]).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{deed}");
        assert!(answer.text().await.unwrap().contains("The order is held"), "{deed}");
    }
    for (deed, status) in [("erase", 404), ("", 404)] {
        assert_eq!(asha.get(&path(&held, deed)).await.status(), status, "{deed}");
    }
    let long = "x".repeat(151);
    let answer = asha.post(&path(&held, "revoke"), &[("reason", &long)]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.state(&held).await, "held");
    assert_eq!(world.audit().await.len(), 2, "the account, and the sign-in");
}

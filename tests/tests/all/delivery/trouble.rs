//! The mail server is away, or says no.

use real_parts::programs::BookingWeb;

use super::{ASHA, free_world, letters, mail, sends_by};
use crate::world::eventually;

#[tokio::test]
async fn a_mail_server_that_was_down_gets_the_letter_once_when_it_is_back() {
    let mut mail = mail();
    mail.stop();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    assert_eq!(world.state(&order).await, "paid", "the ticket waits for no e-mail");
    eventually("an attempt", async || world.messages("attempts = 1 AND last_error IS NOT NULL").await == 1).await;
    let (error, pause): (String, i64) =
        world.row("SELECT last_error, TIMESTAMPDIFF(SECOND, created_at, next_attempt_at) FROM outbox").await;
    assert!(error.contains("refused") && (29..90).contains(&pause), "{error}, {pause} s");
    world.hurry().await;
    eventually("another", async || world.messages("attempts = 2 AND next_attempt_at > UTC_TIMESTAMP(6) + INTERVAL 40 SECOND AND next_attempt_at < UTC_TIMESTAMP(6) + INTERVAL 70 SECOND").await == 1).await;
    mail.start_again().unwrap();
    world.hurry().await;
    letters(&world, &mail, 1).await;
    let note: (bool, bool) = world.row("SELECT sent_at IS NOT NULL, last_error IS NULL FROM outbox").await;
    assert_eq!(note, (true, true));
}

/// Whoever is not there tomorrow either is not asked again; and what is kept of it names nobody.
#[tokio::test]
async fn an_address_that_is_refused_for_good_is_given_up_at_once() {
    let mail = mail();
    mail.manner("rcpt 550 5.1.1 <{address}> is unknown here").unwrap();
    let talkative = vec![("RUST_LOG", "booking_web=trace,lettre=trace,info".to_owned())];
    let world = free_world([sends_by(&mail), talkative].concat()).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    eventually("the end", async || world.messages("next_attempt_at IS NULL").await == 1).await;
    let (attempts, error, sent): (u32, String, bool) =
        world.row("SELECT attempts, last_error, sent_at IS NOT NULL FROM outbox").await;
    assert_eq!((attempts, &*error, sent), (1, "recipient: refused, 550 5.1.1", false));
    assert_eq!(world.state(&order).await, "paid");
    eventually("its line", async || world.site.log().contains("message given up")).await;
    for private in [ASHA, "Asha", "9876543210", &*order.path] {
        assert!(!world.site.log().contains(private), "{private} in {}", world.site.log());
    }
    let metrics = world.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains(r#"deliveries_total{channel="mail",outcome="given_up"} 1"#), "{metrics}");
}

#[tokio::test]
async fn what_may_be_better_later_is_tried_again_and_no_other_letter_waits_for_it() {
    for manner in
        ["rcpt 450 4.2.1 <{address}> is full", "rcpt 550 5.7.1 no relaying for <{address}>", "data 554 5.3.0 not now"]
    {
        let mail = mail();
        mail.manner(manner).unwrap();
        let world = free_world(sends_by(&mail)).await;
        world.book_with_mail("Asha", "9876543210", ASHA).await;
        eventually("an attempt", async || world.messages("attempts = 1 AND last_error IS NOT NULL").await == 1).await;
        let (error, waits): (String, bool) =
            world.row("SELECT last_error, next_attempt_at > UTC_TIMESTAMP(6) FROM outbox").await;
        assert!(waits && !error.contains('@'), "{manner}: {error}");
        mail.manner("kind").unwrap();
        // The next one goes out while this one waits.
        world.book_with_mail("Ravi", "9876543211", "ravi@example.com").await;
        eventually("the other's letter", async || mail.letters().unwrap().len() == 1).await;
        assert_eq!(mail.letters().unwrap()[0].to, ["ravi@example.com"], "{manner}");
        world.hurry().await;
        assert_eq!(letters(&world, &mail, 2).await[1].to, [ASHA]);
    }
}

#[tokio::test]
async fn after_three_days_it_is_given_up() {
    let mut mail = mail();
    mail.stop();
    let world = free_world(sends_by(&mail)).await;
    world.book_with_mail("Asha", "9876543210", ASHA).await;
    eventually("an attempt", async || world.messages("last_error IS NOT NULL").await == 1).await;
    world.sql("UPDATE outbox SET created_at = created_at - INTERVAL 3 DAY").await;
    world.hurry().await;
    eventually("the end", async || world.messages("next_attempt_at IS NULL AND sent_at IS NULL").await == 1).await;
}

/// The guest's order was closed while the letter waited: a ticket that no gate takes is not sent.
#[tokio::test]
async fn a_ticket_that_was_taken_away_meanwhile_is_not_sent() {
    let mut mail = mail();
    mail.stop();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    eventually("an attempt", async || world.messages("last_error IS NOT NULL").await == 1).await;
    crate::world::command_succeeds(&["revoke", &order.id], &world.env()).await;
    mail.start_again().unwrap();
    world.hurry().await;
    eventually("the end", async || world.messages("next_attempt_at IS NULL").await == 1).await;
    let (error,): (String,) = world.row("SELECT last_error FROM outbox").await;
    assert_eq!(error, "not needed any more: the order is revoked");
    assert!(mail.letters().unwrap().is_empty());
}

/// What a deaf server is told is told again; and told to stop, the site stops.
#[tokio::test]
async fn a_server_that_does_not_answer_stops_nothing() {
    let mail = mail();
    mail.manner("deaf").unwrap();
    let mut world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    assert_eq!(world.state(&order).await, "paid");
    eventually("an attempt", async || world.messages("attempts = 1").await == 1).await;
    let next = BookingWeb::start(&world.settings).await.unwrap();
    std::mem::replace(&mut world.site, next).stop().await.unwrap();
    mail.manner("kind").unwrap();
    world.hurry().await;
    letters(&world, &mail, 1).await;
}

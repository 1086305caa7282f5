//! However many servers there are and however they end, a guest gets one letter.

use std::collections::BTreeSet;
use std::sync::Arc;

use booking_web::config::Typed;
use booking_web::db::Db;
use booking_web::delivery::{Channel, claim, waiting};
use chrono::{TimeDelta, Utc};
use mysql_async::Pool;
use mysql_async::prelude::Queryable;
use real_parts::programs::BookingWeb;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{ASHA, free_world, letters, mail, sends_by};
use crate::world::{World, eventually};

/// The database as the servers see it.
pub(super) fn open(world: &World) -> Db {
    #[derive(clap::Parser)]
    struct Settings {
        #[command(flatten)]
        typed: Typed,
    }
    let settings: Settings = clap::Parser::parse_from(["test", "--database-url", &world.database.url]);
    Db::open(&settings.typed.check_database().unwrap()).unwrap()
}

#[tokio::test]
async fn of_two_servers_one_sends() {
    const GUESTS: usize = 30;
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let _other = BookingWeb::start(&world.settings).await.unwrap();
    for guest in 0..GUESTS {
        world.book_with_mail("Asha", &format!("98765{guest:05}"), &format!("guest{guest}@example.com")).await;
    }
    let letters = letters(&world, &mail, GUESTS).await;
    let to: BTreeSet<&str> = letters.iter().map(|letter| letter.to[0].as_str()).collect();
    assert_eq!((to.len(), world.messages("sent_at IS NOT NULL AND attempts = 1").await), (GUESTS, 30));
}

/// The server has it and the site dies before it hears so: at most one more
/// comes, and whoever gets both sees that they are one.
#[tokio::test]
async fn killed_between_sending_and_noting_it_repeats_once_under_the_same_name() {
    let mail = mail();
    mail.manner("silent").unwrap();
    let mut world = free_world(sends_by(&mail)).await;
    world.book_with_mail("Asha", "9876543210", ASHA).await;
    eventually("the first", async || mail.letters().unwrap().len() == 1).await;
    let next = BookingWeb::start(&world.settings).await.unwrap();
    std::mem::replace(&mut world.site, next).kill();
    mail.manner("kind").unwrap();
    world.hurry().await;
    let letters = letters(&world, &mail, 2).await;
    let names: BTreeSet<&str> = letters.iter().map(|letter| letter.header("Message-ID")).collect();
    let (id,): (String,) = world.row("SELECT id FROM outbox").await;
    assert_eq!(names, BTreeSet::from([&*format!("<{id}@example.org>")]));
    let picture = |at: usize| letters[at].part("image/png", Some("inline")).unwrap().bytes();
    assert_eq!(picture(0), picture(1));
}

/// The same, where it is the server that hangs up.
#[tokio::test]
async fn a_server_that_hangs_up_instead_of_answering_gets_it_again_under_the_same_name() {
    let mail = mail();
    mail.manner("cut").unwrap();
    let world = free_world(sends_by(&mail)).await;
    world.book_with_mail("Asha", "9876543210", ASHA).await;
    eventually("the first", async || mail.letters().unwrap().len() == 1).await;
    eventually("its note", async || world.messages("last_error IS NOT NULL").await == 1).await;
    mail.manner("kind").unwrap();
    world.hurry().await;
    let letters = letters(&world, &mail, 2).await;
    assert_eq!(letters[0].header("Message-ID"), letters[1].header("Message-ID"));
}

/// Whatever happens to the rows around it: the message's own key says that it was written before.
#[tokio::test]
async fn a_ticket_that_is_made_a_second_time_is_not_sent_a_second_time() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    letters(&world, &mail, 1).await;
    world.sql("DELETE FROM tickets").await;
    world.sql("UPDATE event SET sold = 0, held = 1").await;
    world.sql("UPDATE orders SET state = 'held'").await;
    eventually("the second time", async || {
        world.make_due(&order).await;
        world.state(&order).await == "paid"
    })
    .await;
    assert_eq!((world.count("tickets").await, world.count("outbox").await), (1, 1));
}

const MESSAGES: usize = 60;
const SENDERS: usize = 8;

/// Messages that wait, and nobody who sends them.
async fn crowd() -> World {
    let mail = mail();
    let mut world = free_world(sends_by(&mail)).await;
    for guest in 0..MESSAGES {
        world.book_with_mail("Asha", &format!("98765{guest:05}"), ASHA).await;
    }
    letters(&world, &mail, MESSAGES).await;
    let silent = real_parts::programs::BookingSettings { env: vec![], ..world.settings.clone() };
    let next = BookingWeb::start(&silent).await.unwrap();
    std::mem::replace(&mut world.site, next).stop().await.unwrap();
    world.sql("UPDATE outbox SET sent_at = NULL, attempts = 0, next_attempt_at = UTC_TIMESTAMP(6)").await;
    world
}

/// Several senders at once; how many messages somebody had in all.
async fn race<F>(send_all: impl Fn() -> F) -> usize
where
    F: Future<Output = usize> + Send + 'static,
{
    let start = Arc::new(Barrier::new(SENDERS));
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        let (start, send_all) = (Arc::clone(&start), send_all());
        senders.spawn(async move {
            start.wait().await;
            send_all.await
        });
    }
    senders.join_all().await.into_iter().sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_claimed_by_one_of_those_who_try_and_by_the_next_when_the_lease_is_over() {
    let world = crowd().await;
    let db = open(&world);
    let claim_all = |db: Db, now| async move {
        let mut claimed = 0;
        for message in waiting(&db, Channel::Mail, now).await.unwrap() {
            claimed += usize::from(claim(&db, message, now).await.unwrap().is_some());
        }
        claimed
    };
    let now = Utc::now();
    // Fifty at a time.
    let (first, second) = (race(|| claim_all(db.clone(), now)).await, race(|| claim_all(db.clone(), now)).await);
    assert_eq!(first + second, MESSAGES);
    assert_eq!(race(|| claim_all(db.clone(), now)).await, 0, "the lease holds");
    let later = now + TimeDelta::minutes(10);
    assert!(race(|| claim_all(db.clone(), later)).await > 0, "and ends");
    assert_eq!(world.messages("attempts = 0").await, 0);
}

/// The same race with the guard off: whoever sees a message that waits takes it.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_condition_the_same_race_sends_twice() {
    let world = crowd().await;
    let mut most = 0;
    // In the first round they open their connections.
    for _ in 0..5 {
        most = most.max(race(|| looks_and_then_takes(world.pool.clone())).await);
        world.sql("UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE").await;
    }
    assert!(most > MESSAGES, "{most}: this race could not have failed the other test");
}

async fn looks_and_then_takes(pool: Pool) -> usize {
    let mut conn = pool.get_conn().await.unwrap();
    let waiting: Vec<String> =
        conn.query("SELECT id FROM outbox WHERE next_attempt_at <= UTC_TIMESTAMP(6)").await.unwrap();
    for id in &waiting {
        let take = "UPDATE outbox SET next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL 3 MINUTE WHERE id = ?";
        conn.exec_drop(take, (id,)).await.unwrap();
    }
    waiting.len()
}

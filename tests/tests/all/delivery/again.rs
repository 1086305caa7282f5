//! Asked for once more, from the ticket's page: so often and no oftener.

use std::sync::Arc;

use booking_web::delivery::{Asked, ask_again};
use booking_web::order::OrderId;
use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::Pool;
use mysql_async::prelude::Queryable;
use reqwest::StatusCode;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::once::open;
use super::{ASHA, free_world, letters, mail, sends_by};
use crate::world::{Booked, World};

impl World {
    /// Presses the button; where that leads.
    async fn asks_again(&self, order: &Booked) -> String {
        let answer = self.http().post(format!("{}{}/resend", self.site.url, order.path)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn the_button_sends_the_ticket_again_and_says_so_without_the_whole_address() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    letters(&world, &mail, 1).await;
    let page = world.get(&order.path).await.text().await.unwrap();
    assert!(page.contains("a•••@example.com") && !page.contains(ASHA), "{page}");
    let next = world.asks_again(&order).await;
    assert!(world.get(&next).await.text().await.unwrap().contains("on its way"));
    let letters = letters(&world, &mail, 2).await;
    assert_eq!(letters[0].text(), letters[1].text());
    assert_ne!(letters[0].header("Message-ID"), letters[1].header("Message-ID"));
    // A minute is not over.
    let next = world.asks_again(&order).await;
    assert!(world.get(&next).await.text().await.unwrap().contains("once a minute"));
    assert_eq!(world.count("outbox").await, 2);
}

#[tokio::test]
async fn there_is_nothing_to_press_without_an_address_a_ticket_or_a_mail_server() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    world.book("Ravi", "9876543211").await;
    let none = world.booked("9876543211").await;
    assert!(!world.get(&none.path).await.text().await.unwrap().contains("/resend"));
    assert_eq!(world.asks_again(&none).await, format!("{}?mail=not#mail", none.path));

    let held = crate::world::World::new(crate::world::Setup { env: sends_by(&mail), ..Default::default() }).await;
    let order = held.book_with_mail("Asha", "9876543210", ASHA).await;
    let answer = held.http().post(format!("{}{}/resend", held.site.url, order.path)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);

    let silent = free_world(vec![]).await;
    let order = silent.book_with_mail("Asha", "9876543210", ASHA).await;
    assert!(!silent.get(&order.path).await.text().await.unwrap().contains("/resend"));
    assert_eq!(
        (silent.asks_again(&order).await, silent.count("outbox").await),
        (format!("{}?mail=not#mail", order.path), 0)
    );
    assert_eq!(
        silent.get(&format!("/orders/{}/resend", "0".repeat(32))).await.status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
}

const AT_ONCE: usize = 16;
/// The first one opens the connections, and hardly anybody meets; in one of the others somebody does.
const ROUNDS: usize = 20;

/// Many ask at the same moment; for how many a message was written down.
async fn race<F>(ask: impl Fn() -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let start = Arc::new(Barrier::new(AT_ONCE));
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (start, ask) = (Arc::clone(&start), ask());
        asking.spawn(async move {
            start.wait().await;
            ask.await
        });
    }
    asking.join_all().await.into_iter().filter(|it| *it).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_minute_and_five_times_a_day_however_many_ask_at_once() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    let (db, id) = (open(&world), OrderId::parse(&order.id).unwrap());
    let asked = async |now: DateTime<Utc>| {
        let db = db.clone();
        race(|| {
            let db = db.clone();
            async move { ask_again(&db, id, now).await.unwrap() == Asked::Queued }
        })
        .await
    };
    let first = Utc::now();
    let mut times = Vec::new();
    for minute in 0..7 {
        times.push(asked(first + TimeDelta::minutes(minute)).await);
    }
    assert_eq!(times, [1, 1, 1, 1, 1, 0, 0]);
    assert_eq!(asked(first + TimeDelta::hours(23)).await, 0);
    let tomorrow = first + TimeDelta::hours(24);
    assert_eq!((asked(tomorrow).await, asked(tomorrow + TimeDelta::seconds(59)).await), (1, 0));
    assert_eq!(world.messages("kind = 'link_again'").await, 6);
}

/// The same race with the guard off: whoever sees that none was sent in the last minute sends one.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_condition_the_same_race_fills_a_mailbox() {
    let mail = mail();
    let world = free_world(sends_by(&mail)).await;
    let order = world.book_with_mail("Asha", "9876543210", ASHA).await;
    let mut most = 0;
    for _ in 0..ROUNDS {
        most = most.max(race(|| looks_and_then_writes(world.pool.clone(), order.id.clone())).await);
        world.sql("DELETE FROM outbox WHERE kind = 'link_again'").await;
    }
    assert!(most > 1, "this race could not have failed the other test");
}

async fn looks_and_then_writes(pool: Pool, order: String) -> bool {
    let mut conn = pool.get_conn().await.unwrap();
    let recent = "SELECT COUNT(*) FROM outbox WHERE order_id = ? AND kind = 'link_again'
                  AND created_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE";
    if conn.exec_first::<u32, _, _>(recent, (&order,)).await.unwrap() != Some(0) {
        return false;
    }
    let write = "INSERT INTO outbox (id, order_id, kind, recipient, created_at)
                 VALUES (UUID(), ?, 'link_again', 'asha@example.com', UTC_TIMESTAMP(6))";
    conn.exec_drop(write, (&order,)).await.unwrap();
    true
}

//! Groups at the last seats, and groups that share a guest.

use std::sync::Arc;

use booking_web::db::Db;
use booking_web::event::Event;
use booking_web::form::{Booking, FormKey};
use booking_web::hold::{Hold, hold};
use booking_web::language::Language;
use chrono::Utc;
use common::{FirstName, PhoneNo};
use mysql_async::prelude::Queryable;
use mysql_async::{Pool, TxOpts};
use real_parts::mariadb::{Database, Server};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::seats::{HOLD, event_with, open};

const SEATS: u32 = 50;
const GROUPS: u64 = 32;
const OF: u32 = 4;

fn booking(names: &[&str], phone: u64) -> Booking {
    Booking {
        names: names.iter().map(|name| FirstName::parse(name).unwrap()).collect(),
        phone: PhoneNo::parse(&format!("98765{phone:05}")).unwrap(),
        email: None,
        form_key: Some(FormKey::random()),
        language: Language::English,
    }
}

/// Runs the attempts at the same moment.
async fn race<F, T>(attempts: impl Iterator<Item = F>) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let attempts: Vec<F> = attempts.collect();
    let start = Arc::new(Barrier::new(attempts.len()));
    let mut racing = JoinSet::new();
    for attempt in attempts {
        let start = Arc::clone(&start);
        racing.spawn(async move {
            start.wait().await;
            attempt.await
        });
    }
    racing.join_all().await
}

async fn stage(seats: u32) -> (Database, Db, Event) {
    let database = Server::shared().fresh_database().await.unwrap();
    let db = open(&database);
    let event = event_with(&db, seats).await;
    (database, db, event)
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_last_seats_a_group_gets_all_of_its_own_or_none() {
    let (database, db, event) = stage(SEATS).await;
    let attempts = (0..GROUPS).map(|number| {
        let (db, event) = (db.clone(), event.clone());
        async move { hold(&db, &event, &booking(&["A", "B", "C", "D"], number), Utc::now(), HOLD).await.unwrap() }
    });
    let outcomes = race(attempts).await;
    let made = outcomes.iter().filter(|it| matches!(it, Hold::Made(_))).count();
    assert!(outcomes.iter().all(|it| matches!(it, Hold::Made(_) | Hold::SoldOut { .. })), "{outcomes:?}");
    assert_eq!(u32::try_from(made).unwrap(), SEATS / OF);
    // Two are left, and whoever came last was told so.
    assert!(outcomes.iter().any(|it| matches!(it, Hold::SoldOut { left: 2 })), "{outcomes:?}");
    let event = Event::load(&db).await.unwrap().unwrap();
    assert_eq!((event.held, event.seats_left()), (SEATS / OF * OF, SEATS % OF));
    let mut conn = database.pool().get_conn().await.unwrap();
    let attendees: Option<u32> = conn.query_first("SELECT COUNT(*) FROM attendees").await.unwrap();
    assert_eq!(attendees, Some(event.held));
}

/// The same race with the guard off: each seat by its own condition, and no transaction around them.
#[tokio::test(flavor = "multi_thread")]
async fn taken_one_by_one_the_same_seats_leave_groups_apart() {
    let (database, ..) = stage(SEATS).await;
    let pool = database.pool();
    let took = race((0..GROUPS).map(|_| one_by_one(pool.clone()))).await;
    assert!(took.iter().any(|seats| (1..OF).contains(seats)), "no group was parted: {took:?}");
}

async fn one_by_one(pool: Pool) -> u32 {
    let mut conn = pool.get_conn().await.unwrap();
    let mut took = 0;
    for _ in 0..OF {
        conn.query_drop("UPDATE event SET held = held + 1 WHERE id = 1 AND sold + held < capacity").await.unwrap();
        took += u32::from(conn.affected_rows() == 1);
    }
    took
}

/// Typed in any order; any two of the groups have somebody in common.
#[tokio::test(flavor = "multi_thread")]
async fn one_guest_is_in_one_live_order_however_many_groups_name_them() {
    let (_database, db, event) = stage(1_000).await;
    for phone in 0..20 {
        let groups = [["A", "B"], ["B", "A"], ["B", "C"], ["C", "A"]];
        let attempts = groups.into_iter().map(|names| {
            let (db, event) = (db.clone(), event.clone());
            async move { hold(&db, &event, &booking(&names, phone), Utc::now(), HOLD).await.unwrap() }
        });
        let outcomes = race(attempts).await;
        let made = outcomes.iter().filter(|it| matches!(it, Hold::Made(_))).count();
        assert_eq!(made, 1, "every two of them share a guest: {outcomes:?}");
        assert_eq!(outcomes.iter().filter(|it| matches!(it, Hold::Duplicate { .. })).count(), 3, "{outcomes:?}");
    }
    assert_eq!(Event::load(&db).await.unwrap().unwrap().held, 40);
}

/// The same race with the guard off: a look, then a write, and no unique key.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_unique_key_a_guest_is_in_two_orders() {
    let (database, ..) = stage(1_000).await;
    let pool = database.pool();
    let mut conn = pool.get_conn().await.unwrap();
    conn.query_drop("ALTER TABLE attendees DROP KEY attendees_live_key, DROP CONSTRAINT attendees_of_an_order")
        .await
        .unwrap();
    let mut most = 0;
    // The first one opens the connections, and hardly anybody meets; in one of the others somebody does.
    for round in 0..20 {
        let made = race((0..4).map(|order| looks_and_then_writes(pool.clone(), format!("{round}-{order}"), round)));
        most = most.max(made.await.into_iter().filter(|it| *it).count());
    }
    assert!(most > 1, "this race could not have failed the other test");
}

async fn looks_and_then_writes(pool: Pool, order: String, round: u32) -> bool {
    let mut conn = pool.get_conn().await.unwrap();
    let mut tx = conn.start_transaction(TxOpts::default()).await.unwrap();
    let key = format!("b98765{round:05}");
    let live: Option<u8> = tx.exec_first("SELECT 1 FROM attendees WHERE live_key = ?", (&key,)).await.unwrap();
    if live.is_some() {
        return false;
    }
    let write = "INSERT INTO attendees (order_id, n, first_name, unique_id, live_key) VALUES (?, 1, 'B', '', ?)";
    tx.exec_drop(write, (order, &key)).await.unwrap();
    tx.commit().await.unwrap();
    true
}

//! A refund while a gate admits, at the same moment.

use std::sync::Arc;

use booking_web::config::Typed;
use booking_web::db::Db;
use booking_web::order::OrderId;
use booking_web::payment::closing::{Closing, Voice, Wish, close};
use chrono::Utc;
use common::Reason;
use kiosk_app::admit::Admitter;
use mysql_async::prelude::Queryable;
use mysql_async::{Pool, TxOpts};
use tokio::sync::Barrier;

use super::free;
use crate::world::{Booked, Setup, World};

const ROUNDS: usize = 120;

/// What a round ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Taken away, and the guest stayed outside.
    Revoked,
    /// Let in, and the organiser was told so.
    Admitted,
    /// Let in on a ticket that was said to be taken away unused.
    Both,
    /// Neither.
    None,
}

struct Round {
    order: Booked,
    code: String,
}

async fn crowd() -> (World, Vec<Round>, Arc<Admitter>) {
    let world = World::new(Setup { capacity: 1000, ..free() }).await;
    let mut rounds = Vec::new();
    for number in 0..ROUNDS {
        let order = world.booked_for_nothing("Asha", &format!("98765{number:05}")).await;
        rounds.push(Round { code: world.code(&order).await, order });
    }
    let door = Arc::new(world.door().await);
    // Its first scan would be slower than any organiser.
    door.admit(b"ETS1:none").await;
    (world, rounds, door)
}

/// Both at the same moment, one ticket after the other. `taken_away`: the organiser was told that nobody is inside.
async fn race<F>(rounds: &[Round], door: &Arc<Admitter>, take_away: impl Fn(&Round) -> F) -> Vec<End>
where
    F: Future<Output = bool> + Send + 'static,
{
    let mut ends = Vec::new();
    for round in rounds {
        let start = Arc::new(Barrier::new(2));
        let (gate, code, at_the_gate) = (Arc::clone(door), round.code.clone(), Arc::clone(&start));
        let admission = tokio::spawn(async move {
            at_the_gate.wait().await;
            gate.admit(code.as_bytes()).await.reason
        });
        let take_away = take_away(round);
        let organiser = tokio::spawn(async move {
            start.wait().await;
            take_away.await
        });
        ends.push(match (organiser.await.unwrap(), admission.await.unwrap()) {
            (true, Reason::Granted) => End::Both,
            (true, _) => End::Revoked,
            (false, Reason::Granted) => End::Admitted,
            (false, _) => End::None,
        });
    }
    ends
}

fn count(ends: &[End], end: End) -> usize {
    ends.iter().filter(|it| **it == end).count()
}

fn open(world: &World) -> Db {
    #[derive(clap::Parser)]
    struct Settings {
        #[command(flatten)]
        typed: Typed,
    }
    let settings: Settings = clap::Parser::parse_from(["test", "--database-url", &world.database.url]);
    Db::open(&settings.typed.check_database().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_inside_or_the_ticket_is_taken_and_never_both() {
    let (world, rounds, door) = crowd().await;
    let db = open(&world);
    db.ping().await.unwrap();
    let ends = race(&rounds, &door, |round| {
        let (db, order) = (db.clone(), OrderId::parse(&round.order.id).unwrap());
        async move {
            match close(&db, order, Wish::Revoke, false, Voice::Command { reason: None }, Utc::now()).await.unwrap() {
                Closing::Done(_) => true,
                Closing::Inside => false,
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
    println!("{} were taken away, {} let in", count(&ends, End::Revoked), count(&ends, End::Admitted));
    assert_eq!((count(&ends, End::Both), count(&ends, End::None)), (0, 0));
    let (inside,): (usize,) = world.row("SELECT COUNT(*) FROM tickets WHERE PRESENT = 1 AND REVOKED_AT IS NULL").await;
    let (taken,): (usize,) = world.row("SELECT COUNT(*) FROM tickets WHERE PRESENT = 0 AND REVOKED_AT > 0").await;
    assert_eq!((inside, taken), (count(&ends, End::Admitted), count(&ends, End::Revoked)));
}

/// The same race with the guard off: a look that locks nothing, then the same writing.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_tickets_lock_the_same_race_ends_with_both() {
    let (world, rounds, door) = crowd().await;
    let pool = world.pool.clone();
    let ends = race(&rounds, &door, |round| {
        let (pool, order) = (pool.clone(), round.order.id.clone());
        async move { looks_and_then_takes(&pool, &order).await }
    })
    .await;
    assert!(count(&ends, End::Both) > 0, "none of {ROUNDS}: this race could not have failed the other test");
}

async fn looks_and_then_takes(pool: &Pool, order: &str) -> bool {
    let mut conn = pool.get_conn().await.unwrap();
    let mut tx = conn.start_transaction(TxOpts::default()).await.unwrap();
    let (ticket,): (String,) = tx
        .exec_first(
            "SELECT a.unique_id FROM orders o JOIN attendees a ON a.order_id = o.id WHERE o.id = ? FOR UPDATE",
            (order,),
        )
        .await
        .unwrap()
        .unwrap();
    let (inside,): (bool,) =
        tx.exec_first("SELECT PRESENT FROM tickets WHERE UNIQUE_ID = ?", (&ticket,)).await.unwrap().unwrap();
    if inside {
        return false;
    }
    tx.exec_drop("UPDATE tickets SET REVOKED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = ?", (&ticket,)).await.unwrap();
    tx.exec_drop("UPDATE attendees SET live_key = NULL WHERE order_id = ?", (order,)).await.unwrap();
    tx.exec_drop("UPDATE orders SET state = 'revoked' WHERE id = ?", (order,)).await.unwrap();
    tx.query_drop("UPDATE event SET sold = sold - 1").await.unwrap();
    tx.commit().await.unwrap();
    true
}

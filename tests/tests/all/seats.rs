//! The last seat, many buyers.

use std::sync::Arc;
use std::time::Duration;

use booking_web::config::Typed;
use booking_web::db::Db;
use booking_web::event::Event;
use booking_web::form::{Booking, FormKey};
use booking_web::hold::{Hold, hold};
use booking_web::language::Language;
use booking_web::migrate::migrate;
use chrono::{TimeDelta, Utc};
use common::{FirstName, Paise, PhoneNo};
use mysql_async::TxOpts;
use mysql_async::prelude::Queryable;
use real_parts::mariadb::{Database, Server};
use tokio::sync::Barrier;

const SEATS: u32 = 50;
const BUYERS: u64 = 64;
pub(crate) const HOLD: Duration = Duration::from_secs(1200);

pub(crate) fn open(database: &Database) -> Db {
    #[derive(clap::Parser)]
    struct Settings {
        #[command(flatten)]
        typed: Typed,
    }
    let settings: Settings = clap::Parser::parse_from(["test", "--database-url", &database.url]);
    Db::open(&settings.typed.check_database().unwrap()).unwrap()
}

pub(crate) async fn event_with(db: &Db, capacity: u32) -> Event {
    migrate(db).await.unwrap();
    let event = Event {
        name: "Diwali Night".into(),
        venue: "Town Hall".into(),
        starts_at: Utc::now() + TimeDelta::days(30),
        doors_open_at: None,
        time_zone: chrono_tz::Asia::Kolkata,
        price: Paise::parse("49900").unwrap(),
        capacity,
        sold: 0,
        held: 0,
        sales_from: None,
        sales_until: None,
    };
    event.save(db).await.unwrap();
    event
}

fn buyer(number: u64) -> Booking {
    Booking {
        names: vec![FirstName::parse("Asha").unwrap()],
        language: Language::English,
        phone: PhoneNo::parse(&format!("98765{number:05}")).unwrap(),
        email: None,
        form_key: Some(FormKey::random()),
    }
}

/// Runs one attempt for each buyer, all at the same moment, and counts those who got a seat.
async fn race<F>(attempt: impl Fn(u64) -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let start = Arc::new(Barrier::new(usize::try_from(BUYERS).unwrap()));
    let buyers: Vec<_> = (0..BUYERS)
        .map(|number| {
            let (start, attempt) = (Arc::clone(&start), attempt(number));
            tokio::spawn(async move {
                start.wait().await;
                attempt.await
            })
        })
        .collect();
    let mut seated = 0;
    for buyer in buyers {
        seated += usize::from(buyer.await.unwrap());
    }
    seated
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_seats_are_sold_once_however_many_want_them() {
    let database = Server::shared().fresh_database().await.unwrap();
    let db = open(&database);
    let event = event_with(&db, SEATS).await;
    let seated = race(|number| {
        let (db, event) = (db.clone(), event.clone());
        async move { matches!(hold(&db, &event, &buyer(number), Utc::now(), HOLD).await.unwrap(), Hold::Made(_)) }
    })
    .await;
    assert_eq!(seated, SEATS as usize);
    let event = Event::load(&db).await.unwrap().unwrap();
    assert_eq!((event.held, event.seats_left()), (SEATS, 0));
}

/// The same race with the guard off: a look, then a write, and no CHECK.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_conditional_update_the_same_race_oversells() {
    let database = Server::shared().fresh_database().await.unwrap();
    let db = open(&database);
    event_with(&db, SEATS).await;
    let pool = database.pool();
    pool.get_conn().await.unwrap().query_drop("ALTER TABLE event DROP CONSTRAINT event_not_oversold").await.unwrap();
    let seated = race(|_| {
        let pool = pool.clone();
        async move {
            let mut conn = pool.get_conn().await.unwrap();
            let mut tx = conn.start_transaction(TxOpts::default()).await.unwrap();
            let free: Option<bool> = tx.query_first("SELECT sold + held < capacity FROM event").await.unwrap();
            if free != Some(true) {
                return false;
            }
            tx.query_drop("UPDATE event SET held = held + 1").await.unwrap();
            tx.commit().await.unwrap();
            true
        }
    })
    .await;
    assert!(seated > SEATS as usize, "only {seated}: this race could not have failed the other test");
}

//! Guesses: how many are looked at, and that they tell nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use real_parts::programs::BookingWeb;
use reqwest::{StatusCode, header};
use tokio::task::JoinSet;

use super::PASSWORD;
use crate::world::{Setup, World, command_succeeds};

/// Tries of a name, and from an address, before the first pause.
const OF_A_NAME: usize = 5;
const OF_AN_ADDRESS: usize = 20;
const GUESSES: usize = 40;

#[tokio::test]
async fn after_a_few_wrong_guesses_nothing_is_looked_at_for_a_while_whether_there_is_such_a_name_or_not() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    let mut said: BTreeMap<&str, Vec<(StatusCode, String)>> = BTreeMap::new();
    for name in ["asha", "nobody"] {
        for _ in 0..=OF_A_NAME {
            let fields = [("name", name), ("password", "wrong words that nobody says")];
            let answer = world.sign_in(&world.site.url, &fields, "").await;
            let status = answer.status();
            assert_eq!(answer.headers().contains_key(header::RETRY_AFTER), status == StatusCode::TOO_MANY_REQUESTS);
            said.entry(name).or_default().push((status, answer.text().await.unwrap().replace(name, "…")));
        }
    }
    let statuses: Vec<_> = said["asha"].iter().map(|(status, _)| status.as_u16()).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429]);
    assert_eq!(said["asha"], said["nobody"], "nothing tells which of them exists");
    assert_eq!(
        world.guess("asha", PASSWORD).await,
        StatusCode::TOO_MANY_REQUESTS,
        "not even the right one is looked at"
    );
    assert_eq!(world.guess(" ASHA ", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "however it is written");
    world.add_organiser("ravi").await;
    assert_eq!(world.guess("ravi", PASSWORD).await, StatusCode::SEE_OTHER, "others are not kept out");

    world.pauses_end().await;
    assert_eq!(world.guess("asha", PASSWORD).await, StatusCode::SEE_OTHER);
    for _ in 0..OF_A_NAME {
        assert_eq!(world.guess("asha", "wrong").await, StatusCode::UNAUTHORIZED, "the right one began a new count");
    }
}

/// By the quickest of a few, since the machine may be busy: a comparison takes
/// many times as long as everything else.
#[tokio::test]
async fn an_answer_takes_as_long_for_a_name_that_nobody_has() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    world.guess("warm", "wrong").await;
    let mut quickest = [Duration::MAX; 2];
    for round in 0..24 {
        // Each is the first of the two as often as the other.
        let which = usize::from(round % 4 == 1 || round % 4 == 2);
        let began = Instant::now();
        assert_eq!(world.guess(["asha", "nobody"][which], "wrong").await, StatusCode::UNAUTHORIZED);
        quickest[which] = began.elapsed().min(quickest[which]);
        world.sql("UPDATE organiser_failures SET tries = 0").await;
    }
    let [asha, nobody] = quickest.map(|it| it.as_secs_f64());
    println!("{asha:.3} s for one who is there, {nobody:.3} s for one who is not");
    assert!((0.5..2.0).contains(&(nobody / asha)), "{quickest:?}");
}

#[tokio::test]
async fn pauses_grow_up_to_a_quarter_of_an_hour_and_a_command_ends_them() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    let mut pauses = Vec::new();
    for tries in 1..OF_A_NAME + 8 {
        assert_eq!(world.guess("asha", "wrong").await, StatusCode::UNAUTHORIZED);
        if tries >= OF_A_NAME {
            // From when it was set; the test itself may take its time.
            let pause =
                "SELECT TIMESTAMPDIFF(SECOND, last_at, blocked_until) FROM organiser_failures ORDER BY tries DESC,
                         blocked_until DESC";
            pauses.push(world.row::<(i64,)>(pause).await.0);
            world.pauses_end().await;
        }
    }
    assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900, 900]);
    assert_eq!(world.guess("asha", "wrong").await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.guess("asha", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    let file = world.folder.path().join("password");
    command_succeeds(&["organiser", "password", "asha", "--password-file", file.to_str().unwrap()], &world.env()).await;
    assert_eq!(world.guess("asha", PASSWORD).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_computer_that_guesses_at_many_names_is_kept_waiting_too() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    for number in 0..OF_AN_ADDRESS {
        assert_eq!(world.guess(&format!("name{number}"), "wrong").await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(world.guess("another", "wrong").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(world.guess("asha", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    world
        .sql("UPDATE organiser_failures SET blocked_until = UTC_TIMESTAMP(6), last_at = last_at - INTERVAL 25 HOUR")
        .await;
    assert_eq!(world.guess("asha", PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!(world.count("organiser_failures").await, 1, "a day later all is forgotten");
}

impl World {
    /// As if their time had passed.
    async fn pauses_end(&self) {
        self.sql("UPDATE organiser_failures SET blocked_until = UTC_TIMESTAMP(6)").await;
    }

    /// How many of so many guesses at the same moment `look` lets through.
    async fn looked_at<F>(&self, look: impl Fn(usize) -> F) -> usize
    where
        F: Future<Output = bool> + Send + 'static,
    {
        let mut guesses = JoinSet::new();
        for number in 0..GUESSES {
            guesses.spawn(look(number));
        }
        guesses.join_all().await.into_iter().filter(|looked| *looked).count()
    }
}

/// First as it would be without the guard: look at the count, then compare, then count.
#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_more_tries_than_one_after_the_other() {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    world.sql("CREATE TABLE naive (tries INT NOT NULL)").await;
    world.sql("INSERT INTO naive VALUES (0)").await;
    let naive = |_| {
        let pool = world.pool.clone();
        async move {
            let mut conn = pool.get_conn().await.unwrap();
            let tries: Option<usize> = conn.query_first("SELECT tries FROM naive").await.unwrap();
            if tries >= Some(OF_A_NAME) {
                return false;
            }
            conn.query_drop("DO SLEEP(0.05)").await.unwrap(); // as long as a comparison takes
            conn.query_drop("UPDATE naive SET tries = tries + 1").await.unwrap();
            true
        }
    };
    let without = world.looked_at(naive).await;
    assert!(without > OF_A_NAME, "the race did not happen: {without}");

    let other = BookingWeb::start(&world.settings).await.unwrap();
    let guess = |number: usize| {
        let site = if number.is_multiple_of(2) { &world.site.url } else { &other.url };
        let form =
            world.http().post(format!("{site}/organiser/login")).form(&[("name", "asha"), ("password", "wrong")]);
        async move {
            match form.send().await.unwrap().status() {
                StatusCode::UNAUTHORIZED => true,
                StatusCode::TOO_MANY_REQUESTS => false,
                other => panic!("answered {other}"),
            }
        }
    };
    assert_eq!(world.looked_at(guess).await, OF_A_NAME, "of {GUESSES} on two servers");
}

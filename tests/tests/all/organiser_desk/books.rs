//! The ledger held against Razorpay's, at the desk.

use real_parts::razorpay::Options;
use reqwest::StatusCode;

use super::witness::audited;
use crate::world::{Setup, World, eventually};

/// Nobody tells us of anything and nobody looks: what is made to differ stays so.
fn still() -> Setup {
    let env = vec![("LOOK_UP_SECONDS", "3600".into()), ("RECONCILE_HOURS", "0".into())];
    Setup { webhooks: false, razorpay: Options::default(), env, ..Setup::default() }
}

async fn begun(world: &World) -> u32 {
    world.count("reconciliations").await
}

async fn ended(world: &World, number: u32) {
    eventually("the comparison to end", async || {
        world.count("reconciliations WHERE finished_at IS NOT NULL").await == number
    })
    .await;
}

#[tokio::test]
async fn what_differs_is_said_in_words_with_its_remedy_and_once_it_agrees_so_is_that() {
    let world = World::new(still()).await;
    let seat = world.signed_in("asha").await;
    assert!(seat.page("/organiser/books").await.contains("Nothing has been compared yet"));
    assert_eq!(
        seat.post_bare("/organiser/books", &[]).send().await.unwrap().status(),
        StatusCode::FORBIDDEN,
        "without the mark"
    );
    let order = world.book("Asha", "9876543210").await;
    let back = world.razorpay.pay(&order.link_id).unwrap();

    assert_eq!(seat.post("/organiser/books", &[]).await.status(), StatusCode::SEE_OTHER);
    eventually("it to be under way", async || begun(&world).await == 1).await;
    let page = seat.page("/organiser/books").await;
    // What seems to differ is given ten seconds.
    assert!(page.contains("A comparison is under way") && page.contains("<progress"), "{page}");
    ended(&world, 1).await;
    let page = seat.page("/organiser/books").await;
    for expected in [
        "1 difference",
        "Razorpay took money that is not booked here",
        "booking-web reconcile --settle",
        &format!("/organiser/orders/{}", order.id),
        "Compare now",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(seat.page("/organiser").await.contains("found 1 difference"), "the overview warns");

    world.get(&back).await;
    assert_eq!(world.state(&order).await, "paid");
    assert_eq!(seat.post("/organiser/books", &[]).await.status(), StatusCode::SEE_OTHER);
    ended(&world, 2).await;
    assert!(seat.page("/organiser/books").await.contains("no difference"));
    assert_eq!(audited(&world, "ledger_compared").await.len(), 2);
}

#[tokio::test]
async fn pressed_many_times_at_once_one_comparison_runs() {
    let world = World::new(still()).await;
    let seat = world.signed_in("asha").await;
    // A difference makes it take ten seconds.
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.pay(&order.link_id).unwrap();
    let press = || seat.post("/organiser/books", &[]);
    let (a, b, c, d, e, f) = tokio::join!(press(), press(), press(), press(), press(), press());
    let places = [a, b, c, d, e, f].map(|answer| answer.headers()["location"].to_str().unwrap().to_owned());
    assert_eq!(places.iter().filter(|place| *place == "/organiser/books").count(), 1, "{places:?}");
    eventually("it to be under way", async || begun(&world).await > 0).await;
    assert_eq!(audited(&world, "ledger_compared").await.len(), 1);
    assert!(seat.page("/organiser/books?busy").await.contains("another begins when it is done"));
    ended(&world, 1).await;
    assert_eq!(begun(&world).await, 1);
    // The lease is given back with the end.
    eventually("another to begin", async || {
        seat.post("/organiser/books", &[]).await;
        begun(&world).await == 2
    })
    .await;
}

#[tokio::test]
async fn one_that_was_cut_off_is_not_under_way_for_ever() {
    let world = World::new(still()).await;
    let seat = world.signed_in("asha").await;
    world
        .sql("INSERT INTO reconciliations (id, started_at) VALUES (UUID(), UTC_TIMESTAMP(6) - INTERVAL 31 MINUTE)")
        .await;
    let page = seat.page("/organiser/books").await;
    assert!(page.contains("broken off") && page.contains("Compare now"), "{page}");
    // A server that died with the lease: it runs out by itself.
    let lease = |minutes: i32| {
        format!(
            "REPLACE INTO duties (name, due_at) VALUES ('reconcile_by_hand', UTC_TIMESTAMP(6) + INTERVAL {minutes} MINUTE)"
        )
    };
    let place = async || seat.post("/organiser/books", &[]).await.headers()["location"].to_str().unwrap().to_owned();
    world.sql(&lease(1)).await;
    assert_eq!(place().await, "/organiser/books?busy");
    world.sql(&lease(-1)).await;
    assert_eq!(place().await, "/organiser/books");
}

//! A hot sale: nobody waits into a timeout, and everybody hears the truth.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tokio::task::JoinSet;

use super::{Stuck, books, retry_after, within, world};

const ANY_NUMBER: (&str, &str) = ("SUBMITS_PER_MINUTE", "0");
/// Two for the wait, four for the database, and the rest for a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(12);

#[tokio::test]
async fn while_the_database_is_stuck_each_form_is_answered_and_every_other_page_as_ever() {
    let world = world(500, &[ANY_NUMBER]).await;
    let ticket = world.book("Ravi", "9876543210").await;
    let stuck = Stuck::on(&world).await;
    let mut forms = JoinSet::new();
    for guest in 0..150 {
        let (client, url) = (world.http().clone(), world.site.url.clone());
        forms.spawn(async move {
            let began = Instant::now();
            let answer = books(&client, &url, guest).await.unwrap();
            (answer, began.elapsed())
        });
    }
    stuck.holds_up(&world, 8).await;
    for path in ["/readyz", &*ticket.path, "/"] {
        let answer = within(Duration::from_secs(2), path, world.get(path)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    let (mut crowded, mut seated) = (0, 0);
    let mut let_go = Some(stuck);
    while let Some(answered) = forms.join_next().await {
        let (answer, took) = answered.unwrap();
        assert!(took < PATIENCE, "{took:.1?} for {}", answer.status());
        if answer.status() == StatusCode::SEE_OTHER {
            seated += 1;
            continue;
        }
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!((2..=6).contains(&retry_after(&answer).as_secs()));
        let page = answer.text().await.unwrap();
        assert!(page.contains("nothing was paid") && page.contains("not lost a place"), "{page}");
        assert!(page.contains(r#"value="Asha""#), "{page}");
        // As last seen, which may have been before the one that is held.
        crowded += u32::from(["499", "500"].iter().any(|free| page.contains(&format!("{free} seats were free"))));
        // The first to be sent away is the sign that the others have waited long enough, too.
        if let Some(stuck) = let_go.take() {
            stuck.lets_go().await;
        }
    }
    assert!(crowded > 0, "nobody was told how it stands");
    assert_eq!(world.seats().await, (0, seated + 1), "an answer that says no has taken no seat");
    assert!(books(world.http(), &world.site.url, 9_999).await.unwrap().status() == StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn everybody_in_a_crowd_learns_where_they_stand() {
    const SEATS: u32 = 60;
    let world = world(SEATS, &[ANY_NUMBER]).await;
    let mut guests = JoinSet::new();
    for guest in 0..400 {
        let (client, url) = (world.http().clone(), world.site.url.clone());
        guests.spawn(async move {
            let mut slowest = Duration::ZERO;
            loop {
                let began = Instant::now();
                let answer = books(&client, &url, guest).await.unwrap();
                slowest = slowest.max(began.elapsed());
                match answer.status().as_u16() {
                    503 => tokio::time::sleep(retry_after(&answer)).await,
                    status => return (status, slowest),
                }
            }
        });
    }
    let mut watched = 0;
    while guests.len() > 1 {
        let ready = within(Duration::from_secs(5), "readyz", world.get("/readyz")).await;
        assert_eq!(ready.status(), StatusCode::OK);
        watched += 1;
        while guests.len() > 1 && guests.try_join_next().is_some_and(|guest| answered(guest.unwrap())) {}
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(watched > 3);
    assert!(answered(guests.join_next().await.unwrap().unwrap()));
    assert_eq!(world.seats().await, (0, SEATS));
    assert_eq!(world.count("orders").await, SEATS);

    fn answered((status, slowest): (u16, Duration)) -> bool {
        assert!(matches!(status, 303 | 409), "{status}");
        assert!(slowest < PATIENCE, "{slowest:.1?}");
        true
    }
}

/// The forms at work are stuck, so whoever hears "sold out" has not heard it from the database.
#[tokio::test]
async fn in_a_crowd_sold_out_is_said_without_asking_the_database() {
    let world = world(1, &[ANY_NUMBER]).await;
    let order = world.book("Ravi", "9876543210").await;
    world.razorpay.pay(&order.link_id).unwrap();
    world.make_due(&order).await;
    crate::world::eventually("the ticket", async || world.state(&order).await == "paid").await;
    let stuck = Stuck::on(&world).await;
    let mut forms = JoinSet::new();
    for guest in 0..30 {
        forms.spawn(books(world.http(), &world.site.url, guest));
        if guest == 9 {
            stuck.holds_up(&world, 10).await;
        }
    }
    for _ in 10..30 {
        let answer = forms.join_next().await.unwrap().unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::CONFLICT);
        let page = answer.text().await.unwrap();
        assert!(page.contains("Sold out") && !page.contains("Look again"), "{page}");
    }
    stuck.holds_up(&world, 1).await;
    stuck.lets_go().await;
    forms.join_all().await;
    assert_eq!(world.seats().await, (1, 0));
}

#[tokio::test]
async fn while_a_seat_is_only_held_sold_out_leaves_hope() {
    let world = world(1, &[ANY_NUMBER]).await;
    world.book("Ravi", "9876543210").await;
    let answer = books(world.http(), &world.site.url, 1).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert!(answer.text().await.unwrap().contains("Look again"));
}

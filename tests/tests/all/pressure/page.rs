//! The event as all see it, and what an answer tells a browser.

use std::time::{Duration, Instant};

use real_parts::mariadb::{Options, Server};
use real_parts::proxy::{Loss, Proxy};
use tokio::task::JoinSet;

use crate::world::{Setup, World, command_succeeds};

#[tokio::test]
async fn the_events_row_is_read_for_all_who_look_at_the_same_time() {
    let server = Server::start(Options::throwaway()).unwrap();
    let proxy = Proxy::start(server.port()).unwrap();
    let setup = Setup { webhooks: false, database_port: Some(proxy.port()), ..Setup::default() };
    let world = World::on(&server, setup).await;
    world.book("Asha", "9876543210").await;
    // The proxy breaks the connection when the row is read for the fortieth time: four a second make ten seconds.
    proxy.lose(Loss::Request, "SELECT * FROM event", 40);
    let began = Instant::now();
    let mut looks = 0;
    while looks < 600 && began.elapsed() < Duration::from_secs(8) {
        let mut guests = JoinSet::new();
        for _ in 0..4 {
            guests.spawn(world.http().get(&world.site.url).send());
        }
        for answer in guests.join_all().await {
            assert_eq!(answer.unwrap().status(), 200);
            looks += 1;
        }
    }
    assert!(looks >= 200, "only {looks} looks: this could not have shown anything");
    assert_eq!(proxy.losses(), 0, "{looks} looks in {:.1?} read the row forty times", began.elapsed());
}

/// Even though the row was read a moment before.
#[tokio::test]
async fn whoever_takes_the_last_seat_sees_none_left() {
    for _ in 0..3 {
        let world = World::new(Setup { capacity: 2, webhooks: false, ..Setup::default() }).await;
        for guest in 0..2 {
            assert!(world.get("/").await.text().await.unwrap().contains("first_name"));
            assert_eq!(super::books(world.http(), &world.site.url, guest).await.unwrap().status(), 303);
        }
        assert!(world.get("/").await.text().await.unwrap().contains("Sold out"));
    }
}

#[tokio::test]
async fn what_an_organiser_changes_shows_within_a_second() {
    let world = World::new(Setup::default()).await;
    for name in ["Holi Morning", "Onam Feast"] {
        assert!(!world.get("/").await.text().await.unwrap().contains(name));
        command_succeeds(&["event", "set", "--name", name], &world.env()).await;
        let changed = Instant::now();
        while !world.get("/").await.text().await.unwrap().contains(name) {
            assert!(changed.elapsed() < Duration::from_secs(1), "still the old name");
        }
    }
}

#[tokio::test]
async fn a_ticket_is_kept_by_nobody_and_shown_on_no_other_site() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    for path in ["", "/state", "/qr.png", "/qr.svg", "/event.ics"] {
        let answer = world.get(&format!("{}{path}", order.path)).await;
        assert_eq!(answer.status(), 200, "{path}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.headers()[name], value, "{path} {name}");
        }
    }
}

/// After a change of the secret Razorpay signs some events with the old one for a while.
#[tokio::test]
async fn the_webhooks_secret_of_before_is_good_until_it_is_removed() {
    let mut setup = Setup { webhooks: false, ..Setup::default() };
    setup.env.push(("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", "the-secret-of-before".into()));
    let world = World::new(setup).await;
    let body = r#"{"event":"payment.authorized","payload":{}}"#;
    for (secret, expected) in
        [(&*world.settings.webhook_secret, 200), ("the-secret-of-before", 200), ("the-secret-of-another", 400)]
    {
        let signature = real_parts::razorpay::signature::sign(secret, body.as_bytes());
        let event = world.http().post(format!("{}/webhooks/razorpay", world.site.url));
        let answer = event.header("x-razorpay-signature", signature).body(body).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{secret}");
    }
}

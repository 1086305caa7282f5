//! The database goes and comes back.

use real_parts::mariadb::{Options, Server};
use reqwest::StatusCode;

use crate::world::{Setup, World};

#[tokio::test]
async fn without_the_database_every_answer_is_503_and_all_is_well_again_without_a_restart() {
    let mut server = Server::start(Options::throwaway()).unwrap();
    let world = World::on(&server, Setup { webhooks: false, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    let signed = |body: &str| {
        let signature = real_parts::razorpay::signature::sign(&world.settings.webhook_secret, body.as_bytes());
        let url = format!("{}/webhooks/razorpay", world.site.url);
        world.http().post(url).header("x-razorpay-signature", signature).body(body.to_owned())
    };
    let fields = [("first_name", "Ravi"), ("phone_number", "9876543211")];
    for frozen in [false, true] {
        if frozen {
            server.freeze();
        } else {
            server.stop();
        }
        assert_eq!(world.get("/healthz").await.status(), StatusCode::OK);
        // The event is shown as it was a moment ago, for a moment.
        crate::world::eventually("the form to know", async || world.get("/").await.status() != StatusCode::OK).await;
        let state = format!("{}/state", order.path);
        let event = signed(r#"{"event":"payment_link.paid","payload":{}}"#);
        // Side by side: each waits for the deadline by itself.
        let (ready, form, page, state, submitted, event) = tokio::join!(
            world.get("/readyz"),
            world.get("/"),
            world.get(&order.path),
            world.get(&state),
            world.submit(&fields),
            event.send()
        );
        for (what, answer) in [
            ("readyz", ready),
            ("form", form),
            ("page", page),
            ("state", state),
            ("submit", submitted),
            ("webhook", event.unwrap()),
        ] {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{what}, frozen: {frozen}");
        }
        if frozen {
            server.thaw();
        } else {
            server.start_again().unwrap();
        }
        crate::world::eventually("readiness", async || world.get("/readyz").await.status() == StatusCode::OK).await;
        assert_eq!(world.get(&order.path).await.status(), StatusCode::OK);
    }
    assert_eq!(world.submit(&fields).await.status(), StatusCode::SEE_OTHER);
}

/// Nothing that was confirmed is lost, and what was begun is finished by the next process.
#[tokio::test]
async fn a_killed_booking_site_leaves_nothing_half_done() {
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    let World { site, settings, razorpay, pool, .. } = world;
    site.kill();
    razorpay.pay(&order.link_id).unwrap();
    let site = real_parts::programs::BookingWeb::start(&settings).await.unwrap();
    use mysql_async::prelude::Queryable;
    let mut conn = pool.get_conn().await.unwrap();
    conn.query_drop("UPDATE orders SET next_look_at = UTC_TIMESTAMP(6)").await.unwrap();
    crate::world::eventually("the ticket", async || {
        let page = reqwest::get(format!("{}{}/state", site.url, order.path)).await.unwrap().text().await.unwrap();
        page.contains("paid")
    })
    .await;
    let log = site.stop().await.unwrap();
    assert!(log.contains("order moved on"), "{log}");
}

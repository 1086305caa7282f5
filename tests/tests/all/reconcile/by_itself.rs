//! `serve` compares by itself: one server at a time, once a period.

use std::time::{Duration, Instant};

use booking_web::config::Typed;
use booking_web::db::Db;
use booking_web::metrics::ApiCalls;
use booking_web::payment::client::Client;
use booking_web::reconcile::{last, run};
use tokio_util::sync::CancellationToken;

use super::{paid, still};
use crate::world::{World, eventually};

fn typed(world: &World) -> Typed {
    #[derive(clap::Parser)]
    struct Settings {
        #[command(flatten)]
        typed: Typed,
    }
    let settings = &world.settings;
    let typed: Settings = clap::Parser::parse_from([
        "test",
        "--database-url",
        &world.database.url,
        "--public-url",
        &world.site.url,
        "--razorpay-api-url",
        &settings.razorpay_url,
        "--razorpay-key-id",
        &settings.key_id,
        "--razorpay-key-secret",
        &settings.key_secret,
        "--razorpay-webhook-secret",
        &settings.webhook_secret,
    ]);
    typed.typed
}

#[tokio::test]
async fn two_servers_compare_once_a_period_between_them() {
    const PERIOD: Duration = Duration::from_secs(2);
    let world = World::new(still()).await;
    paid(&world, 1).await;
    let settings = typed(&world).check_reconcile().unwrap();
    let db = Db::open(&settings.database).unwrap();
    assert_eq!(last(&db).await.unwrap(), None);
    let stop = CancellationToken::new();
    let began = Instant::now();
    let servers: Vec<_> = (0..2)
        .map(|_| {
            let razorpay = Client::new(settings.razorpay.clone(), ApiCalls::default()).unwrap();
            tokio::spawn(run(db.clone(), razorpay, settings.our_pages(), PERIOD, stop.clone()))
        })
        .collect();
    let finished = "SELECT COUNT(*) FROM reconciliations WHERE differences = 0";
    eventually("four comparisons", async || world.row::<(u32,)>(finished).await.0 >= 4).await;
    let most = began.elapsed().as_secs() / PERIOD.as_secs() + 1;
    let rows = u64::from(world.count("reconciliations").await);
    assert!(rows <= most, "{rows} comparisons where {most} were due");
    assert_eq!(last(&db).await.unwrap().unwrap().differences, 0);

    world.sql("UPDATE event SET sold = sold + 1").await;
    eventually("the difference", async || last(&db).await.unwrap().unwrap().differences == 1).await;
    stop.cancel();
    for server in servers {
        server.await.unwrap();
    }
}

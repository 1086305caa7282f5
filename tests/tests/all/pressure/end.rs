//! Told to stop, a site finishes what it began.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use real_parts::programs::BookingWeb;
use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{Stuck, books, world};
use crate::world::eventually;

fn terminate(site: &BookingWeb) {
    kill(Pid::from_raw(i32::try_from(site.pid()).unwrap()), Signal::SIGTERM).unwrap();
}

/// Sends forms, each on a connection of its own, until nobody takes them any more.
async fn keeps_booking(
    url: String,
    next: Arc<AtomicUsize>,
    told: Arc<AtomicBool>,
) -> (Vec<usize>, Vec<(usize, String)>) {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).pool_max_idle_per_host(0);
    let client = client.build().unwrap();
    let (mut seated, mut lost) = (Vec::new(), Vec::new());
    loop {
        let (guest, before_the_end) = (next.fetch_add(1, Ordering::SeqCst), !told.load(Ordering::SeqCst));
        let answer = match books(&client, &url, guest).await {
            Ok(answer) => {
                assert_eq!(answer.status(), 303);
                answer.text().await
            }
            Err(error) => Err(error),
        };
        match answer {
            Ok(_) => seated.push(guest),
            Err(error) if before_the_end => lost.push((guest, format!("{error:?}"))),
            Err(_) => return (seated, lost),
        }
    }
}

#[tokio::test]
async fn no_form_is_lost_when_the_site_is_told_to_stop() {
    let world = world(100_000, &[("SUBMITS_PER_MINUTE", "0")]).await;
    let (next, told) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut guests = JoinSet::new();
    for _ in 0..16 {
        guests.spawn(keeps_booking(world.site.url.clone(), Arc::clone(&next), Arc::clone(&told)));
    }
    while next.load(Ordering::SeqCst) < 100 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    told.store(true, Ordering::SeqCst);
    let log = world.site.stop().await.unwrap();
    assert!(!log.contains("cut off"), "{log}");
    let (mut seated, mut lost) = (BTreeSet::new(), Vec::new());
    for (answered, unanswered) in guests.join_all().await {
        seated.extend(answered.into_iter().map(|guest| format!("9198{guest:08}")));
        lost.extend(unanswered);
    }
    assert_eq!(lost, [], "these were sent before the end");
    let mut conn = world.pool.get_conn().await.unwrap();
    let orders: Vec<String> = conn.query("SELECT phone_no FROM orders").await.unwrap();
    assert_eq!(orders.into_iter().collect::<BTreeSet<_>>(), seated, "an order for each answer, and none besides");
}

#[tokio::test]
async fn an_answer_that_takes_its_time_is_finished() {
    let world = world(10, &[]).await;
    let stuck = Stuck::on(&world).await;
    let form = tokio::spawn({
        let (client, url) = (world.http().clone(), world.site.url.clone());
        async move { books(&client, &url, 1).await }
    });
    stuck.holds_up(&world, 1).await;
    let mut idle = TcpStream::connect(address(&world.site)).await.unwrap();
    asks(&mut idle).await;
    terminate(&world.site);
    eventually("the door to shut", async || TcpStream::connect(address(&world.site)).await.is_err()).await;
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "connections are let go of, but for those at work");
    stuck.lets_go().await;
    assert_eq!(form.await.unwrap().unwrap().status(), 303);
    eventually("the end", async || world.site.log().contains("stopping")).await;
    assert_eq!(world.seats().await, (0, 1));
}

#[tokio::test]
async fn told_twice_it_ends_at_once() {
    let world = world(10, &[]).await;
    let stuck = Stuck::on(&world).await;
    let form = tokio::spawn({
        let (client, url) = (world.http().clone(), world.site.url.clone());
        async move { books(&client, &url, 1).await }
    });
    stuck.holds_up(&world, 1).await;
    terminate(&world.site);
    eventually("the first word", async || world.site.log().contains("stopping")).await;
    let began = Instant::now();
    let ended = world.site.stop().await.unwrap_err().to_string();
    assert!(began.elapsed() < Duration::from_secs(3), "{:.1?}", began.elapsed());
    assert!(ended.contains("exit status: 1") && ended.contains("a second time"), "{ended}");
    assert!(form.await.unwrap().is_err());
    stuck.lets_go().await;
}

fn address(site: &BookingWeb) -> &str {
    site.url.strip_prefix("http://").unwrap()
}

/// A connection of a proxy that looks whether the site is ready.
async fn asks(line: &mut TcpStream) -> String {
    line.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\n") || !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut bytes = [0; 2048];
        match line.read(&mut bytes).await.unwrap() {
            0 => break,
            read => answer.extend_from_slice(&bytes[..read]),
        }
    }
    String::from_utf8(answer).unwrap().to_lowercase()
}

#[tokio::test]
async fn whoever_asks_on_the_way_out_is_sent_elsewhere() {
    let world = world(10, &[]).await;
    let mut lines = Vec::new();
    for _ in 0..40 {
        let mut line = TcpStream::connect(address(&world.site)).await.unwrap();
        assert!(asks(&mut line).await.starts_with("http/1.1 200"));
        lines.push(line);
    }
    terminate(&world.site);
    let mut refused = None;
    for mut line in lines {
        let answer = asks(&mut line).await;
        if answer.starts_with("http/1.1 503") {
            refused = Some(answer);
            break;
        }
        assert!(answer.starts_with("http/1.1 200"), "{answer}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let refused = refused.expect("not ready any more");
    assert!(refused.contains("stopping") && refused.contains("connection: close"), "{refused}");
}

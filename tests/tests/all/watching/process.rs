//! What this process did and needs.

use std::time::{Duration, Instant, SystemTime};

use reqwest::{Method, StatusCode};

use super::scrape::Scrape;
use crate::world::{Setup, World, eventually};

#[tokio::test]
async fn what_is_asked_of_every_process_is_there_and_true() {
    let before = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    let world = World::new(Setup::default()).await;
    world.get("/").await;
    let scrape = Scrape::of(&world).await;
    let after = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    let started = scrape.value("process_start_time_seconds");
    // The kernel's own clock of the start is a second or two off.
    assert!((before - 3.0..after + 3.0).contains(&started), "{started} is not between {before} and {after}");
    let status = std::fs::read_to_string(format!("/proc/{}/status", world.site.pid())).unwrap();
    let kib = |name: &str| -> f64 {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    for (metric, line) in [("process_resident_memory_bytes", "VmRSS:"), ("process_virtual_memory_bytes", "VmSize:")] {
        let share = scrape.value(metric) / (kib(line) * 1024.0);
        assert!((0.5..2.0).contains(&share), "{metric} is {share} of what the kernel says");
    }
    let (open, most) = (scrape.value("process_open_fds"), scrape.value("process_max_fds"));
    assert!(open >= 5.0 && open < most, "{open} of {most}");
    assert!((0.0..60.0).contains(&scrape.value("process_cpu_seconds_total")));
    assert_eq!(scrape.value(r#"build_info{version="0.1.0"}"#), 1.0);
    assert_eq!(scrape.value("http_requests_in_flight"), 1.0, "the scrape itself");
    assert_eq!(scrape.value(r#"http_requests_total{method="GET",route="/",status="200"}"#), 1.0);
    assert_eq!(scrape.value(r#"http_request_duration_seconds_count{route="/"}"#), 1.0);
    assert!(scrape.value(r#"database_connections{state="idle"}"#) >= 1.0);
    assert_eq!(scrape.value("database_waiting"), 0.0);
}

/// `curl … | promtool check metrics` is how people look at it first.
#[tokio::test]
async fn who_does_not_ask_for_openmetrics_gets_the_classic_text() {
    let world = World::new(Setup::default()).await;
    let answer = world.get("/metrics").await;
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text().await.unwrap();
    assert!(text.contains("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total "), "{text}");
    assert!(!text.contains("# EOF"), "{text}");
}

#[tokio::test]
async fn a_guest_who_goes_away_is_not_in_flight_for_ever() {
    let world = World::new(Setup::default()).await;
    let address = world.site.url.trim_start_matches("http://").to_owned();
    let mut lines = Vec::new();
    for _ in 0..5 {
        // A form whose end never comes.
        let mut line = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!("POST /submit HTTP/1.1\r\nHost: {address}\r\nContent-Length: 100\r\n\r\nfirst_name=");
        tokio::io::AsyncWriteExt::write_all(&mut line, head.as_bytes()).await.unwrap();
        lines.push(line);
    }
    let in_flight = async || Scrape::of(&world).await.value("http_requests_in_flight");
    eventually("five forms to be on their way", async || in_flight().await == 6.0).await;
    drop(lines);
    eventually("nobody to be waited for", async || in_flight().await == 1.0).await;
}

/// Each label's value is memory for ever, here and in Prometheus.
#[tokio::test]
async fn no_stranger_makes_a_series() {
    let world = World::new(Setup::default()).await;
    let send = async |method: &str, path: &str| {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        world.http().request(method, format!("{}{path}", world.site.url)).send().await.unwrap().status()
    };
    let strange = async |number: u32| {
        assert_eq!(send(&format!("BREW{number}"), "/").await, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(send("GET", &format!("/nowhere/{number}")).await, StatusCode::NOT_FOUND);
        assert_eq!(send("GET", &format!("/orders/{number:032x}/state")).await, StatusCode::NOT_FOUND);
        assert_eq!(send("GET", &format!("/assets/{number}")).await, StatusCode::NOT_FOUND);
    };
    Scrape::of(&world).await;
    strange(0).await;
    let before = Scrape::of(&world).await;
    for number in 1..20 {
        strange(number).await;
    }
    let after = Scrape::of(&world).await;
    assert_eq!(before.len(), after.len(), "{}", after.text);
    assert_eq!(after.value(r#"http_requests_total{method="other",route="/",status="405"}"#), 20.0);
    assert_eq!(after.value(r#"http_requests_total{method="GET",route="/orders/{token}/state",status="404"}"#), 20.0);
    assert!(!after.text.contains("BREW") && !after.text.contains("nowhere"), "{}", after.text);
}

/// A database that does not answer makes no hole in what is known of the process.
#[tokio::test]
async fn without_the_database_a_scrape_is_quick_and_says_so() {
    use real_parts::mariadb::{Options, Server};
    let mut server = Server::start(Options::throwaway()).unwrap();
    let world = World::on(&server, Setup { webhooks: false, ..Setup::default() }).await;
    assert_eq!(Scrape::of(&world).await.value("database_up"), 1.0);
    for frozen in [true, false] {
        if frozen {
            server.freeze();
        } else {
            server.stop();
        }
        eventually("the database to be missed", async || {
            let began = Instant::now();
            let scrape = Scrape::of(&world).await;
            // The site's own deadline for the database is four seconds.
            assert!(began.elapsed() < Duration::from_secs(3), "it took {:?}", began.elapsed());
            let missed = scrape.value("database_up") == 0.0;
            assert!(!missed || scrape.get(r#"orders{state="paid"}"#).is_none(), "{}", scrape.text);
            assert!(scrape.get("process_cpu_seconds_total").is_some());
            missed
        })
        .await;
        let began = Instant::now();
        let together: tokio::task::JoinSet<_> =
            (0..10).map(|_| world.http().get(format!("{}/metrics", world.site.url)).send()).collect();
        assert!(together.join_all().await.into_iter().all(|answer| answer.unwrap().status() == StatusCode::OK));
        assert!(began.elapsed() < Duration::from_secs(4), "one asks for all: {:?}", began.elapsed());
        if frozen {
            server.thaw();
        } else {
            server.start_again().unwrap();
        }
        eventually("the database to be back", async || Scrape::of(&world).await.value("database_up") == 1.0).await;
    }
}

//! Clients that hold on to a connection for nothing.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::{within, world};

/// The site's own deadlines are 10 s for a head and for a body and 20 s for what is not read.
const CUT_WITHIN: Duration = Duration::from_secs(45);

/// What a slow client got to hear before it was cut off, and when that was.
type Cut = (String, Duration);

/// Sends `first`, and then one byte now and then for ever.
async fn dribbles(address: String, first: String) -> Cut {
    let began = Instant::now();
    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(first.as_bytes()).await.unwrap();
    let (mut read, mut write) = line.into_split();
    let dribble = tokio::spawn(async move {
        while write.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    let mut heard = Vec::new();
    // That it ends is what counts: in order, or by a reset.
    let _ = read.read_to_end(&mut heard).await;
    dribble.abort();
    (String::from_utf8_lossy(&heard).into_owned(), began.elapsed())
}

/// Asks for far more than the system's buffers hold, and reads nothing of it.
async fn does_not_read(address: String) -> Cut {
    let began = Instant::now();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut line = socket.connect(address.parse().unwrap()).await.unwrap();
    let ask = "GET /orders/x HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    // Cut off, its own requests go nowhere.
    while line.write_all(ask.as_bytes()).await.is_ok() {}
    (String::new(), began.elapsed())
}

#[tokio::test]
async fn slow_clients_are_cut_off_and_others_served_meanwhile() {
    let world = world(10, &[]).await;
    let address = world.site.url.strip_prefix("http://").unwrap().to_owned();
    let (mut heads, mut bodies, mut silent) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
    let form = "POST /submit HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\nfirst_name=";
    let event = "POST /webhooks/razorpay HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n{";
    for number in 0..300 {
        heads.spawn(dribbles(address.clone(), "GET / HTTP/1.1\r\nX-Slow: ".into()));
        bodies.spawn(dribbles(address.clone(), if number % 2 == 0 { form } else { event }.into()));
    }
    for _ in 0..30 {
        silent.spawn(does_not_read(address.clone()));
    }
    let mut served = 0;
    while heads.len() + bodies.len() + silent.len() > 0 {
        let answer = within(Duration::from_secs(5), "another guest", world.get("/")).await;
        assert_eq!(answer.status(), 200);
        served += 1;
        while let Some(cut) = heads.try_join_next() {
            let (heard, after) = cut.unwrap();
            assert!(
                after < CUT_WITHIN && (heard.is_empty() || heard.starts_with("HTTP/1.1 408")),
                "{after:.1?} {heard}"
            );
        }
        while let Some(cut) = bodies.try_join_next() {
            let (heard, after) = cut.unwrap();
            assert!(after < CUT_WITHIN && heard.starts_with("HTTP/1.1 408"), "{after:.1?} {heard}");
        }
        while let Some(cut) = silent.try_join_next() {
            let (_, after) = cut.unwrap();
            assert!(after < CUT_WITHIN && after > Duration::from_secs(10), "{after:.1?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(served > 20);
}

#[tokio::test]
async fn a_connection_that_nobody_uses_is_closed() {
    let world = world(10, &[]).await;
    let address = world.site.url.strip_prefix("http://").unwrap();
    let mut used = TcpStream::connect(address).await.unwrap();
    let mut unused = TcpStream::connect(address).await.unwrap();
    used.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let began = Instant::now();
    let mut heard = String::new();
    used.read_to_string(&mut heard).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    let _ = unused.read(&mut [0]).await;
    assert!(began.elapsed() < Duration::from_secs(30), "{:.1?}", began.elapsed());
}

/// A body that is far too large is listened to, and not kept.
#[tokio::test]
async fn a_large_body_is_heard_out_and_not_remembered() {
    let world = world(10, &[]).await;
    for (path, bytes) in [("/submit", 3 << 20), ("/webhooks/razorpay", 1 << 20)] {
        let request = world.http().post(format!("{}{path}", world.site.url)).body(vec![b'a'; bytes]);
        // Machines are cut off at their limit; whether they hear why is up to their timing.
        let answer = request.send().await;
        assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == 413), "{path}");
    }
}

//! The database falls silent, and comes back. Nobody restarts the gate.

use std::collections::HashSet;
use std::future::Future;
use std::slice;
use std::time::{Duration, Instant};

use common::{Mode, Reason, Verdict};
use kiosk_app::database::{Database, DatabaseFault, Query, RecordedScan};
use real_parts::mariadb::{Options, Server};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::venue::{Venue, new_scan, scan, unique_id};
use crate::world::eventually;

/// The longest that anything may take: a scan's six seconds, and some for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(9);

/// What it answers, within the deadline.
async fn in_time<T>(what: &str, answer: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let answer = answer.await;
    assert!(began.elapsed() < PATIENCE, "{what}: {:?}", began.elapsed());
    answer
}

fn record() -> RecordedScan {
    RecordedScan {
        scan: new_scan().to_string(),
        unique_id: Some(unique_id(0).to_string()),
        text_sha256: None,
        gate: "Gate A".into(),
        kind: "entry".into(),
        verdict: Reason::Granted.outcome().as_str().into(),
        reason: Reason::Granted.as_str().into(),
        mode: Mode::Online.as_str().into(),
        device_time: chrono::Utc::now(),
        server_time: chrono::Utc::now(),
    }
}

fn passes<T>(what: &str, answer: Result<T, DatabaseFault>) {
    match answer {
        Err(fault) => assert!(fault.may_pass(), "{what}: {fault}"),
        Ok(_) => panic!("{what} was answered by a frozen server"),
    }
}

fn cannot_check(verdict: &Verdict) {
    assert_eq!(verdict.reason, Reason::DatabaseUnreachable, "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_holds_nobody_up_and_all_goes_on_when_it_thaws() {
    let mut server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 6).await;
    let (gate, desk) = (venue.gate("Gate A").await, venue.desk("Desk").await);
    let code = |number: usize| venue.code(number).into_bytes();
    assert_eq!(gate.admit(&code(0)).await.reason, Reason::Granted);
    desk.get_ready().await.unwrap();

    server.freeze();
    let (query, record, codes) = (Query::parse("asha").unwrap(), record(), [code(0), code(1), code(2)]);
    let guests = async {
        tokio::join!(
            in_time("leave", gate.leave_scan(&codes[0], scan(1))),
            in_time("admit", gate.admit_scan(&codes[1], scan(2))),
            in_time("admit", gate.admit_scan(&codes[2], scan(3))),
        )
    };
    let nothing = HashSet::new();
    let questions = async {
        tokio::join!(
            in_time("search", desk.search(&query)),
            in_time("attendance", desk.attendance()),
            in_time("event", desk.event()),
            in_time("record", desk.replay(slice::from_ref(&record), &nothing)),
        )
    };
    // With these, more than there are connections: who waits for one is not kept longer.
    let ping = || in_time("ping", desk.ping());
    let pulses = async { tokio::join!(ping(), ping(), ping(), ping()) };
    let (guests, (found, counted, event, written), pulses) = tokio::join!(guests, questions, pulses);
    [guests.0, guests.1, guests.2].iter().for_each(cannot_check);
    passes("search", found);
    passes("attendance", counted);
    passes("event", event);
    passes("record", written);
    [pulses.0, pulses.1, pulses.2, pulses.3].into_iter().for_each(|pulse| passes("ping", pulse));

    server.thaw();
    // What was sent to the frozen server may have been carried out when it thawed:
    // each guest's next scan is told so, and each is told of its own ticket.
    eventually("the database", async || desk.ping().await.is_ok()).await;
    for (number, reason) in
        [(1, Reason::Granted), (2, Reason::Granted), (3, Reason::Granted), (1, Reason::AlreadyInside)]
    {
        let verdict = gate.admit(&code(number)).await;
        assert_eq!((verdict.reason, verdict.unique_id), (reason, Some(unique_id(number))));
    }
    assert_eq!(gate.leave_scan(&code(0), scan(4)).await.reason, Reason::Left);
    assert_eq!(desk.search(&query).await.unwrap().len(), 6);
    desk.replay(slice::from_ref(&record), &HashSet::new()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_of_the_server_the_next_ticket_is_granted_by_itself() {
    let mut server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 4).await;
    let (gate, desk) = (venue.gate("Gate A").await, venue.desk("Desk").await);
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
    desk.ping().await.unwrap();
    server.stop();
    cannot_check(&in_time("admit", gate.admit(venue.code(1).as_bytes())).await);
    passes("ping", in_time("ping", desk.ping()).await);
    server.start_again().unwrap();
    assert_eq!(in_time("admit", gate.admit(venue.code(1).as_bytes())).await.reason, Reason::Granted);
    assert!(desk.ping().await.is_ok());

    // One that is quick enough is not even noticed: the connections of before are dead, the scan finds a new one.
    server.stop();
    server.start_again().unwrap();
    assert_eq!(gate.admit(venue.code(2).as_bytes()).await.reason, Reason::Granted);
    // And one within a scan is at worst not known, and known again with the next.
    server.stop();
    let restarting = spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(100));
        server.start_again().unwrap();
        server
    });
    let first = gate.admit(venue.code(3).as_bytes()).await;
    let _server = restarting.await.unwrap();
    if first.reason != Reason::Granted {
        cannot_check(&first);
        assert_eq!(gate.admit(venue.code(3).as_bytes()).await.reason, Reason::Granted);
    }
}

/// The end of the program does not wait for a server that is silent.
#[tokio::test(flavor = "multi_thread")]
async fn goodbye_is_said_in_time_whoever_is_still_asking() {
    let mut server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 1).await;
    let desk: Database = venue.desk("Desk").await;
    desk.get_ready().await.unwrap();
    server.freeze();
    let asking = tokio::spawn({
        let desk = desk.clone();
        async move { desk.ping().await.is_err() }
    });
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    desk.close().await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(asking.await.unwrap());
}

//! What the driver and the servers are known to do, and what a gate makes of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use common::Reason;
use mysql_async::prelude::Queryable;
use real_parts::mariadb::{Options, Server};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::venue::{Venue, new_scan, open, scan, unique_id};

/// A server's own zone is nobody's business: instants are UTC.
#[tokio::test]
async fn a_server_in_another_time_zone_tells_the_same_instants() {
    let server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 1).await;
    venue.sql("SET GLOBAL time_zone = '+05:30'").await;
    let (gate, desk) = (venue.gate("Gate A").await, venue.desk("Desk").await);
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
    let again = gate.admit(venue.code(0).as_bytes()).await;
    let apart = (Utc::now() - again.admitted_at.unwrap()).abs();
    assert!(apart < TimeDelta::seconds(10), "{apart}");
    assert!(desk.ping().await.unwrap().difference.abs() < TimeDelta::seconds(2));
    let attendance = desk.attendance().await.unwrap();
    assert_eq!(attendance.arrivals[34..].iter().sum::<u64>(), 1, "{attendance:?}");
}

/// The driver's plain getters would end the task with a panic.
#[tokio::test]
async fn a_table_of_another_shape_is_no_verdict_and_no_crash() {
    let venue = Venue::with_tickets(1).await;
    let (gate, desk) = (venue.gate("Gate A").await, venue.desk("Desk").await);
    venue.all_inside(1).await;
    venue.sql("ALTER TABLE tickets MODIFY ADMITTED_AT VARCHAR(30) NULL").await;
    venue.sql("UPDATE tickets SET ADMITTED_AT = 'half past seven'").await;
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::GateRefused);
    let query = kiosk_app::database::Query::parse("asha").unwrap();
    assert!(!desk.search(&query).await.unwrap_err().may_pass());
    venue.sql("ALTER TABLE tickets DROP COLUMN ADMITTED_GATE").await;
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::GateRefused);
}

#[tokio::test]
async fn a_table_that_is_altered_at_work_is_gone_on_with() {
    let venue = Venue::with_tickets(2).await;
    let gate = venue.gate("Gate A").await;
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::AlreadyInside);
    venue.sql("ALTER TABLE tickets ADD COLUMN SEAT VARCHAR(9) NULL AFTER FIRST_NAME").await;
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::AlreadyInside);
    assert_eq!(gate.admit(venue.code(1).as_bytes()).await.reason, Reason::Granted);
}

/// As after a failover, when the server that was written to is one that is only read.
#[tokio::test]
async fn a_server_that_has_become_a_copy_is_left_and_asked_anew() {
    let server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 2).await;
    let gate = venue.gate("Gate A").await;
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
    let before = connections(&venue).await;
    venue.sql("SET GLOBAL read_only = 1").await;
    assert_eq!(gate.admit(venue.code(1).as_bytes()).await.reason, Reason::DatabaseUnreachable);
    assert!(connections(&venue).await - before >= 2, "each attempt on a new connection, where the writer may be found");
    venue.sql("SET GLOBAL read_only = 0").await;
    assert_eq!(gate.admit(venue.code(1).as_bytes()).await.reason, Reason::Granted);
}

/// Someone else's transaction has the row: a statement that was given up may still be carried out.
#[tokio::test]
async fn a_row_that_somebody_holds_is_waited_for_and_granted_once() {
    let venue = Venue::with_tickets(1).await;
    let (gate, other) = (venue.gate("Gate A").await, venue.gate("Gate B").await);
    let mut holder = venue.pool.get_conn().await.unwrap();
    holder.query_drop("BEGIN").await.unwrap();
    let _: Option<String> = holder.query_first("SELECT UNIQUE_ID FROM tickets FOR UPDATE").await.unwrap();
    let code = venue.code(0);
    let let_go = async {
        // Longer than a statement's deadline, shorter than a scan's.
        sleep(Duration::from_millis(2500)).await;
        holder.query_drop("COMMIT").await.unwrap();
    };
    let began = Instant::now();
    let (verdict, ()) = tokio::join!(gate.admit_scan(code.as_bytes(), scan(1)), let_go);
    println!("granted after {:.1?}", began.elapsed());
    assert_eq!(verdict.reason, Reason::Granted);
    assert_eq!(venue.state(0).await, (true, Some(scan(1).to_string())));
    assert_eq!(other.admit(code.as_bytes()).await.reason, Reason::AlreadyInside);
}

#[tokio::test]
async fn connections_are_kept_and_are_few() {
    // A server of its own, where nobody else is counted.
    let server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 100).await;
    let gate = Arc::new(venue.gate("Gate A").await);
    let before = connections(&venue).await;
    let mut scans = JoinSet::new();
    for number in 0..100 {
        let (gate, code) = (Arc::clone(&gate), venue.code(number));
        scans.spawn(async move { gate.admit(code.as_bytes()).await.reason });
    }
    assert_eq!(scans.join_all().await, [Reason::Granted; 100]);
    for number in 0..100 {
        let left = gate.leave_by_hand(&unique_id(number), new_scan()).await;
        assert_eq!(left.reason, Reason::Left);
    }
    let made = connections(&venue).await - before;
    assert!((1..=6).contains(&made), "{made} connections for 200 scans, a hundred of them at once");
}

/// How many were ever made to this server.
async fn connections(venue: &Venue) -> u64 {
    let (_, count): (String, u64) = venue.row("SHOW GLOBAL STATUS LIKE 'Connections'").await;
    count
}

/// Nothing that is typed becomes SQL; the driver would carry out several statements at once.
#[tokio::test]
async fn a_gates_name_is_a_name_whatever_it_holds() {
    let venue = Venue::with_tickets(2).await;
    let name = "Gate'; DELETE FROM tickets; -- \\";
    let settings = venue.settings("Gate A", None).await;
    let settings = settings.replace("gate = \"Gate A\"", &format!("gate = '''{name}'''"));
    let gate = open(&settings);
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
    let again = gate.admit(venue.code(0).as_bytes()).await;
    assert_eq!((again.reason, again.admitted_gate.as_deref()), (Reason::AlreadyInside, Some(name)));
    assert_eq!(gate.admit(venue.code(1).as_bytes()).await.reason, Reason::Granted);
}

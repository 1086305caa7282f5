//! What is kept outlives the program, and what cannot be sent holds up nothing else.

use chrono::TimeDelta;
use common::{Mode, Reason};
use mysql_async::prelude::Queryable;
use real_parts::proxy::Wire;
use rusqlite::Connection;

use super::{Gate, listed_conflicts, said, scans};
use crate::venue::{Venue, unique_id};
use crate::world::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_starts_without_the_network_knows_what_it_knew() {
    let venue = Venue::with_tickets(4).await;
    venue.revoke_ticket(1).await;
    let gate = Gate::at(&venue, "Gate A").await;
    assert_eq!(gate.enter(&venue.code(2)).await.mode, Mode::Online);
    gate.cut();
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::Granted);
    let gate = gate.restarted().await;
    assert_eq!(said(&gate.enter(&venue.code(0)).await), (Reason::AlreadyInside, Mode::Offline));
    assert_eq!(said(&gate.enter(&venue.code(1)).await), (Reason::Revoked, Mode::Offline));
    assert_eq!(said(&gate.enter(&venue.code(2)).await), (Reason::AlreadyInside, Mode::Offline));
    let listed = gate.enter(&venue.code(3)).await;
    assert_eq!((said(&listed), listed.unlisted), ((Reason::Granted, Mode::Offline), false));
    gate.mend();
    gate.until_sent().await;
    assert!(venue.is_inside(0).await && venue.is_inside(3).await);
    assert!(listed_conflicts(&venue).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_scan_that_the_database_does_not_take_holds_up_no_other() {
    let venue = Venue::with_tickets(3).await;
    let gate = Gate::at(&venue, "Gate A").await;
    gate.cut();
    for number in 0..3 {
        assert_eq!(gate.enter(&venue.code(number)).await.reason, Reason::Granted);
    }
    let store = std::fs::read_dir(gate.folder()).unwrap().map(|file| file.unwrap().path());
    let store = store.into_iter().find(|file| file.extension().is_some_and(|ending| ending == "sqlite")).unwrap();
    let damage =
        "UPDATE journal SET gate = replace(hex(zeroblob(60)), '00', 'x') WHERE n = (SELECT MIN(n) + 1 FROM journal)";
    assert_eq!(Connection::open(&store).unwrap().execute(damage, ()).unwrap(), 1);
    gate.mend();
    let standing = gate.until("set aside", |standing| standing.backlog.set_aside == 1).await;
    assert_eq!(standing.backlog.unsent, 1, "it is kept, and counted");
    assert!(venue.is_inside(0).await && venue.is_inside(2).await);
    assert_eq!(scans(&venue, 1).await, []);
    let why: String = Connection::open(&store)
        .unwrap()
        .query_row("SELECT fault FROM journal WHERE state = 3", (), |row| row.get(0))
        .unwrap();
    assert!(why.contains("gate"), "{why}");
}

/// On a server in another city each statement takes a while, and guests wait behind the report.
#[tokio::test(flavor = "multi_thread")]
async fn a_night_is_reported_in_a_handful_of_statements() {
    const SCANS: usize = 300;
    let venue = Venue::with_tickets(SCANS).await;
    let gate = Gate::at(&venue, "Gate A").await;
    gate.cut();
    for number in 0..SCANS {
        assert_eq!(gate.enter(&venue.code(number)).await.reason, Reason::Granted);
    }
    let before = gate.proxy.statements();
    gate.proxy.set(Wire::Far);
    gate.until_sent().await;
    let statements = gate.proxy.statements() - before;
    assert!((1..SCANS / 3).contains(&statements), "{statements} for {SCANS} scans");
    for number in 0..SCANS {
        let (present, scan) = venue.state(number).await;
        let told = format!("SELECT scan_id FROM scans WHERE unique_id = '{}'", unique_id(number));
        assert_eq!((present, scan), (true, Some(venue.row::<(String,)>(&told).await.0)), "{number}");
    }
}

/// The laptop's clock is a minute and a half ahead: what it did has its own time, and the right one.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_put_right_in_what_is_sent_and_refuses_nobody() {
    let venue = Venue::with_tickets(1).await;
    let gate = Gate::at(&venue, "Gate A").await;
    gate.cut();
    gate.until("the cut is noticed", |standing| standing.away_since.is_some()).await;
    gate.works.memory.clock().measured(TimeDelta::seconds(90));
    assert_eq!(said(&gate.enter(&venue.code(0)).await), (Reason::Granted, Mode::Offline));
    gate.mend();
    gate.until_sent().await;
    let ahead: (i64,) = venue.row("SELECT TIMESTAMPDIFF(SECOND, server_time, device_time) FROM scans").await;
    assert_eq!(ahead, (90,));
    let admitted = "SELECT ADMITTED_AT = (SELECT server_time FROM scans) FROM tickets";
    assert_eq!(venue.row::<(bool,)>(admitted).await, (true,));
}

/// A transaction that commits late writes a time that has passed already.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_committed_late_is_learnt_all_the_same() {
    let venue = Venue::with_tickets(3).await;
    let mut late = venue.pool.get_conn().await.unwrap();
    late.query_drop("START TRANSACTION").await.unwrap();
    let revoke =
        "UPDATE tickets SET REVOKED_AT = UTC_TIMESTAMP(6), UPDATED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = '{}'";
    late.query_drop(revoke.replace("{}", unique_id(0).as_str())).await.unwrap();
    let gate = Gate::at(&venue, "Gate A").await;
    // Something that is newer moves the gate's cursor past it.
    venue.sql(&revoke.replace("{}", unique_id(1).as_str())).await;
    let known = async |number: usize| {
        let subject = gate.works.admitter.subject(venue.code(number).as_bytes()).unwrap();
        gate.works.memory.recall(&subject).await.status.is_some_and(|status| status.revoked)
    };
    eventually("the newer one is learnt", async || known(1).await).await;
    assert!(!known(0).await);
    late.query_drop("COMMIT").await.unwrap();
    eventually("the late one is learnt", async || known(0).await).await;
}

/// Names in the clear are the organiser's to allow, and go when that ends.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_there_only_where_the_organiser_allows_it() {
    let venue = Venue::with_tickets(3).await;
    let query = || kiosk_app::database::Query::parse("asha").unwrap();
    let told = venue.organiser(&["gate", "add", "Gate L", "--offline-list", "--accept-unsigned"]).await;
    assert!(kiosk_app::settings::Settings::parse(&told).unwrap().offline.list);
    let gate = Gate::fresh(&venue, "Gate A", |settings| {
        settings.offline.list = true;
        settings.accept_unsigned = true;
    })
    .await;
    gate.until("the tickets are known", |standing| standing.synced_at.is_some()).await;
    gate.cut();
    assert_eq!(gate.works.memory.search(query()).await.unwrap().len(), 3);
    let by_hand = gate.works.admitter.admit_by_hand(&unique_id(0), crate::venue::new_scan()).await;
    assert_eq!(said(&by_hand), (Reason::Granted, Mode::Offline));
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::AlreadyInside, "by hand or by code, it is one ticket");
    assert_eq!(said(&gate.enter(unique_id(1).as_str()).await), (Reason::Granted, Mode::Offline));
    assert_eq!(gate.enter(unique_id(9).as_str()).await.reason, Reason::DatabaseUnreachable, "not in the list");
    let found = gate.works.memory.search(query()).await.unwrap();
    assert_eq!(found.iter().filter(|ticket| ticket.present).count(), 2);
    let Gate { proxy, mut settings, folder, works } = gate;
    works.close().await;
    // Not allowed any more: the next start takes it away.
    settings.offline.list = false;
    let works = kiosk_app::works::Works::start(&settings, false);
    let gate = Gate { proxy, settings, folder, works };
    assert!(gate.works.memory.search(query()).await.unwrap().is_empty());
}

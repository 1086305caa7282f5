//! One ticket, many gates.

mod by_hand;
mod exits;
mod numbers;
mod race;
mod rights;
mod silence;
mod tls;
mod traps;
mod undo;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Outcome, Reason, TicketSigner};
use mysql_async::prelude::Queryable;
use real_parts::mariadb::{Options, Server};
use real_parts::programs::booking_web;
use real_parts::proxy::{Loss, Proxy, Wire};
use tokio::time::sleep;

use crate::venue::{Venue, open, scan, unique_id};
use race::{COPIES, GATES, race, wrong};

const TICKETS: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn every_ticket_is_granted_exactly_once_however_many_gates_it_is_presented_at() {
    let venue = Venue::with_tickets(TICKETS).await;
    let mut gates = Vec::new();
    for number in 0..GATES {
        gates.push(Arc::new(venue.gate(&format!("Gate {number}")).await));
    }
    let began = Instant::now();
    let granted = race(TICKETS, |gate, ticket| {
        let (gate, code) = (Arc::clone(&gates[gate]), venue.code(ticket));
        async move {
            let verdict = gate.admit(code.as_bytes()).await;
            assert!(matches!(verdict.reason, Reason::Granted | Reason::AlreadyInside), "{verdict:?}");
            verdict.reason == Reason::Granted
        }
    })
    .await;
    println!("{} presentations at {GATES} gates in {:.1?}", TICKETS * COPIES, began.elapsed());
    assert!(granted.iter().all(|times| *times == 1), "granted other than once: {:?}", wrong(&granted));
    let mut conn = venue.pool.get_conn().await.unwrap();
    let inside: Option<usize> =
        conn.query_first("SELECT COUNT(*) FROM tickets WHERE PRESENT = 1 AND ADMITTED_SCAN IS NOT NULL").await.unwrap();
    assert_eq!(inside, Some(TICKETS));
}

/// The same race with the guard off: a look, then a write.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_conditional_update_the_same_race_admits_twice() {
    let venue = Venue::with_tickets(TICKETS).await;
    let granted = race(TICKETS, |_, ticket| {
        let (pool, id) = (venue.pool.clone(), unique_id(ticket));
        async move {
            let mut conn = pool.get_conn().await.unwrap();
            let look = "SELECT PRESENT FROM tickets WHERE UNIQUE_ID = ?";
            let present: Option<bool> = conn.exec_first(look, (id.as_str(),)).await.unwrap();
            if present != Some(false) {
                return false;
            }
            conn.exec_drop("UPDATE tickets SET PRESENT = 1 WHERE UNIQUE_ID = ?", (id.as_str(),)).await.unwrap();
            true
        }
    })
    .await;
    let doubles = wrong(&granted).len();
    println!("without the guard {doubles} of {TICKETS} tickets were granted more than once");
    assert!(doubles > 0, "this race could not have failed the other test");
}

/// The answer to the UPDATE is lost on the way: the guest is welcome all the same, and nobody else is.
#[tokio::test]
async fn a_lost_answer_is_granted_to_its_own_scan_and_to_no_other() {
    let venue = Venue::with_tickets(2).await;
    let proxy = Proxy::start(Server::shared().port()).unwrap();
    let gate = venue.gate_behind(&proxy, "Gate A").await;
    let code = venue.code(0);
    proxy.lose(Loss::Answer, "UPDATE tickets", 1);
    let first = gate.admit_scan(code.as_bytes(), scan(1)).await;
    assert_eq!((first.reason, proxy.losses()), (Reason::Granted, 1), "granted by the repeat, after one loss");
    let repeated = gate.admit_scan(code.as_bytes(), scan(1)).await;
    assert_eq!(repeated.reason, Reason::Granted, "the same scan is told the same again");
    let other = gate.admit_scan(code.as_bytes(), scan(2)).await;
    assert_eq!((other.reason, other.admitted_gate.as_deref()), (Reason::AlreadyInside, Some("Gate A")));
    assert!(other.admitted_at.is_some());

    // And where the request itself is lost, nothing has happened, and the repeat does it.
    proxy.lose(Loss::Request, "UPDATE tickets", 1);
    let next = gate.admit_scan(venue.code(1).as_bytes(), scan(3)).await;
    assert_eq!((next.reason, proxy.losses()), (Reason::Granted, 2));
}

/// No data never reads as invalid, doubt never as welcome; and it mends by itself.
#[tokio::test]
async fn without_the_database_a_gate_cannot_check_and_goes_on_when_it_is_back() {
    let venue = Venue::with_tickets(3).await;
    let proxy = Proxy::start(Server::shared().port()).unwrap();
    let gate = venue.gate_behind(&proxy, "Gate A").await;
    for (number, broken) in [Wire::Cut, Wire::Frozen, Wire::Refusing].into_iter().enumerate() {
        proxy.set(broken);
        if broken == Wire::Refusing {
            proxy.set(Wire::Cut);
        }
        let began = Instant::now();
        let verdict = gate.admit(venue.code(number).as_bytes()).await;
        assert_eq!(verdict.reason.outcome(), Outcome::CannotCheck, "{broken:?}");
        assert!(began.elapsed() < Duration::from_secs(20), "{broken:?}: {:?}", began.elapsed());
        proxy.set(Wire::Whole);
        assert_eq!(gate.admit(venue.code(number).as_bytes()).await.reason, Reason::Granted, "{broken:?}");
    }
}

#[tokio::test]
async fn each_kind_of_code_has_its_own_reason() {
    let venue = Venue::with_tickets(2).await;
    venue.revoke_ticket(1).await;
    let gate = venue.gate("Gate A").await;
    let good = venue.code(0);
    let foreign_key = TicketSigner::from_seed(&[8; 32]).sign(&unique_id(0)).to_string();
    for (text, reason) in [
        (good.as_bytes(), Reason::Granted),
        (good.as_bytes(), Reason::AlreadyInside),
        (venue.code(1).as_bytes(), Reason::Revoked),
        (venue.code(99).as_bytes(), Reason::UnknownTicket),
        (good.replace("Asha", "Usha").as_bytes(), Reason::Forged),
        (foreign_key.as_bytes(), Reason::Forged),
        (&good.as_bytes()[..good.len() - 5], Reason::Forged),
        (&good.as_bytes()[..20], Reason::NotATicket),
        (unique_id(0).as_str().as_bytes(), Reason::Unsigned),
        (b"https://example.com", Reason::NotATicket),
        (b"\xff\xfe", Reason::NotATicket),
        (b"", Reason::NotATicket),
    ] {
        let verdict = gate.admit(text).await;
        assert_eq!(verdict.reason, reason, "{}", String::from_utf8_lossy(text));
    }
}

#[tokio::test]
async fn a_gate_told_to_accept_an_older_systems_codes_does() {
    let venue = Venue::with_tickets(1).await;
    let gate = open(&venue.organiser(&["gate", "add", "Gate A", "--accept-unsigned"]).await);
    let bare = unique_id(0);
    assert_eq!(gate.admit(bare.as_str().as_bytes()).await.reason, Reason::Granted);
    // To the letter.
    assert_eq!(gate.admit(b"asha91987650000020261122").await.reason, Reason::NotATicket);
    let other_case = bare.as_str().replace("Asha", "asha");
    assert_eq!(gate.admit(other_case.as_bytes()).await.reason, Reason::UnknownTicket);
}

/// Also the gate that is connected at that moment.
#[tokio::test]
async fn a_revoked_gate_admits_nobody_from_that_moment_on() {
    let venue = Venue::with_tickets(2).await;
    let gate = venue.gate("Gate A").await;
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Granted);
    venue.organiser(&["gate", "revoke", "gate a"]).await;
    assert_eq!(gate.admit(venue.code(1).as_bytes()).await.reason, Reason::GateRefused);
    // Its name is free again, and the new gate of that name works.
    let again = venue.gate("Gate A").await;
    assert_eq!(again.admit(venue.code(1).as_bytes()).await.reason, Reason::Granted);
}

#[tokio::test]
async fn two_gates_of_one_name_cannot_be() {
    let venue = Venue::with_tickets(1).await;
    venue.settings("Gate A", None).await;
    let key = venue.folder.path().join("key.pem");
    for name in ["Gate A", "gate  a "] {
        let output = booking_web(&["gate", "add", name], &venue.env(&key)).await.unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(output.stderr.contains("choose another name"), "{}", output.stderr);
    }
}

/// Three round trips would be three times the wait at the door.
#[tokio::test]
async fn a_granted_scan_takes_one_round_trip_and_so_do_an_exit_and_an_undo() {
    // A server of its own, where nobody else is counted.
    let server = Server::start(Options::throwaway()).unwrap();
    let venue = Venue::on(&server, 11).await;
    let gate = venue.gate("Gate A").await;
    // A few connections, with their statements prepared: one scan may come before the last one's is back.
    let (code, ticket) = (venue.code(0), unique_id(0));
    let (code, pause) = (code.as_bytes(), || sleep(Duration::from_millis(50)));
    tokio::join!(gate.admit(code), gate.admit(code), gate.admit(code));
    pause().await;
    tokio::join!(gate.leave_scan(code, scan(1)), gate.leave_scan(code, scan(2)), gate.leave_scan(code, scan(3)));
    pause().await;
    let undo = |number| gate.undo(&ticket, scan(1), scan(number));
    tokio::join!(undo(4), undo(5), undo(6));
    pause().await;

    let mut conn = venue.pool.get_conn().await.unwrap();
    // Whatever a verdict could ask beside its one statement.
    let mut asked = async || {
        let counters = "'Com_stmt_execute', 'Com_stmt_prepare', 'Com_select', 'Com_begin', 'Com_commit'";
        let query = format!("SHOW GLOBAL STATUS WHERE Variable_name IN ({counters})");
        let rows: Vec<(String, u64)> = conn.query(query).await.unwrap();
        rows.into_iter().map(|(_, count)| count).sum::<u64>()
    };
    let before = asked().await;
    for number in 1..=10 {
        let (code, ticket) = (venue.code(number), unique_id(number));
        assert_eq!(gate.admit(code.as_bytes()).await.reason, Reason::Granted);
        assert_eq!(gate.leave_scan(code.as_bytes(), scan(7)).await.reason, Reason::Left);
        assert_eq!(gate.admit_scan(code.as_bytes(), scan(8)).await.reason, Reason::Granted);
        assert_eq!(gate.undo(&ticket, scan(8), scan(9)).await.reason, Reason::Undone);
    }
    assert_eq!(asked().await - before, 40, "one statement for each");
}

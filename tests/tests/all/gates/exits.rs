//! Guests leave, and come in again.

use std::sync::Arc;

use common::{Outcome, Reason, TicketSigner};
use kiosk_app::works::Works;
use mysql_async::prelude::Queryable;
use real_parts::mariadb::Server;
use real_parts::proxy::{Loss, Proxy, Wire};

use super::race::{COPIES, GATES, race, wrong};
use crate::venue::{Venue, alone, new_scan, scan, unique_id};
use crate::world::eventually;

const TICKETS: usize = 500;
/// A piece of the statement that notes an exit, and of no other.
const EXIT: &str = "SET PRESENT=0, ADMITTED_SCAN";

#[tokio::test]
async fn whoever_leaves_may_come_in_again_and_each_way_once() {
    let venue = Venue::with_tickets(1).await;
    let (gate, other) = (venue.gate("Gate A").await, venue.gate("Gate B").await);
    let code = venue.code(0);
    let code = code.as_bytes();
    for _ in 0..2 {
        assert_eq!(gate.leave_scan(code, new_scan()).await.reason, Reason::NotInside);
        assert_eq!(other.admit(code).await.reason, Reason::Granted);
        let again = gate.admit(code).await;
        assert_eq!((again.reason, again.admitted_gate.as_deref()), (Reason::AlreadyInside, Some("Gate B")));
        let left = gate.leave_scan(code, new_scan()).await;
        assert_eq!((left.reason, left.reason.outcome()), (Reason::Left, Outcome::Granted));
        assert_eq!(left.first_name.unwrap().as_str(), "Asha");
    }
    let admitted: (Option<String>,) = venue.row("SELECT ADMITTED_GATE FROM tickets").await;
    assert_eq!(admitted.0.as_deref(), Some("Gate B"), "it stays on record that the ticket was admitted");
}

#[tokio::test]
async fn at_the_exit_a_code_is_judged_as_at_the_entry_but_a_withdrawn_ticket_may_leave() {
    let venue = Venue::with_tickets(2).await;
    venue.all_inside(1).await;
    venue.revoke_ticket(0).await;
    let gate = venue.gate("Gate A").await;
    let forged = TicketSigner::from_seed(&[8; 32]).sign(&unique_id(1)).to_string();
    for (text, reason) in [
        (venue.code(0).as_bytes(), Reason::Left),
        (venue.code(0).as_bytes(), Reason::NotInside),
        (forged.as_bytes(), Reason::Forged),
        (unique_id(1).as_str().as_bytes(), Reason::Unsigned),
        (b"https://example.com", Reason::NotATicket),
        (venue.code(99).as_bytes(), Reason::UnknownTicket),
        (venue.code(1).as_bytes(), Reason::Left),
    ] {
        assert_eq!(gate.leave_scan(text, new_scan()).await.reason, reason, "{}", String::from_utf8_lossy(text));
    }
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::Revoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exit_is_noted_exactly_once_however_many_gates_it_is_presented_at() {
    let venue = Venue::with_tickets(TICKETS).await;
    venue.all_inside(1).await;
    let mut gates = Vec::new();
    for number in 0..GATES {
        gates.push(Arc::new(venue.gate(&format!("Gate {number}")).await));
    }
    let left = race(TICKETS, |gate, ticket| {
        let (gate, code) = (Arc::clone(&gates[gate]), venue.code(ticket));
        async move {
            let verdict = gate.leave_scan(code.as_bytes(), new_scan()).await;
            assert!(matches!(verdict.reason, Reason::Left | Reason::NotInside), "{verdict:?}");
            verdict.reason == Reason::Left
        }
    })
    .await;
    println!("{} exits at {GATES} gates", TICKETS * COPIES);
    assert!(left.iter().all(|times| *times == 1), "noted other than once: {:?}", wrong(&left));
}

/// The same race with the guard off: a look, then a write.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_conditional_update_the_same_race_notes_an_exit_twice() {
    let venue = Venue::with_tickets(TICKETS).await;
    venue.all_inside(1).await;
    let left = race(TICKETS, |_, ticket| {
        let (pool, id) = (venue.pool.clone(), unique_id(ticket));
        async move {
            let mut conn = pool.get_conn().await.unwrap();
            let look = "SELECT PRESENT FROM tickets WHERE UNIQUE_ID = ?";
            let present: Option<bool> = conn.exec_first(look, (id.as_str(),)).await.unwrap();
            if present != Some(true) {
                return false;
            }
            conn.exec_drop("UPDATE tickets SET PRESENT = 0 WHERE UNIQUE_ID = ?", (id.as_str(),)).await.unwrap();
            true
        }
    })
    .await;
    let doubles = wrong(&left).len();
    println!("without the guard {doubles} of {TICKETS} exits were noted more than once");
    assert!(doubles > 0, "this race could not have failed the other test");
}

#[tokio::test]
async fn a_lost_answer_to_an_exit_is_told_to_its_own_scan_and_to_no_other() {
    let venue = Venue::with_tickets(2).await;
    venue.all_inside(9).await;
    let proxy = Proxy::start(Server::shared().port()).unwrap();
    let gate = venue.gate_behind(&proxy, "Gate A").await;
    let code = venue.code(0);
    proxy.lose(Loss::Answer, EXIT, 1);
    let first = gate.leave_scan(code.as_bytes(), scan(1)).await;
    assert_eq!((first.reason, proxy.losses()), (Reason::Left, 1), "noted by the repeat, after one loss");
    assert_eq!(gate.leave_scan(code.as_bytes(), scan(1)).await.reason, Reason::Left, "the same scan again");
    assert_eq!(gate.leave_scan(code.as_bytes(), scan(2)).await.reason, Reason::NotInside);
    assert_eq!(venue.state(0).await, (false, Some(scan(1).to_string())));

    proxy.lose(Loss::Request, EXIT, 1);
    let next = gate.leave_scan(venue.code(1).as_bytes(), scan(3)).await;
    assert_eq!((next.reason, proxy.losses()), (Reason::Left, 2));
}

/// What the repeat of a lost exit could do: put a guest out who came in meanwhile.
#[tokio::test]
async fn without_the_time_of_its_first_sending_a_repeated_exit_puts_the_next_guest_out() {
    let venue = Venue::with_tickets(1).await;
    venue.all_inside(9).await;
    let (exit, enter) = ("UPDATE tickets SET PRESENT = 0 WHERE PRESENT = 1", "UPDATE tickets SET PRESENT = 1");
    for statement in [exit, enter, exit] {
        venue.sql(statement).await;
    }
    assert!(!venue.is_inside(0).await, "the guest who came in is on record as outside: a third could enter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_exit_leaves_the_guest_inside_who_came_in_since() {
    let venue = Venue::with_tickets(1).await;
    venue.all_inside(9).await;
    let other = venue.gate("Gate B").await;
    let (proxy, gate) = venue.gate_cut_off_after(EXIT).await;
    let code = venue.code(0);
    let meanwhile = async {
        eventually("the loss", async || proxy.losses() == 1).await;
        let entered = other.admit_scan(code.as_bytes(), scan(2)).await;
        proxy.set(Wire::Whole);
        entered
    };
    let (repeated, entered) = tokio::join!(gate.leave_scan(code.as_bytes(), scan(1)), meanwhile);
    assert_eq!((entered.reason, repeated.reason), (Reason::Granted, Reason::NotInside));
    assert_eq!(venue.state(0).await, (true, Some(scan(2).to_string())));
    assert_eq!(gate.leave_scan(code.as_bytes(), scan(3)).await.reason, Reason::Left, "and may leave");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exit_that_nobody_was_told_of_is_told_to_the_next_scan_once() {
    let venue = Venue::with_tickets(1).await;
    venue.all_inside(9).await;
    let (proxy, gate) = venue.gate_cut_off_after(EXIT).await;
    let code = venue.code(0);
    let first = gate.leave_scan(code.as_bytes(), scan(1)).await;
    assert_eq!((first.reason, proxy.losses()), (Reason::DatabaseUnreachable, 1));
    proxy.set(Wire::Whole);
    assert_eq!(gate.leave_scan(code.as_bytes(), scan(2)).await.reason, Reason::Left);
    assert_eq!(gate.leave_scan(code.as_bytes(), scan(3)).await.reason, Reason::NotInside);
}

#[tokio::test]
async fn every_scan_is_written_down_by_its_kind_and_every_presented_code_by_its_hash() {
    let venue = Venue::with_tickets(1).await;
    let works = Works::start(&alone(&venue.settings("Gate A", None).await), false);
    let gate = &works.admitter;
    let (code, ticket) = (venue.code(0), unique_id(0));
    let text = code.as_bytes();
    gate.admit_scan(text, scan(1)).await;
    gate.leave_by_hand(&ticket, scan(2)).await;
    gate.admit_scan(b"foreign", scan(3)).await;
    gate.admit_by_hand(&ticket, scan(4)).await;
    gate.undo(&ticket, scan(4), scan(5)).await;
    assert_eq!(works.close().await, 0);
    let mut conn = venue.pool.get_conn().await.unwrap();
    let query = "SELECT kind, reason, unique_id IS NOT NULL, text_sha256 IS NOT NULL FROM scans ORDER BY scan_id";
    let rows: Vec<(String, String, bool, bool)> = conn.query(query).await.unwrap();
    let rows: Vec<_> = rows.iter().map(|(kind, reason, id, hash)| (&**kind, &**reason, *id, *hash)).collect();
    assert_eq!(
        rows,
        [
            ("entry", "granted", true, true),
            ("exit", "left", true, false),
            ("entry", "not_a_ticket", false, true),
            ("entry", "granted", true, false),
            ("undo", "undone", true, false),
        ]
    );
}

//! An admission is taken back.

use std::sync::Arc;
use std::time::Duration;

use common::Reason;
use kiosk_app::admit::Admitter;
use mysql_async::Pool;
use mysql_async::prelude::Queryable;
use real_parts::mariadb::Server;
use real_parts::proxy::{Loss, Proxy, Wire};
use tokio::time::sleep;

use crate::venue::{Venue, new_scan, scan, unique_id};

const TICKETS: usize = 300;
/// Guests at a time.
const DOORS: usize = 6;
/// A piece of the statement that takes an admission back, and of no other.
const UNDO: &str = "SET PRESENT=0, ADMITTED_AT=NULL";
/// A piece of the statement that admits.
const ENTRY: &str = "SET PRESENT=1";

#[tokio::test]
async fn an_admission_that_is_taken_back_never_was() {
    let venue = Venue::with_tickets(1).await;
    let gate = venue.gate("Gate A").await;
    let (code, ticket) = (venue.code(0), unique_id(0));
    assert_eq!(gate.admit_scan(code.as_bytes(), scan(1)).await.reason, Reason::Granted);
    let undone = gate.undo(&ticket, scan(1), scan(2)).await;
    assert_eq!((undone.reason, undone.first_name.unwrap().as_str()), (Reason::Undone, "Asha"));
    assert_eq!(venue.state(0).await, (false, Some(scan(2).to_string())));
    let left: (u64,) = venue.row("SELECT COUNT(COALESCE(ADMITTED_AT, ADMITTED_GATE)) FROM tickets").await;
    assert_eq!(left.0, 0, "the ticket counts as never admitted");
    assert_eq!(gate.leave_scan(code.as_bytes(), scan(3)).await.reason, Reason::NotInside);
    assert_eq!(gate.admit_scan(code.as_bytes(), scan(4)).await.reason, Reason::Granted);
}

#[tokio::test]
async fn an_undo_is_too_late_once_the_guest_has_left_or_come_in_again() {
    let venue = Venue::with_tickets(1).await;
    let (gate, other) = (venue.gate("Gate A").await, venue.gate("Gate B").await);
    let (code, ticket) = (venue.code(0), unique_id(0));
    gate.admit_scan(code.as_bytes(), scan(1)).await;
    assert_eq!(other.leave_scan(code.as_bytes(), scan(2)).await.reason, Reason::Left);
    assert_eq!(gate.undo(&ticket, scan(1), scan(3)).await.reason, Reason::NotInside);
    assert_eq!(other.admit_scan(code.as_bytes(), scan(4)).await.reason, Reason::Granted);
    let late = gate.undo(&ticket, scan(1), scan(5)).await;
    assert_eq!((late.reason, late.admitted_gate.as_deref()), (Reason::AlreadyInside, Some("Gate B")));
    assert_eq!(venue.state(0).await, (true, Some(scan(4).to_string())), "nothing was taken back");
    // Withdrawn meanwhile or not, an admission can be taken back; one of no ticket cannot.
    venue.revoke_ticket(0).await;
    assert_eq!(other.undo(&ticket, scan(4), scan(6)).await.reason, Reason::Undone);
    assert_eq!(other.undo(&unique_id(9), scan(4), scan(7)).await.reason, Reason::UnknownTicket);
}

/// Each guest leaves and comes in again while the first admission is being
/// taken back. How many who came in again are on record as outside.
async fn race<F>(venue: &Venue, gate: &Arc<Admitter>, undo: impl Fn(usize) -> F) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    venue.all_inside(1).await;
    let doors: Vec<_> = (0..DOORS)
        .map(|door| {
            let guests = (door..TICKETS).step_by(DOORS);
            let guests: Vec<_> = guests.map(|ticket| (ticket, venue.code(ticket), undo(ticket))).collect();
            let gate = Arc::clone(gate);
            tokio::spawn(async move {
                for (ticket, code, undo) in guests {
                    let guest = async {
                        gate.leave_scan(code.as_bytes(), new_scan()).await;
                        gate.admit(code.as_bytes()).await
                    };
                    // At every moment of what the guest does, and after it.
                    let pause = sleep(Duration::from_millis(ticket as u64 % 5));
                    let (guest, ()) = tokio::join!(guest, async {
                        pause.await;
                        undo.await;
                    });
                    assert_eq!(guest.reason, Reason::Granted, "outside by exit or by undo, and so let in: {guest:?}");
                }
            })
        })
        .collect();
    for door in doors {
        door.await.unwrap();
    }
    venue.row::<(usize,)>("SELECT COUNT(*) FROM tickets WHERE PRESENT = 0").await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_takes_back_the_very_admission_and_no_later_one() {
    let venue = Venue::with_tickets(TICKETS).await;
    let gate = Arc::new(venue.gate("Gate A").await);
    let desk = Arc::new(venue.gate("Gate B").await);
    let outside = race(&venue, &gate, |ticket| {
        let desk = Arc::clone(&desk);
        async move {
            let verdict = desk.undo(&unique_id(ticket), scan(1), new_scan()).await;
            let answers = [Reason::Undone, Reason::NotInside, Reason::AlreadyInside];
            assert!(answers.contains(&verdict.reason), "{verdict:?}");
        }
    })
    .await;
    assert_eq!(outside, 0, "guests who came in again and were taken for outside");
}

/// The same race with the guard off: whoever is inside is taken back.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_scans_id_an_undo_takes_back_a_later_admission() {
    let venue = Venue::with_tickets(TICKETS).await;
    let gate = Arc::new(venue.gate("Gate A").await);
    let outside = race(&venue, &gate, |ticket| {
        let pool = venue.pool.clone();
        async move { unguarded(&pool, ticket).await }
    })
    .await;
    println!("without the guard {outside} of {TICKETS} guests were taken for outside");
    assert!(outside > 0, "this race could not have failed the other test");
}

async fn unguarded(pool: &Pool, ticket: usize) {
    let undo = "UPDATE tickets SET PRESENT = 0 WHERE UNIQUE_ID = ? AND PRESENT = 1";
    pool.get_conn().await.unwrap().exec_drop(undo, (unique_id(ticket).as_str(),)).await.unwrap();
}

#[tokio::test]
async fn a_lost_answer_to_an_undo_is_told_to_its_own_scan() {
    let venue = Venue::with_tickets(2).await;
    venue.all_inside(9).await;
    let proxy = Proxy::start(Server::shared().port()).unwrap();
    let gate = venue.gate_behind(&proxy, "Gate A").await;
    proxy.lose(Loss::Answer, UNDO, 1);
    let first = gate.undo(&unique_id(0), scan(9), scan(1)).await;
    assert_eq!((first.reason, proxy.losses()), (Reason::Undone, 1), "made once, and told after one loss");
    assert_eq!(gate.undo(&unique_id(0), scan(9), scan(2)).await.reason, Reason::NotInside);

    proxy.lose(Loss::Request, UNDO, 1);
    let next = gate.undo(&unique_id(1), scan(9), scan(3)).await;
    assert_eq!((next.reason, proxy.losses()), (Reason::Undone, 2));
}

/// The operator presses the button again.
#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_nobody_was_told_of_is_told_when_it_is_asked_for_again() {
    let venue = Venue::with_tickets(1).await;
    venue.all_inside(9).await;
    let (proxy, gate) = venue.gate_cut_off_after(UNDO).await;
    assert_eq!(gate.undo(&unique_id(0), scan(9), scan(1)).await.reason, Reason::DatabaseUnreachable);
    proxy.set(Wire::Whole);
    assert_eq!(gate.undo(&unique_id(0), scan(9), scan(2)).await.reason, Reason::Undone);
    assert_eq!(venue.state(0).await, (false, Some(scan(1).to_string())));
}

/// The admission stands on the row under the id of the scan that nobody was told of.
#[tokio::test(flavor = "multi_thread")]
async fn an_admission_that_an_earlier_scan_had_made_can_be_taken_back() {
    let venue = Venue::with_tickets(1).await;
    let (proxy, gate) = venue.gate_cut_off_after(ENTRY).await;
    let code = venue.code(0);
    assert_eq!(gate.admit_scan(code.as_bytes(), scan(1)).await.reason, Reason::DatabaseUnreachable);
    proxy.set(Wire::Whole);
    assert_eq!(gate.admit_scan(code.as_bytes(), scan(2)).await.reason, Reason::Granted);
    assert_eq!(gate.admit_scan(code.as_bytes(), scan(2)).await.reason, Reason::Granted, "and again when repeated");
    assert_eq!(venue.state(0).await, (true, Some(scan(1).to_string())));
    assert_eq!(gate.undo(&unique_id(0), scan(2), scan(3)).await.reason, Reason::Undone);
    assert!(!venue.is_inside(0).await);
}

//! The switch to the gate's own verdict and back, and what that says.

use std::time::{Duration, Instant};

use common::{Mode, Outcome, Reason};
use mysql_async::prelude::Queryable;
use real_parts::proxy::Wire;

use super::{Gate, said, scans};
use crate::venue::{Venue, unique_id};
use crate::world::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn without_the_network_a_good_signature_is_welcome_unless_something_is_known_against_it() {
    let venue = Venue::with_tickets(6).await;
    venue.revoke_ticket(1).await;
    let other = Gate::at(&venue, "Gate B").await;
    assert_eq!(said(&other.enter(&venue.code(2)).await), (Reason::Granted, Mode::Online));
    let gate = Gate::at(&venue, "Gate A").await;
    assert_eq!(said(&gate.enter(&venue.code(3)).await), (Reason::Granted, Mode::Online));
    gate.cut();

    let welcome = gate.enter(&venue.code(0)).await;
    assert_eq!(said(&welcome), (Reason::Granted, Mode::Offline));
    assert_eq!((welcome.unlisted, welcome.first_name.unwrap().as_str()), (false, "Asha"));
    assert_eq!(said(&gate.enter(&venue.code(1)).await), (Reason::Revoked, Mode::Offline));
    // Inside since before the cut, through this gate or another; or through this one since.
    for (number, through) in [(2, "Gate B"), (3, "Gate A"), (0, "Gate A")] {
        let refused = gate.enter(&venue.code(number)).await;
        assert_eq!(said(&refused), (Reason::AlreadyInside, Mode::Offline), "{number}");
        assert_eq!((refused.admitted_gate.as_deref(), refused.admitted_at.is_some()), (Some(through), true));
    }
    // Sold after the last look: nothing is known against it.
    let late = gate.enter(&venue.signer.sign(&unique_id(77)).to_string()).await;
    assert_eq!((said(&late), late.unlisted), ((Reason::Granted, Mode::Offline), true));
    // A stranger's signature is as bad as ever, and a bare id proves nothing either way.
    let forged = common::TicketSigner::from_seed(&[9; 32]).sign(&unique_id(4)).to_string();
    assert_eq!(gate.enter(&forged).await.reason, Reason::Forged);
    assert_eq!(gate.enter(unique_id(4).as_str()).await.reason, Reason::Unsigned);
    assert_eq!(gate.enter("https://example.com").await.reason, Reason::NotATicket);
    let by_hand = gate.works.admitter.admit_by_hand(&unique_id(4), crate::venue::new_scan()).await;
    assert_eq!(by_hand.reason.outcome(), Outcome::CannotCheck, "no list was allowed");

    gate.mend();
    gate.until_sent().await;
    let entry =
        |reason: &str, mode: &str| ("entry".to_owned(), reason.to_owned(), mode.to_owned(), "Gate A".to_owned());
    assert_eq!(scans(&venue, 0).await, [entry("granted", "offline"), entry("already_inside", "offline")]);
    assert_eq!(venue.state(0).await, (true, Some(welcome.scan_id.to_string())));
    assert_eq!(scans(&venue, 77).await, [entry("granted", "offline")], "kept, though there is no such ticket");
    eventually("back by itself", async || gate.enter(&venue.code(5)).await.mode == Mode::Online).await;
}

/// Twice the deadline and the neighbours' share, and something for a busy machine.
#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_swallows_everything_keeps_nobody_waiting() {
    let venue = Venue::with_tickets(6).await;
    let gate = Gate::at(&venue, "Gate A").await;
    gate.proxy.set(Wire::Frozen);
    for number in 0..6 {
        let began = Instant::now();
        let verdict = gate.enter(&venue.code(number)).await;
        assert_eq!(said(&verdict), (Reason::Granted, Mode::Offline));
        assert!(began.elapsed() < Duration::from_millis(2500), "{number}: {:?}", began.elapsed());
        if number >= 2 {
            assert!(!gate.works.memory.contact().is_likely(), "nobody waits for a database that was silent twice");
        }
    }
    gate.mend();
    gate.until_sent().await;
    for number in 0..6 {
        assert!(venue.is_inside(number).await, "{number}");
    }
    assert!(super::listed_conflicts(&venue).await.is_empty());
}

/// The row is locked by somebody for longer than a guest waits: the database
/// carries the request out when the gate has decided by itself, and it is the
/// same admission.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_carried_out_too_late_is_the_same_admission() {
    let venue = Venue::with_tickets(2).await;
    let gate = Gate::at(&venue, "Gate A").await;
    let mut somebody = venue.pool.get_conn().await.unwrap();
    somebody.query_drop("START TRANSACTION").await.unwrap();
    let id = unique_id(0);
    somebody.query_drop(format!("SELECT 1 FROM tickets WHERE UNIQUE_ID = '{id}' FOR UPDATE")).await.unwrap();
    let verdict = gate.enter(&venue.code(0)).await;
    assert_eq!(said(&verdict), (Reason::Granted, Mode::Offline));
    somebody.query_drop("COMMIT").await.unwrap();
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::AlreadyInside);
    gate.until_sent().await;
    assert_eq!(venue.state(0).await, (true, Some(verdict.scan_id.to_string())));
    assert!(super::listed_conflicts(&venue).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_leave_and_come_back_and_admissions_are_taken_back_without_the_network() {
    let venue = Venue::with_tickets(3).await;
    let gate = Gate::at(&venue, "Gate A").await;
    assert_eq!(gate.enter(&venue.code(0)).await.mode, Mode::Online);
    let online = gate.enter(&venue.code(2)).await;
    gate.cut();
    assert_eq!(said(&gate.leave(&venue.code(0)).await), (Reason::Left, Mode::Offline));
    assert_eq!(gate.leave(&venue.code(0)).await.reason, Reason::NotInside);
    let back = gate.enter(&venue.code(0)).await;
    assert_eq!(back.reason, Reason::Granted);
    let mistake = gate.enter(&venue.code(1)).await;
    assert_eq!(gate.undo(&venue.code(1), mistake.scan_id).await.reason, Reason::Undone);
    assert_eq!(gate.undo(&venue.code(1), mistake.scan_id).await.reason, Reason::NotInside);
    assert_eq!(
        gate.undo(&venue.code(2), online.scan_id).await.reason,
        Reason::Undone,
        "granted online, undone offline"
    );
    gate.mend();
    gate.until_sent().await;
    assert_eq!(venue.state(0).await, (true, Some(back.scan_id.to_string())));
    assert!(!venue.is_inside(1).await && !venue.is_inside(2).await);
    assert!(super::listed_conflicts(&venue).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_organiser_wants_it_nothing_but_the_database_counts() {
    let venue = Venue::with_tickets(2).await;
    let gate = Gate::fresh(&venue, "Gate A", |settings| settings.offline.on = false).await;
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::Granted);
    gate.until_sent().await;
    gate.cut();
    assert_eq!(gate.enter(&venue.code(1)).await.reason, Reason::DatabaseUnreachable);
    assert!(std::fs::read_dir(gate.folder()).unwrap().next().is_none(), "and nothing is kept");
    gate.mend();
    eventually("the guest is let in", async || gate.enter(&venue.code(1)).await.reason == Reason::Granted).await;
}

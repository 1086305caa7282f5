//! Two gates that could not know of each other let one ticket in.

use common::{Mode, Reason};

use super::{Gate, listed_conflicts, said, scans};
use crate::venue::{Venue, unique_id};
use crate::world::eventually;

/// Whoever reports first: the earlier scan is the admission, both are kept, and the conflict has both gates.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_admissions_the_earlier_one_holds_and_both_are_shown() {
    for later_reports_first in [false, true] {
        let venue = Venue::with_tickets(2).await;
        let (a, b) = (Gate::at(&venue, "Gate A").await, Gate::at(&venue, "Gate B").await);
        a.cut();
        b.cut();
        let first = a.enter(&venue.code(0)).await;
        let second = b.enter(&venue.code(0)).await;
        assert_eq!((said(&first), said(&second)), ((Reason::Granted, Mode::Offline), (Reason::Granted, Mode::Offline)));
        assert_eq!(b.enter(&venue.code(1)).await.reason, Reason::Granted, "one that is no conflict");
        let order = if later_reports_first { [&b, &a] } else { [&a, &b] };
        for gate in order {
            gate.mend();
            gate.until_sent().await;
        }
        assert_eq!(venue.state(0).await, (true, Some(first.scan_id.to_string())), "{later_reports_first}");
        let expected = (unique_id(0).to_string(), "Gate A".to_owned(), "Gate B".to_owned());
        assert_eq!(listed_conflicts(&venue).await, [expected]);
        assert_eq!(scans(&venue, 0).await.len(), 2);
        for gate in [&a, &b] {
            let shown = gate.until("the conflict is shown", |standing| !standing.conflicts.is_empty()).await;
            let entries = &shown.conflicts[0].entries;
            assert_eq!((&*entries.first.gate, &*entries.second.gate), ("Gate A", "Gate B"));
        }
    }
}

/// One gate is cut off, the other has the database: its admission is in the row, not in a journal.
#[tokio::test(flavor = "multi_thread")]
async fn an_admission_by_the_database_and_one_without_it_are_a_conflict_as_well() {
    let venue = Venue::with_tickets(2).await;
    let (a, b) = (Gate::at(&venue, "Gate A").await, Gate::at(&venue, "Gate B").await);
    a.cut();
    let offline = a.enter(&venue.code(0)).await;
    let online = b.enter(&venue.code(0)).await;
    let early = b.enter(&venue.code(1)).await;
    let late = a.enter(&venue.code(1)).await;
    assert_eq!(
        (online.mode, early.mode, offline.mode, late.mode),
        (Mode::Online, Mode::Online, Mode::Offline, Mode::Offline)
    );
    b.until_sent().await;
    a.mend();
    a.until_sent().await;
    assert_eq!(venue.state(0).await.1, Some(offline.scan_id.to_string()), "the earliest, though the row had the other");
    assert_eq!(venue.state(1).await.1, Some(early.scan_id.to_string()));
    let mut listed = listed_conflicts(&venue).await;
    listed.sort();
    let expected =
        |number: usize, first: &str, second: &str| (unique_id(number).to_string(), first.into(), second.into());
    assert_eq!(listed, [expected(0, "Gate A", "Gate B"), expected(1, "Gate B", "Gate A")]);
}

/// The network is back, the journal is not sent yet: the same ticket must not go in by the database's word.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_does_not_know_yet_is_not_asked_of_it() {
    let venue = Venue::with_tickets(1).await;
    let gate = Gate::at(&venue, "Gate A").await;
    gate.cut();
    assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::Granted);
    gate.mend();
    // As the upkeep does when it hears of the database, and before it has sent anything.
    gate.works.memory.contact().made();
    for _ in 0..3 {
        assert_eq!(gate.enter(&venue.code(0)).await.reason, Reason::AlreadyInside);
    }
    gate.until_sent().await;
    assert!(listed_conflicts(&venue).await.is_empty());
}

/// Left through another door after the admission was reported: the guest may come back.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_left_elsewhere_is_not_held_to_an_old_admission() {
    let venue = Venue::with_tickets(1).await;
    let (a, b) = (Gate::at(&venue, "Gate A").await, Gate::at(&venue, "Gate B").await);
    a.cut();
    assert_eq!(a.enter(&venue.code(0)).await.mode, Mode::Offline);
    a.mend();
    a.until_sent().await;
    assert_eq!(said(&b.leave(&venue.code(0)).await), (Reason::Left, Mode::Online));
    eventually("the guest comes back", async || a.enter(&venue.code(0)).await.reason == Reason::Granted).await;
    assert!(listed_conflicts(&venue).await.is_empty());
}

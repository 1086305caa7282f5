//! Two gates of one network: what one has let in, the other knows.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use chrono::NaiveDateTime;
use common::{Mode, Reason};
use kiosk_app::settings::NeighbourSettings;
use kiosk_app::works::Works;
use real_parts::proxy::Wire;

use super::{Gate, listed_conflicts, said};
use crate::venue::Venue;
use crate::world::eventually;

impl Gate {
    fn is_together(&self) -> bool {
        self.works.company.now().is_some_and(|here| !here.present().borrow().is_empty())
    }
}

/// Two gates on this machine's own network, who know where to find each other.
async fn two(venue: &Venue) -> [Gate; 2] {
    // Both held at once, so that they are two.
    let free = [(); 2].map(|()| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    let [first, second] = free.each_ref().map(|socket| socket.local_addr().unwrap());
    drop(free);
    let neighbours = |own: SocketAddr, other: SocketAddr| NeighbourSettings {
        port: own.port(),
        at: vec![other],
        bind: Ipv4Addr::LOCALHOST,
    };
    let mut gates = Vec::new();
    for (name, own, other) in [("Gate A", first, second), ("Gate B", second, first)] {
        let Gate { proxy, mut settings, folder, works } = Gate::at(venue, name).await;
        works.close().await;
        settings.offline.neighbours = Some(neighbours(own, other));
        let works = Works::start(&settings, true);
        let gate = Gate { proxy, settings, folder, works };
        gate.until("the database is met", |standing| standing.synced_at.is_some()).await;
        gates.push(gate);
    }
    let [a, b]: [Gate; 2] = gates.try_into().ok().unwrap();
    eventually("they have met", async || a.is_together() && b.is_together()).await;
    [a, b]
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_the_second_door_knows_whom_the_first_let_in() {
    let venue = Venue::with_tickets(40).await;
    let [a, b] = two(&venue).await;
    a.cut();
    b.cut();
    let first = a.enter(&venue.code(0)).await;
    assert_eq!(said(&first), (Reason::Granted, Mode::Offline));
    let second = b.enter(&venue.code(0)).await;
    assert_eq!(
        (said(&second), second.admitted_gate.as_deref()),
        ((Reason::AlreadyInside, Mode::Offline), Some("Gate A"))
    );
    // Two copies at the same moment at two doors: one of them gets in.
    for number in 1..40 {
        let code = venue.code(number);
        let (one, other) = tokio::join!(a.enter(&code), b.enter(&code));
        let granted = [&one, &other].iter().filter(|verdict| verdict.reason == Reason::Granted).count();
        assert_eq!(granted, 1, "{number}: {one:?} {other:?}");
    }
    for gate in [&a, &b] {
        gate.mend();
        gate.until_sent().await;
    }
    assert!(listed_conflicts(&venue).await.is_empty());
}

/// One gate has the database, the other has not: the one that has it must not believe it alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_has_the_database_hears_its_neighbour_who_has_not() {
    let venue = Venue::with_tickets(3).await;
    let [a, b] = two(&venue).await;
    a.cut();
    assert_eq!(said(&a.enter(&venue.code(0)).await), (Reason::Granted, Mode::Offline));
    let refused = b.enter(&venue.code(0)).await;
    assert_eq!((refused.reason, refused.admitted_gate.as_deref()), (Reason::AlreadyInside, Some("Gate A")));
    assert!(!venue.is_inside(0).await, "the database could not know");
    // And the other way round.
    assert_eq!(said(&b.enter(&venue.code(1)).await), (Reason::Granted, Mode::Online));
    assert_eq!(said(&a.enter(&venue.code(1)).await), (Reason::AlreadyInside, Mode::Offline));
    a.mend();
    a.until_sent().await;
    assert!(listed_conflicts(&venue).await.is_empty());
}

/// What a neighbour told does not outlive what the database says later.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_left_by_the_databases_word_comes_back_at_every_gate() {
    let venue = Venue::with_tickets(2).await;
    let [a, b] = two(&venue).await;
    assert_eq!(said(&a.enter(&venue.code(0)).await), (Reason::Granted, Mode::Online));
    eventually("the neighbour knows", async || b.enter(&venue.code(0)).await.reason == Reason::AlreadyInside).await;
    // Through a door that no neighbour hears of.
    let exit = "UPDATE tickets SET PRESENT = 0, UPDATED_AT = UTC_TIMESTAMP(6)"; // all of them, at one instant
    venue.sql(exit).await;
    assert_eq!(said(&b.enter(&venue.code(0)).await), (Reason::Granted, Mode::Online));
    venue.sql(exit).await;
    assert_eq!(said(&a.enter(&venue.code(0)).await), (Reason::Granted, Mode::Online), "nor is it held to its own");
    venue.sql(exit).await;
    let (left_at,): (NaiveDateTime,) = venue.row("SELECT UPDATED_AT FROM tickets WHERE PRESENT = 0 LIMIT 1").await;
    eventually("both have learnt it", async || {
        let subject = a.works.admitter.subject(venue.code(0).as_bytes()).unwrap();
        let known = [a.works.memory.recall(&subject).await, b.works.memory.recall(&subject).await];
        known.iter().all(|known| known.status.as_ref().is_some_and(|row| row.updated_at == left_at.and_utc()))
    })
    .await;
    for gate in [&a, &b] {
        gate.proxy.set(Wire::Cut);
    }
    // For two seconds a gate stands by what it has just granted, whatever is said.
    let back = async || said(&b.enter(&venue.code(0)).await) == (Reason::Granted, Mode::Offline);
    eventually("nor is it without the database", back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_can_be_switched_off_and_on() {
    let venue = Venue::with_tickets(2).await;
    let [a, b] = two(&venue).await;
    a.works.company.seek(false);
    assert!(a.works.company.now().is_none());
    eventually("the other is alone", async || !b.is_together()).await;
    a.works.company.seek(true);
    eventually("they meet again", async || a.is_together() && b.is_together()).await;
}

//! A guest whose code cannot be read is found by name or phone number.

use common::Reason;
use kiosk_app::database::Query;
use mysql_async::prelude::Queryable;

use crate::venue::{Venue, new_scan, scan, unique_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_found_by_hand_at_two_gates_is_granted_at_one() {
    const TICKETS: usize = 50;
    let venue = Venue::with_tickets(TICKETS).await;
    let (gate, other) = (venue.gate("Gate A").await, venue.gate("Gate B").await);
    for number in 0..TICKETS {
        let ticket = unique_id(number);
        let entries = tokio::join!(gate.admit_by_hand(&ticket, new_scan()), other.admit_by_hand(&ticket, new_scan()));
        let reasons = [entries.0.reason, entries.1.reason];
        assert!(reasons.contains(&Reason::Granted) && reasons.contains(&Reason::AlreadyInside), "{reasons:?}");
        let exits = tokio::join!(gate.leave_by_hand(&ticket, new_scan()), other.leave_by_hand(&ticket, new_scan()));
        let reasons = [exits.0.reason, exits.1.reason];
        assert!(reasons.contains(&Reason::Left) && reasons.contains(&Reason::NotInside), "{reasons:?}");
    }
}

#[tokio::test]
async fn what_is_admitted_by_hand_is_inside_for_its_code_as_well() {
    let venue = Venue::with_tickets(1).await;
    let gate = venue.gate("Gate A").await;
    assert_eq!(gate.admit_by_hand(&unique_id(0), scan(1)).await.reason, Reason::Granted);
    assert_eq!(gate.admit_by_hand(&unique_id(0), scan(1)).await.reason, Reason::Granted, "the same scan again");
    assert_eq!(gate.admit(venue.code(0).as_bytes()).await.reason, Reason::AlreadyInside);
    assert_eq!(gate.undo(&unique_id(0), scan(1), scan(2)).await.reason, Reason::Undone);
}

/// Names and numbers of guests, the ticket's id made of both.
async fn guests(guests: &[(&str, &str)]) -> Venue {
    let venue = Venue::with_tickets(1).await;
    let mut conn = venue.pool.get_conn().await.unwrap();
    conn.query_drop("DELETE FROM tickets").await.unwrap();
    let insert = "INSERT INTO tickets (FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE) VALUES (?, ?, ?, '2026-11-22')";
    for (name, phone) in guests {
        conn.exec_drop(insert, (name, phone, format!("{name}{phone}2026-11-22"))).await.unwrap();
    }
    drop(conn);
    venue
}

#[tokio::test]
async fn a_guest_is_found_by_name_or_by_the_last_digits() {
    let venue = guests(&[
        ("Asha Rani", "919876543210"),
        ("Natasha", "919876543211"),
        ("Zoë", "919876543212"),
        ("आशा", "919812345678"),
        ("Ravi", "919800043210"),
    ])
    .await;
    let desk = venue.desk("Gate A").await;
    let found = async |typed: &str| {
        let found = desk.search(&Query::parse(typed).unwrap()).await.unwrap();
        found.iter().map(|guest| guest.unique_id.parts().0.to_string()).collect::<Vec<_>>()
    };
    for (typed, names) in [
        // What begins so comes first.
        ("asha", &["Asha Rani", "Natasha"][..]),
        ("ASHA", &["Asha Rani", "Natasha"]),
        ("rani", &["Asha Rani"]),
        ("asha  ra", &["Asha Rani"]),
        ("zoe", &["Zoë"]),
        ("आशा", &["आशा"]),
        ("43210", &["Asha Rani", "Ravi"]),
        ("४३२१०", &["Asha Rani", "Ravi"]),
        ("+91 98000 43210", &["Ravi"]),
        ("ra 10", &["Ravi", "Asha Rani"]),
        ("9876", &[]),
        ("nobody", &[]),
        // To the letter, and never as SQL.
        ("%a%a%", &[]),
        ("a_ha", &[]),
        ("'; DELETE FROM tickets; --", &[]),
        ("ra\\", &[]),
    ] {
        assert_eq!(found(typed).await, names, "{typed}");
    }
}

#[tokio::test]
async fn a_found_guest_is_shown_with_what_an_operator_must_know() {
    let venue = Venue::with_tickets(30).await;
    let gate = venue.gate("Gate A").await;
    assert_eq!(gate.admit_by_hand(&unique_id(7), new_scan()).await.reason, Reason::Granted);
    venue.revoke_ticket(8).await;
    let desk = venue.desk("Desk").await;
    let found = desk.search(&Query::parse("asha").unwrap()).await.unwrap();
    assert_eq!(found.len(), 20, "no more than can be read");
    for (number, guest) in found.iter().enumerate() {
        assert_eq!(guest.unique_id, unique_id(number));
        assert_eq!((guest.present, guest.revoked), (number == 7, number == 8), "{guest:?}");
        assert_eq!(guest.admitted_gate.as_deref(), (number == 7).then_some("Gate A"));
        assert_eq!(guest.admitted_at.is_some(), number == 7);
    }
}

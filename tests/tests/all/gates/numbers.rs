//! What the desk asks of the database beside verdicts: counts, clock, event.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use kiosk_app::database::{Attendance, Query};

use crate::venue::{Venue, unique_id};

const MANY: u32 = 100_000;
/// What an operator does not notice; a loaded machine is forgiven all but its best try.
const AT_ONCE: Duration = Duration::from_millis(200);

#[tokio::test]
async fn guests_are_counted_where_they_are_and_when_they_came() {
    let venue = Venue::with_tickets(10).await;
    let desk = venue.desk("Gate A").await;
    for (numbers, set) in [
        // Came in an hour ago, and five hours ago; left again; taken back by the organiser.
        (0..3, "PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR"),
        (3..5, "PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6) - INTERVAL 5 HOUR"),
        (5..6, "PRESENT = 0, ADMITTED_AT = UTC_TIMESTAMP(6)"),
        (6..8, "REVOKED_AT = UTC_TIMESTAMP(6)"),
    ] {
        for number in numbers {
            let id = unique_id(number);
            venue
                .sql(&format!("UPDATE tickets SET {set}, UPDATED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID = '{id}'"))
                .await;
        }
    }
    let Attendance { inside, admitted, expected, arrivals, first_slot, as_of } = desk.attendance().await.unwrap();
    assert_eq!((inside, admitted, expected), (5, 6, 8));
    assert_eq!(arrivals.len(), 36);
    // At the very turn of a slot the last guest may count with the one before.
    assert_eq!(arrivals.iter().sum::<u64>(), 4, "those of the last three hours: {arrivals:?}");
    assert_eq!(arrivals[34..].iter().sum::<u64>(), 1, "{arrivals:?}");
    assert_eq!(arrivals[22..=24].iter().sum::<u64>(), 3, "{arrivals:?}");
    assert!((Utc::now() - as_of).abs() < TimeDelta::seconds(5));
    assert_eq!(first_slot.timestamp() % 300, 0);
    let shown = as_of - first_slot;
    assert!(shown >= TimeDelta::minutes(175) && shown < TimeDelta::minutes(180), "{shown}");
}

#[tokio::test]
async fn an_event_without_tickets_counts_nobody() {
    let venue = Venue::with_tickets(1).await;
    venue.sql("DELETE FROM tickets").await;
    let attendance = venue.desk("Gate A").await.attendance().await.unwrap();
    assert_eq!((attendance.inside, attendance.admitted, attendance.expected), (0, 0, 0));
    assert_eq!(attendance.arrivals, [0; 36]);
}

#[tokio::test]
async fn the_pulse_tells_the_round_trip_and_how_far_the_clocks_are_apart() {
    let venue = Venue::with_tickets(1).await;
    let desk = venue.desk("Gate A").await;
    desk.get_ready().await.unwrap();
    let pulse = desk.ping().await.unwrap();
    println!(
        "a round trip of {:.1?}, clocks {} µs apart",
        pulse.round_trip,
        pulse.difference.num_microseconds().unwrap()
    );
    assert!(pulse.round_trip > Duration::ZERO && pulse.round_trip < Duration::from_secs(2));
    // The same computer, so the same clock: no further apart than the answer took.
    let difference = pulse.difference.abs().to_std().unwrap();
    assert!(difference <= pulse.round_trip / 2 + Duration::from_millis(5), "{pulse:?}");
}

#[tokio::test]
async fn a_gate_knows_what_the_event_is_once_the_organiser_has_said_so() {
    let venue = Venue::with_tickets(1).await;
    let desk = venue.desk("Gate A").await;
    assert_eq!(desk.event().await.unwrap(), None);
    let event = ["--name", "Diwali Night", "--venue", "Town Hall", "--starts-at", "2036-11-22T19:30"];
    let numbers = ["--price-paise", "49900", "--capacity", "200"];
    venue.organiser(&[&["event", "set"][..], &event, &numbers].concat()).await;
    let event = desk.event().await.unwrap().unwrap();
    assert_eq!((&*event.name, &*event.venue, &*event.time_zone), ("Diwali Night", "Town Hall", "Asia/Kolkata"));
    assert_eq!(event.starts_at.to_rfc3339(), "2036-11-22T14:00:00+00:00");
}

#[tokio::test]
async fn with_a_hundred_thousand_tickets_a_guest_is_still_found_at_once() {
    let venue = Venue::with_tickets(1).await;
    many_tickets(&venue).await;
    let desk = venue.desk("Gate A").await;
    desk.get_ready().await.unwrap();
    for typed in ["as", "priya", "an", "sharma", "999", "43210", "ravi 777", "nobody", "आशा"] {
        let query = Query::parse(typed).unwrap();
        let (best, median) = timed(async || desk.search(&query).await.unwrap().len()).await;
        println!("{typed:>10}: found in {best:.1?} at best, {median:.1?} as a rule");
        assert!(best < AT_ONCE, "{typed}: {best:?}");
    }
    let (best, median) = timed(async || desk.attendance().await.unwrap().arrivals.len()).await;
    println!("{MANY} guests counted in {best:.1?} at best, {median:.1?} as a rule");
    assert!(best < AT_ONCE, "{best:?}");
    let counted = desk.attendance().await.unwrap();
    assert_eq!((counted.inside, counted.expected), (u64::from(MANY) / 2, u64::from(MANY)));
    assert!(counted.arrivals.iter().sum::<u64>() >= u64::from(MANY) / 2 - 1000, "{counted:?}");
}

/// Half of them came in over the last three hours.
async fn many_tickets(venue: &Venue) {
    venue.sql("DELETE FROM tickets").await;
    let names = "'Asha', 'Ravi', 'Priya Sharma', 'Anand', 'Zoë', 'आशा', 'Mohammed', 'Lakshmi', 'Jean-Luc', 'Kiran'";
    venue
        .sql(&format!(
            "INSERT INTO tickets (FIRST_NAME, PHONE_NO, EMAIL_ID, UNIQUE_ID, REG_DATE, PRESENT, ADMITTED_AT,
                                  ADMITTED_GATE, ADMITTED_SCAN, UPDATED_AT)
             SELECT name, phone, CONCAT('guest', seq, '@example.com'), CONCAT(name, phone, '2026-11-22'), '2026-11-22',
                    came, IF(came, at, NULL), IF(came, 'Gate A', NULL), IF(came, UUID(), NULL), at
             FROM (SELECT seq, ELT(1 + seq % 10, {names}) AS name, 919000000000 + seq * 7919 AS phone,
                          seq <= {MANY} / 2 AS came, UTC_TIMESTAMP(6) - INTERVAL seq * 200000 MICROSECOND AS at
                   FROM seq_1_to_{MANY}) AS guests"
        ))
        .await;
}

/// The shortest and the middle of several tries.
async fn timed<T>(ask: impl AsyncFn() -> T) -> (Duration, Duration) {
    let mut took = Vec::new();
    for _ in 0..9 {
        let began = Instant::now();
        ask().await;
        took.push(began.elapsed());
    }
    took.sort();
    (took[0], took[4])
}

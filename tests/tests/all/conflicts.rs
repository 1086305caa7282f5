//! Tickets that were let in twice while a gate was cut off: each is told, and no other.

use std::collections::BTreeSet;

use real_parts::programs::booking_web;
use serde_json::Value;
use uuid::Uuid;

use crate::venue::{Venue, unique_id};
use crate::world::{Setup, World, eventually};

/// A scan as a gate reports it, so many seconds after half past seven in the evening, in India.
fn scan(id: &str, ticket: &str, gate: &str, reason: &str, mode: &str, second: u32) -> String {
    let (kind, verdict) = match reason {
        "granted" => ("entry", "ENTRY GRANTED"),
        "left" => ("exit", "ENTRY GRANTED"),
        "undone" => ("undo", "ENTRY REJECTED"),
        _ => ("entry", "ENTRY REJECTED"),
    };
    let at = format!("'2026-11-22 14:00:00.000500' + INTERVAL {second} SECOND");
    format!("('{id}', '{ticket}', '{gate}', '{kind}', '{verdict}', '{reason}', '{mode}', {at}, {at})")
}

fn report(scans: &[String]) -> String {
    let columns = "scan_id, unique_id, gate, kind, verdict, reason, mode, device_time, server_time";
    format!("INSERT INTO scans ({columns}) VALUES {}", scans.join(", "))
}

/// What `booking-web conflicts --json` lists, and its exit status.
async fn listed(database_url: &str) -> (Vec<Value>, Option<i32>) {
    let output = booking_web(&["conflicts", "--json"], &[("DATABASE_URL", database_url)]).await.unwrap();
    let said: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr));
    (said["conflicts"].as_array().unwrap().clone(), output.status.code())
}

#[tokio::test]
async fn a_ticket_that_was_let_in_twice_is_told_by_command_and_at_the_desk_with_both_gates_and_times() {
    let world = World::new(Setup { price_paise: 0, ..Setup::default() }).await;
    let order = world.book("Asha", "9876543210").await;
    let id = world.ticket_ids(&order).await.remove(0);
    let seat = world.signed_in("asha").await;
    world.sql(&report(&[scan("1", &id, "Gate A", "granted", "online", 5)])).await;
    assert_eq!(listed(&world.database.url).await, (vec![], Some(0)));
    assert!(seat.page("/organiser/gates").await.contains("Double admissions: none"));
    assert!(seat.page("/organiser/conflicts").await.contains("No ticket was let in twice"));

    // Gate B comes back, and tells what it did meanwhile.
    world.sql(&report(&[scan("2", &id, "Gate B", "granted", "offline", 850)])).await;
    let (conflicts, status) = listed(&world.database.url).await;
    let expected = serde_json::json!({
        "unique_id": id,
        "first_name": "Asha",
        "first": { "scan_id": "1", "gate": "Gate A", "at": "2026-11-22T14:00:05.000500Z", "mode": "online" },
        "second": { "scan_id": "2", "gate": "Gate B", "at": "2026-11-22T14:14:10.000500Z", "mode": "offline" },
    });
    assert_eq!((conflicts, status), (vec![expected], Some(3)));
    let text = booking_web(&["conflicts"], &[("DATABASE_URL", &world.database.url)]).await.unwrap();
    let line = "Asha   Gate A, 22 Nov 2026 7:30:05 pm, online  Gate B, 22 Nov 2026 7:44:10 pm, offline";
    assert!(text.stdout.lines().any(|said| said == line), "{}", text.stdout);

    let html = seat.page("/organiser/conflicts").await.replace('\u{a0}', " ");
    for told in ["Gate A", "7:30:05 pm", "Gate B", "7:44:10 pm", "14 minutes later", "What to do", &order.id] {
        assert!(html.contains(told), "{told} in {html}");
    }
    assert!(seat.page("/organiser/gates").await.contains(r#"<a href="/organiser/conflicts">1 double admission</a>"#));
    // The overview is as fresh as two seconds.
    eventually("the warning", async || seat.page("/organiser").await.contains("1 double admission")).await;
    let story = seat.page(&format!("/organiser/orders/{}", order.id)).await;
    assert!(story.contains("Gate B: let in, offline, though Gate A had before"), "{story}");
    let scrape = async || world.get("/metrics").await.text().await.unwrap();
    eventually("the gauge", async || scrape().await.lines().any(|line| line == "conflicts 1")).await;

    let away = booking_web(&["conflicts"], &[("DATABASE_URL", "mysql://x:x@127.0.0.1:1/x")]).await.unwrap();
    assert_eq!(away.status.code(), Some(1), "no data is not the same as no conflict: {}", away.stdout);
}

#[tokio::test]
async fn what_only_looks_like_a_conflict_is_none() {
    let venue = Venue::with_tickets(6).await;
    let id = |number: usize| unique_id(number).to_string();
    let scans = [
        // Went out in between, by another gate, told later.
        scan("02", &id(0), "Gate B", "granted", "offline", 20),
        scan("00", &id(0), "Gate A", "granted", "online", 0),
        scan("01", &id(0), "Gate A", "left", "offline", 10),
        // Taken back by the operator.
        scan("10", &id(1), "Gate A", "granted", "offline", 0),
        scan("11", &id(1), "Gate A", "undone", "offline", 10),
        scan("12", &id(1), "Gate B", "granted", "offline", 20),
        // The second door knew.
        scan("20", &id(2), "Gate A", "granted", "offline", 0),
        scan("21", &id(2), "Gate B", "already_inside", "offline", 10),
        // By the database itself: the way out was not written down. One offline scan of the ticket changes nothing.
        scan("30", &id(3), "Gate A", "granted", "online", 0),
        scan("31", &id(3), "Gate A", "granted", "online", 10),
        scan("32", &id(3), "Gate A", "left", "online", 20),
        scan("33", &id(3), "Gate A", "granted", "offline", 30),
        // Two guests.
        scan("40", &id(4), "Gate A", "granted", "offline", 0),
        scan("50", &id(5), "Gate B", "granted", "offline", 0),
    ];
    venue.sql(&report(&scans)).await;
    assert_eq!(listed(&venue.database.url).await, (vec![], Some(0)));
}

/// The next of a row of numbers that look like chance (SplitMix64).
fn chance(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn dice(state: &mut u64, sides: usize) -> usize {
    usize::try_from(chance(state) % sides as u64).expect("less than sides")
}

/// Three gates, of which one is with the database and two are cut off from it and from each other; each lets in whoever
/// is not inside as far as it knows. Copies of every ticket are about.
#[tokio::test]
async fn of_an_evening_at_three_gates_each_conflict_is_listed_none_missing_and_none_invented() {
    const TICKETS: usize = 120;
    let venue = Venue::with_tickets(TICKETS).await;
    let (mut state, mut scans, mut truth) = (7, Vec::new(), BTreeSet::new());
    // By ticket: the scan that let in whoever is inside, and what each gate believes.
    let mut inside: Vec<Option<String>> = vec![None; TICKETS];
    let mut believed = vec![[false; 3]; TICKETS];
    for second in 0..1_500 {
        let (ticket, gate) = (dice(&mut state, TICKETS), dice(&mut state, 3));
        let name = ["Gate A", "Gate B", "Gate C"][gate];
        let mode = if gate == 0 { "online" } else { "offline" };
        let scan_id = Uuid::from_u128(u128::from(chance(&mut state))).to_string();
        let mut tells = |reason: &str| {
            scans.push(scan(&scan_id, unique_id(ticket).as_str(), name, reason, mode, second));
        };
        if believed[ticket][gate] && dice(&mut state, 3) == 0 {
            tells("left");
            (believed[ticket][gate], inside[ticket]) = (false, None);
        } else if believed[ticket][gate] {
            tells("already_inside");
        } else {
            tells("granted");
            believed[ticket][gate] = true;
            match &inside[ticket] {
                Some(first) => drop(truth.insert((first.clone(), scan_id))),
                None => inside[ticket] = Some(scan_id),
            }
        }
    }
    assert!(truth.len() > 50, "an evening without trouble shows nothing: {}", truth.len());
    // They come in by gates, and each gate's in no order.
    scans.sort_by_key(|scan| scan.bytes().map(usize::from).sum::<usize>() % 97);
    venue.sql(&report(&scans)).await;
    let (conflicts, _) = listed(&venue.database.url).await;
    let text = |conflict: &Value, which: &str| conflict[which]["scan_id"].as_str().unwrap().to_owned();
    let told: BTreeSet<_> = conflicts.iter().map(|it| (text(it, "first"), text(it, "second"))).collect();
    assert_eq!((told.len(), told), (conflicts.len(), truth));
}

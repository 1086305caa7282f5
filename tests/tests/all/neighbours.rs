//! Gates on a local network of their own, each a process on a host of its own,
//! which find each other by broadcast.

mod gate;
mod strangers;

use std::time::{Duration, Instant};

use real_parts::lan::Lan;
use serde_json::json;

use gate::{Gate, Start, soon};

const NAMES: [&str; 5] = ["east", "north", "south", "stage", "west"];

fn start(lan: &Lan, host: usize) -> Gate {
    Gate::start(lan, host, &Start { name: NAMES[host], event: 1, key: Some(1), granted: 0 })
}

/// So many gates that have found each other.
fn gates(hosts: usize) -> (Lan, Vec<Gate>) {
    let lan = Lan::new(hosts).unwrap();
    let gates = (0..hosts).map(|host| start(&lan, host)).collect::<Vec<_>>();
    gates.iter().for_each(|gate| gate.meets(&NAMES[..hosts]));
    (lan, gates)
}

/// Shows a ticket at all gates at the same instant, and says how many let it in.
fn show_at_all(gates: &[Gate], ticket: u32) -> usize {
    let orders = gates.iter().map(|gate| gate.order("grant", json!({"ticket": ticket}))).collect::<Vec<_>>();
    gates.iter().zip(orders).filter(|(gate, order)| gate.answer(*order)["granted"] == true).count()
}

#[test]
fn a_ticket_shown_at_all_doors_at_once_is_let_in_at_one_of_them_and_all_know_it() {
    let (_lan, gates) = gates(5);
    for ticket in 0..200 {
        assert_eq!(show_at_all(&gates, ticket), 1, "ticket {ticket}");
    }
    for gate in &gates {
        soon("everyone knows of all", || gate.counts("known") == 200);
        assert!(!gate.enters(7));
    }
    gates[0].ask("leave", json!({"ticket": 7}));
    for gate in &gates {
        soon("all know that the guest has left", || gate.ask("knows", json!({"ticket": 7}))["inside"].is_null());
    }
    assert!(gates[4].enters(7), "who has left may come again");
}

#[test]
fn cut_off_each_part_goes_on_and_when_it_is_whole_again_all_know_all() {
    let (lan, gates) = gates(4);
    lan.split(&[2, 3]).unwrap();
    for gate in &gates {
        let part = if NAMES[..2].contains(&gate.name) { &NAMES[..2] } else { &NAMES[2..4] };
        gate.meets(part);
    }
    for ticket in 0..20 {
        assert_eq!(show_at_all(&gates, ticket), 2, "ticket {ticket}: one in each part");
    }
    gates[3].ask("tell", json!({"ticket": 500}));
    lan.join().unwrap();
    for gate in &gates {
        gate.meets(&NAMES[..4]);
        soon("everyone knows of both", || (0..20).all(|ticket| gate.entries(ticket) == 2));
        assert_eq!(gate.entries(500), 1);
    }
    assert_eq!(show_at_all(&gates, 21), 1);
}

#[test]
fn who_comes_late_catches_up_with_ten_thousand_of_each() {
    let lan = Lan::new(3).unwrap();
    let with =
        |host: usize, granted| Gate::start(&lan, host, &Start { name: NAMES[host], event: 1, key: Some(1), granted });
    let early = [with(0, 10_000), with(1, 10_000)];
    early.iter().for_each(|gate| soon("both have all", || gate.counts("known") == 20_000));
    let late = with(2, 0);
    let began = Instant::now();
    soon("it has caught up", || late.counts("known") == 20_000);
    println!("caught up with 20,000 happenings in {:?} from its start", began.elapsed());
    let sent = || early.iter().chain([&late]).map(|gate| gate.counts("bytes_sent")).collect::<Vec<_>>();
    let (began, before) = (Instant::now(), sent());
    std::thread::sleep(Duration::from_secs(5));
    let spent = began.elapsed().as_secs_f64();
    for (before, after) in before.into_iter().zip(sent()) {
        println!("then each says {:.0} bytes a second", (after - before) as f64 / spent);
    }
}

#[test]
fn who_is_gone_is_not_waited_for_and_is_welcome_when_it_is_back() {
    let (lan, mut gates) = gates(3);
    let claims = |gate: &Gate, tickets: std::ops::Range<u32>| {
        let long = |ticket: u32| {
            let answer = gate.ask("grant", json!({"ticket": ticket}));
            assert_eq!(answer["granted"], true);
            answer["ms"].as_u64().unwrap() >= 300
        };
        tickets.filter(|ticket| long(*ticket)).count()
    };
    gates.pop().unwrap().dies();
    assert!(claims(&gates[0], 0..10) <= 2, "waited for a gate that is gone");
    gates[0].meets(&NAMES[..2]);
    // WiFi off and on, with another address; the others' are the same.
    lan.switch_off(1).unwrap();
    gates[0].meets(&[]);
    gates[1].meets(&[]);
    gates[1].ask("tell", json!({"ticket": 50}));
    lan.switch_on(1, 99).unwrap();
    let back = start(&lan, 2);
    for gate in gates.iter().chain([&back]) {
        gate.meets(&NAMES[..3]);
        soon("everyone knows of all", || gate.entries(50) == 1 && gate.entries(9) == 1);
    }
}

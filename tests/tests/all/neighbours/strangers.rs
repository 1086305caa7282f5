//! Who has no business here.

use std::path::Path;

use real_parts::child;
use real_parts::lan::Lan;
use serde_json::json;

use super::gate::{Gate, PORT, SOON, Start, soon};
use super::{NAMES, gates};

#[test]
fn another_event_and_another_key_are_strangers_on_the_same_network() {
    let lan = Lan::new(4).unwrap();
    let how = |host: usize, event, key| Start { name: NAMES[host], event, key: Some(key), granted: 0 };
    let ours = [Gate::start(&lan, 0, &how(0, 1, 1)), Gate::start(&lan, 1, &how(1, 1, 1))];
    let theirs = [Gate::start(&lan, 2, &how(2, 2, 1)), Gate::start(&lan, 3, &how(3, 1, 2))];
    ours.iter().for_each(|gate| gate.meets(&NAMES[..2]));
    // And somebody who just shouts.
    let shout =
        format!("for i in 1 2 3 4 5; do head -c $((i * 300)) /dev/urandom >/dev/udp/{}/{PORT}; done", lan.address(0));
    let mut shouts = lan.command(3, Path::new("bash"));
    shouts.args(["-c", &shout]);
    assert!(child::run(shouts, b"", SOON).unwrap().status.success());
    for (gate, ticket) in theirs.iter().zip([1, 2]) {
        assert!(gate.enters(ticket));
    }
    for gate in &ours {
        soon("strangers were heard and not listened to", || gate.counts("strangers") > 2);
        gate.meets(&NAMES[..2]);
        assert_eq!(gate.counts("known"), 0);
    }
    assert!(ours[0].enters(1) && ours[1].enters(2), "what strangers let in is nothing to us");
    theirs.iter().for_each(|gate| gate.meets(&[]));
}

#[test]
fn when_a_gate_is_revoked_the_others_go_on_with_a_new_key_and_it_is_alone() {
    let (_lan, gates) = gates(3);
    gates[..2].iter().for_each(|gate| drop(gate.ask("key", json!({"key": 2}))));
    gates[..2].iter().for_each(|gate| gate.meets(&NAMES[..2]));
    gates[2].meets(&[]);
    assert!(gates[0].enters(1));
    soon("the other gate knows", || gates[1].entries(1) == 1);
    assert_eq!(gates[2].entries(1), 0);
    gates[2].ask("tell", json!({"ticket": 2}));
    assert!(gates[0].enters(2), "the revoked one is not believed");
    // Without a key a gate says nothing, and goes on.
    gates[1].ask("key", json!({"key": null}));
    gates[1].meets(&[]);
    let sent = gates[1].counts("sent");
    assert!(gates[1].enters(3));
    assert_eq!(gates[1].counts("sent"), sent);
}

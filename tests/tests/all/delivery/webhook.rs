//! The organiser's bridge hears of each move of a ticket, and can check who says so.

use std::path::Path;
use std::time::SystemTime;

use real_parts::child::{self, Orphaned};
use serde_json::Value;

use super::bridge::{Bridge, Heard, Manner};
use super::{ASHA, free_world, mail, sends_by};
use crate::world::{World, command_succeeds, eventually};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// Standard Webhooks' own rules, in another language and by another library than ours:
/// prints the signature over what stands in the input.
const VERIFY: &str = "import base64, hashlib, hmac, sys
secret, id, timestamp = sys.argv[1:]
key = base64.b64decode(secret.removeprefix('whsec_'))
signed = f'{id}.{timestamp}.'.encode() + sys.stdin.buffer.read()
print('v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())";

fn tells(bridge: &Bridge) -> Vec<(&'static str, String)> {
    vec![("TICKET_WEBHOOK_URL", bridge.url.clone()), ("TICKET_WEBHOOK_SECRET", SECRET.into())]
}

async fn heard(world: &World, bridge: &Bridge, count: usize) -> Vec<Heard> {
    eventually(&format!("{count} calls"), async || bridge.heard().len() >= count).await;
    eventually("their notes", async || world.messages("next_attempt_at IS NULL").await as usize == count).await;
    bridge.heard()
}

fn expected_signature(heard: &Heard) -> String {
    let mut python = child::command(Path::new("/usr/bin/python3"), Orphaned::Kill, None);
    python.args(["-c", VERIFY, SECRET, &heard.id, &heard.timestamp]);
    let output = child::run(python, &heard.body, std::time::Duration::from_secs(60)).unwrap();
    assert!(output.status.success(), "{}", output.stderr);
    output.stdout.trim().to_owned()
}

#[tokio::test]
async fn a_ticket_is_told_of_with_all_that_a_bridge_needs_and_a_signature_that_others_can_check() {
    let bridge = Bridge::start().await;
    let world = free_world(tells(&bridge)).await;
    world.book("आशा", "9876543210").await;
    let order = world.booked("9876543210").await;
    let call = heard(&world, &bridge, 1).await.remove(0);
    assert_eq!(call.signature, expected_signature(&call));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(call.timestamp.parse().unwrap()) < 300, "{}", call.timestamp);
    let said: Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(said["type"], "ticket.issued");
    let data = &said["data"];
    assert_eq!(
        (&data["order_id"], &data["first_name"], &data["phone"]),
        (&order.id.as_str().into(), &"आशा".into(), &"+919876543210".into())
    );
    assert_eq!(data["ticket_url"], format!("{}{}", world.site.url, order.path));
    assert_eq!(
        (&data["event"]["name"], &data["event"]["starts_at"]),
        (&"Diwali Night".into(), &"2036-11-22T19:30:00+05:30".into())
    );
    let (id, recipient): (String, String) = world.row("SELECT id, recipient FROM outbox").await;
    assert_eq!((id, &*recipient), (call.id, ""));
    for private in ["9876543210", "आशा", order.path.as_str()] {
        assert!(!world.site.log().contains(private));
    }
}

#[tokio::test]
async fn a_ticket_that_goes_and_comes_back_is_told_of_in_that_order() {
    let bridge = Bridge::start().await;
    let world = free_world(tells(&bridge)).await;
    world.book("Asha", "9876543210").await;
    let order = world.booked("9876543210").await;
    heard(&world, &bridge, 1).await;
    for (command, count) in [("revoke", 2), ("restore", 3)] {
        command_succeeds(&[command, &order.id], &world.env()).await;
        heard(&world, &bridge, count).await;
    }
    let types: Vec<Value> =
        bridge.heard().iter().map(|it| serde_json::from_slice::<Value>(&it.body).unwrap()["type"].clone()).collect();
    assert_eq!(types, ["ticket.issued", "ticket.revoked", "ticket.restored"]);
}

#[tokio::test]
async fn a_bridge_that_is_busy_hears_it_again_under_the_same_id_and_nobody_is_led_elsewhere() {
    let bridge = Bridge::start().await;
    bridge.manner(Manner::Busy);
    let world = free_world(tells(&bridge)).await;
    world.book("Asha", "9876543210").await;
    for (manner, attempts, error) in [(Manner::Busy, 1, "answered 503"), (Manner::Elsewhere, 2, "answered 307")] {
        bridge.manner(manner);
        if attempts > 1 {
            world.hurry().await;
        }
        let noted = format!("attempts = {attempts} AND last_error = '{error}' AND next_attempt_at > UTC_TIMESTAMP(6)");
        eventually(error, async || world.messages(&noted).await == 1).await;
    }
    bridge.manner(Manner::Kind);
    world.hurry().await;
    eventually("the end", async || world.messages("sent_at IS NOT NULL").await == 1).await;
    let calls = bridge.heard();
    assert_eq!((calls.len(), bridge.led_away()), (3, 0));
    assert!(calls.iter().all(|call| call.id == calls[0].id && call.signature == expected_signature(call)));
    assert_eq!(calls[0].body, calls[2].body);
}

/// One way out does not wait for the other, and no ticket waits for either.
#[tokio::test]
async fn a_bridge_that_does_not_answer_holds_up_no_e_mail() {
    let (bridge, mail) = (Bridge::start().await, mail());
    bridge.manner(Manner::Silent);
    let world = free_world([sends_by(&mail), tells(&bridge)].concat()).await;
    for guest in 0..3 {
        world.book_with_mail("Asha", &format!("987654321{guest}"), ASHA).await;
    }
    eventually("the letters", async || mail.letters().unwrap().len() == 3).await;
    eventually("an attempt", async || {
        world.messages("kind = 'webhook_issued' AND last_error LIKE '%timed out%'").await >= 1
    })
    .await;
    bridge.manner(Manner::Kind);
    world.hurry().await;
    eventually("the calls", async || world.messages("sent_at IS NOT NULL").await == 6).await;
}

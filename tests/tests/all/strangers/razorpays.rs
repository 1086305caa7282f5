//! What comes to the webhook: Razorpay's own letters about anybody's money,
//! and letters that are not Razorpay's.

use real_parts::razorpay::signature::sign;
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::guests::request;
use super::{Answer, Known, Request};

const EVENTS: [&str; 14] = [
    "payment_link.paid",
    "payment_link.partially_paid",
    "payment_link.expired",
    "payment_link.cancelled",
    "payment.authorized",
    "payment.captured",
    "payment.failed",
    "refund.created",
    "refund.processed",
    "refund.failed",
    "payment.dispute.created",
    "payment.dispute.lost",
    "order.paid",
    "settlement.processed",
];

/// A letter, signed or not.
pub(super) fn letter(dice: &mut Dice, known: &Known) -> Request {
    let (body, heard) = match dice.below(8) {
        0 => (dice.hostile(), false),
        1 => (anything(dice, 4).to_string().into_bytes(), false),
        2 => {
            let event = event(dice, known);
            (spoilt(dice, event), false)
        }
        _ => (event(dice, known).to_string().into_bytes(), true),
    };
    let good = sign(&known.webhook_secret, &body);
    let (signature, signed) = match dice.below(10) {
        0 => (None, false),
        1 => (Some(sign("another-secret", &body).into_bytes()), false),
        2 => (Some(good.to_uppercase().into_bytes()), false),
        3 => (Some(dice.hostile()), false),
        4 => (Some(good.into_bytes()[..63].to_vec()), false),
        _ => (Some(good.into_bytes()), true),
    };
    let answer = match (signed, heard) {
        (false, _) => Answer::Forged,
        (true, true) => Answer::Heard,
        (true, false) => Answer::Below500,
    };
    let id = dice.hostile();
    let mut headers = vec![("Content-Type", &b"application/json"[..])];
    headers.extend(signature.as_deref().map(|signature| ("X-Razorpay-Signature", signature)));
    if dice.once_in(3) {
        headers.push(("x-razorpay-event-id", &id));
    }
    Request { bytes: request(dice, known, "POST", b"/webhooks/razorpay", &headers, &body), answer }
}

/// An event in Razorpay's shape, about us, about others, or about nothing in this world.
fn event(dice: &mut Dice, known: &Known) -> Value {
    let order = dice.of(&known.orders);
    let mut payload = Map::new();
    for _ in 0..=dice.below(2) {
        let about = dice.of(&["payment_link", "payment", "refund", "dispute", "order"]);
        let mut entity = json!({ "id": id(dice, known, about), "status": "paid", "amount": 1, "notes": [] });
        if dice.once_in(2) {
            let strange = json!(dice.hostile_text());
            entity["reference_id"] = dice.of(&[Value::Null, json!(order.id), strange]);
        }
        if about == "refund" || dice.once_in(2) {
            entity["payment_id"] = json!(id(dice, known, "payment"));
        }
        payload.insert(about.to_owned(), json!({ "entity": entity }));
    }
    let event = if dice.once_in(10) { dice.hostile_text() } else { dice.of(&EVENTS).to_owned() };
    json!({ "entity": "event", "event": event, "payload": payload, "created_at": dice.next() >> 33 })
}

fn id(dice: &mut Dice, known: &Known, about: &str) -> String {
    match (dice.below(3), about) {
        (0, "payment") => known.payment_id.clone(),
        (0, "payment_link") => dice.of(&known.orders).link_id,
        (1, _) => format!("{}_{:014x}", &about[..3], dice.next() >> 8),
        _ => dice.hostile_text(),
    }
}

/// With something missing, or of another kind than agreed.
fn spoilt(dice: &mut Dice, mut event: Value) -> Vec<u8> {
    let spot = dice.of(&[
        "/event",
        "/payload",
        "/payload/payment",
        "/payload/payment/entity",
        "/payload/payment_link/entity/id",
    ]);
    if let Some(spot) = event.pointer_mut(spot) {
        *spot = anything(dice, 2);
    }
    let mut bytes = event.to_string().into_bytes();
    if dice.once_in(3) {
        bytes.truncate(dice.below(bytes.len()));
    }
    bytes
}

/// Any JSON, so deep.
fn anything(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => json!(dice.once_in(2)),
        2 => json!(dice.next()),
        3 => json!(-1.5e300),
        4 => json!(dice.hostile_text()),
        5 => (0..dice.below(4)).map(|_| anything(dice, depth - 1)).collect(),
        6 => (0..dice.below(200)).fold(Value::Null, |within, _| json!([within])),
        _ => {
            let names = ["event", "payload", "payment", "entity", "id", "\0"];
            Value::Object((0..dice.below(4)).map(|_| (dice.of(&names).to_owned(), anything(dice, depth - 1))).collect())
        }
    }
}

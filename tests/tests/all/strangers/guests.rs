//! What comes to the pages: any method, any address, any form.

use real_parts::razorpay::signature::of_return;

use super::Known;
use super::dice::Dice;

const METHODS: [&str; 13] =
    ["GET", "GET", "GET", "GET", "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "PROPFIND"];
const FORM: &str = "application/x-www-form-urlencoded";

/// Any page, with any query.
pub(super) fn page(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let method = dice.of(&METHODS);
    let target = target(dice, known);
    let body = if dice.once_in(10) { dice.hostile() } else { Vec::new() };
    request(dice, known, method, &target, &[], &body)
}

/// The form, more or less.
pub(super) fn form(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let kind = match dice.below(12) {
        0 => "application/json".to_owned(),
        1 => "multipart/form-data; boundary=x".to_owned(),
        2 => dice.hostile_text().replace(|c: char| c.is_control(), " "),
        3 => format!("{FORM}; charset=utf-16"),
        _ => FORM.to_owned(),
    };
    let body = match dice.below(20) {
        0 => dice.bytes(200),
        1 => dice.hostile(),
        // Beyond what a form may have, and beyond what is listened to.
        2 => vec![b'a'; 16 << 10 << dice.below(3)],
        3 if dice.once_in(10) => vec![b'a'; 3 << 20],
        _ => fields(dice),
    };
    request(dice, known, "POST", b"/submit", &[("Content-Type", kind.as_bytes())], &body)
}

fn fields(dice: &mut Dice) -> Vec<u8> {
    let mut fields = Vec::new();
    for name in ["first_name", "phone_number", "email", "form_key"] {
        for _ in 0..dice.of(&[0, 1, 1, 1, 1, 1, 1, 1, 1, 2]) {
            fields.extend(name.as_bytes());
            fields.push(b'=');
            fields.extend(typed(dice, name));
            fields.push(b'&');
        }
    }
    if dice.once_in(5) {
        fields.extend(dice.hostile());
    }
    fields
}

/// Half of them are good, so that a form with one odd field is otherwise taken.
fn typed(dice: &mut Dice, name: &str) -> Vec<u8> {
    if dice.once_in(3) {
        let hostile = dice.hostile();
        return if dice.once_in(2) { encoded(&hostile) } else { hostile };
    }
    let text = match name {
        "first_name" => dice.of(&["Asha", "Ravi", "O’Neill", "श्रेया", "علی‌رضا", "ﷺ", "Z̀́̂", "ΐΐΐΐ", "İı"]).to_owned(),
        "phone_number" => format!("98765{:05}", dice.below(100_000)),
        "email" => dice.of(&["", "asha@example.com", "\"a b\"@example.com", "ash@xn--p1b6ci4b4b3a.com"]).to_owned(),
        _ => format!("{:032x}", dice.below(50)),
    };
    encoded(text.as_bytes())
}

/// Where it goes: every route, with its token as it is, bent, or something else altogether.
fn target(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let mut target = match dice.below(12) {
        0..6 => {
            let token = token(dice, known);
            let part = dice.of(&["", "/", "/state", "/qr.png", "/qr.svg", "/event.ics", "/return", "/nothing"]);
            [b"/orders/", &*token, part.as_bytes()].concat()
        }
        6 => dice.of(&["/", "/submit", "/healthz", "/readyz", "/metrics", "/webhooks/razorpay"]).as_bytes().to_vec(),
        7 => {
            let part = dice.of(&["", "/login", "/logout", "/orders", "/orders.csv", "/door-list", "/audit", "/event"]);
            [&b"/organiser"[..], part.as_bytes()].concat()
        }
        8 => [&b"/assets/"[..], &segment(dice)].concat(),
        9 => dice.of(&["//", "/orders", "/orders/", "*", "http://example.com/", "/%2e%2e/", "/?", "/#"]).into(),
        10 => vec![b'/'; 1 + dice.below(70_000)],
        _ => [&b"/"[..], &segment(dice)].concat(),
    };
    if dice.once_in(2) {
        target.push(b'?');
        target.extend(query(dice, known));
    }
    if dice.once_in(20) { signed_return(dice, known) } else { target }
}

/// Razorpay's own signature, for a payment that is another order's or nobody's.
fn signed_return(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let order = dice.of(&known.orders);
    let payment = dice.of(&[known.payment_id.as_str(), "pay_00000000000000", ""]);
    let signature = of_return(&known.key_secret, &order.link_id, &order.id, "paid", payment);
    let back = format!(
        "{}/return?razorpay_payment_id={payment}&razorpay_payment_link_status=paid&razorpay_signature={signature}",
        order.path
    );
    back.into_bytes()
}

fn token(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let token = dice.of(&known.orders).path.trim_start_matches("/orders/").to_owned();
    match dice.below(6) {
        0 | 1 => token.into_bytes(),
        2 => token.to_uppercase().into_bytes(),
        3 => token.bytes().skip(1).chain([dice.of(b"0aG%/\xff")]).collect(),
        4 => "0".repeat(32).into_bytes(),
        _ => segment(dice),
    }
}

/// A word of an address: mostly as a browser would write it.
fn segment(dice: &mut Dice) -> Vec<u8> {
    let hostile = dice.hostile();
    if dice.once_in(4) { one_word(&hostile) } else { encoded(&hostile) }
}

fn query(dice: &mut Dice, known: &Known) -> Vec<u8> {
    let mut query = Vec::new();
    for _ in 0..dice.below(6) {
        query.extend(
            dice.of(&[
                "razorpay_payment_id",
                "razorpay_payment_link_status",
                "razorpay_signature",
                "razorpay_payment_link_id",
                "returned",
                "download",
            ])
            .as_bytes(),
        );
        query.push(b'=');
        query.extend(match dice.below(4) {
            0 => known.payment_id.clone().into_bytes(),
            1 => b"paid".to_vec(),
            _ => segment(dice),
        });
        query.push(b'&');
    }
    query
}

/// Puts it on the wire, with the headers of a browser, a proxy or a madman.
pub(super) fn request(
    dice: &mut Dice,
    known: &Known,
    method: &str,
    target: &[u8],
    headers: &[(&str, &[u8])],
    body: &[u8],
) -> Vec<u8> {
    let mut bytes =
        [method.as_bytes(), b" ", &one_word(target), b" HTTP/1.1\r\nHost: ", known.host.as_bytes()].concat();
    for (name, value) in headers {
        bytes.extend([b"\r\n", name.as_bytes(), b": ", &one_line(value)].concat());
    }
    for _ in 0..dice.below(4) {
        let token = dice.of(&known.orders).path;
        let value = match dice.below(4) {
            0 => [b"order=", token.as_bytes()].concat(),
            1 => [b"order=\"", &*dice.hostile(), b"; ; =; order"].concat(),
            _ => dice.hostile(),
        };
        let name = dice.of(&[
            "Cookie",
            "Cookie",
            "Accept-Encoding",
            "X-Forwarded-For",
            "Range",
            "If-None-Match",
            "Accept",
            "X-Odd",
        ]);
        // Beyond some 400 KB the server refuses to read a head, and breaks off.
        bytes.extend([b"\r\n", name.as_bytes(), b": ", &one_line(&value)].concat());
    }
    if !body.is_empty() || method == "POST" {
        bytes.extend(format!("\r\nContent-Length: {}", body.len()).into_bytes());
    }
    bytes.extend(b"\r\n\r\n");
    bytes.extend(body);
    bytes
}

/// As browsers write into addresses and forms.
fn encoded(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("%{byte:02X}").into_bytes()).collect()
}

/// What would end the line or the word early makes another request, not a
/// stranger one; at other controls the server itself says 400, and closes.
fn one_line(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !byte.is_ascii_control()).collect()
}

fn one_word(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| !b" \r\n".contains(byte)).collect()
}

//! The webhook: only bytes that Razorpay signed are read, and no body of any
//! shape stops the reading.
#![no_main]

use booking_web::payment::signature::body_is_signed;
use booking_web::payment::webhook::Knock;
use fuzz::{sign, spoilt};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "a-webhook-secret-for-tests";

fuzz_target!(|body: &[u8]| {
    only_this_body_is_signed(body);
    if let Ok(knock) = Knock::read(None, body) {
        assert_eq!(knock.event_id.len(), 64, "a body without an event id stands for itself");
        assert_eq!(Knock::read(None, body).ok().as_ref(), Some(&knock));
        let mut named = Knock::read(Some("evt_1"), body).expect("the same body");
        assert_eq!(std::mem::replace(&mut named.event_id, knock.event_id.clone()), "evt_1");
        assert_eq!(named, knock);
    }
    // Or the header is what the stranger invents.
    if let Ok(header) = std::str::from_utf8(body) {
        let knock = Knock::read(Some(header), br#"{"event":"payment.captured"}"#).expect("an event");
        assert!((1..=64).contains(&knock.event_id.len()), "{} does not fit its column", knock.event_id);
    }
});

fn only_this_body_is_signed(body: &[u8]) {
    let secret = SECRET.into();
    let signature = sign(SECRET, body);
    assert!(body_is_signed(&secret, body, &signature));
    for other in spoilt(body) {
        assert!(other == body || !body_is_signed(&secret, &other, &signature), "a changed body is taken for signed");
    }
    for other in spoilt(signature.as_bytes()) {
        let other = String::from_utf8_lossy(&other);
        assert!(!body_is_signed(&secret, body, &other), "{other} is taken for {signature}");
    }
    assert!(!body_is_signed(&"another-secret".into(), body, &signature));
    // The body as its own signature.
    assert!(!body_is_signed(&secret, body, &String::from_utf8_lossy(body)));
}

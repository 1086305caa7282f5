//! The browser's return: it is believed to come from Razorpay only with
//! Razorpay's signature for this very link.
#![no_main]

use booking_web::http::ReturnQuery;
use booking_web::payment::signature::return_is_signed;
use fuzz::{read_query, sign, spoilt};
use libfuzzer_sys::fuzz_target;
use secrecy::SecretString;

const SECRET: &str = "a-key-secret-for-tests";
const LINK: &str = "plink_IH3cNucfVEgV68";
const ORDER: &str = "019a0000-0000-7000-8000-000000000001";

fuzz_target!(|query: &[u8]| {
    let Some(back) = read_query::<ReturnQuery>(query) else { return };
    let ReturnQuery { razorpay_payment_id: payment, razorpay_payment_link_status: status, .. } = &back;
    let good = sign(SECRET, [LINK, ORDER, status, payment].join("|").as_bytes());
    assert_eq!(is_signed(&back), back.razorpay_signature == good, "{back:?}");

    let fields = [
        ("razorpay_payment_id", &**payment),
        ("razorpay_payment_link_id", LINK),
        ("razorpay_payment_link_reference_id", ORDER),
        ("razorpay_payment_link_status", status),
        ("razorpay_signature", &good),
    ];
    let sent = serde_urlencoded::to_string(fields).expect("pairs of texts");
    let signed = read_query::<ReturnQuery>(sent.as_bytes()).expect("Razorpay's own query");
    assert!(is_signed(&signed), "signed by Razorpay and not believed: {signed:?}");
    is_good_for_nothing_else(&signed);
});

fn is_signed(back: &ReturnQuery) -> bool {
    signed_for(&SECRET.into(), LINK, ORDER, back)
}

fn signed_for(secret: &SecretString, link: &str, order: &str, back: &ReturnQuery) -> bool {
    let ReturnQuery { razorpay_payment_id, razorpay_payment_link_status, razorpay_signature } = back;
    return_is_signed(secret, link, order, razorpay_payment_link_status, razorpay_payment_id, razorpay_signature)
}

fn is_good_for_nothing_else(signed: &ReturnQuery) {
    assert!(!signed_for(&SECRET.into(), "", ORDER, signed), "good for an order without a link");
    assert!(!signed_for(&SECRET.into(), "plink_another", ORDER, signed));
    assert!(!signed_for(&SECRET.into(), LINK, "019a0000-0000-7000-8000-000000000002", signed));
    assert!(!signed_for(&"another-secret".into(), LINK, ORDER, signed));
    for payment in spoilt(signed.razorpay_payment_id.as_bytes()) {
        let razorpay_payment_id = String::from_utf8_lossy(&payment).into_owned();
        // What is no text becomes the same mark whatever it was.
        let same = razorpay_payment_id == signed.razorpay_payment_id;
        assert_eq!(is_signed(&ReturnQuery { razorpay_payment_id, ..signed.clone() }), same);
    }
    for signature in spoilt(signed.razorpay_signature.as_bytes()) {
        let razorpay_signature = String::from_utf8_lossy(&signature).into_owned();
        assert!(!is_signed(&ReturnQuery { razorpay_signature, ..signed.clone() }));
    }
}

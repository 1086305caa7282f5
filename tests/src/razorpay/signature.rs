//! Razorpay's signatures: HMAC-SHA256 in lower-case hexadecimal.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The signature of a message, as Razorpay writes it.
#[must_use]
pub fn sign(key: &str, message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(message);
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// The signature that comes back with the guest's browser.
#[must_use]
pub fn of_return(key_secret: &str, link_id: &str, reference_id: &str, status: &str, payment_id: &str) -> String {
    sign(key_secret, format!("{link_id}|{reference_id}|{status}|{payment_id}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key, message and digest from Razorpay's own libraries and documentation.
    const VECTORS: [(&str, &str, &str); 4] = [
        (
            "key_secret",
            "fake_order_id|fake_payment_id",
            "b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89",
        ),
        (
            "EnLs21M47BllR3X8PSFtjtbd",
            "plink_IH3cNucfVEgV68|TSsd1989|paid|pay_IH3d0ara9bSsjQ",
            "07ae18789e35093e51d0a491eb9922646f3f82773547e5b0f67ee3f2d3bf7d5b",
        ),
        ("123456", r#"{"a":1,"b":2,"c":{"d":3}}"#, "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc"),
        ("supersecret", "asdf", "e279c1f4cbe963b535a4fd0d54332f2d4aa0b76bb9abdb61dd1391c4804817df"),
    ];

    #[test]
    fn the_known_vectors_are_met() {
        for (key, message, digest) in VECTORS {
            assert_eq!(sign(key, message.as_bytes()), digest, "{message}");
        }
    }

    #[test]
    fn a_return_is_signed_over_link_reference_status_and_payment() {
        let (key, _, digest) = VECTORS[1];
        assert_eq!(of_return(key, "plink_IH3cNucfVEgV68", "TSsd1989", "paid", "pay_IH3d0ara9bSsjQ"), digest);
    }
}

//! Razorpay's signatures: HMAC-SHA256, lower-case hexadecimal.
//!
//! A good signature proves the sender, not the capture; what is true is asked
//! of the API afterwards.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Whether `signature` is the webhook secret's over the raw bytes of a body.
#[must_use]
pub fn body_is_signed(secret: &SecretString, body: &[u8], signature: &str) -> bool {
    matches(secret, &[body], signature)
}

/// Whether the browser came back with Razorpay's word for this very link:
/// `link_id|reference_id|status|payment_id`, signed with the key secret.
/// The ids are ours, not the ones the browser brought.
#[must_use]
pub fn return_is_signed(
    secret: &SecretString,
    link_id: &str,
    reference_id: &str,
    status: &str,
    payment_id: &str,
    signature: &str,
) -> bool {
    let message = [link_id, reference_id, status, payment_id].join("|");
    matches(secret, &[message.as_bytes()], signature)
}

/// In constant time.
fn matches(secret: &SecretString, message: &[&[u8]], signature: &str) -> bool {
    let Ok(signature) = HEXLOWER.decode(signature.as_bytes()) else { return false };
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    for part in message {
        mac.update(part);
    }
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK_KEY: &str = "EnLs21M47BllR3X8PSFtjtbd";
    const LINK_SIGNATURE: &str = "07ae18789e35093e51d0a491eb9922646f3f82773547e5b0f67ee3f2d3bf7d5b";

    /// From Razorpay's SDKs and documentation.
    #[test]
    fn published_signatures_hold() {
        let returned = |status| {
            return_is_signed(
                &LINK_KEY.into(),
                "plink_IH3cNucfVEgV68",
                "TSsd1989",
                status,
                "pay_IH3d0ara9bSsjQ",
                LINK_SIGNATURE,
            )
        };
        assert!(returned("paid"));
        assert!(!returned("created"));
        for (secret, body, signature) in [
            (
                "123456",
                r#"{"a":1,"b":2,"c":{"d":3}}"#,
                "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc",
            ),
            ("supersecret", "asdf", "e279c1f4cbe963b535a4fd0d54332f2d4aa0b76bb9abdb61dd1391c4804817df"),
            (
                "key_secret",
                "fake_order_id|fake_payment_id",
                "b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89",
            ),
        ] {
            assert!(body_is_signed(&secret.into(), body.as_bytes(), signature));
        }
    }

    #[test]
    fn every_partial_forgery_is_refused() {
        let good = "e279c1f4cbe963b535a4fd0d54332f2d4aa0b76bb9abdb61dd1391c4804817df";
        let signed = |secret: &str, body: &str, signature: &str| {
            body_is_signed(&SecretString::from(secret.to_owned()), body.as_bytes(), signature)
        };
        assert!(signed("supersecret", "asdf", good));
        assert!(!signed("supersecret", "asdf ", good));
        assert!(!signed("supersecreT", "asdf", good));
        assert!(!signed("supersecret", "asdf", ""));
        assert!(!signed("supersecret", "asdf", &good[..62]));
        assert!(!signed("supersecret", "asdf", &good.to_uppercase()));
        assert!(!signed("supersecret", "asdf", &format!("{good}00")));
        assert!(!signed("supersecret", "asdf", &"0".repeat(64)));
    }
}

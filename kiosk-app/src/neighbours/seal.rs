//! The seal on every datagram: XChaCha20-Poly1305 with the event's LAN key.
//!
//! A version byte, a random nonce, the sealed text. The version and the event
//! are sealed along, so that a datagram for another event does not open even
//! where a key was used twice.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// What a seal adds to a text.
pub(super) const SEAL_BYTES: usize = 1 + NONCE_BYTES + TAG_BYTES;

/// What the gates of an event have in common. Changes when one of them is revoked.
#[derive(Clone, PartialEq, Eq)]
pub struct LanKey([u8; 32]);

impl From<[u8; 32]> for LanKey {
    fn from(key: [u8; 32]) -> Self {
        Self(key)
    }
}

/// Says nothing: it would open what gates say.
impl fmt::Debug for LanKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LanKey(…)")
    }
}

/// Seals a text, or nothing where the system has no randomness to give.
pub(super) fn seal(key: &LanKey, event: &[u8; 32], text: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).ok()?;
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), Payload { msg: text, aad: &around(event) }).ok()?;
    Some([&[VERSION][..], &nonce, &sealed].concat())
}

/// Opens a datagram, if it was sealed with this key for this event.
pub(super) fn open(key: &LanKey, event: &[u8; 32], datagram: &[u8]) -> Option<Vec<u8>> {
    let (&version, rest) = datagram.split_first()?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
    if version != VERSION {
        return None;
    }
    cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &around(event) }).ok()
}

fn cipher(key: &LanKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.0.into())
}

fn around(event: &[u8; 32]) -> [u8; 33] {
    let mut around = [VERSION; 33];
    around[1..].copy_from_slice(event);
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: [u8; 32] = [7; 32];

    fn key(byte: u8) -> LanKey {
        [byte; 32].into()
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_for_the_same_event_and_no_other() {
        let datagram = seal(&key(1), &EVENT, b"somebody is inside").unwrap();
        assert_eq!(datagram.len(), 18 + SEAL_BYTES);
        assert_eq!(open(&key(1), &EVENT, &datagram).unwrap(), b"somebody is inside");
        assert_eq!(open(&key(2), &EVENT, &datagram), None);
        assert_eq!(open(&key(1), &[8; 32], &datagram), None);
    }

    #[test]
    fn a_changed_or_shortened_datagram_does_not_open() {
        let datagram = seal(&key(1), &EVENT, b"somebody is inside").unwrap();
        for at in 0..datagram.len() {
            let mut changed = datagram.clone();
            changed[at] ^= 1;
            assert_eq!(open(&key(1), &EVENT, &changed), None, "byte {at}");
            assert_eq!(open(&key(1), &EVENT, &datagram[..at]), None, "{at} bytes");
        }
    }

    #[test]
    fn a_key_does_not_show_in_a_log() {
        assert_eq!(format!("{:?}", key(1)), "LanKey(…)");
    }
}

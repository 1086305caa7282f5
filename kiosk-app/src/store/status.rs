//! What is kept of a ticket: how it stands, and nothing of its guest.
//!
//! Sealed with the key that only the guest's own code gives, and padded, so
//! that not even the length tells who has come.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Utc};
use common::TicketTag;
use common::code_keys::KEY_BYTES;
use common::passages::{Passage, Step};

/// How a ticket stands, by the database, when it was last looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What the gates call it.
    pub tag: TicketTag,
    /// Whether it was withdrawn.
    pub revoked: bool,
    /// Whether somebody is inside on it.
    pub present: bool,
    /// When the row last changed.
    pub updated_at: DateTime<Utc>,
    /// Admitted last at this time.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Through this gate.
    pub admitted_gate: String,
    /// By this scan, if the guest is still inside.
    pub admitted_scan: String,
}

/// Version of the layout.
const LAYOUT: u8 = 1;
const NONCE_BYTES: usize = 24;
/// A row with an admission is as long as one without, unless the gate's name is very long.
const PAD: usize = 160;
const NEVER: i64 = i64::MIN;

impl Status {
    /// The admission that stands, by the database.
    #[must_use]
    pub fn admission(&self) -> Option<Passage> {
        self.present.then(|| Passage {
            scan: self.admitted_scan.clone(),
            step: Step::Entry,
            at: self.admitted_at.unwrap_or(self.updated_at),
            gate: self.admitted_gate.clone(),
        })
    }

    /// Sealed for whoever has the code. None if the system gives no random numbers.
    pub(super) fn sealed(&self, lookup: &[u8; KEY_BYTES], seal: &[u8; KEY_BYTES]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: &self.written(), aad: lookup };
        let sealed = XChaCha20Poly1305::new(&Key::from(*seal)).encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Opens what [`sealed`](Self::sealed) has closed; none if it was closed for another code or is damaged.
    pub(super) fn open(sealed: &[u8], lookup: &[u8; KEY_BYTES], seal: &[u8; KEY_BYTES]) -> Option<Self> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: lookup };
        let plain = XChaCha20Poly1305::new(&Key::from(*seal)).decrypt(&XNonce::from(*nonce), payload).ok()?;
        Self::read(&plain)
    }

    fn written(&self) -> Vec<u8> {
        let mut out = vec![LAYOUT, u8::from(self.present) | u8::from(self.revoked) << 1];
        out.extend(self.tag.0);
        out.extend(self.updated_at.timestamp_micros().to_be_bytes());
        out.extend(self.admitted_at.map_or(NEVER, |at| at.timestamp_micros()).to_be_bytes());
        for text in [&self.admitted_gate, &self.admitted_scan] {
            // The columns hold 50 characters and 36: both fit a byte.
            let text = &text.as_bytes()[..text.len().min(usize::from(u8::MAX))];
            out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            out.extend(text);
        }
        out.resize(out.len().next_multiple_of(PAD), 0);
        out
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let (&[layout, flags], rest) = plain.split_first_chunk()?;
        if layout != LAYOUT {
            return None;
        }
        let (&tag, rest) = rest.split_first_chunk()?;
        let (&updated, rest) = rest.split_first_chunk()?;
        let (&admitted, rest) = rest.split_first_chunk()?;
        let (admitted_gate, rest) = text(rest)?;
        let (admitted_scan, _padding) = text(rest)?;
        let admitted = i64::from_be_bytes(admitted);
        Some(Self {
            tag: TicketTag(tag),
            revoked: flags & 2 != 0,
            present: flags & 1 != 0,
            updated_at: DateTime::from_timestamp_micros(i64::from_be_bytes(updated))?,
            admitted_at: if admitted == NEVER { None } else { DateTime::from_timestamp_micros(admitted) },
            admitted_gate,
            admitted_scan,
        })
    }
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(length))?;
    Some((String::from_utf8_lossy(text).into_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> Status {
        Status {
            tag: TicketTag([7; 32]),
            revoked: false,
            present: true,
            updated_at: DateTime::from_timestamp_micros(1_795_356_000_123_456).unwrap(),
            admitted_at: DateTime::from_timestamp_micros(1_795_356_000_000_001),
            admitted_gate: "द्वार A".into(),
            admitted_scan: "01920000-0000-7000-8000-000000000001".into(),
        }
    }

    fn stranger() -> Status {
        let (admitted_gate, admitted_scan) = (String::new(), String::new());
        Status { present: false, admitted_at: None, revoked: true, admitted_gate, admitted_scan, ..status() }
    }

    #[test]
    fn only_the_code_opens_what_is_kept_of_its_ticket() {
        let (lookup, seal) = ([1; 32], [2; 32]);
        for status in [status(), stranger()] {
            let sealed = status.sealed(&lookup, &seal).unwrap();
            assert_eq!(Status::open(&sealed, &lookup, &seal), Some(status));
            assert_eq!(Status::open(&sealed, &lookup, &[3; 32]), None);
            // Nor can one row be put in another's place.
            assert_eq!(Status::open(&sealed, &[3; 32], &seal), None);
            for length in 0..sealed.len() {
                assert_eq!(Status::open(&sealed[..length], &lookup, &seal), None);
            }
        }
    }

    #[test]
    fn what_is_kept_looks_the_same_whether_the_guest_has_come_or_not() {
        let keys = ([1; 32], [2; 32]);
        let sealed = |status: &Status| status.sealed(&keys.0, &keys.1).unwrap();
        assert_eq!(sealed(&status()).len(), sealed(&stranger()).len());
        assert_ne!(sealed(&status()), sealed(&status()), "nor is an unchanged row seen to be unchanged");
    }

    #[test]
    fn a_name_that_is_too_long_for_its_column_harms_nothing() {
        let long = Status { admitted_gate: "x".repeat(300), ..status() };
        let sealed = long.sealed(&[1; 32], &[2; 32]).unwrap();
        let opened = Status::open(&sealed, &[1; 32], &[2; 32]).unwrap();
        assert_eq!((opened.admitted_gate.len(), opened.admitted_scan), (255, status().admitted_scan));
    }
}

//! What a ticket's code opens.
//!
//! A gate keeps what it knows of a ticket on the laptop's disk, for the time
//! when the network is down. Whoever finds that laptop must learn nothing from
//! it. So each row is filed under one key and sealed with another, and both
//! are made of the code's text by HKDF-SHA256 (RFC 5869): the code holds 64
//! bytes of signature that nobody can guess from a name and a phone number, so
//! only the guest's own code finds the row and opens it.

use std::fmt;

use data_encoding::HEXLOWER;
use hkdf::Hkdf;
use sha2::Sha256;

use crate::TicketCode;

/// Length of each key, and of a [`TicketTag`].
pub const KEY_BYTES: usize = 32;

/// The two keys that are made of a code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodeKeys {
    /// What the ticket is filed under.
    pub lookup: [u8; KEY_BYTES],
    /// What its row is sealed with, XChaCha20-Poly1305.
    pub seal: [u8; KEY_BYTES],
}

impl CodeKeys {
    /// The keys of this code. Two codes of one ticket, signed with two keys, have keys of their own.
    #[must_use]
    pub fn of(code: &TicketCode) -> Self {
        let made_of = Hkdf::<Sha256>::new(None, code.to_string().as_bytes());
        let key = |purpose: &[u8]| {
            let mut key = [0; KEY_BYTES];
            made_of.expand(purpose, &mut key).expect("32 bytes are far less than HKDF can give");
            key
        };
        Self { lookup: key(b"ETS1 lookup"), seal: key(b"ETS1 seal") }
    }
}

/// Says nothing: a key in a log would open a row.
impl fmt::Debug for CodeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKeys(…)")
    }
}

/// What gates call a ticket among themselves: the `lookup` of the first code
/// that was made of it, so that all of its codes are one ticket and nobody is named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TicketTag(pub [u8; KEY_BYTES]);

/// As much of it as tells two apart.
impl fmt::Debug for TicketTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketTag({}…)", HEXLOWER.encode(&self.0[..4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TicketSigner, UniqueId};

    fn code(seed: u8, id: &str) -> TicketCode {
        TicketSigner::from_seed(&[seed; 32]).sign(&UniqueId::parse(id).unwrap())
    }

    #[test]
    fn a_codes_keys_are_always_the_same_and_nobody_elses() {
        let (asha, usha) = ("Asha9198765432102026-11-22", "Usha9198765432102026-11-22");
        let keys = CodeKeys::of(&code(1, asha));
        assert_eq!(keys, CodeKeys::of(&code(1, asha)));
        for other in [code(2, asha), code(1, usha)] {
            let other = CodeKeys::of(&other);
            assert!(keys.lookup != other.lookup && keys.seal != other.seal);
        }
        assert_ne!(keys.lookup, keys.seal, "whoever sees the key of the file cannot open the row");
    }

    /// Rows that were sealed yesterday have to open tomorrow. Computed with Python's `hmac`, after RFC 5869.
    #[test]
    fn the_way_they_are_made_never_changes() {
        let keys = CodeKeys::of(&code(1, "Asha9198765432102026-11-22"));
        assert_eq!(HEXLOWER.encode(&keys.lookup), "f070eea7820a2fbf9cc5f46181584fdf34fc18361d03853262c09426db36af87");
        assert_eq!(HEXLOWER.encode(&keys.seal), "d6bd53c7b314812b9484b03acbeca533f76dc77b00d9a1472587853bc1041d71");
    }

    #[test]
    fn no_log_shows_a_key() {
        let keys = CodeKeys::of(&code(1, "Asha9198765432102026-11-22"));
        assert_eq!(format!("{keys:?}"), "CodeKeys(…)");
        assert_eq!(format!("{:?}", TicketTag([0xab; 32])), "TicketTag(abababab…)");
    }
}

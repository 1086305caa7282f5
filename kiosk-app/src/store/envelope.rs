//! The journal's names, sealed for the event's database.
//!
//! A scan that waits to be sent must say whose ticket it was, and a laptop that
//! is lost must not. So the UNIQUE_ID is sealed to a public key whose private
//! half is in the event's database alone (HPKE, RFC 9180, base mode): the gate
//! reads its own journal only while the database lets it in.

use common::UniqueId;
use common::code_keys::KEY_BYTES;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal};

type Dh = X25519HkdfSha256;

/// Binds an envelope to its purpose.
const INFO: &[u8] = b"ETS1 journal";
/// Before there was any contact there is no key: the name waits in the clear, and is sealed at the first contact.
const CLEAR: u8 = 0;
const SEALED: u8 = 1;

/// Whom the journal is sealed for.
#[derive(Clone)]
pub struct JournalKey(<Dh as Kem>::PublicKey);

/// What opens it; held in memory only.
#[derive(Clone)]
pub struct JournalOpener(<Dh as Kem>::PrivateKey);

impl JournalKey {
    /// From the 32 bytes of RFC 7748.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        <Dh as Kem>::PublicKey::from_bytes(bytes).ok().map(Self)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; KEY_BYTES] {
        self.0.to_bytes().into()
    }
}

impl JournalOpener {
    /// From the 32 bytes of RFC 7748.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        <Dh as Kem>::PrivateKey::from_bytes(bytes).ok().map(Self)
    }

    /// The public half.
    #[must_use]
    pub fn key(&self) -> JournalKey {
        JournalKey(Dh::sk_to_pk(&self.0))
    }
}

/// Says nothing: the private half would open the journal.
impl std::fmt::Debug for JournalOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalOpener(…)")
    }
}

impl std::fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalKey(…)")
    }
}

/// Puts a name into an envelope.
pub(super) fn closed(ticket: &UniqueId, key: Option<&JournalKey>) -> Vec<u8> {
    let text = ticket.as_str().as_bytes();
    let sealed = key.and_then(|key| {
        let (encapsulated, sealed) =
            single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Dh>(&OpModeS::Base, &key.0, INFO, text, b"").ok()?;
        Some([&[SEALED][..], &encapsulated.to_bytes(), &sealed].concat())
    });
    // Losing the scan would be worse than a name on the disk.
    sealed.unwrap_or_else(|| [&[CLEAR][..], text].concat())
}

/// Whether the name can be read by anybody.
pub(super) fn is_clear(envelope: &[u8]) -> bool {
    envelope.first() == Some(&CLEAR)
}

/// The name in an envelope; none if it is sealed and there is nothing to open it with.
pub(super) fn opened(envelope: &[u8], opener: Option<&JournalOpener>) -> Option<UniqueId> {
    let (&kind, rest) = envelope.split_first()?;
    let text = match kind {
        CLEAR => rest.to_vec(),
        SEALED => {
            let (encapsulated, sealed) = rest.split_first_chunk::<KEY_BYTES>()?;
            let encapsulated = <Dh as Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
            let opener = &opener?.0;
            single_shot_open::<ChaCha20Poly1305, HkdfSha256, Dh>(
                &OpModeR::Base,
                opener,
                &encapsulated,
                INFO,
                sealed,
                b"",
            )
            .ok()?
        }
        _ => return None,
    };
    UniqueId::parse(std::str::from_utf8(&text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> UniqueId {
        UniqueId::parse("Asha9198765432102026-11-22").unwrap()
    }

    #[test]
    fn only_the_databases_half_opens_an_envelope() {
        let (ours, theirs) = (JournalOpener::parse(&[1; 32]).unwrap(), JournalOpener::parse(&[2; 32]).unwrap());
        let key = JournalKey::parse(&ours.key().to_bytes()).unwrap();
        let envelope = closed(&ticket(), Some(&key));
        assert!(!is_clear(&envelope));
        assert!(!String::from_utf8_lossy(&envelope).contains("Asha"));
        assert_eq!(opened(&envelope, Some(&ours)), Some(ticket()));
        assert_eq!(opened(&envelope, Some(&theirs)), None);
        assert_eq!(opened(&envelope, None), None);
        assert_ne!(envelope, closed(&ticket(), Some(&key)), "two scans of one ticket are not seen to be of one");
        for length in 0..envelope.len() {
            assert_eq!(opened(&envelope[..length], Some(&ours)), None);
        }
    }

    #[test]
    fn before_the_first_contact_the_name_waits_in_the_clear() {
        let envelope = closed(&ticket(), None);
        assert!(is_clear(&envelope));
        assert_eq!(opened(&envelope, None), Some(ticket()));
    }
}

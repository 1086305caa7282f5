//! The ticket code: the text in the QR.
//!
//! `ETS1:` UNIQUE_ID `:` SIGNATURE, where SIGNATURE is base45 (RFC 9285) of the
//! Ed25519 signature (RFC 8032) over the UTF-8 bytes of `ETS1:` UNIQUE_ID.
//! Base45 keeps the long part in the QR's alphanumeric mode, so the symbol
//! stays small. The booking site signs; a gate holds public keys only.

use std::fmt;

use data_encoding::HEXLOWER_PERMISSIVE;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::UniqueId;

const PREFIX: &str = "ETS1:";

/// Longer than any code: name 50 characters of four bytes, phone, date, signature.
const MAX_BYTES: usize = 400;

/// A ticket's name and the signature that vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketCode {
    unique_id: UniqueId,
    signature: Signature,
}

/// What a text is instead of a valid ticket code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// A bare UNIQUE_ID, as an older system may have issued: anyone could have written it.
    #[error("a ticket id without a signature")]
    Unsigned(UniqueId),
    /// A ticket code whose signature is none of ours.
    #[error("a ticket code whose signature does not match")]
    Forged(UniqueId),
    /// Some other text.
    #[error("not a ticket code")]
    NotATicket,
}

impl TicketCode {
    /// Reads a scanned text and checks its signature against each key in turn
    /// (several, so that a key can be rotated). Line ends and spaces that a
    /// scanner adds around it are ignored.
    ///
    /// # Errors
    /// See [`CodeFault`].
    pub fn parse(scanned: &str, keys: &[PublicKey]) -> Result<Self, CodeFault> {
        if scanned.len() > MAX_BYTES {
            return Err(CodeFault::NotATicket);
        }
        // A space is a base45 digit, but never the last one of a signature:
        // 65535 = 32·45² + 16·45 + 15, and the space stands for 36.
        let text = scanned.trim();
        let Some(body) = text.strip_prefix(PREFIX) else {
            return Err(UniqueId::parse(text).map_or(CodeFault::NotATicket, CodeFault::Unsigned));
        };
        // A name holds no colon; base45 may.
        let (unique_id, signature) = body.split_once(':').ok_or(CodeFault::NotATicket)?;
        let unique_id = UniqueId::parse(unique_id).map_err(|_| CodeFault::NotATicket)?;
        let signature = base45::decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        match signature {
            Some(signature) if keys.iter().any(|key| key.vouches(&unique_id, &signature)) => {
                Ok(Self { unique_id, signature })
            }
            _ => Err(CodeFault::Forged(unique_id)),
        }
    }

    /// The ticket it names.
    #[must_use]
    pub fn unique_id(&self) -> &UniqueId {
        &self.unique_id
    }
}

/// The text to put into the QR.
impl fmt::Display for TicketCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}:{}", self.unique_id, base45::encode(self.signature.to_bytes()))
    }
}

fn signed_bytes(unique_id: &UniqueId) -> Vec<u8> {
    format!("{PREFIX}{unique_id}").into_bytes()
}

/// The key that makes tickets. It never leaves the booking site; its `Debug` shows the public half.
#[derive(Clone)]
pub struct TicketSigner(SigningKey);

/// The signing key's file does not hold one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 private key in PKCS#8 PEM")]
pub struct NotASigningKey;

impl TicketSigner {
    /// From the 32 secret bytes of RFC 8032.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// From PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it too.
    ///
    /// # Errors
    /// [`NotASigningKey`].
    pub fn parse_pem(pem: &str) -> Result<Self, NotASigningKey> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| NotASigningKey)
    }

    /// To PKCS#8 PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.0.to_pkcs8_pem(LineEnding::LF).expect("an Ed25519 key always has a PKCS#8 form").as_str().to_owned()
    }

    /// The half that gates hold.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The code of a ticket. Ed25519 is deterministic: one ticket has one code.
    #[must_use]
    pub fn sign(&self, unique_id: &UniqueId) -> TicketCode {
        TicketCode { unique_id: unique_id.clone(), signature: self.0.sign(&signed_bytes(unique_id)) }
    }
}

impl fmt::Debug for TicketSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketSigner({})", self.public_key())
    }
}

/// A key that a gate trusts, written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(VerifyingKey);

/// The text is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key is 64 hexadecimal digits, as `booking-web gate add` prints it")]
pub struct NotAPublicKey;

impl PublicKey {
    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`NotAPublicKey`], also for the few values that are no usable point of the curve.
    pub fn parse(text: &str) -> Result<Self, NotAPublicKey> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| NotAPublicKey)?;
        let bytes = bytes.as_slice().try_into().map_err(|_| NotAPublicKey)?;
        match VerifyingKey::from_bytes(bytes) {
            // With a weak key, one signature fits many messages.
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(NotAPublicKey),
        }
    }

    /// Its 32 bytes, as RFC 8032 has them.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    fn vouches(&self, unique_id: &UniqueId, signature: &Signature) -> bool {
        self.0.verify_strict(&signed_bytes(unique_id), signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER_PERMISSIVE.encode(self.0.as_bytes()))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NotAPublicKey;

    fn try_from(text: String) -> Result<Self, NotAPublicKey> {
        Self::parse(&text)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::unique_id::tests::any_unique_id;

    fn signer(seed: u8) -> TicketSigner {
        TicketSigner::from_seed(&[seed; 32])
    }

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        HEXLOWER_PERMISSIVE.decode(text.as_bytes()).unwrap().try_into().unwrap()
    }

    fn id() -> UniqueId {
        UniqueId::parse("Asha9198765432102026-11-22").unwrap()
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    #[test]
    fn signatures_are_those_of_rfc_8032() {
        for (seed, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ] {
            let signer = TicketSigner::from_seed(&hex(seed));
            let message = HEXLOWER_PERMISSIVE.decode(message.as_bytes()).unwrap();
            assert_eq!(signer.public_key().to_string(), public);
            assert_eq!(signer.0.sign(&message).to_bytes(), hex::<64>(signature));
            let key = PublicKey::parse(public).unwrap();
            assert!(key.0.verify_strict(&message, &Signature::from_bytes(&hex(signature))).is_ok());
        }
    }

    /// RFC 9285, sections 4.3 and 4.4.
    #[test]
    fn base45_is_that_of_rfc_9285() {
        for (bytes, text) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]
        {
            assert_eq!(base45::encode(bytes.as_bytes()), text);
            assert_eq!(base45::decode(text).unwrap(), bytes.as_bytes());
        }
        assert!(base45::decode(":::").is_err());
    }

    #[test]
    fn a_code_is_read_with_any_of_the_keys() {
        let code = signer(1).sign(&id()).to_string();
        let keys = [signer(2).public_key(), signer(1).public_key()];
        assert_eq!(TicketCode::parse(&format!("  {code}\r\n"), &keys).unwrap().unique_id(), &id());
        assert_eq!(TicketCode::parse(&code, &keys[..1]), Err(CodeFault::Forged(id())));
        assert_eq!(TicketCode::parse(&code, &[]), Err(CodeFault::Forged(id())));
    }

    #[test]
    fn forged_truncated_foreign_and_unsigned_codes_are_told_apart() {
        let keys = [signer(1).public_key()];
        let code = signer(1).sign(&id()).to_string();
        let other = code.replace("Asha", "Usha");
        let parse = |text: &str| TicketCode::parse(text, &keys).unwrap_err();
        assert_eq!(parse(&other), CodeFault::Forged(UniqueId::parse("Usha9198765432102026-11-22").unwrap()));
        assert_eq!(parse(&code[..code.len() - 3]), CodeFault::Forged(id()));
        assert_eq!(parse(&code[..20]), CodeFault::NotATicket);
        assert_eq!(parse(id().as_str()), CodeFault::Unsigned(id()));
        for foreign in ["", "https://example.com", "ETS1:", "ETS1::", "ETS2:x:y", "WIFI:S:x;;", &"9".repeat(5000)] {
            assert_eq!(parse(foreign), CodeFault::NotATicket, "{foreign}");
        }
    }

    #[test]
    fn keys_survive_their_text_forms() {
        let key = signer(7);
        assert_eq!(TicketSigner::parse_pem(&key.to_pem()).unwrap().public_key(), key.public_key());
        assert!(TicketSigner::parse_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_err());
        assert_eq!(PublicKey::parse("00"), Err(NotAPublicKey));
        // The identity, a weak key.
        assert_eq!(PublicKey::parse(&format!("01{}", "0".repeat(62))), Err(NotAPublicKey));
        assert!(!format!("{key:?}").contains(&HEXLOWER_PERMISSIVE.encode(&[7; 32])));
    }

    proptest! {
        #[test]
        fn round_trips(id in any_unique_id(), seed: [u8; 32]) {
            let signer = TicketSigner::from_seed(&seed);
            let code = signer.sign(&id);
            prop_assert!(!code.to_string().ends_with(' '));
            prop_assert!(code.to_string().len() <= MAX_BYTES);
            prop_assert_eq!(TicketCode::parse(&code.to_string(), &[signer.public_key()]), Ok(code));
        }

        #[test]
        fn a_changed_character_is_never_accepted(at in 0_usize..120, to in any::<char>()) {
            let (signer, keys) = (signer(1), [signer(1).public_key()]);
            let code = signer.sign(&id()).to_string();
            let changed: String = code.chars().enumerate().map(|(i, c)| if i == at { to } else { c }).collect();
            if changed.trim() != code {
                prop_assert!(TicketCode::parse(&changed, &keys).is_err());
            }
        }

        #[test]
        fn never_panics(text in any::<String>(), body in any::<String>()) {
            let _ = TicketCode::parse(&text, &[signer(1).public_key()]);
            let _ = TicketCode::parse(&format!("ETS1:{body}"), &[signer(1).public_key()]);
            let _ = PublicKey::parse(&text);
            let _ = TicketSigner::parse_pem(&text);
        }
    }
}

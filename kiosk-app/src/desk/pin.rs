//! The operator's PIN: what leaving, undoing and changing stand behind.
//!
//! It keeps guests and passers-by out, not whoever can read this user's files:
//! four digits are ten thousand tries. It is kept as an Argon2id hash all the
//! same, because people use one PIN for many things, and the file's owner is
//! not always the one who chose it.
//!
//! A PIN that was lost (its file is gone or damaged) is none: nothing is right
//! then, [`PinAnswer::NotSet`] is the answer to everything, and the desk asks
//! for the last step of the set-up again, which ends with a new one. So a lost
//! PIN never reads as "no PIN is needed". [`PinDoor`] counts the wrong ones,
//! and keeps the count in the file: a restart brings no new tries.
//!
//! Hashing takes 50 to 100 ms by intention; call it where nobody waits for frames.

mod door;
mod tries;

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use common::phone::decimal_digit;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use door::{PinAnswer, PinDoor};

/// The fewest and the most digits.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// Memory in KiB and passes: measured at 54 ms on a core that has nothing else to do, 86 on a busy one.
const MEMORY: u32 = 32 * 1024;
const PASSES: u32 = 3;
const SALT_BYTES: usize = 16;

/// Four to eight digits. Its `Debug` hides them.
#[derive(Clone, Debug)]
pub struct Pin(SecretString);

/// The text is no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a PIN has 4 to 8 digits and nothing else")]
pub struct NotAPin;

impl Pin {
    /// Reads what was typed. Digits of every script are the same digits:
    /// whoever sets it on a Hindi keyboard can leave by an English one.
    ///
    /// # Errors
    /// [`NotAPin`].
    pub fn parse(typed: &str) -> Result<Self, NotAPin> {
        let digit = |c| decimal_digit(c).map(|digit| char::from(b'0' + digit));
        // One more than fits, so that a page of digits is not read to its end.
        let digits: Option<String> = typed.trim().chars().take(DIGITS.end() + 1).map(digit).collect();
        match digits {
            Some(digits) if DIGITS.contains(&digits.len()) => Ok(Self(digits.into())),
            _ => Err(NotAPin),
        }
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

/// What is kept of a PIN: an Argon2id hash in the PHC string format.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct PinHash(PasswordHash);

impl PinHash {
    fn of(pin: &Pin) -> Self {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).expect("the system has random numbers: TLS needs them, too");
        let params = Params::new(MEMORY, PASSES, 1, None).expect("the cost is within Argon2's bounds");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Self(argon2.hash_password_with_salt(pin.bytes(), &salt).expect("PIN and salt are within Argon2's bounds"))
    }

    /// Compared in constant time, with the cost it was made at.
    fn is_of(&self, pin: &Pin) -> bool {
        Argon2::default().verify_password(pin.bytes(), &self.0).is_ok()
    }
}

impl TryFrom<String> for PinHash {
    type Error = String;

    fn try_from(kept: String) -> Result<Self, Self::Error> {
        PasswordHash::new(&kept).map(Self).map_err(|error| format!("no hash of a PIN: {error}"))
    }
}

impl From<PinHash> for String {
    fn from(hash: PinHash) -> Self {
        hash.0.to_string()
    }
}

/// Short as a PIN is, its hash gives it away to whoever has an hour.
impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_to_eight_digits_of_any_script_are_a_pin() {
        for (typed, digits) in
            [("1234", "1234"), ("00000000", "00000000"), (" 4711\n", "4711"), ("१२३४", "1234"), ("４５６７８", "45678")]
        {
            assert_eq!(Pin::parse(typed).unwrap().0.expose_secret(), digits);
        }
        for typed in ["", "123", "123456789", "12 34", "12a4", "-1234", "½123", &"1".repeat(1 << 20)] {
            assert!(Pin::parse(typed).is_err(), "{typed:.20}");
        }
    }

    #[test]
    fn a_hash_is_of_its_pin_alone_and_each_has_a_salt_of_its_own() {
        let pin = Pin::parse("4711").unwrap();
        let (one, other) = (PinHash::of(&pin), PinHash::of(&pin));
        assert!(one.is_of(&pin) && other.is_of(&Pin::parse("४७११").unwrap()));
        assert!(!one.is_of(&Pin::parse("4712").unwrap()) && !one.is_of(&Pin::parse("47110").unwrap()));
        assert_ne!(one, other);
        assert!(String::from(one).starts_with("$argon2id$v=19$m=32768,t=3,p=1$"));
    }

    #[test]
    fn what_is_printed_of_it_holds_neither_digits_nor_hash() {
        let pin = Pin::parse("4711").unwrap();
        assert!(!format!("{pin:?}").contains("4711"));
        assert!(!format!("{:?}", PinHash::of(&pin)).contains("argon2"));
    }
}

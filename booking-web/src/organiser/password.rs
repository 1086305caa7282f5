//! Passwords: what may be one, and what is kept of it.
//!
//! Only Argon2id's hash is kept, in PHC form, with a salt of its own. Each
//! takes 19 MiB and a share of a second of a processor, which is what makes
//! guessing dear, and would let a flood of sign-ins eat the memory: so few
//! are worked out at once, and the others wait their turn.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Length is what makes a password hard to guess; no other rule helps as much.
const SHORTEST: usize = 12;
/// A page of text is somebody's mistake.
const LONGEST: usize = 1000;
const SALT_BYTES: usize = 16;
const AT_ONCE: usize = 2;
/// Whoever waits longer is told to press again.
const TURN_WITHIN: Duration = Duration::from_secs(10);

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What is looked at when nobody has the name that was typed, so that the
/// answer takes as long and says as little.
static NOBODYS: LazyLock<Kept> = LazyLock::new(|| hash(&crate::order::random_hex()));

/// A password as typed. Its `Debug` hides it.
#[derive(Clone, Debug)]
pub struct Password(SecretString);

/// What was typed is no password to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPassword {
    #[error(
        "the password has {0} characters; give it at least {SHORTEST}, such as four words that nobody says together"
    )]
    TooShort(usize),
    #[error("the password has more than {LONGEST} characters; is it the right file?")]
    TooLong,
}

impl Password {
    /// As typed at the sign-in; a key that makes `é` of two parts on one
    /// computer makes it of one on another.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.chars().take(LONGEST + 1).nfc().collect::<String>().into())
    }

    /// A password to set.
    ///
    /// # Errors
    /// [`NotAPassword`].
    pub fn choose(text: &str) -> Result<Self, NotAPassword> {
        let password = Self::typed(text);
        match password.text().chars().count() {
            count if count < SHORTEST => Err(NotAPassword::TooShort(count)),
            count if count > LONGEST => Err(NotAPassword::TooLong),
            _ => Ok(password),
        }
    }

    fn text(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    ///
    /// # Errors
    /// When the work is broken off, because the program ends.
    pub async fn keep(self) -> Result<Kept, tokio::task::JoinError> {
        tokio::task::spawn_blocking(move || hash(self.text())).await
    }

    /// Whether it is the one of which `kept` was kept; without one it takes as long to say no.
    pub(super) async fn is(self, kept: Option<Kept>) -> bool {
        let compare = move || {
            // Made by the first who signs in, whoever that is.
            let nobodys = &*NOBODYS;
            let looked_at = kept.as_ref().unwrap_or(nobodys);
            // In constant time, with the cost it was made at.
            let same = Argon2::default().verify_password(self.text().as_bytes(), &looked_at.hash).is_ok();
            same && kept.is_some()
        };
        tokio::task::spawn_blocking(compare).await.unwrap_or(false)
    }
}

/// A turn to compare a password, until dropped; `None` when too many want one.
pub(super) async fn turn() -> Option<tokio::sync::SemaphorePermit<'static>> {
    tokio::time::timeout(TURN_WITHIN, TURNS.acquire()).await.ok()?.ok()
}

fn hash(text: &str) -> Kept {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).expect("the system always has random bytes");
    let hash = Argon2::default().hash_password_with_salt(text.as_bytes(), &salt);
    let hash = hash.expect("password and salt are within Argon2's bounds");
    Kept { text: hash.to_string(), hash }
}

/// What is kept of a password: an Argon2id hash in PHC form.
#[derive(Clone)]
pub struct Kept {
    hash: PasswordHash,
    text: String,
}

impl Kept {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(Self { hash: PasswordHash::new(text).ok()?, text: text.to_owned() })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// A weak password's hash gives it away to whoever has a week.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_is_known_and_no_other() {
        let kept = Password::choose("four words nobody says").unwrap().keep().await.unwrap();
        assert!(kept.as_str().starts_with("$argon2id$v=19$") && kept.as_str().len() <= 255, "{}", kept.as_str());
        let again = Kept::parse(kept.as_str());
        assert!(Password::typed("four words nobody says").is(again.clone()).await);
        assert!(!Password::typed("four words nobody said").is(again).await);
        assert!(!Password::typed("four words nobody says").is(None).await);
        assert!(!format!("{kept:?}").contains("argon2"));
    }

    #[tokio::test]
    async fn few_are_worked_out_at_once_and_the_next_waits() {
        let _at_work = [turn().await.unwrap(), turn().await.unwrap()];
        assert!(tokio::time::timeout(Duration::from_millis(50), turn()).await.is_err());
    }

    #[test]
    fn length_is_the_only_rule_and_counts_characters() {
        assert_eq!(Password::choose("short").unwrap_err(), NotAPassword::TooShort(5));
        assert!(Password::choose("ééééééééééé").is_err() && Password::choose("éééééééééééé").is_ok());
        assert_eq!(Password::choose(&"x".repeat(LONGEST + 1)).unwrap_err(), NotAPassword::TooLong);
    }

    #[tokio::test]
    async fn a_letter_is_the_same_in_one_part_or_two() {
        let kept = Password::choose("une année entière").unwrap().keep().await.unwrap();
        assert!(Password::typed("une anne\u{301}e entie\u{300}re").is(Some(kept)).await);
    }
}

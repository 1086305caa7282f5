//! The PIN, its file, and whoever stands before it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::tries::Tries;
use super::{Pin, PinHash};
use crate::desk::private_file;

const NAME: &str = "pin.toml";

/// What stands behind the PIN. Kept in `pin.toml` beside the settings file.
#[derive(Debug)]
pub struct PinDoor {
    file: PathBuf,
    kept: Option<Kept>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    hash: PinHash,
    #[serde(flatten)]
    tries: Tries,
}

/// What becomes of a PIN that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinAnswer {
    /// It is the one.
    Right,
    /// It is not.
    Wrong {
        /// Tries before the next wait.
        left: u32,
    },
    /// It was not looked at.
    Locked {
        /// Until one is looked at again.
        seconds: u32,
    },
    /// There is none yet, or it was lost: nothing opens before one is set.
    NotSet,
}

impl PinDoor {
    /// The PIN as it was left at the last end of the program.
    #[must_use]
    pub fn read(settings_file: &Path) -> Self {
        let file = private_file::beside(settings_file, NAME);
        let kept = match private_file::read(&file) {
            Ok(text) => text.and_then(|text| understood(&file, &text)),
            Err(error) => {
                tracing::warn!("{} cannot be read ({error}); a new PIN has to be set", file.display());
                None
            }
        };
        Self { file, kept }
    }

    /// Whether there is one. If not, the set-up is not finished.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.kept.is_some()
    }

    /// Sets a new one; whether that is allowed is the desk's business.
    ///
    /// # Errors
    /// It cannot be kept for the next start; the one before stays.
    pub fn set(&mut self, pin: &Pin) -> std::io::Result<()> {
        let kept = Kept { hash: PinHash::of(pin), tries: Tries::default() };
        write(&self.file, &kept)?;
        self.kept = Some(kept);
        Ok(())
    }

    /// Tries a PIN. What was typed and cannot be one is wrong, and not counted.
    pub fn answer(&mut self, typed: &str, now: DateTime<Utc>) -> PinAnswer {
        let Self { file, kept } = self;
        let Some(kept) = kept else { return PinAnswer::NotSet };
        if let Some(seconds) = kept.tries.seconds_locked(now) {
            return PinAnswer::Locked { seconds };
        }
        let Ok(pin) = Pin::parse(typed) else { return PinAnswer::Wrong { left: kept.tries.left() } };
        // Counted before it is looked at: pulling the plug in between wins nothing.
        kept.tries.wrong(now);
        remember(file, kept);
        if kept.hash.is_of(&pin) {
            kept.tries = Tries::default();
            remember(file, kept);
            return PinAnswer::Right;
        }
        match kept.tries.seconds_locked(now) {
            Some(seconds) => PinAnswer::Locked { seconds },
            None => PinAnswer::Wrong { left: kept.tries.left() },
        }
    }
}

fn understood(file: &Path, text: &str) -> Option<Kept> {
    toml::from_str(text)
        .inspect_err(|error| private_file::set_aside(file, &format!("{}; a new PIN has to be set", error.message())))
        .ok()
}

fn write(file: &Path, kept: &Kept) -> std::io::Result<()> {
    private_file::write(file, &toml::to_string(kept).map_err(std::io::Error::other)?)
}

/// A full disk forgets the count at the next start; it does not keep the operator in.
fn remember(file: &Path, kept: &Kept) {
    if let Err(error) = write(file, kept) {
        tracing::warn!("wrong PINs cannot be counted beyond a restart: {}: {error}", file.display());
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::seconds(second)
    }

    fn with_pin() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("ets-gate.toml");
        PinDoor::read(&settings).set(&Pin::parse("4711").unwrap()).unwrap();
        (folder, settings)
    }

    #[test]
    fn without_a_pin_nothing_opens() {
        let folder = tempfile::tempdir().unwrap();
        let mut door = PinDoor::read(&folder.path().join("ets-gate.toml"));
        assert!(!door.is_set());
        for typed in ["", "0000", "4711"] {
            assert_eq!(door.answer(typed, at(0)), PinAnswer::NotSet);
        }
    }

    #[test]
    fn a_wrong_one_is_counted_and_a_right_one_forgives() {
        let (_folder, settings) = with_pin();
        let mut door = PinDoor::read(&settings);
        for _ in 0..3 {
            assert_eq!(door.answer("0000", at(0)), PinAnswer::Wrong { left: 4 });
            assert_eq!(door.answer("no PIN", at(0)), PinAnswer::Wrong { left: 4 });
            assert_eq!(door.answer("४७११", at(0)), PinAnswer::Right);
        }
    }

    #[test]
    fn a_restart_brings_no_new_tries_and_the_lock_goes_on() {
        let (_folder, settings) = with_pin();
        for left in [4, 3, 2, 1] {
            assert_eq!(PinDoor::read(&settings).answer("0000", at(0)), PinAnswer::Wrong { left });
        }
        assert_eq!(PinDoor::read(&settings).answer("0000", at(0)), PinAnswer::Locked { seconds: 30 });
        // Even the right one is not looked at, and asking costs nothing.
        assert_eq!(PinDoor::read(&settings).answer("4711", at(10)), PinAnswer::Locked { seconds: 20 });
        assert_eq!(PinDoor::read(&settings).answer("0000", at(30)), PinAnswer::Locked { seconds: 60 });
        assert_eq!(PinDoor::read(&settings).answer("4711", at(90)), PinAnswer::Right);
        assert_eq!(PinDoor::read(&settings).answer("0000", at(90)), PinAnswer::Wrong { left: 4 });
    }

    #[test]
    fn a_new_pin_goes_over_the_old_one() {
        let (_folder, settings) = with_pin();
        let mut door = PinDoor::read(&settings);
        door.set(&Pin::parse("86420").unwrap()).unwrap();
        let mut door = PinDoor::read(&settings);
        assert_eq!(door.answer("4711", at(0)), PinAnswer::Wrong { left: 4 });
        assert_eq!(door.answer("86420", at(0)), PinAnswer::Right);
    }

    #[test]
    fn a_damaged_pin_is_a_lost_one_and_not_an_open_door() {
        for damage in ["", "hash = \"", "hash = \"4711\"\n", "wrong_in_a_row = 0\n", "hash = 4711"] {
            let (folder, settings) = with_pin();
            std::fs::write(folder.path().join(NAME), damage).unwrap();
            let mut door = PinDoor::read(&settings);
            assert!(!door.is_set(), "{damage}");
            assert_eq!(door.answer("4711", at(0)), PinAnswer::NotSet, "{damage}");
            assert!(folder.path().join("pin.toml.damaged").exists());
            door.set(&Pin::parse("2468").unwrap()).unwrap();
            assert_eq!(PinDoor::read(&settings).answer("2468", at(0)), PinAnswer::Right);
        }
    }

    #[test]
    fn the_file_holds_no_digits_of_the_pin() {
        let (folder, _settings) = with_pin();
        let kept = std::fs::read_to_string(folder.path().join(NAME)).unwrap();
        assert!(kept.contains("$argon2id$") && kept.lines().count() == 2, "{kept}");
    }
}

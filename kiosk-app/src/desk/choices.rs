//! What the operator chose: kept in `choices.toml` beside the settings file.
//!
//! The settings are the organiser's and say what this gate is; the choices are
//! the operator's and say how it is used. They are two files so that a new
//! set-up code does not undo a choice, and a damaged choice does not take the
//! gate away: it must open. The PIN is not among them. It has a file of its
//! own (see [`super::pin`]), because losing the language must not lose the PIN.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::private_file;
use crate::camera::CameraId;

const NAME: &str = "choices.toml";

/// How the operator wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// What the window is written in.
    pub language: Language,
    /// Whether a verdict is heard, too.
    pub sound: bool,
    /// Whether the preview is a mirror, in which a hand moves as it is held.
    pub mirror: bool,
    /// Whether the gate starts when this user signs in.
    pub autostart: bool,
    /// Whether the other gates of the network are looked for.
    pub neighbours: bool,
    /// The camera that was picked. None: the one the settings name, else the first that works.
    // Last, because in TOML a table goes on until the file's end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<CameraId>,
}

/// A language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Hindi.
    Hi,
}

impl Default for Choices {
    fn default() -> Self {
        Self { language: Language::En, sound: true, mirror: true, autostart: false, neighbours: true, camera: None }
    }
}

impl Choices {
    /// What was chosen, or the defaults. A file that cannot be understood is
    /// set aside as `choices.toml.damaged`, with a warning.
    #[must_use]
    pub fn read(settings_file: &Path) -> Self {
        let file = private_file::beside(settings_file, NAME);
        match private_file::read(&file) {
            Ok(None) => Self::default(),
            Ok(Some(text)) => toml::from_str(&text).unwrap_or_else(|error: toml::de::Error| {
                private_file::set_aside(&file, error.message());
                Self::default()
            }),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                private_file::set_aside(&file, "it is no text");
                Self::default()
            }
            Err(error) => {
                tracing::warn!("{} cannot be read ({error}); the gate goes on with the defaults", file.display());
                Self::default()
            }
        }
    }

    /// Keeps them for the next start.
    ///
    /// # Errors
    /// The system's own. What was kept before is still there.
    pub fn save(&self, settings_file: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        private_file::write(&private_file::beside(settings_file, NAME), &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder and the settings file that could be in it.
    fn place() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ets-gate.toml");
        (folder, file)
    }

    fn chosen() -> Choices {
        let camera = CameraId { name: "USB 2.0 \"Camera\"\u{1F4F7}".into(), bus: "usb-0000:00:14.0-1".into() };
        Choices {
            language: Language::Hi,
            sound: false,
            mirror: false,
            autostart: true,
            neighbours: false,
            camera: Some(camera),
        }
    }

    #[test]
    fn what_was_chosen_is_there_at_the_next_start() {
        let (_folder, settings) = place();
        assert_eq!(Choices::read(&settings), Choices::default());
        for choices in [chosen(), Choices::default()] {
            choices.save(&settings).unwrap();
            assert_eq!(Choices::read(&settings), choices);
        }
    }

    #[test]
    fn a_choice_that_the_file_does_not_know_is_as_by_default() {
        let (folder, settings) = place();
        // An older program wrote less, a newer one more.
        std::fs::write(folder.path().join(NAME), "language = \"hi\"\nvolume = 11\n").unwrap();
        assert_eq!(Choices::read(&settings), Choices { language: Language::Hi, ..Choices::default() });
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_the_gate_opens() {
        for damage in [&b"language = \"hi"[..], b"language = \"klingon\"\n", b"sound = 3\n", b"\xff\xfe\0\0"] {
            let (folder, settings) = place();
            std::fs::write(folder.path().join(NAME), damage).unwrap();
            assert_eq!(Choices::read(&settings), Choices::default());
            assert_eq!(std::fs::read(folder.path().join("choices.toml.damaged")).unwrap(), damage);
            assert!(!folder.path().join(NAME).exists());
        }
    }
}

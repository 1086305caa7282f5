//! What is opened on a screen, and in what surroundings.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Screen;
use crate::programs::{forget_settings, keep_to_itself};

/// A program with a window, with its arguments and settings.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program, or what starts it in the end (with `exec`, so that it is the same process).
    pub file: PathBuf,
    /// What it is told at its start.
    pub arguments: Vec<String>,
    /// Its settings; those of the developer's shell are kept from it.
    pub env: Vec<(OsString, OsString)>,
    /// What it takes for its user's home, when it is to find there what an
    /// earlier window left; else an empty one that vanishes with the window.
    pub home: Option<PathBuf>,
}

impl Program {
    /// A program without arguments in an empty home.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), arguments: Vec::new(), env: Vec::new(), home: None }
    }

    /// Tells it more at its start.
    #[must_use]
    pub fn arguments<S: Into<String>>(mut self, more: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(more.into_iter().map(Into::into));
        self
    }

    /// One more setting.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Lets it find what an earlier window left in this home.
    #[must_use]
    pub fn at_home(mut self, folder: impl Into<PathBuf>) -> Self {
        self.home = Some(folder.into());
        self
    }

    /// Sets the stage for `command`, which is or starts this program.
    pub(super) fn surround(&self, command: &mut Command, screen: &Screen, home: &Path) {
        forget_settings(command);
        keep_to_itself(command);
        screen.shown_to(command);
        command
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            // The user's desktop would hear of the window, and mix in.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("NO_AT_BRIDGE", "1")
            // There is no graphics card behind this screen. The gate would
            // start itself anew for that, and leave a fake camera behind.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .envs(self.env.iter().map(|(name, value)| (name, value)));
    }
}

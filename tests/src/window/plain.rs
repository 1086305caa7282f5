//! A window that nobody's hands are on: the program as its user starts it.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use super::{Display, Processes, Program, Said, Screen};
use crate::child::{self, Orphaned, Running};
use crate::scratch::Scratch;

/// A program on a screen, without a driver; ended when dropped.
#[derive(Debug)]
pub struct PlainWindow {
    // Before `scratch`: the gate must have ended when its home goes.
    running: Running,
    said: Said,
    home: PathBuf,
    screen: Screen,
    _scratch: Scratch,
}

impl PlainWindow {
    /// Starts it; the window comes up by and by.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(display: &Display, program: &Program) -> anyhow::Result<Self> {
        let scratch = Scratch::new("window")?;
        let home = program.home.clone().unwrap_or_else(|| scratch.path().to_owned());
        let mut command = child::command(&program.file, Orphaned::Kill, None);
        program.surround(&mut command, display.screen(), &home);
        command.args(&program.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = Running::start(command)?;
        let said = Said::to(running.process().stderr.take().expect("asked for above"));
        Ok(Self { running, said, home, screen: display.screen().clone(), _scratch: scratch })
    }

    /// What it has said on standard error, and says.
    #[must_use]
    pub fn said(&self) -> &Said {
        &self.said
    }

    /// As [`Screen::photograph`].
    ///
    /// # Errors
    /// When the screen stays blank, or the picture cannot be taken.
    pub fn photograph(&self, file: &Path) -> anyhow::Result<()> {
        self.screen.photograph(file)
    }

    /// Its processes and what they take of the machine.
    #[must_use]
    pub fn processes(&self) -> Processes {
        Processes::from(self.running.pid())
    }

    /// The folder that it takes for its user's home.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// How it ended, or `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.running.ended()
    }

    /// Waits until it has ended by itself, or for `patience`.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.running.wait(patience)
    }

    /// Asks it to end, as the end of a session would, and ends it by force when it does not.
    pub fn stop(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.running.stop(patience)
    }
}

//! The demo's gate: a window where there is a desktop, commands where there is none.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use real_parts::child::{self, Orphaned, Running};
use real_parts::{install, say};

use crate::steps::{near, program};

pub(super) const NAME: &str = "Gate A";

/// Whether there is a desktop, and what builds a window. The demo is worth
/// seeing without, so that this cannot be installed is no reason to give up.
pub(super) fn can_have_a_window() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
        say::line("There is no desktop here to open the gate's window on: the gate is built without it.");
        return false;
    }
    let installed = install::packages(install::WINDOW_BUILD);
    if let Err(fault) = &installed {
        say::line(format!("The gate is built without its window: {fault:#}"));
    }
    installed.is_ok()
}

/// The gate, whose window may be open.
pub(super) struct Gate {
    settings: PathBuf,
    log: PathBuf,
    window: Option<Running>,
}

impl Gate {
    pub(super) fn new(folder: &Path, settings: PathBuf) -> Self {
        Self { settings, log: folder.join("kiosk-app.log"), window: None }
    }

    pub(super) fn open(&mut self) -> anyhow::Result<()> {
        let mut command = child::command(&program("kiosk-app"), Orphaned::Terminate, None);
        command.arg("--windowed").arg("--config").arg(&self.settings);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&self.log)?);
        self.window = Some(Running::start(command)?);
        Ok(())
    }

    /// Its end is not the demo's: people close windows.
    pub(super) fn say_when_closed(&mut self) {
        let Some(status) = self.window.as_mut().and_then(Running::ended) else { return };
        self.window = None;
        if status.success() {
            say::line(format!("The gate's window is closed; to open it again: {}", self.command()));
        } else {
            say::line(format!("The gate ended by itself ({status}); why: {}", near(self.log.clone()).display()));
        }
    }

    pub(super) fn close(&mut self) {
        if let Some(mut window) = self.window.take() {
            window.stop(Duration::from_secs(15));
        }
    }

    fn command(&self) -> String {
        let [program, settings] = [program("kiosk-app"), self.settings.clone()].map(near);
        format!("{} --windowed --config {}", program.display(), settings.display())
    }

    /// How to use it.
    pub(super) fn told(&self, kiosk: &str) -> String {
        let settings = near(self.settings.clone());
        let by_hand = format!(
            "  Read a ticket      {kiosk} decode ticket.png
  Admit it at {NAME} {kiosk} --config {} --headless --frames ticket.png",
            settings.display()
        );
        if self.window.is_none() {
            return by_hand;
        }
        format!(
            "  {NAME}             its window: choose a PIN, then hold a ticket's code before the camera, or drop its
                     picture on it; once closed, it opens again with
                     {}
{by_hand}",
            self.command()
        )
    }
}

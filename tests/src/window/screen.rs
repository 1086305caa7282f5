//! What a screen shows, as a person would see it.
//!
//! Photographed from the screen and not from the web view: WebKit's own
//! pictures show less (no frame, no other window), are white at first, and
//! never come at all where it draws without DMA buffers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::install;

/// A window that is just opening may take this long to draw something.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fewer than this and nothing is drawn yet; the edges of a few letters have more.
const COLOURS_OF_A_PICTURE: u32 = 8;

/// A screen, by what programs need to know to draw on it.
#[derive(Clone, Debug)]
pub struct Screen {
    pub(super) name: String,
    pub(super) authority: PathBuf,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Screen {
    /// Makes `command`'s windows come up here, and nowhere on the user's own desktop.
    pub fn shown_to(&self, command: &mut Command) {
        command.env("DISPLAY", &self.name).env("XAUTHORITY", &self.authority).env("GDK_BACKEND", "x11");
        for name in ["WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
            command.env_remove(name);
        }
    }

    /// Its name, such as `:7`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Photographs it into a PNG file, once there is something to see.
    ///
    /// # Errors
    /// When it stays blank, or the picture cannot be taken.
    pub fn photograph(&self, file: &Path) -> anyhow::Result<()> {
        self.photograph_within(file, PATIENCE)
    }

    pub(super) fn photograph_within(&self, file: &Path, patience: Duration) -> anyhow::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let began = Instant::now();
        loop {
            self.shoot(file)?;
            if self.colours_of(file)? >= COLOURS_OF_A_PICTURE {
                return Ok(());
            }
            ensure!(began.elapsed() < patience, "the screen stays blank; its picture is {}", file.display());
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn shoot(&self, file: &Path) -> anyhow::Result<()> {
        let mut import = Command::new(install::program("import")?);
        self.shown_to(&mut import);
        import.args(["-silent", "-window", "root"]).arg(format!("png24:{}", file.display()));
        let output = import.output().context("cannot run import")?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "cannot photograph the screen {}: {complaint}", self.name);
        Ok(())
    }

    /// In the middle of it: a window's frame is there before what it frames.
    fn colours_of(&self, file: &Path) -> anyhow::Result<u32> {
        let middle = (self.width * 4 / 5, self.height * 4 / 5, self.width / 10, self.height / 10);
        let (width, height, left, top) = middle;
        let mut identify = Command::new(install::program("identify")?);
        identify.args(["-format", "%k"]).arg(format!("{}[{width}x{height}+{left}+{top}]", file.display()));
        let output = identify.output().context("cannot run identify")?;
        let said = String::from_utf8_lossy(&output.stdout);
        said.trim().parse().with_context(|| format!("identify tells no number of colours: {said}"))
    }
}

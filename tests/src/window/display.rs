//! A screen without a monitor: Xvfb, and openbox to fill it with a window.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::screen::Screen;
use crate::child::{self, Orphaned, Running};
use crate::install;
use crate::scratch::Scratch;

/// A cold start on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A screen of our own; it goes when dropped, and with it every window on it.
#[derive(Debug)]
pub struct Display {
    screen: Screen,
    // In this order: what shows something ends before what it is shown on.
    window_manager: Option<Running>,
    _server: Running,
    scratch: Scratch,
}

impl Display {
    /// A laptop's screen.
    ///
    /// # Errors
    /// When Xvfb is missing or does not start.
    pub fn start() -> anyhow::Result<Self> {
        Self::of_size(1280, 800)
    }

    /// A screen of this many pixels.
    ///
    /// # Errors
    /// When Xvfb is missing or does not start.
    pub fn of_size(width: u32, height: u32) -> anyhow::Result<Self> {
        let scratch = Scratch::new("display")?;
        let authority = scratch.path().join("authority");
        fs::write(&authority, cookie()?)?;
        let mut command = child::command(&install::program("Xvfb")?, Orphaned::Kill, None);
        // It finds a free number by itself and says which. Nothing reaches it
        // by network or without our cookie; it never blanks, and does not
        // begin anew when the last window closes.
        command
            .args(["-displayfd", "1", "-screen", "0", &format!("{width}x{height}x24")])
            .args(["-nolisten", "tcp", "-s", "0", "-noreset", "-auth"])
            .arg(&authority)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Running::start(command)?;
        let said = server.process().stdout.take().expect("asked for above");
        let number = line(said, |it| it.parse::<u32>().is_ok()).context("Xvfb does not start")?;
        let screen = Screen { name: format!(":{number}"), authority, width, height };
        Ok(Self { screen, window_manager: None, _server: server, scratch })
    }

    /// Puts a window manager on it: without one no window can fill the screen
    /// or be given the keyboard.
    ///
    /// # Errors
    /// When openbox is missing or does not start.
    pub fn managed(mut self) -> anyhow::Result<Self> {
        let mut command = child::command(&install::program("openbox")?, Orphaned::Kill, None);
        self.screen.shown_to(&mut command);
        // Not as this machine's user may like it.
        for folder in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            command.env(folder, self.scratch.path());
        }
        command.args(["--sm-disable", "--startup", "echo ready"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut openbox = Running::start(command)?;
        let said = openbox.process().stdout.take().expect("asked for above");
        // Before, it may regret that there is no menu, which nobody asked for.
        line(said, |it| it == "ready").context("openbox does not start")?;
        self.window_manager = Some(openbox);
        Ok(self)
    }

    /// What is on it.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// As [`Screen::photograph`].
    ///
    /// # Errors
    /// When the screen stays blank, or the picture cannot be taken.
    pub fn photograph(&self, file: &Path) -> anyhow::Result<()> {
        self.screen.photograph(file)
    }

    /// Types as a barcode scanner does: by the keyboard, into whatever window has it.
    ///
    /// # Errors
    /// When the keys cannot be pressed.
    pub fn type_text(&self, text: &str) -> anyhow::Result<()> {
        self.xdotool(&["type", "--delay", "2", "--", text])
    }

    /// Presses one key, by X's name for it: `Return`, `Escape`, `ctrl+q`…
    ///
    /// # Errors
    /// When there is no such key.
    pub fn press(&self, key: &str) -> anyhow::Result<()> {
        self.xdotool(&["key", "--", key])
    }

    fn xdotool(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(install::program("xdotool")?);
        self.screen.shown_to(&mut command);
        let output = command.args(arguments).output().context("cannot run xdotool")?;
        // It complains of an unknown key and calls that success.
        let complaint = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success() && complaint.is_empty(), "xdotool cannot {}: {complaint}", arguments.join(" "));
        Ok(())
    }
}

/// An X authority of one entry, good for any display number: it is not known yet.
fn cookie() -> anyhow::Result<Vec<u8>> {
    const ANY_ADDRESS: u16 = 0xffff;
    const NAME: &[u8] = b"MIT-MAGIC-COOKIE-1";
    let mut secret = [0; 16];
    getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    let mut entry = ANY_ADDRESS.to_be_bytes().to_vec();
    for field in [b"", b"", NAME, &secret[..]] {
        let length = u16::try_from(field.len()).expect("each is short");
        entry.extend(length.to_be_bytes());
        entry.extend(field);
    }
    Ok(entry)
}

/// Waits for this line.
fn line(said: impl Read + Send + 'static, wanted: fn(&str) -> bool) -> anyhow::Result<String> {
    let (line, coming) = channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        if let Some(found) = lines.find(|it| wanted(it)) {
            let _ = line.send(found);
        }
        // Nobody reads on, but nobody shall wait for a reader either.
        lines.for_each(drop);
    });
    coming.recv_timeout(PATIENCE).context("it does not say that it has")
}

//! A booted machine, and the conversation with it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::kernel;
use crate::child::{self, Orphaned, Running};
use crate::install;
use crate::scratch::Scratch;

/// Boots within two seconds on a quiet machine.
const BOOT_PATIENCE: Duration = Duration::from_secs(60);
const COMPILE_PATIENCE: Duration = Duration::from_secs(120);

/// Two would take each other's processor, and with it their frames.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A Linux of our own, with a socket for one USB camera.
///
/// It sees the files of the machine it runs on and can change none of them;
/// dropped, it is gone as if unplugged.
#[derive(Debug)]
pub struct Machine {
    running: Running,
    console: ChildStdin,
    heard: Arc<Mutex<Vec<(Instant, String)>>>,
    /// When it was last told something, and how many lines it had said by then.
    told: (Instant, usize),
    _scratch: Scratch,
    _turn: MutexGuard<'static, ()>,
}

/// What was waited for.
#[derive(Debug)]
pub struct Heard {
    /// The line.
    pub line: String,
    /// How long after the machine had been told.
    pub after: Duration,
}

impl Machine {
    /// Boots one whose camera shows these JPEG pictures of 1280×720, and where
    /// `watcher` is the program that looks through it.
    ///
    /// # Errors
    /// When a part cannot be built, or it does not boot.
    pub fn boot(frames: &[Vec<u8>], watcher: &Path) -> anyhow::Result<Self> {
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let kernel = kernel::built()?;
        let scratch = Scratch::new("real-driver")?;
        furnish(scratch.path(), frames, watcher)?;
        let mut running = Running::start(command(&kernel, scratch.path()))?;
        let console = running.process().stdin.take().expect("asked for below");
        let heard = Arc::default();
        listen(running.process().stdout.take().expect("asked for below"), &heard);
        let told = (Instant::now(), 0);
        let machine = Self { running, console, heard, told, _scratch: scratch, _turn: turn };
        machine.hears("ready", BOOT_PATIENCE)?;
        Ok(machine)
    }

    /// Tells it to do something: one of the words of `init.sh`, or any shell command.
    ///
    /// # Errors
    /// When it is no longer there.
    pub fn tell(&mut self, what: &str) -> anyhow::Result<()> {
        let said = self.lines().len();
        self.told = (Instant::now(), said);
        writeln!(self.console, "{what}").with_context(|| format!("the machine is gone; {}", self.transcript()))
    }

    /// Waits for a line that contains all these words, said since it was last told something.
    ///
    /// # Errors
    /// When none comes in time; the message holds all that was said.
    pub fn hears(&self, words: &str, patience: Duration) -> anyhow::Result<Heard> {
        let (told, before) = self.told;
        let wanted = |line: &str| words.split_whitespace().all(|word| line.contains(word));
        loop {
            let late = told.elapsed() > patience;
            if let Some((at, line)) = self.lines()[before..].iter().find(|(_, line)| wanted(line)) {
                return Ok(Heard { line: line.clone(), after: at.duration_since(told) });
            }
            if late {
                bail!("no “{words}” within {patience:?}; {}", self.transcript());
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many of the lines said since it was last told something contain all these words.
    #[must_use]
    pub fn count(&self, words: &str) -> usize {
        let wanted = |line: &str| words.split_whitespace().all(|word| line.contains(word));
        self.lines()[self.told.1..].iter().filter(|(_, line)| wanted(line)).count()
    }

    fn lines(&self) -> MutexGuard<'_, Vec<(Instant, String)>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn transcript(&self) -> String {
        let lines = self.lines();
        let (first, _) = lines.first().map_or((self.told.0, ""), |(at, line)| (*at, line));
        let line = |(at, line): &(Instant, String)| format!("{:8.3} {line}", at.duration_since(first).as_secs_f64());
        format!("it said:\n{}", lines.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Before its folder goes: it may be reading there.
        self.running.kill();
    }
}

/// Puts what the machine needs into one folder, where `init.sh` looks for it.
fn furnish(folder: &Path, frames: &[Vec<u8>], watcher: &Path) -> anyhow::Result<()> {
    let init = folder.join("init");
    fs::write(&init, include_str!("init.sh"))?;
    fs::set_permissions(&init, fs::Permissions::from_mode(0o700))?;
    let source = folder.join("usb_camera.c");
    fs::write(&source, include_str!("usb_camera.c"))?;
    let mut gcc = child::command(&install::program("gcc")?, Orphaned::Kill, None);
    gcc.args(["-O2", "-pthread", "-o"]).arg(folder.join("camera")).arg(source);
    let output = child::run(gcc, b"", COMPILE_PATIENCE)?;
    ensure!(output.status.success(), "the camera does not build:\n{}", output.stderr);
    fs::create_dir(folder.join("frames"))?;
    for (number, jpeg) in frames.iter().enumerate() {
        fs::write(folder.join(format!("frames/{number:03}.jpg")), jpeg)?;
    }
    symlink(watcher, folder.join("watcher"))?;
    // Where the kernel notes its process id.
    Ok(fs::create_dir(folder.join("home"))?)
}

fn command(kernel: &Path, folder: &Path) -> Command {
    let mut command = child::command(kernel, Orphaned::Kill, None);
    command.args(["mem=512M", "quiet", "con=null", "con0=fd:0,fd:1", "ro", "rootfstype=hostfs", "rootflags=/"]);
    command.arg(format!("init={}", folder.join("init").display()));
    command.env("HOME", folder.join("home"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn listen(console: impl Read + Send + 'static, heard: &Arc<Mutex<Vec<(Instant, String)>>>) {
    let heard = Arc::clone(heard);
    thread::spawn(move || {
        for line in BufReader::new(console).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            heard.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), line));
        }
    });
}

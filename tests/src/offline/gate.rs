//! A gate at work: `kiosk-app admit`, with a scanner at one end and somebody
//! who reads its verdicts at the other.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::evening::Evening;
use crate::child::Running;
use crate::lan::Lan;
use crate::programs::{built, forget_settings, kiosk_command};

/// A gate that says nothing for so long has died or hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// A verdict line.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Line {
    /// What the operator sees first.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub unique_id: Option<String>,
    /// The gate that says so.
    pub gate: String,
    /// The scan.
    pub scan_id: String,
    /// What it rests on.
    pub mode: String,
    /// When the ticket came in.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Through which gate.
    pub admitted_gate: Option<String>,
    /// From the code's text to the verdict, by the gate's own clock.
    pub elapsed_ms: f64,
    /// Granted though this gate does not know the ticket.
    pub unlisted: bool,
}

/// What a guest was told, and how long the guest had to wait for it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The line.
    pub line: Line,
    /// When the code was held up.
    pub asked: DateTime<Utc>,
    /// When the verdict was there.
    pub answered: DateTime<Utc>,
    /// The time between, by a clock that nobody sets.
    pub waited: Duration,
}

/// A running gate; killed when dropped.
#[derive(Debug)]
pub struct Gate {
    name: String,
    running: Running,
    input: Option<ChildStdin>,
    said: Receiver<Said>,
    log: PathBuf,
}

#[derive(Debug)]
struct Said {
    text: String,
    at: DateTime<Utc>,
    instant: Instant,
}

impl Gate {
    /// Starts one with these settings, what it has kept from the time before, and no neighbours.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(evening: &Evening, name: &str, settings: &Path) -> anyhow::Result<Self> {
        let mut command = kiosk_command(&["admit", "--config", &settings.to_string_lossy()], &[]);
        // Nobody on this machine's own network is to hear of it.
        command.env("KIOSK_NEIGHBOURS", "false").envs(Self::env(evening, name));
        Self::run(command, name, evening.store(name).with_extension("log"))
    }

    /// Starts one on a host of a network, where it has neighbours.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_on(lan: &Lan, host: usize, evening: &Evening, name: &str, settings: &Path) -> anyhow::Result<Self> {
        let mut command = lan.command(host, &built().kiosk_app);
        forget_settings(&mut command);
        command.args(["admit", "--config"]).arg(settings).env("KIOSK_NEIGHBOURS", "true");
        command.envs(Self::env(evening, name));
        Self::run(command, name, evening.store(name).with_extension("log"))
    }

    fn env(evening: &Evening, name: &str) -> [(&'static str, OsString); 2] {
        [("KIOSK_OFFLINE_FOLDER", evening.store(name).into()), ("KIOSK_LOG", "warn,kiosk_app=info".into())]
    }

    /// Starts this command as a gate.
    ///
    /// # Errors
    /// When it does not start.
    pub fn run(mut command: Command, name: &str, log: PathBuf) -> anyhow::Result<Self> {
        let file = File::options().create(true).append(true).open(&log)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
        let mut running = Running::start(command)?;
        let input = running.process().stdin.take();
        let output = running.process().stdout.take().context("asked for above")?;
        let (say, said) = channel();
        thread::spawn(move || {
            for text in whole_lines(BufReader::new(output)) {
                if say.send(Said { text, at: Utc::now(), instant: Instant::now() }).is_err() {
                    return;
                }
            }
        });
        Ok(Self { name: name.to_owned(), running, input, said, log })
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Holds a code up and waits for the verdict.
    ///
    /// # Errors
    /// When there is none in a minute; the message ends with its log.
    pub fn scan(&mut self, code: &str) -> anyhow::Result<Told> {
        let (asked, began) = (Utc::now(), Instant::now());
        self.hold_up(&[code])?;
        let Said { text, at, instant } = match self.said.recv_timeout(PATIENCE) {
            Ok(said) => said,
            Err(fault) => bail!("{} gives no verdict ({fault}); its log:\n{}", self.name, self.log()),
        };
        let line = serde_json::from_str(&text).with_context(|| format!("{} says {text}", self.name))?;
        Ok(Told { line, asked, answered: at, waited: instant.duration_since(began) })
    }

    /// Holds codes up, one after the other, and waits for nothing.
    ///
    /// # Errors
    /// When it has ended.
    pub fn hold_up(&mut self, codes: &[&str]) -> anyhow::Result<()> {
        let input = self.input.as_mut().context("its input is closed")?;
        let fault = || format!("{} takes no code", self.name);
        input.write_all(format!("{}\n", codes.join("\n")).as_bytes()).and_then(|()| input.flush()).with_context(fault)
    }

    /// The next verdict, if it comes in time.
    ///
    /// # Errors
    /// When what it says is no verdict.
    pub fn next_line(&self, patience: Duration) -> anyhow::Result<Option<Line>> {
        match self.said.recv_timeout(patience) {
            Ok(said) => {
                Ok(Some(serde_json::from_str(&said.text).with_context(|| format!("not a line: {}", said.text))?))
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(None),
        }
    }

    /// Ends it as a power cut would; what it had said by then and nobody had read.
    ///
    /// # Errors
    /// When what it said is no verdict.
    pub fn kill(mut self) -> anyhow::Result<Vec<Line>> {
        self.running.kill();
        // The pipe holds what was said before; then it ends.
        let said = self.said.iter().map(|said| serde_json::from_str(&said.text).context(said.text));
        said.collect()
    }

    /// Lets it end by itself: no more guests.
    ///
    /// # Errors
    /// When it does not end, or not well.
    pub fn close(mut self) -> anyhow::Result<()> {
        drop(self.input.take());
        match self.running.wait(STOP_PATIENCE) {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("{} ended with {status}; its log:\n{}", self.name, self.log()),
            None => bail!("{} does not end; its log:\n{}", self.name, self.log()),
        }
    }

    /// What it has logged so far, at all of its starts.
    #[must_use]
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

/// Lines with their end: of one that a kill cut short nobody could have read the verdict.
fn whole_lines(mut output: impl BufRead) -> impl Iterator<Item = String> {
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        let read = output.read_until(b'\n', &mut line).ok()?;
        (read > 0 && line.pop() == Some(b'\n')).then(|| String::from_utf8_lossy(&line).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(script: &str) -> Gate {
        let folder = std::env::temp_dir().join(format!("gate-{}.log", uuid::Uuid::now_v7()));
        let mut sh = crate::child::command(Path::new("/bin/sh"), crate::child::Orphaned::Kill, None);
        sh.args(["-c", script]);
        Gate::run(sh, "Gate A", folder).unwrap()
    }

    #[test]
    fn a_line_that_a_kill_cut_short_was_not_said() {
        assert_eq!(whole_lines(&b"one\ntwo\nthr"[..]).collect::<Vec<_>>(), ["one", "two"]);
    }

    #[test]
    fn a_verdict_is_waited_for_and_a_death_is_told() {
        let line = r#"{"verdict":"v","reason":"r","unique_id":null,"gate":"g","scan_id":"s","mode":"m","admitted_at":null,"admitted_gate":null,"elapsed_ms":1.5,"unlisted":false}"#;
        let mut gate = script(&format!("read code; sleep 0.3; echo '{line}'; echo oh >&2"));
        let told = gate.scan("code").unwrap();
        assert!(told.line.reason == "r" && told.waited >= Duration::from_millis(300), "{told:?}");
        let error = gate.scan("code").unwrap_err().to_string();
        assert!(error.contains("Gate A"), "{error}");
        std::fs::remove_file(gate.log.clone()).unwrap();
    }
}

//! A reader that runs in a process of its own, and says itself how long it took.
//!
//! It may be written in anything, and whatever happens to it happens to it
//! alone: one that crashes or does not come back in time has not read that
//! picture, and is started anew for the next.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use image::GrayImage;

use super::served::{Answer, Hello, write_frame};
use super::{Reader, Reading};
use crate::child::{self, Orphaned, Running};
use crate::install;

/// The slowest that is not lost takes two or three seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// Node and a program of some size must start.
const START_PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Piped {
    command: Box<dyn Fn() -> Command>,
    patience: Duration,
    conversation: Option<Conversation>,
    version: String,
}

/// With one that is alive.
struct Conversation {
    input: ChildStdin,
    lines: Receiver<String>,
    version: String,
    _process: Running,
}

/// jsQR, in node.
pub(super) fn jsqr() -> anyhow::Result<Piped> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rivals/jsqr");
    let node = install::program("node")?;
    install::npm(&folder)?;
    Piped::start(move || {
        let mut command = child::command(&node, Orphaned::Kill, None);
        command.arg(folder.join("read.mjs"));
        command
    })
}

impl Piped {
    pub(super) fn start(command: impl Fn() -> Command + 'static) -> anyhow::Result<Self> {
        let conversation = Conversation::begin(command())?;
        let version = conversation.version.clone();
        Ok(Self { command: Box::new(command), patience: PATIENCE, conversation: Some(conversation), version })
    }
}

impl Reader for Piped {
    fn version(&self) -> String {
        self.version.clone()
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        let mut conversation = match self.conversation.take() {
            Some(conversation) => conversation,
            None => Conversation::begin((self.command)())?,
        };
        let began = Instant::now();
        let Some(line) = conversation.ask(luma, self.patience) else {
            return Ok(Reading { texts: Vec::new(), took: began.elapsed(), fell: true });
        };
        let answer = serde_json::from_str(&line).with_context(|| format!("a reader answered: {line}"))?;
        let Answer { texts, ms, fell } = answer;
        self.conversation = Some(conversation);
        Ok(Reading { texts, took: Duration::from_secs_f64(ms / 1000.0), fell })
    }
}

impl Conversation {
    fn begin(mut command: Command) -> anyhow::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Running::start(command)?;
        let input = process.process().stdin.take().expect("asked for above");
        let output = BufReader::new(process.process().stdout.take().expect("asked for above"));
        let (said, lines) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).all(|line| said.send(line).is_ok()));
        let hello = match lines.recv_timeout(START_PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => bail!("it did not start within {START_PATIENCE:?}"),
            Err(RecvTimeoutError::Disconnected) => bail!("it ended before it began"),
        };
        let Hello { version } = serde_json::from_str(&hello).with_context(|| format!("a reader said: {hello}"))?;
        Ok(Self { input, lines, version, _process: process })
    }

    /// What it answers, or none if it is lost.
    fn ask(&mut self, luma: &GrayImage, patience: Duration) -> Option<String> {
        write_frame(&mut self.input, luma).ok()?;
        self.lines.recv_timeout(patience).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a frame of two by two, answers as told, and then neither answers nor ends.
    fn reader(answer: &'static str) -> Piped {
        let script = format!("echo '{{\"version\":\"7\"}}'; head -c 12 >/dev/null; {answer}; exec sleep 60");
        Piped::start(move || {
            let mut command = child::command(Path::new("/bin/sh"), Orphaned::Kill, None);
            command.args(["-c", &script]);
            command
        })
        .unwrap()
    }

    #[test]
    fn one_that_is_lost_or_dies_has_not_read_that_picture_and_is_there_for_the_next() {
        let picture = GrayImage::new(2, 2);
        let mut answers = reader(r#"echo '{"texts":["A"],"ms":1.5}'"#);
        answers.patience = Duration::from_millis(300);
        assert_eq!(answers.version(), "7");
        for _ in 0..2 {
            let read = answers.read(&picture).unwrap();
            assert_eq!(read, Reading { texts: vec!["A".into()], took: Duration::from_micros(1500), fell: false });
            let lost = answers.read(&picture).unwrap();
            assert!(lost.fell && lost.texts.is_empty() && lost.took >= answers.patience, "{lost:?}");
        }
        let mut dies = reader("exit 1");
        for _ in 0..2 {
            assert!(dies.read(&picture).unwrap().fell);
        }
    }

    #[test]
    fn one_that_is_not_there_or_talks_otherwise_is_an_error() {
        let say = |script: &'static str| {
            Piped::start(move || {
                let mut command = Command::new("/bin/sh");
                command.args(["-c", script]);
                command
            })
        };
        assert!(say("exit 0").err().unwrap().to_string().contains("ended before it began"));
        assert!(say("echo what?").err().unwrap().to_string().contains("a reader said: what?"));
        assert!(Piped::start(|| Command::new("/no/such/program")).is_err());
    }
}

//! A program that runs beside a test, and what it says, line by line.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use real_parts::child::Running;

/// For whatever happens by itself on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program; ended when dropped.
pub(super) struct Watched {
    lines: Receiver<String>,
    /// All lines so far, for whoever looks for the reason of a failure.
    said: Vec<String>,
    _running: Running,
}

impl Watched {
    pub(super) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = Running::start(command).unwrap();
        let (sender, lines) = channel();
        follow(running.process().stdout.take().unwrap(), sender.clone());
        follow(running.process().stderr.take().unwrap(), sender);
        Self { lines, said: Vec::new(), _running: running }
    }

    /// Waits for a line that is wanted, and gives what was found in it. Lines before it are passed over.
    pub(super) fn waits_for<T>(&mut self, what: &str, mut find: impl FnMut(&str) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            match self.lines.recv_timeout(PATIENCE.saturating_sub(began.elapsed())) {
                Ok(line) => {
                    let found = find(&line);
                    self.said.push(line);
                    if let Some(found) = found {
                        return found;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("waited in vain for {what}; said so far: {:#?}", self.said),
                Err(RecvTimeoutError::Disconnected) => panic!("ended before {what}; it said: {:#?}", self.said),
            }
        }
    }

    /// Waits for a line with all these words.
    pub(super) fn says(&mut self, words: &[&str]) {
        self.waits_for(&format!("{words:?}"), |line| words.iter().all(|word| line.contains(word)).then_some(()));
    }
}

fn follow(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
}

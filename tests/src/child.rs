//! Child processes that never outlive us.
//!
//! A test that is killed runs no destructor, so the kernel is asked to do it:
//! `setpriv --pdeathsig` (util-linux) sets the signal a child gets when its
//! parent dies. That is tied to the *thread* that started the child, and test
//! threads come and go; hence one thread that stays and starts them all.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::install;

type Order = (Command, Sender<io::Result<Child>>);

static STARTER: LazyLock<Mutex<Sender<Order>>> = LazyLock::new(|| {
    let (orders, incoming) = channel::<Order>();
    thread::spawn(move || {
        for (mut command, answer) in incoming {
            let _ = answer.send(command.spawn());
        }
    });
    Mutex::new(orders)
});

/// What the kernel sends to a child whose parent has died.
#[derive(Clone, Copy, Debug)]
pub enum Orphaned {
    /// Ends it at once: it has nothing to keep.
    Kill,
    /// Lets it put its things away first.
    Terminate,
}

/// A command that will not outlive us, run as `user` (uid, gid) if one is given.
///
/// Without `setpriv` (not Linux) it is the bare command: stopped by our
/// destructors, but not by our violent death.
#[must_use]
pub fn command(program: &Path, orphaned: Orphaned, user: Option<(u32, u32)>) -> Command {
    let Some(setpriv) = install::find_program("setpriv") else {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        return command;
    };
    let mut command = Command::new(setpriv);
    command.arg("--pdeathsig").arg(match orphaned {
        Orphaned::Kill => "KILL",
        Orphaned::Terminate => "TERM",
    });
    if let Some((uid, gid)) = user {
        command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()]);
    }
    command.arg("--").arg(program);
    command
}

/// A running child and all that it started: its process group.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Its number may be another's by now.
    over: bool,
}

impl Running {
    /// Starts `command` in a process group of its own, so that Ctrl-C in a
    /// terminal reaches us and not it, and so that its own children can be ended with it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut command: Command) -> anyhow::Result<Self> {
        let what = format!("{} does not start", command.get_program().to_string_lossy());
        command.process_group(0);
        let (answer, child) = channel();
        STARTER.lock().expect("nothing panics while holding it").send((command, answer)).expect("it never ends");
        Ok(Self { child: child.recv().expect("it always answers").context(what)?, over: false })
    }

    /// Its process id, and its group's.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The process itself, for its pipes.
    pub fn process(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, or `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Sends a signal to the process alone.
    pub fn signal(&self, signal: Signal) {
        let _ = signal::kill(self.nix_pid(), signal);
    }

    /// Waits until it has ended, or for `patience`.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        loop {
            match self.ended() {
                Some(status) => return Some(status),
                None if began.elapsed() > patience => return None,
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    /// Asks it to end, waits, and ends it by force when it does not.
    pub fn stop(&mut self, patience: Duration) -> Option<ExitStatus> {
        if self.ended().is_none() {
            self.signal(Signal::SIGTERM);
            // One that is frozen would never get to read the first.
            self.signal(Signal::SIGCONT);
        }
        let status = self.wait(patience);
        self.kill();
        status
    }

    /// Ends it and all that it started, at once.
    pub fn kill(&mut self) {
        if !std::mem::replace(&mut self.over, true) {
            // Also after its leader has ended: the group may live on.
            let _ = signal::killpg(self.nix_pid(), Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }

    fn nix_pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("process ids are small"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a command that ran to its end left behind.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it had to say about it.
    pub stderr: String,
}

/// Runs a command to its end with `stdin` as its input, for at most `patience`.
///
/// # Errors
/// When it cannot be started or does not end in time.
pub fn run(mut command: Command, stdin: &[u8], patience: Duration) -> anyhow::Result<Output> {
    let what = format!("{command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running::start(command)?;
    let mut input = running.process().stdin.take().expect("asked for above");
    let stdin = stdin.to_vec();
    // A program that does not read its input closes the pipe: that is its affair.
    thread::spawn(move || input.write_all(&stdin));
    let stdout = read_all(running.process().stdout.take().expect("asked for above"));
    let stderr = read_all(running.process().stderr.take().expect("asked for above"));
    let status = running.wait(patience);
    running.kill();
    let text = |bytes: thread::JoinHandle<Vec<u8>>| String::from_utf8_lossy(&bytes.join().unwrap_or_default()).into();
    let (stdout, stderr): (String, String) = (text(stdout), text(stderr));
    let status =
        status.with_context(|| format!("{what} did not end within {patience:?}; so far it said:\n{stderr}"))?;
    Ok(Output { status, stdout, stderr })
}

fn read_all(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// Runs the ignored test `victim` of this program in a process of its own,
/// kills that once it has said `victim: …`, and returns what came after that.
#[cfg(test)]
pub(crate) fn last_words_of(victim: &str) -> String {
    use std::io::{BufRead, BufReader};
    let program = std::env::current_exe().expect("we run");
    let mut command = Command::new(program);
    command.args(["--exact", victim, "--ignored", "--nocapture"]).stdout(Stdio::piped());
    let mut process = command.spawn().expect("we run");
    let mut lines = BufReader::new(process.stdout.take().expect("asked for above")).lines().map_while(Result::ok);
    let said = lines.find_map(|line| line.split_once("victim: ").map(|(_, rest)| rest.to_owned()));
    process.kill().expect("it waits for that");
    process.wait().expect("it was killed");
    said.expect("the victim says something before it is killed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = command(Path::new("/bin/sh"), Orphaned::Kill, None);
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_command_is_run_to_its_end() {
        let output = run(sh("cat; echo oh >&2; exit 3"), b"hello", Duration::from_secs(20)).unwrap();
        assert_eq!((output.status.code(), &*output.stdout, &*output.stderr), (Some(3), "hello", "oh\n"));
    }

    #[test]
    fn a_command_that_does_not_end_is_ended_with_all_it_started() {
        let began = Instant::now();
        let error = run(sh("echo busy >&2; sleep 60 & sleep 60"), b"", Duration::from_millis(200)).unwrap_err();
        assert!(error.to_string().contains("did not end within 200ms; so far it said:\nbusy"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_frozen_child_can_still_be_stopped() {
        let mut child = Running::start(sh("exec sleep 60")).unwrap();
        child.signal(Signal::SIGSTOP);
        assert!(child.stop(Duration::from_secs(20)).is_some());
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = Running::start(Command::new("/no/such/program")).unwrap_err();
        assert!(error.to_string().contains("/no/such/program does not start"), "{error}");
    }
}

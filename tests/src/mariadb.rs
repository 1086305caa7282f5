//! A private MariaDB: never the system's, on a port of its own, gone when we are.
//!
//! It runs as an unprivileged user even when we are root, listens on
//! 127.0.0.1 only, has no socket file, and every account on it has a random
//! password. A new one is a copy of a template made once per machine, so that
//! a start takes well under a second.
//!
//! Reading order: here, what a server is → `home` (its folder) →
//! `template` (what a new one holds) → `database` (what tests use).

mod database;
mod home;
mod template;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::signal::Signal;

pub use self::database::Database;
use self::home::Home;
use crate::child::{Orphaned, Running};
use crate::install;

/// A loaded machine may take this long for what takes half a second.
const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// The account that makes databases and users.
const ADMIN: &str = "admin";

/// What kind of server to start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where its data live.
    pub data: Data,
    /// What it may lose.
    pub speed: Speed,
    /// The port to take if it is free.
    pub port: Option<u16>,
    /// What it proves itself by; without, it speaks plain text only.
    pub identity: Option<Identity>,
}

/// A certificate and its key, in PEM.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The certificate, and those between it and its authority.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

/// Where a server's data live.
#[derive(Clone, Debug)]
pub enum Data {
    /// Nowhere for long.
    Temporary,
    /// In this folder, from one start to the next.
    Kept(PathBuf),
}

/// What a server may lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// Nothing that it has confirmed: as in production.
    Durable,
    /// Everything, when it is killed: nothing waits for the disk.
    Fast,
}

impl Options {
    /// For tests: fast, and forgotten afterwards.
    #[must_use]
    pub fn throwaway() -> Self {
        Self { data: Data::Temporary, speed: Speed::Fast, port: None, identity: None }
    }

    /// For the demo: durable, found again in `folder` at the next start.
    pub fn kept(folder: impl Into<PathBuf>) -> Self {
        Self { data: Data::Kept(folder.into()), speed: Speed::Durable, port: None, identity: None }
    }
}

/// A running server; stopped when dropped, and its temporary data with it.
#[derive(Debug)]
pub struct Server {
    // Before `home`: it must have ended when its folder goes.
    running: Option<Running>,
    home: Home,
    options: Options,
    port: u16,
}

impl Server {
    /// Starts one and waits until it answers.
    ///
    /// # Errors
    /// When it does not start; the message ends with what the server's own log says.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        let home = match &options.data {
            Data::Temporary => Home::temporary()?,
            Data::Kept(folder) => Home::kept(folder)?,
        };
        template::fill(&home)?;
        let mut server = Self { running: None, home, options, port: 0 };
        // Between finding a port free and taking it, another may: hence several attempts.
        for preferred in [server.options.port, None, None, None, None] {
            server.port = free_port(preferred)?;
            if server.run()? {
                return Ok(server);
            }
            if TcpListener::bind(("127.0.0.1", server.port)).is_ok() {
                break; // It was not the port.
            }
        }
        bail!("the database server does not start; its log ends with:\n{}", server.log())
    }

    /// The one server that all tests of a process share; each takes a
    /// [`fresh_database`](Self::fresh_database) on it.
    ///
    /// # Panics
    /// When it does not start: no test could go on.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Options::throwaway()).expect("a database server to test with"))
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process id while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }

    /// Stops it in good order; its data stay.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.stop(STOP_PATIENCE);
        }
    }

    /// Starts it again after [`stop`](Self::stop): same data, same port, same accounts.
    ///
    /// # Errors
    /// When it does not start, or another has taken the port meanwhile.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        self.stop();
        if self.run()? {
            return Ok(());
        }
        bail!("the database server does not start again; its log ends with:\n{}", self.log())
    }

    /// Stops it in its tracks: connections stay open and nothing answers.
    pub fn freeze(&mut self) {
        self.signal(Signal::SIGSTOP);
        // A thread that was answering goes on until the kernel gets to it.
        let began = Instant::now();
        while self.pid().is_some_and(|pid| !is_frozen(pid)) && began.elapsed() < STOP_PATIENCE {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Lets it go on after [`freeze`](Self::freeze).
    pub fn thaw(&mut self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        if let Some(running) = &self.running {
            running.signal(signal);
        }
    }

    /// Starts the process and waits; `false` when it ended instead of answering.
    fn run(&mut self) -> anyhow::Result<bool> {
        for leftover in [self.home.log(), self.home.pid_file()] {
            let _ = fs::remove_file(leftover);
        }
        self.home.write_init_file(&self.init_statements())?;
        let mut running = Running::start(self.command()?)?;
        let began = Instant::now();
        while !self.answers() {
            if running.ended().is_some() || began.elapsed() > START_PATIENCE {
                return Ok(false);
            }
            thread::sleep(Duration::from_millis(10));
        }
        // It holds the password.
        let _ = fs::remove_file(self.home.init_file());
        self.running = Some(running);
        Ok(true)
    }

    /// The file of its process id is written once the port is its own (until
    /// then, whatever answers there is another's), and it greets the first
    /// visitor once it has done all that comes before.
    fn answers(&self) -> bool {
        let greeting = || {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            let mut start = [0; 5];
            stream.read_exact(&mut start).map(|()| start[4])
        };
        // After the four bytes of every packet's header: protocol 10, or 255 for an error.
        self.home.pid_file().exists() && greeting().is_ok_and(|first| first == 10)
    }

    fn command(&self) -> anyhow::Result<Command> {
        let orphaned = match self.options.speed {
            Speed::Durable => Orphaned::Terminate,
            Speed::Fast => Orphaned::Kill,
        };
        let mut command = self.home.command(&install::program("mariadbd")?, orphaned);
        command.arg("--no-defaults");
        for (flag, path) in [
            ("datadir", self.home.data()),
            ("tmpdir", self.home.folder().to_owned()),
            ("log-error", self.home.log()),
            ("pid-file", self.home.pid_file()),
            ("init-file", self.home.init_file()),
        ] {
            command.arg(format!("--{flag}={}", path.display()));
        }
        command.args(["--bind-address=127.0.0.1", &format!("--port={}", self.port), "--socket="]);
        command.args([
            "--skip-name-resolve",
            "--skip-log-bin",
            "--max-connections=500",
            template::REDO_LOG,
            "--innodb-buffer-pool-size=64M",
        ]);
        // Case does not count unless a column says so, as on most servers we may meet.
        command.args(["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]);
        command.args(["--default-time-zone=+00:00"]);
        if self.options.speed == Speed::Fast {
            command.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync"]);
            command.args(["--debug-no-sync", "--skip-innodb-doublewrite"]);
        }
        if let Some(identity) = &self.options.identity {
            for (flag, text) in [("ssl-cert", &identity.certificate), ("ssl-key", &identity.key)] {
                let file = self.home.folder().join(format!("{flag}.pem"));
                self.home.write(&file, text)?;
                command.arg(format!("--{flag}={}", file.display()));
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command)
    }

    fn init_statements(&self) -> [String; 3] {
        let (user, password) = (format!("{ADMIN}@'127.0.0.1'"), self.admin_password());
        [
            format!("CREATE USER IF NOT EXISTS {user} IDENTIFIED BY '{password}'"),
            format!("ALTER USER {user} IDENTIFIED BY '{password}'"),
            format!("GRANT ALL PRIVILEGES ON *.* TO {user} WITH GRANT OPTION"),
        ]
    }

    fn admin_password(&self) -> String {
        self.home.password_of(ADMIN)
    }

    /// The end of what it says of itself.
    fn log(&self) -> String {
        let text = fs::read(self.home.log()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines = text.lines().collect::<Vec<_>>();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// Whether every thread of a process is stopped, as the third word of its `stat` says.
fn is_frozen(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok()).all(|stat| {
        // The second word is the thread's name, in brackets, and may hold spaces.
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that may lose everything has nothing to put away.
        if self.options.speed == Speed::Durable {
            self.stop();
        }
    }
}

/// A port that is free now: the preferred one, else any.
fn free_port(preferred: Option<u16>) -> anyhow::Result<u16> {
    let listener = preferred.and_then(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let listener = listener.map_or_else(|| TcpListener::bind(("127.0.0.1", 0)), Ok);
    let address = listener.and_then(|it| it.local_addr()).context("there is no free port on 127.0.0.1")?;
    Ok(address.port())
}

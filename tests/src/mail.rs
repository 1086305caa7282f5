//! A real mail server: Debian's aiosmtpd, run by a few lines of Python that
//! keep what comes as files and misbehave when told to.
//!
//! What a message holds is read by Python's own `email`, which has never heard
//! of the library that wrote it.

mod letter;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::json;

pub use self::letter::{Letter, Part};
use crate::child::{self, Orphaned, Running};
use crate::install;
use crate::scratch::Scratch;

/// Debian's own, which finds Debian's packages; another may come first on the PATH.
const PYTHON: &str = "/usr/bin/python3";
const PATIENCE: Duration = Duration::from_secs(60);

/// What kind of server it is.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens.
    pub host: &'static str,
    /// How its wire is kept secret.
    pub wire: Wire,
    /// The certificate's file and its key's; of use unless the wire is plain.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// User and password, if it asks for them.
    pub login: Option<(&'static str, &'static str)>,
}

/// How a server's wire is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Not at all.
    Plain,
    /// By STARTTLS, which it insists on.
    StartTls,
    /// From the first byte.
    Tls,
}

impl Default for Options {
    fn default() -> Self {
        Self { host: "127.0.0.1", wire: Wire::Plain, certificate: None, login: None }
    }
}

/// A running mail server; ended when dropped.
#[derive(Debug)]
pub struct MailServer {
    options: Options,
    folder: Scratch,
    port: u16,
    running: Option<Running>,
}

impl MailServer {
    /// Starts one on any port.
    ///
    /// # Errors
    /// When aiosmtpd cannot be had, or does not start.
    pub fn start(options: Options) -> anyhow::Result<Self> {
        install::packages(install::MAIL)?;
        let folder = Scratch::new("mail")?;
        let mut server = Self { options, folder, port: 0, running: None };
        server.manner("kind")?;
        server.start_again()?;
        Ok(server)
    }

    /// Starts it again, where it was, with what it has.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        let port_file = self.folder.path().join("port");
        let _ = fs::remove_file(&port_file);
        let Options { host, wire, certificate, login } = &self.options;
        let options = json!({
            "folder": self.folder.path(),
            "host": host,
            "port": self.port,
            "wrapped": *wire == Wire::Tls,
            "certificate": certificate.as_ref().filter(|_| *wire != Wire::Plain),
            "login": login,
        });
        let mut command = child::command(Path::new(PYTHON), Orphaned::Kill, None);
        command.args(["-c", include_str!("mail/server.py"), &options.to_string()]);
        let log = self.folder.path().join("log");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log)?);
        let mut running = Running::start(command)?;
        let began = Instant::now();
        while !port_file.exists() {
            if let Some(status) = running.ended() {
                let said = fs::read_to_string(&log).unwrap_or_default();
                bail!("the mail server ended ({status}) instead of listening:\n{said}");
            }
            anyhow::ensure!(began.elapsed() < PATIENCE, "the mail server does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        self.port = fs::read_to_string(&port_file)?.trim().parse().context("the mail server's port is no number")?;
        self.running = Some(running);
        Ok(())
    }

    /// Ends it, and keeps what it has.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill();
        }
    }

    /// How it behaves from now on; see `mail/server.py`.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn manner(&self, manner: &str) -> anyhow::Result<()> {
        let (new, file) = (self.folder.path().join("new-manner"), self.folder.path().join("manner"));
        fs::write(&new, manner)?;
        Ok(fs::rename(new, file)?)
    }

    /// Its address as `SMTP_URL` wants it.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.options.wire == Wire::Tls { "smtps" } else { "smtp" };
        let login = self.options.login.map(|(user, password)| format!("{user}:{password}@")).unwrap_or_default();
        format!("{scheme}://{login}{}:{}", self.options.host, self.port)
    }

    /// What has come so far, the oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn letters(&self) -> anyhow::Result<Vec<Letter>> {
        let mut homes: Vec<PathBuf> = fs::read_dir(self.folder.path())?
            .flatten()
            .map(|entry| entry.path().join("message.json"))
            .filter(|file| file.is_file())
            .collect();
        homes.sort();
        homes.iter().map(|file| Letter::read(file)).collect()
    }
}

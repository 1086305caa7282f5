//! A running booking site.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{built_site, command};
use crate::child::Running;
use crate::scratch::Scratch;

const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// What a booking site is told at its start.
#[derive(Clone, Debug, Default)]
pub struct BookingSettings {
    /// Its database, as its owner.
    pub database_url: String,
    /// Razorpay's API, or what stands in for it.
    pub razorpay_url: String,
    /// Its account there.
    pub key_id: String,
    /// The secret of that account.
    pub key_secret: String,
    /// The secret that webhooks are signed with.
    pub webhook_secret: String,
    /// The key that tickets are signed with.
    pub signing_key_file: PathBuf,
    /// The port to listen on, for whoever must know the address beforehand; else any.
    pub port: Option<u16>,
    /// Any other setting.
    pub env: Vec<(String, String)>,
}

/// A running booking site; ended when dropped.
#[derive(Debug)]
pub struct BookingWeb {
    /// Its address, without a slash at the end.
    pub url: String,
    running: Running,
    scratch: Scratch,
}

impl BookingSettings {
    fn url(&self, port: u16) -> String {
        let secret = self.env.iter().any(|(name, _)| name == "TLS_CERT");
        format!("{}://127.0.0.1:{port}", if secret { "https" } else { "http" })
    }

    fn command(&self, program: &Path, port: u16) -> Command {
        let (address, url) = (format!("127.0.0.1:{port}"), self.url(port));
        let mut env = vec![
            ("BIND", &*address),
            ("PUBLIC_URL", &url),
            ("DATABASE_URL", &self.database_url),
            ("RAZORPAY_API_URL", &self.razorpay_url),
            ("RAZORPAY_KEY_ID", &self.key_id),
            ("RAZORPAY_KEY_SECRET", &self.key_secret),
            ("RAZORPAY_WEBHOOK_SECRET", &self.webhook_secret),
        ];
        env.extend(self.env.iter().map(|(name, value)| (&**name, &**value)));
        let mut command = command(program, &env);
        command.env("TICKET_SIGNING_KEY_FILE", &self.signing_key_file).arg("serve");
        command
    }
}

impl BookingWeb {
    /// Starts `booking-web serve` and waits until it is alive.
    ///
    /// # Errors
    /// When it does not come alive; the message ends with its log.
    pub async fn start(settings: &BookingSettings) -> anyhow::Result<Self> {
        let program = tokio::task::spawn_blocking(built_site).await.context("the build ended oddly")?;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let port = settings.port.map_or_else(free_port, Ok)?;
            let mut site = Self::spawn(settings.command(program, port), settings.url(port))?;
            match site.come_alive().await {
                Ok(()) => return Ok(site),
                // Another took the port between our finding and its taking it.
                Err(_) if attempts < 3 && settings.port.is_none() && is_taken(port) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn spawn(mut command: Command, url: String) -> anyhow::Result<Self> {
        let scratch = Scratch::new("booking-web")?;
        let log = File::create(scratch.path().join("log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self { url, running: Running::start(command)?, scratch })
    }

    async fn come_alive(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        while !self.is_alive().await {
            if let Some(status) = self.running.ended() {
                bail!("booking-web ended ({status}) instead of serving; its log:\n{}", self.log());
            }
            if began.elapsed() > START_PATIENCE {
                bail!("booking-web does not come alive; its log:\n{}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Behind TLS its word has to do: whose certificate it has is the test's affair.
    async fn is_alive(&self) -> bool {
        match self.url.strip_prefix("https://") {
            Some(_) => self.log().contains("booking-web listens on "),
            None => is_alive(&self.url).await,
        }
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        let bytes = fs::read(self.scratch.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Asks it to end, as a service manager would, and waits; what it has logged.
    ///
    /// # Errors
    /// When it does not end by itself, or not well.
    pub async fn stop(mut self) -> anyhow::Result<String> {
        // In another thread: what it waits for may live in this one.
        let stopped = tokio::task::spawn_blocking(move || (self.running.stop(STOP_PATIENCE), self.log())).await;
        match stopped.context("the thread that waits for booking-web ended")? {
            (Some(status), log) if status.success() => Ok(log),
            (Some(status), log) => bail!("booking-web ended with {status}; its log:\n{log}"),
            (None, log) => bail!("booking-web does not end when asked to; its log:\n{log}"),
        }
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) {
        self.running.kill();
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("there is no free port on 127.0.0.1")?.local_addr()?.port())
}

fn is_taken(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_err()
}

/// A request so plain that it needs no client.
async fn is_alive(url: &str) -> bool {
    let address = url.trim_start_matches("http://");
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await?;
        io::Result::Ok(&answer == b"HTTP/1.1 200")
    };
    matches!(tokio::time::timeout(Duration::from_secs(2), asked).await, Ok(Ok(true)))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// A shell script in booking-web's place.
    fn pretending(script: &str, port: u16) -> BookingWeb {
        let mut sh = command(Path::new("/bin/sh"), &[]);
        sh.args(["-c", script]);
        BookingWeb::spawn(sh, format!("http://127.0.0.1:{port}")).unwrap()
    }

    /// Answers one request after the other, each with its line, and any more with the last.
    fn answering(lines: &'static [&str]) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let last = lines.last().unwrap();
        std::thread::spawn(move || {
            for (stream, line) in listener.incoming().zip(lines.iter().chain(std::iter::repeat(last))) {
                let mut stream = stream.unwrap();
                // Unread, the request would make the kernel break the connection. Whoever asks may have given up.
                let _ = stream.read(&mut [0; 1024]).and_then(|_| write!(stream, "{line}\r\n\r\n"));
            }
        });
        port
    }

    #[tokio::test]
    async fn a_site_is_waited_for_until_it_is_well() {
        let port = answering(&["HTTP/1.1 503 Not yet", "nonsense", "HTTP/1.1 200 OK"]);
        pretending("sleep 60", port).come_alive().await.unwrap();
    }

    #[tokio::test]
    async fn a_site_that_does_not_start_shows_its_log() {
        let mut site = pretending("echo DATABASE_URL is missing >&2; exit 2", free_port().unwrap());
        let error = site.come_alive().await.unwrap_err().to_string();
        assert!(error.contains("exit status: 2") && error.contains("DATABASE_URL is missing"), "{error}");
    }

    #[tokio::test]
    async fn a_site_is_asked_to_end_before_it_is_made_to() {
        let site = pretending("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done", 0);
        while site.log().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(site.stop().await.unwrap(), "up\nbye\n");
    }

    #[test]
    fn every_setting_reaches_the_site() {
        let settings = BookingSettings { env: vec![("HOLD_MINUTES".into(), "1".into())], ..BookingSettings::default() };
        let command = settings.command(Path::new("/bin/true"), 8080);
        let names = command.get_envs().filter(|(_, value)| value.is_some()).map(|(name, _)| name);
        assert_eq!(names.count(), 9);
        assert_eq!(command.get_args().last().unwrap(), "serve");
    }
}

//! WebKitWebDriver and the gate that it opens.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::net::TcpStream;

use super::{Program, Said, Screen};
use crate::child::{self, Orphaned, Running};
use crate::install;
use crate::processes::Processes;
use crate::scratch::Scratch;

/// A cold WebKit on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Driver {
    // Before `scratch`: the gate must have ended when its home goes.
    running: Running,
    said: Said,
    home: PathBuf,
    port: u16,
    _scratch: Scratch,
}

impl Driver {
    /// Tries again with another port: somebody may take the one that was free a moment ago.
    pub(super) async fn start(screen: &Screen, program: &Program) -> anyhow::Result<Self> {
        for _ in 0..2 {
            if let Ok(driver) = Self::try_to_start(screen, program).await {
                return Ok(driver);
            }
        }
        Self::try_to_start(screen, program).await
    }

    async fn try_to_start(screen: &Screen, program: &Program) -> anyhow::Result<Self> {
        let scratch = Scratch::new("window")?;
        let home = program.home.clone().unwrap_or_else(|| scratch.path().to_owned());
        let port =
            TcpListener::bind(("127.0.0.1", 0)).context("there is no free port on 127.0.0.1")?.local_addr()?.port();
        let mut command = child::command(&install::program("WebKitWebDriver")?, Orphaned::Kill, None);
        program.surround(&mut command, screen, &home);
        command.args([format!("--port={port}"), "--host=127.0.0.1".into()]);
        // The gate inherits all of it: this is what puts its page into a driver's hands.
        command.env("TAURI_WEBVIEW_AUTOMATION", "true");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = Running::start(command)?;
        let said = Said::to(running.process().stderr.take().expect("asked for above"));
        let mut driver = Self { running, said, home, port, _scratch: scratch };
        driver.listens().await?;
        Ok(driver)
    }

    async fn listens(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let answers = TcpStream::connect(("127.0.0.1", self.port)).await.is_ok();
            // Asked after: another's driver may have the port, and ours have given up.
            if let Some(status) = self.running.ended() {
                bail!("WebKitWebDriver ended ({status}) instead of listening; it said:\n{}", self.said.text());
            }
            if answers {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                bail!("WebKitWebDriver does not listen; it said:\n{}", self.said.text());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Opens the window. One driver has one.
    pub(super) async fn session(&self, program: &Program) -> anyhow::Result<Client> {
        let words = dies_with_its_parent(program);
        let words = words
            .iter()
            .map(|word| word.to_str().context("WebDriver speaks UTF-8 only"))
            .collect::<Result<Vec<_>, _>>()?;
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": words[0], "args": words[1..] },
            // Else five minutes.
            "timeouts": { "pageLoad": 60_000, "script": 30_000 },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(serde_json::from_value(capabilities)?);
        let url = format!("http://127.0.0.1:{}", self.port);
        let session = tokio::select! {
            session = session.connect(&url) => session.map_err(Into::into),
            () = self.gate_is_gone() => Err(anyhow!("it has ended")),
            () = tokio::time::sleep(PATIENCE) => Err(anyhow!("it takes too long")),
        };
        session.with_context(|| format!("the gate opens no window; it said:\n{}", self.said.text()))
    }

    /// The driver itself would wait for it, and for ever.
    async fn gate_is_gone(&self) {
        let mut seen = Instant::now();
        while seen.elapsed() < Duration::from_secs(5) {
            if !self.below().are_gone() {
                seen = Instant::now();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    pub(super) fn said(&self) -> &Said {
        &self.said
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    pub(super) fn below(&self) -> Processes {
        Processes::below(self.running.pid())
    }
}

/// The driver's violent death must be the gate's as well.
fn dies_with_its_parent(program: &Program) -> Vec<OsString> {
    let command = child::command(&program.file, Orphaned::Kill, None);
    let words = [command.get_program()].into_iter().chain(command.get_args()).map(OsString::from);
    words.chain(program.arguments.iter().map(OsString::from)).collect()
}

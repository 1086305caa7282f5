//! ChromeDriver and the Chromium it starts.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::Look;
use crate::child::{self, Orphaned, Running};
use crate::install;
use crate::scratch::Scratch;

/// A cold Chromium on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Driver {
    // Before `scratch`: Chromium must have ended when its profile goes.
    _running: Running,
    scratch: Scratch,
    url: String,
}

impl Driver {
    /// Tries twice: it picks a port that is free for IPv6, wants the same one for
    /// IPv4, and ends where somebody has that.
    pub(super) fn start() -> anyhow::Result<Self> {
        Self::try_to_start().or_else(|_| Self::try_to_start())
    }

    fn try_to_start() -> anyhow::Result<Self> {
        let scratch = Scratch::new("browser")?;
        fs::create_dir(scratch.path().join("downloads"))?;
        let mut command = child::command(&install::program("chromedriver")?, Orphaned::Kill, None);
        // What Chromium keeps beside its profile, and what it leaves behind, goes with the scratch folder.
        for folder in ["TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(folder, scratch.path());
        }
        // It finds a free port by itself and says which.
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::start(command)?;
        let said = running.process().stdout.take().expect("asked for above");
        let port = port_in(said)?;
        Ok(Self { _running: running, scratch, url: format!("http://127.0.0.1:{port}") })
    }

    pub(super) fn folder(&self) -> &Path {
        self.scratch.path()
    }

    pub(super) fn downloads(&self) -> PathBuf {
        self.folder().join("downloads")
    }

    pub(super) async fn session(&self, look: &Look) -> anyhow::Result<Client> {
        let capabilities = serde_json::from_value(self.capabilities(look)?)?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(capabilities);
        let session = tokio::time::timeout(PATIENCE, session.connect(&self.url)).await;
        session.context("Chromium does not start in time")?.context("Chromium does not start")
    }

    fn capabilities(&self, look: &Look) -> anyhow::Result<Value> {
        let mut options = json!({
            "binary": install::program("chromium")?,
            "args": self.flags(look),
            "prefs": { "intl.accept_languages": look.locale },
        });
        if look.phone {
            let Look { width, height, scale, javascript, .. } = look;
            // Without scripts ChromeDriver waits for ever for the end of a touch.
            let screen = json!({
                "width": width, "height": height, "pixelRatio": scale, "touch": javascript, "mobile": true,
            });
            options["mobileEmulation"] = json!({ "deviceMetrics": screen });
        }
        if !look.javascript {
            options["prefs"]["profile.default_content_setting_values.javascript"] = json!(2);
        }
        let mut logs = json!({ "browser": "ALL" });
        if look.listened_to {
            logs["performance"] = json!("ALL");
        }
        Ok(json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": logs,
            // Else five minutes.
            "timeouts": { "pageLoad": 60_000, "script": 30_000 },
        }))
    }

    fn flags(&self, look: &Look) -> Vec<String> {
        let Look { width, height, scale, locale, .. } = look;
        let mut flags = vec![
            format!("--user-data-dir={}", self.folder().join("profile").display()),
            format!("--window-size={width},{height}"),
            format!("--lang={locale}"),
            format!("--accept-lang={locale}"),
        ];
        if !look.phone {
            flags.push(format!("--force-device-scale-factor={scale}"));
        }
        // Root may not use the sandbox; what is opened here is ours. The rest
        // keeps it from speaking to anybody but the page.
        flags.extend(
            "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars \
             --disable-background-networking --disable-component-update --disable-sync --remote-debugging-pipe"
                .split_whitespace()
                .map(str::to_owned),
        );
        flags
    }
}

/// Reads on until it has said its port; then lets it talk, lest it wait for a reader.
fn port_in(said: impl Read + Send + 'static) -> anyhow::Result<u16> {
    let mut lines = BufReader::new(said).lines().map_while(Result::ok);
    let mut before = Vec::new();
    for line in &mut lines {
        let port = line.split_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.').parse());
        if let Some(Ok(port)) = port {
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(port);
        }
        before.push(line);
    }
    bail!("chromedriver ended instead of starting; it said:\n{}", before.join("\n"))
}

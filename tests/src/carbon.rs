//! An outside judge: carbon-layer from PyPI, whose makers have never heard of us.
//!
//! It plays a merchant's bad day (a spike of disputes, a storm of refunds, a
//! flash sale), signs an event for everything that happened as Razorpay does,
//! and posts them: each several times, in any order, or with a bad signature.
//! What it does to a webhook it has from its own reading of Razorpay's rules,
//! not from ours.
//!
//! Its release on PyPI comes without the scenarios that its README lists, so
//! [`SCENARIOS`] says them again, in the tool's own format.

mod scenarios;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

pub use self::scenarios::{Attack, SCENARIOS, Scenario};
use crate::child::{self, Orphaned, Output};
use crate::scratch::{Scratch, target_folder};
use crate::{install, say};

/// The same judge tomorrow as today.
const RELEASE: &str = "carbon-layer==0.6.1";
const INSTALL_PATIENCE: Duration = Duration::from_secs(600);
const RUN_PATIENCE: Duration = Duration::from_secs(900);

/// Counts the answers that the tool has noted in its own database.
const STATUSES: &str = "import json, sqlite3, sys
print(json.dumps(sqlite3.connect(sys.argv[1]).execute(
    'SELECT status_code, COUNT(*) FROM webhook_deliveries WHERE run_id = ? GROUP BY status_code',
    (sys.argv[2],)).fetchall()))";

/// The installed tool.
#[derive(Debug)]
pub struct Carbon {
    /// Where its programs are.
    programs: PathBuf,
    /// Its scenarios and its memory; it writes nowhere else.
    home: Scratch,
}

/// How events are posted.
#[derive(Clone, Debug)]
pub struct Manner {
    /// How often each is sent.
    pub repeat: u32,
    /// `sequence`, `reverse` or `random`.
    pub order: &'static str,
    /// `valid`, `missing`, `corrupted` or `wrong_secret`.
    pub signature: &'static str,
}

impl Default for Manner {
    fn default() -> Self {
        Self { repeat: 1, order: "sequence", signature: "valid" }
    }
}

/// What the tool has to say of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The scenario came about as described, and with `--ci` the tool ended well:
    /// nothing was answered with 5xx or not at all.
    pub content: bool,
    /// How often each status was answered; none stands for no answer.
    pub statuses: BTreeMap<Option<u16>, usize>,
}

#[derive(Deserialize)]
struct Said {
    run_id: String,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    /// Ours are `high`; the tool adds some of its own, such as that no money was taken, which may be right.
    severity: String,
    passed: bool,
}

impl Carbon {
    /// Installs it below `target/`, from whatever index this machine is set up for.
    ///
    /// # Errors
    /// When it cannot be installed; the message says why.
    pub fn install() -> anyhow::Result<Self> {
        install::packages(install::CARBON)?;
        let folder = target_folder().join("carbon");
        let programs = folder.join("bin");
        if !installed(&programs) {
            say::step(&format!("Installing {RELEASE} into {}", folder.display()), || {
                let python = install::program("python3")?;
                run(&python, &["-m", "venv", "--clear", text(&folder)?], INSTALL_PATIENCE)?;
                let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", RELEASE];
                run(&programs.join("python"), &pip, INSTALL_PATIENCE)?;
                Ok(())
            })?;
        }
        let home = Scratch::new("carbon")?;
        fs::create_dir(home.path().join("scenarios"))?;
        Ok(Self { programs, home })
    }

    /// Plays a scenario and posts its events to `url`. With `payments`, its
    /// payments have these ids in turn, and not invented ones.
    ///
    /// # Errors
    /// When the tool fails otherwise than by its judgement.
    pub fn play(
        &self,
        scenario: &Scenario,
        (url, secret): (&str, &str),
        manner: &Manner,
        payments: &[String],
    ) -> anyhow::Result<Judgement> {
        scenario.write(&self.home.path().join("scenarios"))?;
        let mut command = if payments.is_empty() {
            self.command("carbon", [] as [&str; 0])
        } else {
            self.command("python", ["-c", include_str!("carbon/real_payments.py")])
        };
        command.env("PAYMENTS", payments.join(" "));
        command.args([
            "run",
            scenario.name,
            "--ci",
            "--output",
            "json",
            "--webhook-url",
            url,
            "--webhook-secret",
            secret,
        ]);
        command.args(["--webhook-repeat", &manner.repeat.to_string(), "--webhook-order", manner.order]);
        command.args(["--webhook-signature", manner.signature]);
        let output = child::run(command, b"", RUN_PATIENCE)?;
        let Some(said) = said(&output) else {
            bail!("carbon-layer says nothing of {}:\n{}{}", scenario.name, output.stdout, output.stderr);
        };
        let ours = said.findings.iter().filter(|finding| finding.severity == "high").collect::<Vec<_>>();
        ensure!(!ours.is_empty(), "carbon-layer has checked nothing in {}", scenario.name);
        let content = ours.iter().all(|finding| finding.passed) && output.status.success();
        Ok(Judgement { content, statuses: self.statuses(&said.run_id)? })
    }

    fn statuses(&self, run: &str) -> anyhow::Result<BTreeMap<Option<u16>, usize>> {
        let memory = self.memory();
        let command = self.command("python", ["-c", STATUSES, text(&memory)?, run]);
        let output = child::run(command, b"", INSTALL_PATIENCE)?;
        let rows: Vec<(Option<u16>, usize)> = serde_json::from_str(&output.stdout)
            .with_context(|| format!("carbon-layer's memory cannot be read: {}", output.stderr))?;
        Ok(rows.into_iter().collect())
    }

    fn memory(&self) -> PathBuf {
        self.home.path().join("carbon.db")
    }

    fn command<S: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = child::command(&self.programs.join(program), Orphaned::Kill, None);
        command.args(arguments).current_dir(self.home.path());
        command.env("CARBON_SCENARIOS_DIR", self.home.path().join("scenarios"));
        command.env("DATABASE_URL", format!("sqlite:///{}", self.memory().display()));
        // The site is on this machine, whatever lies between it and the world.
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        command
    }
}

/// Whether this very release is there: pip leaves a folder named after it.
fn installed(programs: &Path) -> bool {
    let listed = Command::new(programs.join("python")).args(["-m", "pip", "freeze"]).output();
    listed.is_ok_and(|listed| String::from_utf8_lossy(&listed.stdout).lines().any(|line| line == RELEASE))
        && programs.join("carbon").is_file()
}

fn run(program: &Path, arguments: &[&str], patience: Duration) -> anyhow::Result<()> {
    let mut command = child::command(program, Orphaned::Kill, None);
    command.args(arguments);
    let output = child::run(command, b"", patience)?;
    let last = output.stderr.lines().rev().take(10).collect::<Vec<_>>();
    ensure!(
        output.status.success(),
        "{} {} failed ({}):\n{}",
        program.display(),
        arguments.join(" "),
        output.status,
        last.into_iter().rev().collect::<Vec<_>>().join("\n")
    );
    Ok(())
}

/// One JSON object, after whatever else it prints.
fn said(output: &Output) -> Option<Said> {
    serde_json::from_str(&output.stdout[output.stdout.find("{\n")?..]).ok()
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("{} is no text", path.display()))
}

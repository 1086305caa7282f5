//! Building our programs, once per process: both, or the booking site alone
//! where nothing of the gate's window is to be installed for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::child::{self, Orphaned};
use crate::install;
use crate::scratch::target_folder;

/// The first build of a fresh clone on a small machine.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Where the programs are.
#[derive(Debug)]
pub struct Built {
    /// The booking site.
    pub booking_web: PathBuf,
    /// The gate.
    pub kiosk_app: PathBuf,
}

static BOTH: OnceLock<Built> = OnceLock::new();
static SITE: OnceLock<PathBuf> = OnceLock::new();

/// Builds both programs, the first time it is asked.
///
/// # Panics
/// When they do not build: no test of them could go on.
pub fn built() -> &'static Built {
    BOTH.get_or_init(|| both().expect("booking-web and kiosk-app to test"))
}

/// A booking site that is built already, to be tested in place of this checkout's.
pub const OTHER_SITE: &str = "OTHER_BOOKING_WEB";

/// Builds the booking site, the first time it is asked; it needs nothing of what the gate's window is built with.
///
/// # Panics
/// When it does not build: no test of it could go on.
pub fn built_site() -> &'static Path {
    match BOTH.get() {
        Some(both) => &both.booking_web,
        None => SITE.get_or_init(|| site().expect("booking-web to test")),
    }
}

/// Whether the programs are to be measured.
static MEASURED: AtomicBool = AtomicBool::new(false);

/// From here on [`built`] means the release builds: figures of others are of no
/// use. Call it before the first use of a program.
pub fn measure_release_builds() {
    MEASURED.store(true, Ordering::Relaxed);
}

/// Takes from a cargo what the cargo that runs us told us of our own package.
/// The build of ring takes those words for a change, so that at every turn
/// between the two cargos half the tree would be built anew.
pub fn forget_our_package(cargo: &mut Command) {
    let ours = |name: &str| name == "CARGO_MANIFEST_DIR" || name.starts_with("CARGO_PKG_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(ours)) {
        cargo.env_remove(name);
    }
}

fn both() -> anyhow::Result<Built> {
    install::packages(install::WINDOW_BUILD)?;
    let said = build(&["booking-web", "kiosk-app"])?;
    Ok(Built { booking_web: executable(&said, "booking-web")?, kiosk_app: executable(&said, "kiosk-app")? })
}

fn site() -> anyhow::Result<PathBuf> {
    if let Some(other) = std::env::var_os(OTHER_SITE) {
        return Ok(other.into());
    }
    executable(&build(&["booking-web"])?, "booking-web")
}

/// Builds these and returns what cargo said of it.
fn build(programs: &[&str]) -> anyhow::Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = child::command(cargo.as_ref(), Orphaned::Terminate, None);
    // Chosen from the whole workspace, not as packages: with those, cargo would
    // give what they are built from other features, and build half the tree anew.
    command.args(["build", "--quiet", "--workspace"]).args(programs.iter().flat_map(|program| ["--bin", program]));
    command.arg("--message-format=json-render-diagnostics").arg("--target-dir").arg(target_folder());
    if !cfg!(debug_assertions) || MEASURED.load(Ordering::Relaxed) {
        command.arg("--release");
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    forget_our_package(&mut command);
    let output = child::run(command, b"", PATIENCE)?;
    ensure!(output.status.success(), "{} does not build:\n{}", programs.join(" or "), output.stderr);
    Ok(output.stdout)
}

/// Cargo says in one JSON object a line what it has made.
fn executable(said: &str, name: &str) -> anyhow::Result<PathBuf> {
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut made = messages
        .filter(|it| it["target"]["name"] == name)
        .filter_map(|it| it["executable"].as_str().map(PathBuf::from));
    made.next().with_context(|| format!("cargo built no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_told_from_the_library_of_the_same_name() {
        let said = r#"{"reason":"compiler-artifact","target":{"name":"kiosk-app"},"executable":null}
not json
{"reason":"compiler-artifact","target":{"name":"kiosk-app"},"executable":"/target/debug/kiosk-app"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(said, "kiosk-app").unwrap(), Path::new("/target/debug/kiosk-app"));
        assert_eq!(executable(said, "booking-web").unwrap_err().to_string(), "cargo built no booking-web");
    }
}

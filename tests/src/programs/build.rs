//! Building our programs, once per process.

use std::path::PathBuf;
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

/// Builds both programs, the first time it is asked.
///
/// # Panics
/// When they do not build: no test of them could go on.
pub fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| build().expect("booking-web and kiosk-app to test"))
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

fn build() -> anyhow::Result<Built> {
    install::packages(install::WINDOW_BUILD)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = child::command(cargo.as_ref(), Orphaned::Terminate, None);
    // Chosen from the whole workspace, not as packages: with those, cargo would
    // give what they are built from other features, and build half the tree anew.
    command.args(["build", "--quiet", "--workspace", "--bin", "booking-web", "--bin", "kiosk-app"]);
    command.arg("--message-format=json-render-diagnostics").arg("--target-dir").arg(target_folder());
    if !cfg!(debug_assertions) || MEASURED.load(Ordering::Relaxed) {
        command.arg("--release");
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    forget_our_package(&mut command);
    let output = child::run(command, b"", PATIENCE)?;
    ensure!(output.status.success(), "booking-web and kiosk-app do not build:\n{}", output.stderr);
    let find = |name| executable(&output.stdout, name).with_context(|| format!("cargo built no {name}"));
    Ok(Built { booking_web: find("booking-web")?, kiosk_app: find("kiosk-app")? })
}

/// Cargo says in one JSON object a line what it has made.
fn executable(said: &str, name: &str) -> Option<PathBuf> {
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut made = messages
        .filter(|it| it["target"]["name"] == name)
        .filter_map(|it| it["executable"].as_str().map(PathBuf::from));
    made.next()
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
        assert_eq!(executable(said, "kiosk-app"), Some("/target/debug/kiosk-app".into()));
        assert_eq!(executable(said, "booking-web"), None);
    }
}

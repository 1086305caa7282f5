//! Commands run as steps: quiet when they succeed, whole when they fail.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use real_parts::programs::forget_our_package;
use real_parts::say;

/// The top of the checkout.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Where cargo puts what it builds; `CARGO_TARGET_DIR` may have moved it, but this program stands in it.
pub(crate) fn target_folder() -> PathBuf {
    let this = std::env::current_exe().ok();
    let folder = this.as_deref().and_then(|program| program.parent()?.parent()).map(Path::to_owned);
    folder.unwrap_or_else(|| root().join("target"))
}

/// One of our programs.
pub(crate) fn program(name: &str) -> PathBuf {
    target_folder().join("debug").join(name)
}

/// A path as it is typed by somebody at the top of the checkout.
pub(crate) fn near(path: PathBuf) -> PathBuf {
    path.strip_prefix(root()).map(Path::to_owned).unwrap_or(path)
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    forget_our_package(&mut cargo);
    cargo
}

/// Runs a command; what it printed is shown only when it fails.
pub(crate) fn quietly(what: &str, command: &mut Command) -> anyhow::Result<()> {
    say::step(what, || {
        let output = command.output().with_context(|| format!("cannot run {}", command.get_program().display()))?;
        if output.status.success() {
            return Ok(());
        }
        eprintln!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("{what}: {}", output.status)
    })
}

/// Runs a command that shows its own progress.
pub(crate) fn openly(what: &str, command: &mut Command) -> anyhow::Result<()> {
    say::line(what);
    let status = command.status().with_context(|| format!("cannot run {}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { bail!("{what}: {status}") }
}

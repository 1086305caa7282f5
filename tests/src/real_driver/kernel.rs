//! Linux as a program, built once from Debian's source and kept in the target folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, ensure};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::child::{self, Orphaned};
use crate::scratch::target_folder;
use crate::{install, say};

const SOURCE: &str = "/usr/src/linux-source-6.12.tar.xz";
const CONFIGURATION: &str = include_str!("kernel.config");

/// Four minutes of one processor; many times that where it is shared.
const PATIENCE: Duration = Duration::from_secs(3600);

/// The kernel, built if there is none of this configuration yet. A newer
/// source of the same series is no reason to build it anew.
pub(super) fn built() -> anyhow::Result<PathBuf> {
    let folder = target_folder().join("real-driver");
    fs::create_dir_all(&folder)?;
    // Of several processes that lack it, the first builds it for all.
    let turn = File::create(folder.join("in-use"))?;
    turn.lock()?;
    let kernel = folder.join(format!("linux-{}", version()));
    if !kernel.exists() {
        install::packages(install::REAL_DRIVER)?;
        let work = folder.join("build");
        build(&work, &kernel).with_context(|| format!("Linux does not build in {}", work.display()))?;
    }
    Ok(kernel)
}

/// Tells the kernels of one source and different configurations apart.
fn version() -> String {
    let digest = Sha256::digest(format!("{SOURCE}\n{CONFIGURATION}"));
    HEXLOWER.encode(&digest[..6])
}

fn build(work: &Path, kernel: &Path) -> anyhow::Result<()> {
    // Two gigabytes, and never of use again: what an interrupted build left goes first, this one's at the end.
    let _ = fs::remove_dir_all(work);
    fs::create_dir_all(work)?;
    let configuration = work.join("kernel.config");
    fs::write(&configuration, CONFIGURATION)?;
    say::step("Unpacking Linux", || run("tar", work, |tar| tar.args(["xJf", SOURCE, "--strip-components=1"])))?;
    run("make", work, |make| make.args(["ARCH=um", "allnoconfig"]).env("KCONFIG_ALLCONFIG", &configuration))?;
    must_have_all(&fs::read_to_string(work.join(".config"))?)?;
    let jobs = format!("-j{}", thread::available_parallelism().map_or(1, usize::from));
    say::step("Building Linux as a program, once", || run("make", work, |make| make.args(["ARCH=um", &jobs])))?;
    // The name appears when the file is whole.
    let whole = kernel.with_extension("new");
    fs::copy(work.join("linux"), &whole)?;
    fs::rename(whole, kernel)?;
    Ok(fs::remove_dir_all(work)?)
}

fn run(program: &str, folder: &Path, arguments: impl FnOnce(&mut Command) -> &mut Command) -> anyhow::Result<()> {
    let mut command = child::command(&install::program(program)?, Orphaned::Kill, None);
    arguments(command.current_dir(folder));
    // Somebody's settings for their own kernels.
    for name in ["ARCH", "CROSS_COMPILE", "KBUILD_OUTPUT", "MAKEFLAGS"] {
        command.env_remove(name);
    }
    let output = child::run(command, b"", PATIENCE)?;
    ensure!(output.status.success(), "{program} failed:\n{}", output.stderr);
    Ok(())
}

/// A wish that cannot be granted is dropped without a word, and missed an hour later.
fn must_have_all(granted: &str) -> anyhow::Result<()> {
    let granted = |wish: &str| granted.lines().any(|line| line == wish);
    let wishes = CONFIGURATION.lines().filter(|line| line.starts_with("CONFIG_") && !line.ends_with("=n"));
    let refused = wishes.filter(|wish| !granted(wish)).collect::<Vec<_>>();
    ensure!(refused.is_empty(), "this kernel has no {refused:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_that_was_not_granted_is_named() {
        assert!(must_have_all(CONFIGURATION).is_ok());
        let without = CONFIGURATION.replace("CONFIG_USB_VIDEO_CLASS=y", "# CONFIG_USB_VIDEO_CLASS is not set");
        let error = must_have_all(&without).unwrap_err().to_string();
        assert!(error.contains("CONFIG_USB_VIDEO_CLASS=y"), "{error}");
    }
}

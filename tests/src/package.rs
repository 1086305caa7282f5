//! The gate as people install it: a `.deb` and an `.rpm`.
//!
//! Tauri's packager builds the gate as it is shipped (optimised, with its page
//! inside) and puts it together with what `kiosk-app/tauri.conf.json` names
//! under `bundle`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::json;

use crate::programs::forget_our_package;
use crate::scratch::target_folder;
use crate::{install, say};

/// The finished packages.
#[derive(Debug)]
pub struct Packages {
    /// For Debian and Ubuntu.
    pub deb: PathBuf,
    /// For Fedora and its relatives.
    pub rpm: PathBuf,
}

/// Builds both into `target/packages`.
///
/// # Errors
/// When something it needs cannot be had, or the gate does not build.
pub fn build() -> anyhow::Result<Packages> {
    install::packages(install::PAGES)?;
    install::packages(install::WINDOW_BUILD)?;
    install::npm(&top().join("kiosk-ui"))?;
    let release = target_folder().join("release");
    let bundles = release.join("bundle");
    // Those of an earlier version would stand beside the new ones.
    for kind in ["deb", "rpm"] {
        let _ = fs::remove_dir_all(bundles.join(kind));
    }
    say::line("Building the gate as it is shipped");
    // Chosen from the whole workspace, so that what a measured booking site and
    // xtask are built from is the same build, and they are built beside it.
    tauri(&["build", "--ci", "--no-bundle", "--", "--workspace"])?;
    let libc = libc_needed(&release.join("kiosk-app"))?;
    tauri(&["bundle", "--ci", "--bundles", "deb,rpm", "--config", &depending_on(&libc)])?;
    let folder = target_folder().join("packages");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let ready = |kind| taken(&bundles.join(kind), &folder).with_context(|| format!("the packager made no .{kind}"));
    Ok(Packages { deb: ready("deb")?, rpm: ready("rpm")? })
}

fn top() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// Shows cargo's own progress: this takes minutes.
fn tauri(arguments: &[&str]) -> anyhow::Result<()> {
    let tauri = top().join("kiosk-ui/node_modules/.bin/tauri");
    let mut command = Command::new(&tauri);
    command.args(arguments).current_dir(top().join("kiosk-app")).env("CARGO_TARGET_DIR", target_folder());
    forget_our_package(&mut command);
    let status = command.status().with_context(|| format!("cannot run {}", tauri.display()))?;
    ensure!(status.success(), "the packager failed ({status}); what it said is above");
    Ok(())
}

/// The version of the C library without which the program does not start. It
/// follows from the machine that builds; the packager knows only of the window's libraries.
fn libc_needed(program: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let mark = b"GLIBC_2.";
    let newest = bytes.windows(mark.len() + 3).filter_map(|at| minor_version(at.strip_prefix(mark)?)).max();
    Ok(format!("2.{}", newest.context("the program names no version of the C library")?))
}

/// `34` of `34\0`.
fn minor_version(text: &[u8]) -> Option<u32> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

/// As settings over those of `tauri.conf.json`.
fn depending_on(libc: &str) -> String {
    let deb = json!({ "depends": [format!("libc6 (>= {libc})")] });
    let rpm = json!({ "depends": [format!("libc.so.6(GLIBC_{libc})(64bit)")] });
    json!({ "bundle": { "linux": { "deb": deb, "rpm": rpm } } }).to_string()
}

/// The packager names its files after the product; with the blank in that, each
/// command that names one would need quotes.
fn taken(bundled: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let entries = fs::read_dir(bundled)?.flatten().map(|entry| entry.path());
    let made = entries.filter(|path| path.is_file()).max().context("its folder is empty")?;
    let name = made.file_name().unwrap_or_default().to_string_lossy();
    let taken = folder.join(name.replace("Entry Gate", "entry-gate"));
    fs::copy(&made, &taken).with_context(|| format!("cannot copy {}", made.display()))?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_of_the_c_library_that_a_program_names_is_the_one_it_needs() {
        let program = crate::scratch::Scratch::new("package").unwrap();
        let file = program.path().join("program");
        fs::write(&file, b"ELF\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.4\0GLIBC_PRIVATE\0").unwrap();
        assert_eq!(libc_needed(&file).unwrap(), "2.34");
        assert!(depending_on("2.34").contains("libc6 (>= 2.34)"));
    }
}

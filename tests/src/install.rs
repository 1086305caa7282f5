//! What the machine must have, and how it gets it.
//!
//! On Debian and Ubuntu a missing package is installed, and said so; elsewhere
//! it is named. A package counts as there when what it brings is there,
//! whoever brought it. Only packages that start no system service are asked for.
//!
//! Reading order: here, how they come → `sets`, which they are → `traces`,
//! how each is known to be there.

mod sets;
mod traces;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::unistd::geteuid;

pub use self::sets::{
    BROWSER, CARBON, DATABASE, FUZZ, MAIL, NETWORK, PACKAGE_TEST, PAGES, PAPER, REAL_DRIVER, WINDOW_BUILD, WINDOW_TEST,
    ZBAR, ZXING_CPP,
};
use crate::say;

/// Something to have on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name on Debian and Ubuntu.
    pub debian: &'static str,
    /// By what it is known to be there.
    pub brings: Brings,
    /// What it is for.
    pub purpose: &'static str,
}

/// The trace of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brings {
    /// A program of this name.
    Program(&'static str),
    /// A font file with this in its name.
    Font(&'static str),
    /// A shared library of this name, in whatever version.
    Library(&'static str),
    /// What C programs are built with, by the name that pkg-config knows it under.
    Development(&'static str),
    /// A part of Python that can be imported.
    Python(&'static str),
    /// This very file.
    File(&'static str),
}

/// How long another installation may hold apt's lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(300);

impl Package {
    /// Whether what it brings is there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self.brings {
            Brings::Program(name) => find_program(name).is_some(),
            Brings::Font(part) => traces::font(part),
            Brings::Library(name) => traces::library(name),
            Brings::Development(name) => traces::development(name),
            Brings::Python(name) => traces::python(name),
            Brings::File(path) => Path::new(path).is_file(),
        }
    }
}

/// Where a program is: on the PATH, or in the folders of servers, which are not on everybody's.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// As [`find_program`], with the remedy where there is none.
///
/// # Errors
/// When it is nowhere.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    find_program(name).with_context(|| format!("there is no {name} on this machine; `cargo xtask test` installs it"))
}

/// Brings the machine what it lacks of these.
///
/// # Errors
/// When that cannot be done from here; the message says what to run.
pub fn packages(wanted: &[Package]) -> anyhow::Result<()> {
    // Of several tests that lack the same, the first brings it for all.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let lacking = |packages: &[Package]| packages.iter().filter(|it| !it.is_there()).copied().collect::<Vec<_>>();
    let missing = lacking(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let apt_get = find_program("apt-get").with_context(|| by_hand(&missing))?;
    let names = missing.iter().map(|it| it.debian).collect::<Vec<_>>();
    let as_root = as_root(&apt_get)
        .with_context(|| format!("please run: sudo apt-get install --no-install-recommends {}", names.join(" ")))?;
    for package in &missing {
        say::line(format!("This machine lacks {}: {}.", package.debian, package.purpose));
    }
    say::step(&format!("Installing {}", names.join(" ")), || apt_install(&as_root, &names))?;
    let missing = lacking(&missing);
    ensure!(missing.is_empty(), "apt-get installed them, and still there is no {missing:?}");
    Ok(())
}

fn by_hand(missing: &[Package]) -> String {
    let list = missing.iter().map(|it| match it.brings {
        Brings::Program(name) | Brings::File(name) => {
            format!("  {name} ({}; Debian's package {})", it.purpose, it.debian)
        }
        Brings::Font(name) => format!("  a font like {name} ({}; Debian's package {})", it.purpose, it.debian),
        Brings::Library(name) => format!("  the library {name} ({}; Debian's package {})", it.purpose, it.debian),
        Brings::Development(name) => {
            format!("  the development files of {name} ({}; Debian's package {})", it.purpose, it.debian)
        }
        Brings::Python(name) => format!("  Python's {name} ({}; Debian's package {})", it.purpose, it.debian),
    });
    format!("this is not Debian or Ubuntu; please install by its own means:\n{}", list.collect::<Vec<_>>().join("\n"))
}

/// The words before apt-get's own arguments that make it root.
fn as_root(apt_get: &Path) -> anyhow::Result<Vec<String>> {
    let apt_get = apt_get.to_string_lossy().into_owned();
    // sudo does not hand the environment on.
    let words = vec!["env".into(), "DEBIAN_FRONTEND=noninteractive".into(), apt_get];
    if geteuid().is_root() {
        return Ok(words);
    }
    let sudo = || Command::new("sudo").args(["-n", "true"]).output().is_ok_and(|it| it.status.success());
    ensure!(sudo(), "only root can install packages, and sudo asks for a password");
    Ok(["sudo".into(), "-n".into()].into_iter().chain(words).collect())
}

/// Tries with the lists of packages as they are, then with fresh ones: on a
/// new machine there are none, on an old one they name versions long gone.
fn apt_install(as_root: &[String], names: &[&str]) -> anyhow::Result<()> {
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    install.extend(names);
    if apt(as_root, &install).is_ok() {
        return Ok(());
    }
    apt(as_root, &["update", "-q"])?;
    apt(as_root, &install)
}

/// Runs apt-get, again while another one is at work: its time-out option
/// covers dpkg's lock, not the one on the folder of downloads.
fn apt(as_root: &[String], arguments: &[&str]) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let output = Command::new(&as_root[0]).args(&as_root[1..]).args(arguments).output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = last_words(&output);
        let locked = said.contains("Could not get lock") || said.contains("Unable to lock");
        ensure!(locked && began.elapsed() < LOCK_PATIENCE, "apt-get {} failed:\n{said}", arguments.join(" "));
        thread::sleep(Duration::from_secs(2));
    }
}

/// Fetches what `package-lock.json` in this folder names, if that is not done yet.
///
/// # Errors
/// When npm fails; the message ends with what it said.
pub fn npm(folder: &Path) -> anyhow::Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::metadata(&lock).and_then(|it| it.modified());
    let wanted = wanted.with_context(|| format!("cannot read {}", lock.display()))?;
    // npm writes this file last.
    let fetched = fs::metadata(folder.join("node_modules/.package-lock.json")).and_then(|it| it.modified());
    if fetched.is_ok_and(|fetched| fetched >= wanted) {
        return Ok(());
    }
    say::step(&format!("Fetching npm packages into {}", folder.display()), || {
        // Not `ci`: it refuses a lock that leaves out what only other systems would fetch.
        let output =
            Command::new("npm").args(["install", "--no-save", "--no-audit", "--no-fund"]).current_dir(folder).output();
        let output = output.context("cannot run npm")?;
        if output.status.success() {
            return Ok(());
        }
        bail!("npm install in {} failed:\n{}", folder.display(), last_words(&output));
    })
}

/// The end of what a program said, which is where it says why.
fn last_words(output: &Output) -> String {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let lines = said.lines().collect::<Vec<_>>();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_and_missing_ones_named_with_the_remedy() {
        assert!(find_program("sh").is_some());
        assert!(program("no-such-program").unwrap_err().to_string().contains("cargo xtask test"));
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let shell = Package { debian: "no-such-package", brings: Brings::Program("sh"), purpose: "a test" };
        packages(&[shell]).unwrap();
    }

    #[test]
    fn the_named_packages_are_brought() {
        for set in [DATABASE, BROWSER, MAIL, NETWORK, PAGES, WINDOW_BUILD, WINDOW_TEST, FUZZ, CARBON] {
            packages(set).unwrap();
            assert!(set.iter().all(Package::is_there));
        }
    }

    #[test]
    fn elsewhere_each_is_named_with_its_purpose() {
        let message = by_hand(DATABASE);
        assert!(message.contains("mariadbd (the database server; Debian's package mariadb-server-core)"), "{message}");
        let message = by_hand(WINDOW_BUILD);
        assert!(message.contains("the development files of webkit2gtk-4.1 (the window; some 400 MB"), "{message}");
    }

    #[test]
    fn npm_fetches_once() {
        packages(PAGES).unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert!(npm(folder.path()).unwrap_err().to_string().contains("package-lock.json"));
        // A package that is a folder beside it needs no registry.
        fs::create_dir(folder.path().join("part")).unwrap();
        for (file, text) in [
            ("part/package.json", r#"{"name":"part","version":"1.0.0"}"#),
            ("package.json", r#"{"name":"whole","version":"1.0.0","dependencies":{"part":"file:part"}}"#),
            (
                "package-lock.json",
                r#"{"name":"whole","version":"1.0.0","lockfileVersion":3,"packages":{
                    "":{"name":"whole","version":"1.0.0","dependencies":{"part":"file:part"}},
                    "node_modules/part":{"resolved":"part","link":true},"part":{"version":"1.0.0"}}}"#,
            ),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        npm(folder.path()).unwrap();
        assert!(folder.path().join("node_modules/part/package.json").exists());
        // Fetching anew would begin by clearing the folder.
        let mark = folder.path().join("node_modules/mark");
        fs::write(&mark, "").unwrap();
        npm(folder.path()).unwrap();
        assert!(mark.exists(), "what was fetched is left alone");
    }
}

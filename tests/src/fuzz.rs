//! A fuzzer at every door that strangers knock at.
//!
//! The targets in `tests/fuzz` are laid out for cargo-fuzz, which asks for a
//! nightly compiler. Here they are built as its `--sanitizer none` does it, by
//! flags that stable has too: libFuzzer sees which branches an input reaches
//! and goes on from there. Our code and nearly all beneath it is safe Rust, so
//! a sanitizer would have little to look for.

mod said;

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::child::{self, Orphaned};
use crate::programs::forget_our_package;
use crate::scratch::{Scratch, target_folder};
use crate::{install, say};

/// Everything is built once more, with counters.
const BUILD_PATIENCE: Duration = Duration::from_secs(3600);
/// From the end of its time to the end of its process.
const END_PATIENCE: Duration = Duration::from_secs(120);
/// Nobody should wait longer for one answer; a guest's whole request is given 20 s.
const SLOW_SECONDS: u32 = 10;
const MEMORY_MIB: u32 = 1024;

const COUNTERS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // Counters of several units of one crate would be taken for each other's.
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

/// A door, and a fuzzer to knock at it.
#[derive(Debug)]
pub struct Target {
    /// As `cargo fuzz run` takes it.
    pub name: String,
    program: PathBuf,
    /// Small inputs to begin with, each a kind of its own.
    seeds: PathBuf,
}

/// How a target was tried without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Inputs, the seeds included.
    pub inputs: u64,
    /// Branches that some input reached.
    pub branches: u64,
    /// What libFuzzer's choices followed from.
    pub seed: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// Builds all targets.
///
/// # Errors
/// When one does not build, or has no seeds.
pub fn build() -> anyhow::Result<Vec<Target>> {
    install::packages(install::FUZZ)?;
    let (target, triple) = (target_folder().join("fuzz"), host()?);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = child::command(cargo.as_ref(), Orphaned::Terminate, None);
    // For a named system, so that what runs while building is not counted.
    // Quiet, so that what is said is why it failed, and not what was built before.
    command.args(["build", "--quiet", "--release", "--target", &triple, "--target-dir"]).arg(&target);
    command.current_dir(folder()).env("CARGO_ENCODED_RUSTFLAGS", COUNTERS.join("\u{1f}"));
    forget_our_package(&mut command);
    say::step("Building the fuzz targets", || {
        let output = child::run(command, b"", BUILD_PATIENCE)?;
        ensure!(output.status.success(), "the fuzz targets do not build:\n{}", output.stderr);
        Ok(())
    })?;
    let built = target.join(triple).join("release");
    names()?.into_iter().map(|name| Target::new(name, &built)).collect()
}

/// The targets, by their files.
fn names() -> anyhow::Result<Vec<String>> {
    let files = fs::read_dir(folder().join("fuzz_targets")).context("tests/fuzz/fuzz_targets is not there")?;
    let stems = files.flatten().filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned()));
    let mut names = stems.collect::<Vec<_>>();
    names.sort();
    ensure!(!names.is_empty(), "tests/fuzz/fuzz_targets is empty");
    Ok(names)
}

fn host() -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = Command::new(rustc).arg("-vV").output().context("cannot run rustc")?.stdout;
    let said = String::from_utf8_lossy(&said).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not name its host")
}

impl Target {
    fn new(name: String, built: &Path) -> anyhow::Result<Self> {
        let (program, seeds) = (built.join(&name), folder().join("corpus").join(&name));
        ensure!(program.is_file(), "{name} was not built: it has no [[bin]] in tests/fuzz/Cargo.toml");
        let some = fs::read_dir(&seeds).is_ok_and(|mut seeds| seeds.next().is_some());
        ensure!(some, "{name} has no seeds in tests/fuzz/corpus/{name}: without any it would start from nothing");
        Ok(Self { name, program, seeds })
    }

    /// Invents inputs for so long.
    ///
    /// # Errors
    /// A finding; the message names the file that holds the input.
    pub fn run(&self, time: Duration) -> anyhow::Result<Tried> {
        let found = target_folder().join("fuzz/found");
        fs::create_dir_all(&found)?;
        // What it learns is forgotten: each run is as good as the first.
        let learnt = Scratch::new("fuzz")?;
        let mut command = child::command(&self.program, Orphaned::Kill, None);
        command
            .arg(format!("-max_total_time={}", time.as_secs().max(1)))
            .arg(format!("-artifact_prefix={}/{}-", found.display(), self.name))
            .args([format!("-timeout={SLOW_SECONDS}"), format!("-rss_limit_mb={MEMORY_MIB}")])
            .arg("-print_final_stats=1")
            .args([learnt.path(), &self.seeds])
            .env("RUST_BACKTRACE", "0");
        let output = child::run(command, b"", time + END_PATIENCE)?;
        if output.status.success() {
            return said::tried(&output.stderr).with_context(|| format!("{} ran, and tried nothing", self.name));
        }
        let (why, input) = (said::complaint(&output.stderr), said::artifact(&output.stderr));
        let Some(input) = input else { bail!("{} ended oddly ({}):\n{why}", self.name, output.status) };
        bail!(
            "{name} has a fault: {why}\nAgain: {program} {input}",
            name = self.name,
            program = self.program.display()
        );
    }
}

/// Tries every target for so long, as many at a time as there are processors.
///
/// # Errors
/// All findings; the others are tried to the end all the same.
pub fn run(targets: &[Target], time: Duration) -> anyhow::Result<()> {
    let waiting = Mutex::new(targets.iter().collect::<VecDeque<_>>());
    let faults = Mutex::new(Vec::new());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || {
        while let Some(target) = next() {
            match target.run(time) {
                Ok(Tried { inputs, branches, seed }) => {
                    say::line(format!("{}: {inputs} inputs reach {branches} branches (seed {seed})", target.name));
                }
                Err(fault) => faults.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{fault:#}")),
            }
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    say::step(&format!("Fuzzing {} targets for {} s each", targets.len(), time.as_secs()), || {
        thread::scope(|scope| (0..processors).for_each(|_| drop(scope.spawn(work))));
        Ok(())
    })?;
    let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    ensure!(faults.is_empty(), "{}", faults.join("\n\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A shell script in a fuzzer's place.
    fn pretending(script: &str) -> (tempfile::TempDir, Target) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("door");
        fs::write(&program, format!("#!/bin/sh\n{script}")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let target = Target { name: "door".into(), program, seeds: folder.path().to_owned() };
        (folder, target)
    }

    #[test]
    fn every_target_has_seeds_and_every_seed_is_small() {
        for name in names().unwrap() {
            let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in tests/fuzz/Cargo.toml");
            let seeds = fs::read_dir(folder().join("corpus").join(&name)).unwrap().flatten().collect::<Vec<_>>();
            assert!(!seeds.is_empty(), "{name}");
            assert!(seeds.iter().all(|seed| seed.metadata().unwrap().len() < 2048), "{name}");
        }
    }

    #[test]
    fn a_finding_is_told_with_its_input_and_the_others_go_on() {
        let (_there, bad) = pretending(
            "echo \"thread '<unnamed>' panicked at a.rs:1:\nnobody signed this\nnote: run with\" >&2
             echo \"Test unit written to found/door-crash-1\" >&2; exit 77",
        );
        let (_here, good) = pretending("echo 'INFO: Seed: 7\n#12\tDONE   cov: 3 ft: 4' >&2");
        assert_eq!(good.run(Duration::ZERO).unwrap(), Tried { inputs: 12, branches: 3, seed: "7".into() });
        let fault = run(&[bad, good], Duration::ZERO).unwrap_err().to_string();
        assert!(fault.contains("door has a fault: ") && fault.contains("nobody signed this"), "{fault}");
        assert!(fault.contains("door found/door-crash-1"), "{fault}");
    }

    #[test]
    fn a_fuzzer_that_tries_nothing_has_not_passed() {
        for (script, expected) in [("exit 0", "tried nothing"), ("echo what >&2; exit 1", "ended oddly")] {
            let (_there, target) = pretending(script);
            let fault = target.run(Duration::ZERO).unwrap_err().to_string();
            assert!(fault.contains(expected), "{fault}");
        }
    }
}

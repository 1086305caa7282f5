//! `cargo xtask guards`: does the chaos see it when a guard is missing?
//!
//! A test that cannot fail proves nothing. So each guard of money and seats is
//! taken out of a copy of the checkout, the booking site is built from that,
//! and the chaos runs against it: the auditor must see what the guard had
//! kept from happening. First it runs against the site as it is, which it must
//! find nothing wrong with. Many minutes; for makers.

mod table;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use real_parts::child;
use real_parts::programs::{OTHER_SITE, forget_our_package};
use real_parts::say;

use self::table::{Change, GUARDS, Guard};
use crate::steps::{cargo, openly, quietly, root, target_folder};

/// A site without a guard may get stuck.
const PATIENCE: Duration = Duration::from_secs(900);
/// Not copied: what cargo, npm and git make.
const LEFT_OUT: [&str; 3] = ["target", "node_modules", ".git"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only guards whose name holds this, or one of these
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// What the guests and all that befalls them are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many guests in each run
    #[arg(long, default_value_t = 400)]
    orders: u32,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut chaos = cargo();
    chaos.args(["test", "--workspace", "--features", "kiosk-app/mock", "--test", "chaos", "--no-run"]);
    openly("Building the chaos", &mut chaos)?;
    let copy = Copy::of_checkout()?;
    copy.build()?;
    let seen = copy.chaos(args)?;
    ensure!(seen.well, "the chaos fails with every guard in its place, so it proves nothing of one:\n{}", seen.said);
    say::line("With every guard in its place nothing is found.\n");

    let wanted = |guard: &&Guard| args.only.is_empty() || args.only.iter().any(|text| guard.name.contains(text));
    let mut rows = Vec::new();
    for guard in GUARDS.iter().filter(wanted) {
        say::line(format!("Without: {}", guard.name));
        let verdict = copy.without(guard, args)?;
        say::line(format!("  {verdict}\n"));
        rows.push((guard, verdict));
    }
    println!("{}", report(&rows));
    let missed = rows.iter().filter(|(_, verdict)| !verdict.caught).count();
    ensure!(missed == 0, "{missed} of {} guards could be taken out and nobody saw it", rows.len());
    Ok(())
}

/// What came of taking a guard out.
struct Verdict {
    caught: bool,
    how: String,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", if self.caught { "seen" } else { "NOT SEEN" }, self.how)
    }
}

/// One run of the chaos.
struct Seen {
    well: bool,
    said: String,
}

impl Seen {
    /// What the auditor found, each as `Kind: what`.
    fn findings(&self) -> Vec<&str> {
        self.said.lines().filter_map(|line| line.strip_prefix("finding ")).collect()
    }

    fn judged(&self, guard: &Guard) -> Verdict {
        let findings = self.findings();
        let is_meant = |finding: &&&str| guard.seen_as.iter().any(|kind| finding.starts_with(&format!("{kind}: ")));
        match (self.well, findings.iter().find(is_meant)) {
            (true, _) => Verdict { caught: false, how: "the chaos found nothing wrong".into() },
            (false, Some(finding)) => {
                let (finding, others) = (finding.chars().take(160).collect::<String>(), findings.len() - 1);
                Verdict { caught: true, how: format!("{finding} (and {others} more)") }
            }
            (false, None) => {
                let tail = self.said.lines().rev().take(12).collect::<Vec<_>>();
                let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n    ");
                Verdict { caught: false, how: format!("something else broke: {findings:#?}\n    {tail}") }
            }
        }
    }
}

/// A copy of the checkout, to be changed.
struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn of_checkout() -> anyhow::Result<Self> {
        let guards = target_folder().join("guards");
        let copy = Self { folder: guards.join("checkout"), target: guards.join("target") };
        say::step("Copying the checkout", || copy_folder(&root(), &copy.folder))?;
        Ok(copy)
    }

    fn without(&self, guard: &Guard, args: &Args) -> anyhow::Result<Verdict> {
        let changed = guard.without.iter().try_for_each(|change| self.change(change)).context(guard.name);
        let seen = changed.map(|()| self.build()).and_then(|built| match built {
            Ok(()) => Ok(self.chaos(args)?.judged(guard)),
            Err(error) => Ok(Verdict { caught: false, how: format!("it cannot be taken out like this: {error:#}") }),
        });
        for Change { file, .. } in guard.without {
            fs::copy(root().join(file), self.folder.join(file))?;
        }
        seen
    }

    fn change(&self, Change { file, text, instead }: &Change) -> anyhow::Result<()> {
        let path = self.folder.join(file);
        let whole = fs::read_to_string(&path)?;
        ensure!(whole.matches(text).count() == 1, "this should stand once in {file}: {text}");
        Ok(fs::write(path, whole.replace(text, instead))?)
    }

    /// Builds the site from the copy, as it is now.
    fn build(&self) -> anyhow::Result<()> {
        let mut build = Command::new(cargo().get_program());
        build.current_dir(&self.folder);
        build.args(["build", "--quiet", "--workspace", "--bin", "booking-web", "--target-dir"]).arg(&self.target);
        forget_our_package(&mut build);
        quietly("  Building booking-web", &mut build)
    }

    /// Lets the chaos loose on the site that was built last.
    fn chaos(&self, args: &Args) -> anyhow::Result<Seen> {
        let mut chaos = child::command(Path::new(cargo().get_program()), child::Orphaned::Terminate, None);
        chaos.current_dir(root());
        chaos.args(["test", "--quiet", "--workspace", "--features", "kiosk-app/mock", "--test", "chaos", "--"]);
        chaos.args(["--ignored", "--nocapture"]);
        forget_our_package(&mut chaos);
        let orders = args.orders.to_string();
        let site: OsString = self.target.join("debug/booking-web").into();
        chaos.env(OTHER_SITE, site).env("CHAOS_SEED", args.seed.to_string()).env("CHAOS_ORDERS", orders);
        chaos.env("RUST_BACKTRACE", "0");
        say::step("  Chaos", || match child::run(chaos, b"", PATIENCE) {
            Ok(output) => Ok(Seen { well: output.status.success(), said: output.stdout + &output.stderr }),
            Err(error) if error.to_string().contains("did not end") => {
                Ok(Seen { well: false, said: error.to_string() })
            }
            Err(error) => bail!(error),
        })
    }
}

/// Files that are the same keep their time, so that cargo builds no more than it must.
fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, there) = (entry.file_name(), to.join(entry.file_name()));
        if LEFT_OUT.iter().any(|it| *it == name) {
            continue;
        }
        // Through links, too.
        if fs::metadata(entry.path())?.is_dir() {
            copy_folder(&entry.path(), &there)?;
        } else if fs::read(&there).ok() != Some(fs::read(entry.path())?) {
            fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

/// Guard by guard: what it keeps, and what was seen without it.
fn report(rows: &[(&Guard, Verdict)]) -> String {
    let line = |(guard, verdict): &(&Guard, Verdict)| {
        let mark = if verdict.caught { "✓" } else { "✗" };
        format!("{mark} {}\n    keeps: {}\n    without it: {}\n", guard.name, guard.keeps, verdict.how)
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(well: bool, said: &str) -> Verdict {
        let guard = Guard { name: "g", keeps: "k", without: &[], seen_as: &["Oversold"] };
        Seen { well, said: said.into() }.judged(&guard)
    }

    #[test]
    fn only_what_the_guard_kept_from_happening_counts_as_seen() {
        assert!(judged(false, "chaos\nfinding Counter: x\nfinding Oversold: 3 of 2\n").caught);
        assert!(!judged(false, "finding OversoldNot: x\nfinding Counter: x").caught, "something else");
        assert!(!judged(false, "the site does not start").caught);
        assert!(!judged(true, "").caught, "nothing");
    }
}

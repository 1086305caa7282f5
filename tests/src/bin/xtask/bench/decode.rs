//! What is read of codes badly held, and how fast: by the gate's reader and by others.
//!
//! Every reader gets the same picture, one after the other, before the next
//! picture comes, so whatever else the machine does happens to all of them.
//! Times are from a picture in memory to its texts, on one thread.
//!
//! Reading order: here → `sets` (which pictures) → `tally` (what a reader made
//! of them) → `table` → `first_read` (how long a code must be held up) → `figures`.

mod figures;
mod first_read;
mod sets;
mod table;
mod tally;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use real_parts::pictures::Sheet;
use real_parts::rivals::{Reader, Which};
use real_parts::{install, say};
use serde_json::Value;

use self::sets::{Origin, Set};
use self::table::{Kinds, Overall};
use self::tally::Tally;
use crate::release;

/// The first pictures find everything cold, and do not count.
const WARM_UP: usize = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the made pictures are made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many pictures are made of each kind of trouble
    #[arg(long, value_name = "N", default_value_t = 38)]
    of_each_kind: u32,
    /// How many codes are held up by each gesture, each until it is read
    #[arg(long, value_name = "N", default_value_t = 8)]
    sequences: u32,
    /// Also draw the made pictures on one sheet: green is what the first of the readers gets right
    #[arg(long, value_name = "FILE.png")]
    sheet: Option<PathBuf>,
    /// Ask only these
    #[arg(long, value_name = "READER", value_delimiter = ',', num_args = 1..)]
    only: Vec<Which>,
    /// Answer for a reader on standard output: how this program runs one in a process of its own
    #[arg(long, value_name = "READER", hide = true)]
    pub(super) serve: Option<Which>,
}

/// A reader that is there, and what it has done.
struct Candidate {
    which: Which,
    version: String,
    reader: Box<dyn Reader>,
    tallies: Vec<Tally>,
    /// Of all sets, frames of the size that a gate's camera gives.
    frames: Tally,
}

/// One that is not, and why.
struct Skipped {
    which: Which,
    why: String,
}

/// Whether the readers were built with us, and for release.
pub(crate) fn is_ready() -> bool {
    release::is_this() && cfg!(feature = "readers")
}

/// Does the same again with all the asked readers that can be built here.
pub(crate) fn build_and_run_again(args: &Args) -> anyhow::Result<()> {
    let mut features = BTreeSet::from([Which::Ours.feature()]);
    for which in args.asked() {
        match install::packages(which.needs()) {
            Ok(()) => _ = features.insert(which.feature()),
            Err(error) => say::line(format!("SKIPPING {}: {error:#}", which.name())),
        }
    }
    release::run_again_with(&features.into_iter().collect::<Vec<_>>())
}

pub(crate) fn measure(args: &Args) -> anyhow::Result<Value> {
    let (mut candidates, skipped) = opened(args.asked());
    ensure!(!candidates.is_empty(), "none of the readers is here");
    let sets = sets::all(args)?;
    let before = load();
    let mut sheet = Sheet::default();
    for pictures in &sets {
        let what = format!("Showing {} to {} readers", pictures.what, candidates.len());
        say::step(&what, || read_all(&mut candidates, pictures, &mut sheet))?;
    }
    let times = first_read::measure(&mut candidates, args)?;

    println!("\nThe machine's load, of 1, 5 and 15 minutes: {before} before and {} after; {}", load(), processors());
    for (number, pictures) in sets.iter().enumerate() {
        print!("{}", Overall { what: &pictures.what, candidates: &candidates, set: number });
        print!("{}", Kinds { candidates: &candidates, set: number });
    }
    print!("{times}");
    for Skipped { which, why } in &skipped {
        println!("SKIPPED, and in no table: {}: {why}", which.name());
    }
    if let Some(file) = &args.sheet {
        draw(&sheet, file)?;
    }
    println!();
    Ok(figures::json(&sets, &candidates, &skipped, &times))
}

impl Args {
    fn asked(&self) -> Vec<Which> {
        let asked = |which: &Which| self.only.is_empty() || self.only.contains(which);
        Which::ALL.into_iter().filter(asked).collect()
    }
}

fn opened(asked: Vec<Which>) -> (Vec<Candidate>, Vec<Skipped>) {
    let (mut candidates, mut skipped) = (Vec::new(), Vec::new());
    for which in asked {
        match which.open(ourselves) {
            Ok(reader) => {
                let (version, tallies, frames) = (reader.version(), Vec::new(), Tally::default());
                candidates.push(Candidate { which, version, reader, tallies, frames });
            }
            Err(error) => {
                let why = format!("{error:#}");
                say::line(format!("SKIPPING {}: {why}", which.name()));
                skipped.push(Skipped { which, why });
            }
        }
    }
    (candidates, skipped)
}

/// This program, as the answerer for a reader.
fn ourselves(which: Which) -> Command {
    let this = std::env::current_exe().unwrap_or_else(|_| "xtask".into());
    let mut command = real_parts::child::command(&this, real_parts::child::Orphaned::Kill, None);
    let name = clap::ValueEnum::to_possible_value(&which).expect("no reader is hidden");
    command.args(["bench", "decode", "--serve", name.get_name()]);
    command
}

fn read_all(candidates: &mut [Candidate], set: &Set<'_>, sheet: &mut Sheet) -> anyhow::Result<()> {
    for picture in set.pictures().take(WARM_UP) {
        let picture = picture?;
        for candidate in &mut *candidates {
            candidate.reader.read(&picture.luma)?;
        }
    }
    for candidate in &mut *candidates {
        candidate.tallies.push(Tally::default());
    }
    for picture in set.pictures() {
        let picture = picture?;
        for (place, candidate) in candidates.iter_mut().enumerate() {
            let Candidate { which, reader, tallies, frames, .. } = candidate;
            reader.forget();
            let reading = reader.read(&picture.luma);
            let reading = reading.with_context(|| format!("{} with {}", which.name(), picture.name))?;
            tallies.last_mut().expect("pushed above").add(&picture, &reading);
            if picture.luma.dimensions() == sets::FRAME {
                frames.add(&picture, &reading);
            }
            if place == 0 && set.origin == Origin::Made {
                sheet.add(&picture, tally::is_right(&picture, &reading));
            }
        }
    }
    Ok(())
}

fn draw(sheet: &Sheet, file: &Path) -> anyhow::Result<()> {
    let fault = || format!("cannot write {}", file.display());
    std::fs::write(file, sheet.png().with_context(fault)?).with_context(fault)?;
    println!("\n{}: from above {}", file.display(), sheet.kinds().collect::<Vec<_>>().join(", "));
    Ok(())
}

/// How many processes wanted a processor: with more of them than processors, times are longer than they need be.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".into());
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn processors() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{processors} processors")
}

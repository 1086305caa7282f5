//! The gate without its database: what it costs to be ready for that, to go
//! on, and to report afterwards.
//!
//! Gates are `kiosk-app admit` processes, a wire that can be cut lies between
//! them and a private MariaDB, and all of them share this machine.
//!
//! Reading order: here → `organiser` (who signs) → `learning` (the first look at
//! all tickets, and the next) → `reporting` (what was done offline, afterwards)
//! → `waiting` (for a verdict, with the database and without) → `trials` (the
//! rush and the flapping network, as the tests hold them).

mod learning;
mod organiser;
mod reporting;
mod trials;
mod waiting;

use real_parts::mariadb::{Options, Server};
use real_parts::offline::evening::Signs;
use real_parts::offline::plan;
use real_parts::say;
use serde_json::Value;

pub(crate) use organiser::{FEATURE, is_ready};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many tickets a gate learns at its first contact
    #[arg(long, default_value_t = 100_000)]
    tickets: usize,
    /// How many it holds at most: what its memory is measured with
    #[arg(long, default_value_t = 1_000_000)]
    most_tickets: usize,
    /// How many scans it reports after a night without the database
    #[arg(long, default_value_t = 10_000)]
    replay: usize,
    /// How many scans there are in the rush
    #[arg(long, default_value_t = 500)]
    scans: usize,
    /// How long the network flaps
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    flap_seconds: usize,
    /// Who comes when: the same seed is the same evening
    #[arg(long)]
    seed: Option<u64>,
}

/// What everything is measured with.
struct Bench {
    server: Server,
    organiser: Box<dyn Signs>,
    seed: u64,
}

/// A figure: its key, what it is called, its value and unit.
struct Figure {
    key: &'static str,
    name: &'static str,
    value: Value,
    unit: &'static str,
}

impl Figure {
    fn of(key: &'static str, name: &'static str, value: f64, unit: &'static str) -> Self {
        Self { key, name, value: Value::from((value * 100.0).round() / 100.0), unit }
    }

    fn count(key: &'static str, name: &'static str, value: usize) -> Self {
        Self { key, name, value: Value::from(value), unit: "" }
    }
}

pub(crate) async fn measure(args: &Args) -> anyhow::Result<Value> {
    let seed = args.seed.unwrap_or_else(plan::seed);
    // Durable: what a gate reports is on the disk when the database says so.
    let options = Options { speed: real_parts::mariadb::Speed::Durable, ..Options::throwaway() };
    let server = say::step("Starting a private MariaDB", || Server::start(options))?;
    let bench = Bench { server, organiser: organiser::organiser()?, seed };
    let mut figures = learning::first(&bench, args.tickets).await?;
    figures.extend(learning::memory(&bench, args.most_tickets).await?);
    figures.extend(reporting::replay(&bench, args.replay).await?);
    figures.extend(waiting::waits(&bench).await?);
    figures.extend(trials::all(&bench, args).await?);
    print(&figures);
    Ok(Value::Object(figures.iter().map(|figure| (figure.key.to_owned(), figure.value.clone())).collect()))
}

fn print(figures: &[Figure]) {
    println!();
    for Figure { name, value, unit, .. } in figures {
        println!("  {name:<58}{:>12} {unit}", value.to_string());
    }
    println!();
}

//! A night without the database, and how long it takes to report it.

use std::time::{Duration, Instant};

use anyhow::ensure;
use real_parts::offline::audit::reported;
use real_parts::offline::evening::{Evening, unique_id};
use real_parts::offline::gate::Gate;
use real_parts::offline::store::Store;
use real_parts::proxy::Wire;
use real_parts::say;

use super::{Bench, Figure};

const PATIENCE: Duration = Duration::from_mins(15);
const GATE: &str = "Gate A";

/// A report of so many scans.
struct Report {
    scans: usize,
    /// For which the gate was without the database.
    offline: Duration,
    /// That it took afterwards.
    took: Duration,
}

impl Report {
    fn per_second(&self) -> f64 {
        self.scans as f64 / self.took.as_secs_f64()
    }
}

pub(super) async fn replay(bench: &Bench, scans: usize) -> anyhow::Result<Vec<Figure>> {
    let near = report(bench, scans, Wire::Whole).await?;
    let far = report(bench, scans, Wire::Far).await?;
    let offline = scans as f64 / near.offline.as_secs_f64();
    Ok(vec![
        Figure::of("replay_s_10k", "reporting a night of scans", near.took.as_secs_f64(), "s"),
        Figure::of("replay_per_s", "  scans a second", near.per_second(), ""),
        Figure::of("replay_far_per_s", "  the same to a server that is 20 ms away", far.per_second(), ""),
        Figure::of("offline_scans_per_s", "scans a second, one after another, offline", offline, ""),
    ])
}

/// Every scan lets somebody in: what a refusal reports is less.
async fn report(bench: &Bench, scans: usize, wire: Wire) -> anyhow::Result<Report> {
    let evening = Evening::open(&bench.server, &*bench.organiser, scans).await?;
    let settings = evening.settings(GATE).await?;
    let codes: Vec<_> = (0..scans).map(|number| bench.organiser.code(&unique_id(number))).collect();
    let mut gate = Gate::start(&evening, GATE, &settings)?;
    Store::of(&evening, GATE).knows(scans, PATIENCE)?;
    evening.set(Wire::Cut);
    say::line(format!("Scanning {scans} tickets without the database"));
    let began = Instant::now();
    for code in &codes {
        let told = gate.scan(code)?;
        ensure!(told.line.reason == "granted" && told.line.mode == "offline", "{:?}", told.line);
    }
    let offline = began.elapsed();
    evening.set(wire);
    say::line("Letting the gate report them");
    let took = reported(&evening, scans, PATIENCE).await?;
    let inside = evening.number("SELECT COUNT(*) FROM tickets WHERE PRESENT = 1").await?;
    ensure!(inside == scans, "{inside} of {scans} guests are inside");
    gate.close()?;
    Ok(Report { scans, offline, took })
}

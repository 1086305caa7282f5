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

/// Every scan lets somebody in: what a refusal reports is less.
pub(super) async fn replay(bench: &Bench, scans: usize) -> anyhow::Result<Vec<Figure>> {
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
    let offline = began.elapsed().as_secs_f64();
    evening.set(Wire::Whole);
    say::line("Letting the gate report them");
    let took = reported(&evening, scans, PATIENCE).await?.as_secs_f64();
    let inside = evening.number("SELECT COUNT(*) FROM tickets WHERE PRESENT = 1").await?;
    ensure!(inside == scans, "{inside} of {scans} guests are inside");
    gate.close()?;
    Ok(vec![
        Figure::of("replay_s_10k", "reporting a night of scans", took, "s"),
        Figure::of("replay_per_s", "  scans a second", scans as f64 / took, ""),
        Figure::of("offline_scans_per_s", "scans a second, one after another, offline", scans as f64 / offline, ""),
    ])
}

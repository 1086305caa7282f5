//! What a guest waits for a verdict, with the database and without.

use std::time::Duration;

use real_parts::offline::evening::{Evening, unique_id};
use real_parts::offline::gate::Gate;
use real_parts::offline::store::Store;
use real_parts::proxy::Wire;
use real_parts::say;
use real_parts::spread::Spread;

use super::{Bench, Figure};

const PATIENCE: Duration = Duration::from_mins(2);
const SCANS: usize = 500;
const GATE: &str = "Gate A";

pub(super) async fn waits(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let evening = Evening::open(&bench.server, &*bench.organiser, 4 * SCANS).await?;
    let settings = evening.settings(GATE).await?;
    let mut gate = Gate::start(&evening, GATE, &settings)?;
    Store::of(&evening, GATE).knows(4 * SCANS, PATIENCE)?;
    say::line("Waiting for verdicts");
    let mut wait = |first: usize| -> anyhow::Result<Spread> {
        let mut spread = Spread::default();
        for number in first..first + SCANS {
            let told = gate.scan(&bench.organiser.code(&unique_id(number)))?;
            spread.add(told.waited.as_secs_f64() * 1e3);
        }
        Ok(spread)
    };
    let online = wait(0)?;
    evening.set(Wire::Far);
    let far = wait(SCANS)?;
    evening.set(Wire::Cut);
    let cut = wait(2 * SCANS)?;
    evening.set(Wire::Whole);
    // Back by itself; then nobody says that the database is gone.
    tokio::time::sleep(Duration::from_secs(3)).await;
    evening.set(Wire::Frozen);
    let silent = wait(3 * SCANS)?;
    evening.set(Wire::Whole);
    gate.close()?;
    Ok(vec![
        Figure::of("verdict_online_ms", "a verdict by the database, median", online.median(), "ms"),
        Figure::of("verdict_online_p95_ms", "  19 of 20", online.percentile(95), "ms"),
        Figure::of("verdict_far_ms", "  by a database that is 20 ms away, median", far.median(), "ms"),
        Figure::of("verdict_offline_ms", "a verdict without it, median", cut.median(), "ms"),
        Figure::of("verdict_offline_p95_ms", "  19 of 20", cut.percentile(95), "ms"),
        Figure::of("verdict_silent_ms", "  where it is silent instead of gone, median", silent.median(), "ms"),
        Figure::of("verdict_silent_worst_ms", "  and the longest", silent.percentile(100), "ms"),
    ])
}

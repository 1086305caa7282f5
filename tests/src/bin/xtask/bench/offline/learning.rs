//! How long a gate takes to know all tickets, and what it holds then.

use std::time::{Duration, Instant};

use anyhow::Context;
use real_parts::offline::evening::Evening;
use real_parts::offline::gate::Gate;
use real_parts::offline::store::Store;
use real_parts::processes::Process;
use real_parts::say;

use super::{Bench, Figure};

const PATIENCE: Duration = Duration::from_mins(15);
/// Tickets that are sold while the gate is at work.
const NEWS: usize = 1000;
const GATE: &str = "Gate A";

/// From the start of a gate that knows nothing, and from a sale to a gate at work.
pub(super) async fn first(bench: &Bench, tickets: usize) -> anyhow::Result<Vec<Figure>> {
    say::line(format!("Issuing {tickets} tickets and their codes"));
    let evening = Evening::open(&bench.server, &*bench.organiser, tickets).await?;
    let settings = evening.settings(GATE).await?;
    let store = Store::of(&evening, GATE);
    say::line("Letting a gate learn them");
    let began = Instant::now();
    let gate = Gate::start(&evening, GATE, &settings)?;
    store.knows(tickets, PATIENCE)?;
    let first = began.elapsed().as_secs_f64();
    evening.issue(tickets, NEWS).await?;
    // The server makes the codes of new tickets within seconds; here nobody serves.
    let began = Instant::now();
    evening.make_codes().await?;
    store.knows(tickets + NEWS, PATIENCE)?;
    let next = began.elapsed().as_secs_f64();
    let megabytes = store.size()? as f64 / 1e6;
    gate.close()?;
    Ok(vec![
        Figure::of("first_sync_s_100k", "first sync, all tickets", first, "s"),
        Figure::of("first_sync_per_s", "  tickets a second", tickets as f64 / first, ""),
        Figure::of("incremental_sync_s_1k", "1,000 tickets more, sold while the gate is at work", next, "s"),
        Figure::of("store_mb_100k", "the store on the disk", megabytes, "MB"),
    ])
}

/// What a gate holds in memory that knows very many.
pub(super) async fn memory(bench: &Bench, tickets: usize) -> anyhow::Result<Vec<Figure>> {
    say::line(format!("Issuing {tickets} tickets, with codes that nobody has"));
    let evening = Evening::open(&bench.server, &*bench.organiser, 0).await?;
    let settings = evening.settings(GATE).await?;
    evening.issue(0, tickets).await?;
    evening.make_hollow_codes().await?;
    say::line("Letting a gate learn them");
    let began = Instant::now();
    let gate = Gate::start(&evening, GATE, &settings)?;
    Store::of(&evening, GATE).knows(tickets, PATIENCE)?;
    let took = began.elapsed().as_secs_f64();
    // One more round, so that it is at rest.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let process = Process::of(gate.pid()).context("the gate has ended")?;
    gate.close()?;
    let mib = |kib: u64| kib as f64 / 1024.0;
    Ok(vec![
        Figure::of("rss_mib_1m", "a gate that knows very many tickets holds", mib(process.memory_kib), "MiB"),
        Figure::of("peak_rss_mib_1m", "  and held at most", mib(process.peak_memory_kib), "MiB"),
        Figure::of("first_sync_s_1m", "  and took for its first sync", took, "s"),
    ])
}

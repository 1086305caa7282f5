//! What every way in has in common: texts come, verdicts go, scans are written down.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Context;
use common::Verdict;
use tokio::runtime;
use tokio::sync::{mpsc, watch};

use super::say;
use crate::admit::Admitter;
use crate::settings::Settings;
use crate::upkeep::Standing;
use crate::works::Works;

/// Texts that may wait for their verdict. Nobody stands in such a line at a
/// door; it is there for pictures and pipes.
pub(super) const WAITING: usize = 16;

/// Looking up the database's name may hang in the system; the program's end does not wait for it.
const END_TIME: Duration = Duration::from_millis(100);

/// Answers texts one after another until there are no more, or until asked to stop.
pub(super) fn answer(settings: &Settings, texts: mpsc::Receiver<Vec<u8>>) -> anyhow::Result<()> {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().context("no runtime")?;
    let outcome = runtime.block_on(open_door(settings, texts));
    runtime.shutdown_timeout(END_TIME);
    outcome
}

async fn open_door(settings: &Settings, texts: mpsc::Receiver<Vec<u8>>) -> anyhow::Result<()> {
    let works = Works::start(settings, true);
    let ready = tokio::spawn(say_when_ready(works.upkeep().standing()));
    let outcome = answer_all(&works.admitter, texts).await;
    ready.abort();
    let lasting = works.memory.store().is_lasting();
    let count = works.close().await;
    if count > 0 {
        let scans = if count == 1 { "1 scan is".into() } else { format!("{count} scans are") };
        let then =
            if lasting { "kept on this computer, and sent at the next start" } else { "lost; the verdicts were given" };
        say(&format!("{scans} not in the database yet: {then}"));
    }
    outcome
}

async fn answer_all(admitter: &Admitter, mut texts: mpsc::Receiver<Vec<u8>>) -> anyhow::Result<()> {
    let stop = asked_to_stop();
    tokio::pin!(stop);
    loop {
        // A scan that has begun is finished: somebody stands there.
        let text = tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            text = texts.recv() => text,
        };
        let Some(text) = text else { return Ok(()) };
        let verdict = admitter.admit(&text).await;
        print(&verdict).context("a verdict cannot be written to stdout; is its reader gone?")?;
    }
}

/// One line, at once.
fn print(verdict: &Verdict) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, verdict)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Trouble with the database is better known before the first guest comes.
async fn say_when_ready(mut standing: watch::Receiver<Standing>) {
    let Ok(now) = standing.wait_for(|standing| standing.pulse.is_some()).await else { return };
    if let Some(Err(fault)) = now.pulse.as_deref() {
        tracing::warn!("not ready: {fault}; {}", fault.remedy());
    }
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};

    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without handlers the system ends the program as it always did.
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

//! So many at once, each with the next as soon as one is done.

use std::time::{Duration, Instant};

use anyhow::Context;
use real_parts::spread::Spread;
use tokio::task::JoinSet;

/// How it went.
#[derive(Debug, Default)]
pub(super) struct Load {
    /// Each one's time, in milliseconds.
    pub(super) each: Spread,
    /// From the first to the last.
    pub(super) took: Duration,
}

/// Does `act` so many `times`, `at_once` of them at any time; each is told its number.
pub(super) async fn run<F>(at_once: usize, times: usize, act: &impl Fn(usize) -> F) -> anyhow::Result<Load>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let began = Instant::now();
    let (mut running, mut load) = (JoinSet::new(), Load::default());
    let start = |running: &mut JoinSet<_>, number| {
        let act = act(number);
        running.spawn(async move {
            let began = Instant::now();
            act.await.map(|()| began.elapsed())
        });
    };
    let mut started = 0;
    while started < times.min(at_once) {
        start(&mut running, started);
        started += 1;
    }
    while let Some(done) = running.join_next().await {
        let took = done.context("a guest's task ended oddly")??;
        load.each.add(took.as_secs_f64() * 1e3);
        if started < times {
            start(&mut running, started);
            started += 1;
        }
    }
    load.took = began.elapsed();
    Ok(load)
}

/// How long something takes.
pub(super) async fn timed(what: impl Future<Output = ()>) -> Duration {
    let began = Instant::now();
    what.await;
    began.elapsed()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn never_more_at_once_than_asked_for_and_each_number_once() {
        let (inside, most, sum) =
            (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let act = |number| {
            let (inside, most, sum) = (Arc::clone(&inside), Arc::clone(&most), Arc::clone(&sum));
            async move {
                most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                sum.fetch_add(number, Ordering::SeqCst);
                tokio::task::yield_now().await;
                inside.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            }
        };
        let load = run(3, 10, &act).await.unwrap();
        assert_eq!((load.each.count(), sum.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (10, 45, 3));
    }

    #[tokio::test]
    async fn what_goes_wrong_ends_it() {
        let act = |number| async move {
            anyhow::ensure!(number < 5, "number {number}");
            Ok(())
        };
        assert_eq!(run(1, 10, &act).await.unwrap_err().to_string(), "number 5");
    }
}

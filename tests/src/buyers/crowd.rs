//! All of them at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::buyer::Buyer;
use super::doors::Doors;
use super::report::Report;

/// Who comes.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    /// How many.
    pub buyers: u32,
    /// Which: the same seed is the same crowd.
    pub seed: u64,
    /// How long anybody waits for an answer in all.
    pub patience: Duration,
}

/// Lets everybody in at the same moment and waits until each has an answer, or no patience left.
///
/// # Errors
/// When a buyer's task ends oddly.
pub async fn rush(doors: &Arc<Doors>, crowd: Crowd) -> anyhow::Result<Report> {
    let opening = Arc::new(Barrier::new(crowd.buyers as usize + 1));
    let mut buyers = JoinSet::new();
    for number in 0..crowd.buyers {
        let (doors, opening) = (Arc::clone(doors), Arc::clone(&opening));
        let buyer = Buyer::new(crowd.seed, number);
        buyers.spawn(async move {
            opening.wait().await;
            buyer.live(&doors, Instant::now() + crowd.patience).await
        });
    }
    opening.wait().await;
    let began = Instant::now();
    let mut outcomes = Vec::new();
    while let Some(outcome) = buyers.join_next().await {
        outcomes.push(outcome.context("a buyer's task ended oddly")?);
    }
    Ok(Report { outcomes, answers: doors.answers(), took: began.elapsed() })
}

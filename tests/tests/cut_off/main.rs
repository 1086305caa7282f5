//! Gates that are cut off from their database: in a rush, by a network that
//! flaps, and killed two hundred times.
//!
//! What each gate said is written down as its guests read it, and held against
//! the database and the organiser's list of double admissions. How long a guest
//! waits is measured, too, so this is a program of its own, and one trial has
//! the machine for itself.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

mod flap;
mod kill;
mod rush;

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// Held by the trial that runs.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Waits for something that happens by itself.
async fn eventually(what: &str, happened: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !happened().await {
        assert!(began.elapsed() < rush::PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

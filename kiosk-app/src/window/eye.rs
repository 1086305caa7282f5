//! Ties the camera to the desk: its state and what it sees.

use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tauri::async_runtime::spawn;

use crate::camera::{Camera, Counts};
use crate::desk::Desk;
use crate::presentation::COOL_DOWN;
use crate::scan::watch_frames;

/// Between two looks whether the page has loaded.
const UNTIL_READ: Duration = Duration::from_millis(20);

/// How often the camera's work is logged, for whoever measures.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// Starts looking. It ends when the camera does.
pub(super) fn open(desk: &Desk, camera: &Arc<Camera>) -> io::Result<()> {
    let mut state = camera.state();
    let told = desk.clone();
    spawn(async move {
        loop {
            let now = state.borrow_and_update().clone();
            told.camera_is(&now);
            if state.changed().await.is_err() {
                return;
            }
        }
    });
    spawn(tell_counts(Arc::downgrade(camera)));
    let (desk, frames) = (desk.clone(), camera.frames());
    // A thread of its own, since decoding fills a core. It looks on while a
    // verdict is awaited, so that a code held in view stays one scan.
    let look = move || {
        // A guest who is admitted while the page still loads would be told nothing.
        while !desk.board().is_read() {
            thread::sleep(UNTIL_READ);
        }
        watch_frames(frames, COOL_DOWN, |sighting| {
            desk.sees(sighting);
            ControlFlow::Continue(())
        });
    };
    thread::Builder::new().name("eye".into()).spawn(look).map(drop)
}

/// Logs how many frames there were: `KIOSK_LOG=kiosk_app::timing=debug`.
async fn tell_counts(camera: Weak<Camera>) {
    let (mut before, mut since) = (Counts::default(), Instant::now());
    loop {
        tokio::time::sleep(TOLD_EVERY).await;
        let Some(counts) = camera.upgrade().map(|camera| camera.counts()) else { return };
        let seconds = since.elapsed().as_secs_f64();
        let new = |now: u64, before: u64| now.saturating_sub(before);
        tracing::debug!(
            target: "kiosk_app::timing",
            "frames captured={} dropped={} damaged={} identical={} seconds={seconds:.2}",
            new(counts.captured, before.captured),
            new(counts.dropped, before.dropped),
            new(counts.damaged, before.damaged),
            new(counts.identical, before.identical),
        );
        (before, since) = (counts, Instant::now());
    }
}

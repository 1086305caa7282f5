//! A camera at work: the threads, and the hand on them.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::capture::Capture;
use super::driver::{Driver, fenced};
use super::shared::{Patience, Shared};
use super::{CameraFrames, CameraId, CameraState, Counts, Preview};

/// The gate's camera. It looks for one for ever, goes on after each failure,
/// and ends when it is dropped.
pub struct Camera {
    shared: Arc<Shared>,
    preview: Preview,
    capture: Option<JoinHandle<()>>,
}

/// A thread that a driver holds on to is left behind after so long.
const FAREWELL: Duration = Duration::from_secs(2);

impl Camera {
    /// Starts with the cameras that this function brings. It is called on the
    /// capture thread, which keeps what it makes.
    pub fn with<D: Driver>(wanted: Option<CameraId>, driver: impl FnOnce() -> D + Send + 'static) -> Self {
        Self::patient(wanted, driver, Patience::default())
    }

    pub(super) fn patient<D: Driver>(
        wanted: Option<CameraId>,
        driver: impl FnOnce() -> D + Send + 'static,
        patience: Patience,
    ) -> Self {
        let shared = Arc::new(Shared::new(wanted, patience));
        let (begun, begins) = mpsc::sync_channel(1);
        let capture = spawn("camera", &shared, move |shared| {
            let mut driver = driver();
            shared.begins(driver.waker());
            begun.send(()).ok();
            capture_for_ever(shared, driver);
        });
        // It ends at once when the thread could not be started, or failed.
        begins.recv().ok();
        // The watchdog stays as long as the capture thread, which may outlive this handle.
        if capture.is_none() || spawn("camera watchdog", &shared, watch_over).is_none() {
            shared.ends();
        }
        Self { preview: Preview::new(Arc::clone(&shared)), shared, capture }
    }

    /// What it is doing, now and after each change.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<CameraState> {
        self.shared.state()
    }

    /// Switches at once to another camera, also from one that is silent. See
    /// [`choice`](super::choice) for what happens when that one is not there.
    pub fn choose(&self, wanted: Option<CameraId>) {
        self.shared.give(|order| {
            let differs = order.wanted != wanted;
            order.wanted = wanted;
            differs
        });
    }

    /// Its frames, for reading codes: the newest each time, until the camera ends.
    #[must_use]
    pub fn frames(&self) -> CameraFrames {
        CameraFrames::new(Arc::clone(&self.shared))
    }

    /// Its pictures, for looking at.
    #[must_use]
    pub fn preview(&self) -> Preview {
        self.preview.clone()
    }

    /// What has become of its frames.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.tally.counts()
    }

    /// Ends it: whoever waits for a frame is told that there are no more, and the device is closed.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.shared.give(|order| {
            order.stop = true;
            true
        });
        self.shared.newest.close();
        let Some(capture) = self.capture.take() else { return };
        let end = Instant::now() + FAREWELL;
        while !capture.is_finished() && Instant::now() < end {
            thread::sleep(Duration::from_millis(2));
        }
        if !capture.is_finished() {
            tracing::warn!("the camera does not let go; leaving it behind");
        }
    }
}

fn spawn(name: &str, shared: &Arc<Shared>, work: impl FnOnce(&Shared) + Send + 'static) -> Option<JoinHandle<()>> {
    let for_thread = Arc::clone(shared);
    match thread::Builder::new().name(name.into()).spawn(move || work(&for_thread)) {
        Ok(thread) => Some(thread),
        Err(error) => {
            // Out of threads: the gate lives on its scanner, and says why.
            shared.say(CameraState::Lost { name: String::new(), detail: format!("no thread: {error}") });
            None
        }
    }
}

/// Whatever fails within, the gate's eye opens again.
fn capture_for_ever<D: Driver>(shared: &Shared, driver: D) {
    let mut capture = Capture::new(shared, driver);
    while !shared.order().stop {
        if let Err(fault) = fenced("capturing", || capture.run()) {
            shared.awake();
            shared.say(fault.of(""));
            shared.rest(&shared.order(), shared.patience.longest_pause);
        }
    }
    shared.awake();
    drop(fenced("closing", || drop(capture)));
    shared.say(CameraState::Off);
    shared.ends();
}

fn watch_over(shared: &Shared) {
    while !shared.has_ended() {
        thread::sleep(shared.patience.tick);
        shared.watch_over();
    }
}

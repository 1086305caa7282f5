//! `kiosk-app --headless`: frames in, verdict lines out, no window.

use std::ops::ControlFlow;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc;
#[cfg(feature = "camera")]
use tokio::{runtime, sync::watch};

use super::door;
#[cfg(feature = "camera")]
use crate::camera::{Camera, CameraId, CameraState};
use crate::frame::{Folder, FrameSource};
use crate::scan::watch_frames;
use crate::settings::Settings;

/// Reads pictures.
pub(super) fn run(settings: &Settings, frames: &Path, watch: bool, cool_down: Duration) -> anyhow::Result<()> {
    let source = Folder::open(frames, watch)?;
    if source.is_empty() && !watch {
        tracing::warn!("{} holds no pictures", frames.display());
    }
    answer_frames(settings, source, cool_down)
}

/// Reads the camera that the settings name, else the first that gives pictures,
/// and waits for one while there is none.
#[cfg(feature = "camera")]
pub(super) fn run_on_camera(settings: &Settings, cool_down: Duration) -> anyhow::Result<()> {
    let wanted = settings.camera.clone().map(|name| CameraId { name, bus: String::new() });
    let camera = Camera::start(wanted);
    let state = camera.state();
    thread::Builder::new().name("camera state".into()).spawn(|| log(state)).context("no thread for the camera")?;
    answer_frames(settings, camera.frames(), cool_down)
}

/// Nobody looks at a screen here: the log says what the camera is doing, until it ends.
#[cfg(feature = "camera")]
fn log(mut state: watch::Receiver<CameraState>) {
    let Ok(runtime) = runtime::Builder::new_current_thread().build() else { return };
    runtime.block_on(async {
        loop {
            let now = state.borrow_and_update().clone();
            match now.remedy() {
                Some(remedy) => tracing::warn!("{now}; {remedy}"),
                None => tracing::info!("{now}"),
            }
            if state.changed().await.is_err() {
                return;
            }
        }
    });
}

/// Answers each new scan in these frames.
fn answer_frames(settings: &Settings, source: impl FrameSource + 'static, cool_down: Duration) -> anyhow::Result<()> {
    let (scans, texts) = mpsc::channel(door::WAITING);
    // A thread of its own, since decoding fills a core. It looks on while a
    // verdict is awaited, so that a code held in view stays one scan however
    // long the database takes.
    let watch = move || {
        watch_frames(source, cool_down, |sighting| {
            let text = sighting.is_new.then(|| sighting.code.text.clone().into_bytes());
            match text.map(|text| scans.blocking_send(text)) {
                Some(Err(_)) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        });
    };
    thread::Builder::new().name("frames".into()).spawn(watch).context("no thread to read frames")?;
    door::answer(settings, texts)
}

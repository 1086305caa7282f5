//! Ties the camera to the desk: its state and what it sees.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use tauri::async_runtime::spawn;

use crate::camera::Camera;
use crate::desk::Desk;
use crate::presentation::COOL_DOWN;
use crate::scan::watch_frames;

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
    let (desk, frames) = (desk.clone(), camera.frames());
    // A thread of its own, since decoding fills a core. It looks on while a
    // verdict is awaited, so that a code held in view stays one scan.
    let look = move || {
        watch_frames(frames, COOL_DOWN, |sighting| {
            desk.sees(sighting);
            ControlFlow::Continue(())
        });
    };
    thread::Builder::new().name("eye".into()).spawn(look).map(drop)
}

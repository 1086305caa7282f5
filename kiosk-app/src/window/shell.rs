//! What the window's commands share.

use std::sync::{Arc, Mutex, PoisonError};

use tauri::async_runtime::JoinHandle;

use crate::camera::{Camera, CameraId};
use crate::desk::Desk;

/// The desk, the camera if there is one, and the page that follows.
pub struct Shell {
    desk: Desk,
    camera: Option<Arc<Camera>>,
    following: Mutex<Option<JoinHandle<()>>>,
}

impl Shell {
    /// For this desk. A test has no camera.
    #[must_use]
    pub fn new(desk: Desk, camera: Option<Arc<Camera>>) -> Self {
        Self { desk, camera, following: Mutex::new(None) }
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Switches to the camera that is wanted now.
    pub(super) fn want_camera(&self, wanted: Option<CameraId>) {
        if let Some(camera) = &self.camera {
            camera.choose(wanted);
        }
    }

    /// A page follows; one that was loaded before does no more.
    pub(super) fn followed_by(&self, task: JoinHandle<()>) {
        let before = self.following.lock().unwrap_or_else(PoisonError::into_inner).replace(task);
        if let Some(before) = before {
            before.abort();
        }
    }
}

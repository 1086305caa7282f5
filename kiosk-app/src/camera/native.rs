//! This computer's cameras, by nokhwa. Nothing else in the house names it.
//!
//! nokhwa is asked for little: open, read, close. On Linux it would look for
//! cameras and choose formats badly, and cannot be woken; `linux` does that.
//! On other systems a silent camera can only be reported, not left: their
//! drivers' wait has no end.

#[cfg(target_os = "linux")]
mod linux;
mod open;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other as system;

use super::choice::Found;
use super::driver::{Driver, Waker, fenced};
use super::fault::Fault;
use super::{Camera, CameraId, CameraInfo};
use open::Open;

/// The cameras that are there, in a steady order. One that does not let itself
/// be looked at is among them; what takes no pictures is not.
#[must_use]
pub fn cameras() -> Vec<CameraInfo> {
    let there = fenced("looking for cameras", system::list).unwrap_or_default();
    there.into_iter().map(|Found { id, usable, .. }| CameraInfo { id, usable }).collect()
}

impl Camera {
    /// Starts with this computer's cameras.
    #[must_use]
    pub fn start(wanted: Option<CameraId>) -> Self {
        Self::with(wanted, || Native)
    }
}

struct Native;

impl Driver for Native {
    type Device = Open;

    fn list(&mut self) -> Vec<Found> {
        system::list()
    }

    fn has(&mut self, name: &str) -> bool {
        system::has(name)
    }

    fn open(&mut self, camera: &Found) -> Result<Open, Fault> {
        system::prepare(camera.number)?;
        open::open(camera.number).map_err(|fault| system::explain(camera.number, fault))
    }

    fn waker(&mut self) -> Waker {
        system::waker()
    }
}

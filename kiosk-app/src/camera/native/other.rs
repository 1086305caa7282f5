//! What is special where cameras are not V4L2's: nothing but nokhwa's word.

use nokhwa::query;
use nokhwa::utils::ApiBackend;

use crate::camera::CameraId;
use crate::camera::choice::Found;
use crate::camera::driver::Waker;
use crate::camera::fault::Fault;

pub(super) fn list() -> Vec<Found> {
    let mut there: Vec<Found> = query(ApiBackend::Auto)
        .unwrap_or_default()
        .iter()
        .filter_map(|info| {
            let number = info.index().as_index().ok()?;
            // Windows and macOS have an address of the device here.
            let id = CameraId { name: info.human_name(), bus: info.misc() };
            Some(Found { id, number, usable: true })
        })
        .collect();
    there.sort_by_key(|found| found.number);
    there
}

pub(super) fn has(name: &str) -> bool {
    list().iter().any(|found| found.id.name == name)
}

#[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
pub(super) fn prepare(_: u32) -> Result<(), Fault> {
    Ok(())
}

pub(super) fn explain(_: u32, fault: Fault) -> Fault {
    fault
}

/// Nothing ends these drivers' wait.
pub(super) fn waker() -> Waker {
    Box::new(|| {})
}

//! A USB camera on the camera driver that everybody has.
//!
//! No machine that only runs tests has a camera, and few could pull its plug.
//! So Linux is built to run as an ordinary program (User-Mode Linux), with its
//! own USB and its `uvcvideo` driver, and a camera that is a program is plugged
//! into it, torn out and frozen. Nothing between the driver and the gate is
//! pretended. It needs neither root nor virtualisation; the build takes some
//! minutes, once.
//!
//! Reading order: `kernel` (built, and kept) → [`Machine`] (booted, and spoken
//! to) → `init.sh` (what it understands) → `usb_camera.c`.

mod kernel;
mod machine;

pub use self::machine::{Heard, Machine};

/// Brings what a [`Machine`] needs and the first one would otherwise wait for.
///
/// # Errors
/// When it cannot be built from here; the message says what is missing.
pub fn prepare() -> anyhow::Result<()> {
    kernel::built().map(drop)
}

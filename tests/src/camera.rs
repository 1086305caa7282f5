//! Cameras that are not there, for the real camera path of the gate.
//!
//! A small library (`shim/`, in C, built at its first use) is loaded into the
//! program under test before the C library and answers for `/dev/video*`.
//! nokhwa and the crate `v4l` below it are the real ones and notice nothing.
//! What a camera is, sees and suffers stands in a folder that can be written
//! at any moment; everything that is not a camera passes untouched.
//!
//! ```no_run
//! use real_parts::camera::{Cameras, Fault, Model, Scene};
//!
//! # fn main() -> anyhow::Result<()> {
//! let cameras = Cameras::new()?;                     // a computer without a camera
//! let camera = cameras.plug(Model::default());       // /dev/video0, a metadata node beside it
//! let gate = cameras.wrapper("target/debug/kiosk-app".as_ref());
//! std::process::Command::new(gate).arg("--headless").spawn()?; // or whoever starts it: WebKitWebDriver
//!
//! let shown = camera.show(&Scene::code("https://example.com")); // seen from the next frame on
//! println!("since {:?}", shown.at);
//! camera.unplug();
//! camera.plug_as(4);                                 // the same camera is /dev/video4 now
//! let other_program = camera.busy()?;                // until this is dropped
//! camera.suffer(Fault::Silent);
//! camera.recover(Fault::Silent);
//! # drop(other_program);
//! # Ok(())
//! # }
//! ```
//!
//! Reading order: [`Cameras`] → [`Model`] (what a camera can do) →
//! [`FakeCamera`] (what can happen to it) → [`Scene`] (what it sees) → `draw`
//! and `encode` (from a scene to the bytes of a frame) → `shim/camera.h`.

mod device;
mod draw;
mod encode;
mod model;
mod scene;
mod shim;
#[cfg(test)]
mod tests;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;

pub use self::device::{FakeCamera, Fault, OtherProgram, Shown};
pub use self::model::{MetadataNode, Mode, Model, PixelFormat};
pub use self::scene::{Card, Scene};
use crate::scratch::Scratch;

/// The cameras of a computer, as one program sees them. Dropped with the last
/// of its cameras, it takes its folder away.
#[derive(Clone, Debug)]
pub struct Cameras {
    computer: Arc<Computer>,
}

/// The folder that the shim reads; its layout stands in `shim/camera.h`.
#[derive(Debug)]
struct Computer {
    scratch: Scratch,
    shim: PathBuf,
    /// For names that are never used again.
    serial: AtomicU32,
    /// Held while numbers are given away.
    sockets: Mutex<()>,
}

impl Cameras {
    /// A computer that no camera is plugged into.
    ///
    /// # Errors
    /// When the shim does not build.
    pub fn new() -> anyhow::Result<Self> {
        let shim = shim::built()?;
        let scratch = Scratch::new("cameras")?;
        for folder in ["dev", "plugs", "cameras", "programs"] {
            fs::create_dir(scratch.path().join(folder)).context("cannot make the folder of the fake cameras")?;
        }
        let computer = Computer { scratch, shim, serial: AtomicU32::new(0), sockets: Mutex::new(()) };
        Ok(Self { computer: Arc::new(computer) })
    }

    /// Plugs a new camera in. It sees an empty room.
    ///
    /// # Panics
    /// As everything here: when the temporary folder cannot be written, so that no test could go on.
    #[must_use]
    pub fn plug(&self, model: Model) -> FakeCamera {
        let camera = FakeCamera::new(Arc::clone(&self.computer), model);
        camera.show(&Scene::blank());
        camera.plug();
        camera
    }

    /// A node in `/dev` with a name such as `video-codec`, which is no camera.
    ///
    /// # Panics
    /// When the temporary folder cannot be written.
    pub fn odd_node(&self, name: &str) {
        fs::write(self.computer.path("dev").join(name), "").expect(WRITABLE);
    }

    /// What the program under test must find in its environment. It must go to
    /// that program itself: one that starts it (`setpriv`, a shell) would keep
    /// it for itself. Else take [`Cameras::wrapper`].
    #[must_use]
    pub fn env(&self) -> [(&'static str, PathBuf); 2] {
        [("LD_PRELOAD", self.computer.shim.clone()), ("FAKE_CAMERAS", self.computer.scratch.path().to_owned())]
    }

    /// A program to start instead of `program`, by whatever starts it: the same
    /// process becomes that program with these cameras.
    ///
    /// # Panics
    /// When the temporary folder cannot be written.
    #[must_use]
    pub fn wrapper(&self, program: &Path) -> PathBuf {
        let quoted = |path: &Path| format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"));
        let env: Vec<_> = self.env().iter().map(|(name, value)| format!("{name}={}", quoted(value))).collect();
        let script = format!("#!/bin/sh\nexec env {} {} \"$@\"\n", env.join(" "), quoted(program));
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let wrapper = self.computer.path("programs").join(format!("{}-{name}", self.computer.number()));
        fs::write(&wrapper, script).expect(WRITABLE);
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o700)).expect(WRITABLE);
        wrapper
    }
}

const WRITABLE: &str = "a folder that we made can be written";

impl Computer {
    fn path(&self, part: &str) -> PathBuf {
        self.scratch.path().join(part)
    }

    fn number(&self) -> u32 {
        self.serial.fetch_add(1, Ordering::Relaxed)
    }

    /// Gives nodes the given numbers, or else the lowest free ones, as the
    /// kernel does. Returns the first number.
    fn plug_in(&self, nodes: &[PathBuf], wanted: Option<u32>) -> u32 {
        let _sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let place = |number: u32| self.path("dev").join(format!("video{number}"));
        let free = |first: u32| (first..).zip(nodes).all(|(number, _)| place(number).symlink_metadata().is_err());
        let first = wanted.unwrap_or_else(|| (0..).find(|first| free(*first)).expect("numbers do not end"));
        for (number, node) in (first..).zip(nodes) {
            symlink(node, place(number)).expect("nothing else is plugged in under that number");
        }
        first
    }
}

//! The camera: which there are, what one is doing, and its frames.
//!
//! Reading order: [`Camera`] (the handle) → `capture` (the thread that owns the
//! device) → [`choice`] (which camera) → `film` (is it a new picture?) →
//! `newest` (one place, the newest frame) → [`CameraFrames`] (grey pixels for
//! the reader) and [`Preview`] (JPEG for the operator). `shared` is what the
//! threads share, and where the watchdog wakes a thread that waits for a silent
//! camera. All of it is tested without a device: [`driver`] says what is asked
//! of a system's cameras, and `native`, the only place that names nokhwa and
//! V4L2, answers with the real ones.
//!
//! What is known of real cameras, and where it is fenced:
//!
//! | Fault | Fence |
//! |---|---|
//! | a silent camera blocks its reader for ever | watchdog and waker, [`driver`] |
//! | a buffer returned unfilled shows an old guest's code | `film` |
//! | a second handle shares the fate of the first | closed before anything is tried, `capture` |
//! | the last program left a mode that nokhwa refuses | put into a known one first, `native` |
//! | wishes for a format are half heard | all are listed and ranked here, [`format`](mod@format) |
//! | panics in looking, opening, reading and closing | [`driver`]'s fence |
//! | metadata nodes, encoders and outputs look like cameras | asked what they are, `native` |
//! | numbers change from plug to plug | known by name and socket, [`choice`] |
//! | errors are texts | read by their number, [`fault`] |

mod capture;
pub mod choice;
mod counts;
pub mod driver;
pub mod fault;
mod film;
pub mod format;
mod frames;
mod handle;
pub mod jpeg;
pub mod luma;
#[cfg(feature = "camera")]
mod native;
mod newest;
mod preview;
mod raw;
mod shared;
mod words;

use serde::{Deserialize, Serialize};

pub use counts::Counts;
pub use frames::CameraFrames;
pub use handle::Camera;
#[cfg(feature = "camera")]
pub use native::cameras;
pub use preview::{Jpeg, Preview, PreviewFrame};

/// A camera as it is remembered: what it is called, and where it is plugged in.
/// Its number changes from one plug to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameraId {
    /// The maker's name for it.
    pub name: String,
    /// The socket it is plugged into, as the system names it; empty where it does not.
    pub bus: String,
}

/// A camera that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CameraInfo {
    /// Which.
    #[serde(flatten)]
    pub id: CameraId,
    /// Whether it let itself be looked at and offers pictures that can be read.
    pub usable: bool,
}

/// What the camera is doing. `detail` is the system's own word, for whoever mends it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CameraState {
    /// None is wanted.
    #[default]
    Off,
    /// None is there.
    Searching,
    /// One is being opened.
    Opening(CameraId),
    /// Frames come.
    Live(Live),
    /// Another program has it.
    Busy { name: String, detail: String },
    /// This user may not use it.
    Denied { name: String, detail: String },
    /// It offers no picture that can be read.
    Unsupported { name: String, detail: String },
    /// It is open and silent.
    Stalled { name: String, detail: String },
    /// It went away, or failed; it is being looked for again.
    Lost { name: String, detail: String },
}

/// A camera at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Live {
    /// Which.
    #[serde(flatten)]
    pub id: CameraId,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Frames promised a second.
    pub frames_per_second: u32,
}

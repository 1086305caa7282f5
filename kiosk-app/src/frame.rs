//! Frames, and where they come from.

mod folder;

use std::path::PathBuf;
use std::time::Instant;

use image::GrayImage;

use crate::camera::luma::Damage;
use crate::picture::PictureFault;
pub use folder::Folder;

/// What a camera sees at one moment: brightness only, since a code has no colour.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Eight bits for each pixel.
    pub luma: GrayImage,
    /// Its place among the frames of its source; a gap is a frame that was dropped.
    pub sequence: u64,
    /// When it was taken.
    pub taken_at: Instant,
}

/// Where frames come from.
pub trait FrameSource: Send {
    /// Waits for the next frame; none when there will be no more.
    ///
    /// # Errors
    /// There is no frame this time. The source goes on: ask again.
    fn next_frame(&mut self) -> Result<Option<Frame>, FrameFault>;
}

/// Why there is no frame this time.
#[derive(Debug, thiserror::Error)]
pub enum FrameFault {
    /// A picture that cannot be read.
    #[error(transparent)]
    Picture(#[from] PictureFault),
    /// A camera's frame that shows nothing.
    #[error("a frame of the camera is damaged: {0}; if this is said again and again, try another cable or socket")]
    Camera(#[from] Damage),
    /// The folder of pictures cannot be looked into.
    #[error("{} cannot be looked into: {why}; check the name and who may read it", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's own reason.
        why: std::io::Error,
    },
}

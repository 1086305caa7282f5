//! The gate's own reader.

use image::GrayImage;
use kiosk_app::reader::{self, Budget};

use super::{Reader, Reading};

/// With what it has seen of earlier frames, or with all the time that a single picture is given.
pub(super) enum Ours {
    Frames(reader::Reader),
    Everything,
}

impl Ours {
    pub(super) fn within_a_frame() -> Self {
        Self::Frames(reader::Reader::new())
    }

    pub(super) fn with_everything() -> Self {
        Self::Everything
    }

    fn texts(&mut self, luma: &GrayImage) -> Vec<String> {
        let code = match self {
            Self::Frames(reader) => reader.read(luma),
            Self::Everything => reader::read(luma, Budget::Everything),
        };
        code.map(|code| code.text).into_iter().collect()
    }
}

impl Reader for Ours {
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        Ok(Reading::of(|| self.texts(luma)))
    }

    fn forget(&mut self) {
        if let Self::Frames(reader) = self {
            *reader = reader::Reader::new();
        }
    }
}

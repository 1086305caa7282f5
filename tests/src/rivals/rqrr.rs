//! rqrr as it comes.

use image::GrayImage;
use rqrr::PreparedImage;

use super::versions::locked;
use super::{Reader, Reading, text};

pub(super) struct Rqrr;

impl Reader for Rqrr {
    fn version(&self) -> String {
        locked("rqrr")
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        // It paints on the picture that it is given.
        let luma = luma.clone();
        Ok(Reading::of(|| {
            let mut prepared = PreparedImage::prepare(luma);
            let grids = prepared.detect_grids();
            let read = grids.iter().filter_map(|grid| {
                let mut bytes = Vec::new();
                grid.decode_to(&mut bytes).ok()?;
                Some(text(bytes))
            });
            read.collect()
        }))
    }
}

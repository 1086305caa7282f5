//! quirc, by its Rust port: the binding to the C of it has had no release since 2017.

use image::GrayImage;

use super::versions::locked;
use super::{Reader, Reading, text};

pub(super) struct Quirc(quircs::Quirc);

impl Quirc {
    pub(super) fn new() -> Self {
        Self(quircs::Quirc::new())
    }
}

impl Reader for Quirc {
    fn version(&self) -> String {
        format!("quircs {}", locked("quircs"))
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        let [width, height] = [luma.width(), luma.height()].map(|side| usize::try_from(side).unwrap_or(usize::MAX));
        let reading = Reading::of(|| {
            let codes = self.0.identify(width, height, luma);
            codes.filter_map(|code| Some(text(code.ok()?.decode().ok()?.payload))).collect()
        });
        if reading.fell {
            self.0 = quircs::Quirc::new();
        }
        Ok(reading)
    }
}

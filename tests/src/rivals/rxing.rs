//! rxing, with what it has for hard pictures: a pyramid of sizes, specks closed, inverted.

use std::collections::HashSet;

use image::GrayImage;
use rxing::common::HybridBinarizer;
use rxing::{
    BarcodeFormat, BinaryBitmap, DecodeHints, FilteredImageReader, Luma8Source, MultiFormatReader, Reader as _,
};

use super::versions::locked;
use super::{Reader, Reading};

pub(super) struct Rxing(DecodeHints);

impl Rxing {
    pub(super) fn new() -> Self {
        Self(DecodeHints {
            PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
            TryHarder: Some(true),
            AlsoInverted: Some(true),
            ..DecodeHints::default()
        })
    }

    fn texts(&self, luma: &GrayImage) -> Option<String> {
        let source = Luma8Source::new_with_slice(luma, luma.width(), luma.height()).ok()?;
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        let mut reader = FilteredImageReader::new(MultiFormatReader::default());
        let read = reader.decode_with_hints(&mut bitmap, &self.0).ok()?;
        Some(read.getText().to_owned())
    }
}

impl Reader for Rxing {
    fn version(&self) -> String {
        locked("rxing")
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        Ok(Reading::of(|| self.texts(luma).into_iter().collect()))
    }
}

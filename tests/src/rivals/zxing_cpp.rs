//! zxing-cpp with all its tries.

use image::GrayImage;
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

use super::versions::locked;
use super::{Reader, Reading};

/// The crate, and the release of the C++ that it holds; only unsafe code can ask for that.
const HOLDS: [&str; 2] = ["0.5.3", "3.1.1"];

pub(super) struct ZxingCpp(BarcodeReader);

impl ZxingCpp {
    pub(super) fn new() -> Self {
        let reader = BarcodeReader::new().formats(BarcodeFormat::QRCode);
        Self(reader.try_harder(true).try_rotate(true).try_invert(true).try_downscale(true))
    }
}

impl Reader for ZxingCpp {
    fn version(&self) -> String {
        let [known, inside] = HOLDS;
        let built = locked("zxing-cpp");
        if built == known { inside.to_owned() } else { format!("crate {built}") }
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        Ok(Reading::of(|| {
            let view = ImageView::from_slice(luma, luma.width(), luma.height(), ImageFormat::Lum);
            let codes = view.and_then(|view| self.0.from(view)).unwrap_or_default();
            codes.iter().map(zxingcpp::Barcode::text).collect()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_release_is_known() {
        assert_eq!(ZxingCpp::new().version(), HOLDS[1], "a new crate: see which C++ it holds");
    }
}

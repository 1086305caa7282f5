//! ZBar, the machine's own library of it.

use image::GrayImage;
use zbar_rust::{ZBarConfig, ZBarImageScanner, ZBarSymbolType};

use super::{Reader, Reading, text};

pub(super) struct Zbar(ZBarImageScanner);

impl Zbar {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut scanner = ZBarImageScanner::new();
        for (symbols, config, value) in [
            (ZBarSymbolType::ZBarNone, ZBarConfig::ZBarCfgEnable, 0),
            (ZBarSymbolType::ZBarQRCode, ZBarConfig::ZBarCfgEnable, 1),
            (ZBarSymbolType::ZBarNone, ZBarConfig::ZBarCfgTestInverted, 1),
        ] {
            scanner.set_config(symbols, config, value)?;
        }
        Ok(Self(scanner))
    }
}

impl Reader for Zbar {
    fn version(&self) -> String {
        let (major, minor, patch) = zbar_rust::version();
        format!("{major}.{minor}.{patch}")
    }

    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading> {
        Ok(Reading::of(|| {
            let symbols = self.0.scan_y800(luma.as_raw(), luma.width(), luma.height()).unwrap_or_default();
            symbols.into_iter().map(|symbol| text(symbol.data)).collect()
        }))
    }
}

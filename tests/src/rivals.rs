//! Readers of codes, ours and others', behind one trait, to be measured beside each other.
//!
//! A crate behind a reader is there only when its feature was asked for:
//! building all of them takes minutes and a C++ compiler. What is not there
//! says so when it is opened. Two kinds of reader do not run in this process:
//! one that is no Rust and no C (jsQR), and those that have been seen to search
//! one picture for minutes; they are asked by `piped` and ended when they do not answer.
//!
//! Reading order: here → `ours` → a crate each (`rqrr`, `rxing`, `zxing_cpp`,
//! `zbar`, `quirc`) → `piped` (one that runs elsewhere) → `served` (how we are asked there).

#[cfg(feature = "readers")]
mod ours;
mod piped;
#[cfg(feature = "readers")]
mod quirc;
#[cfg(feature = "readers")]
mod rqrr;
#[cfg(feature = "readers")]
mod rxing;
mod served;
#[cfg(feature = "readers")]
mod versions;
#[cfg(feature = "zbar")]
mod zbar;
#[cfg(feature = "zxing-cpp")]
mod zxing_cpp;

use std::process::Command;
use std::time::Duration;

use anyhow::bail;
use image::GrayImage;

pub use self::served::serve;
use crate::install::{self, Package};

/// Something that finds codes in a picture's brightness.
pub trait Reader {
    /// Which release of it this is.
    fn version(&self) -> String;

    /// Everything it reads, and how long that took it.
    ///
    /// # Errors
    /// When it can be asked no more.
    fn read(&mut self, luma: &GrayImage) -> anyhow::Result<Reading>;

    /// What comes next has nothing to do with what came before.
    fn forget(&mut self) {}
}

/// What a reader made of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The texts, in its own order.
    pub texts: Vec<String>,
    /// From the picture in memory to the texts.
    pub took: Duration,
    /// It panicked, crashed or did not come back in time.
    pub fell: bool,
}

/// The readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Which {
    /// The gate's, within what it may take for one frame
    Ours,
    /// The gate's, with everything it can try
    OursEverything,
    /// The crate that ours is built on, as it comes
    Rqrr,
    /// ZXing in Rust, with its filtered reader, trying harder, also inverted
    Rxing,
    /// ZXing in C++, with all that it can try
    ZxingCpp,
    /// The one that is on every Linux, also inverted
    Zbar,
    /// The small one in C, as its Rust port has it
    Quirc,
    /// The one for browsers
    Jsqr,
}

/// Crates that need nothing but Rust.
const READERS: &str = "readers";

impl Which {
    /// All of them, ours first.
    pub const ALL: [Self; 8] = [
        Self::Ours,
        Self::OursEverything,
        Self::Rqrr,
        Self::Rxing,
        Self::ZxingCpp,
        Self::Zbar,
        Self::Quirc,
        Self::Jsqr,
    ];

    /// As a table names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours, one frame",
            Self::OursEverything => "ours, everything",
            Self::Rqrr => "rqrr",
            Self::Rxing => "rxing",
            Self::ZxingCpp => "zxing-cpp",
            Self::Zbar => "ZBar",
            Self::Quirc => "quirc",
            Self::Jsqr => "jsQR",
        }
    }

    /// The feature of this package that brings it.
    #[must_use]
    pub fn feature(self) -> &'static str {
        match self {
            Self::ZxingCpp => "zxing-cpp",
            Self::Zbar => "zbar",
            _ => READERS,
        }
    }

    /// What the machine must have for it.
    #[must_use]
    pub fn needs(self) -> &'static [Package] {
        match self {
            Self::ZxingCpp => install::ZXING_CPP,
            Self::Zbar => install::ZBAR,
            Self::Jsqr => install::PAGES,
            _ => &[],
        }
    }

    /// Gets it ready. `ourselves` is the command that calls [`serve`] for the reader it is given.
    ///
    /// # Errors
    /// When this machine, or this build, does not have it.
    pub fn open(self, ourselves: impl Fn(Self) -> Command + 'static) -> anyhow::Result<Box<dyn Reader>> {
        match self {
            Self::Rqrr | Self::Quirc => Ok(Box::new(piped::Piped::start(move || ourselves(self))?)),
            Self::Jsqr => Ok(Box::new(piped::jsqr()?)),
            _ => self.in_process(),
        }
    }

    fn in_process(self) -> anyhow::Result<Box<dyn Reader>> {
        match self {
            #[cfg(feature = "readers")]
            Self::Ours => Ok(Box::new(ours::Ours::within_a_frame())),
            #[cfg(feature = "readers")]
            Self::OursEverything => Ok(Box::new(ours::Ours::with_everything())),
            #[cfg(feature = "readers")]
            Self::Rqrr => Ok(Box::new(self::rqrr::Rqrr)),
            #[cfg(feature = "readers")]
            Self::Rxing => Ok(Box::new(self::rxing::Rxing::new())),
            #[cfg(feature = "readers")]
            Self::Quirc => Ok(Box::new(quirc::Quirc::new())),
            #[cfg(feature = "zbar")]
            Self::Zbar => Ok(Box::new(zbar::Zbar::new()?)),
            #[cfg(feature = "zxing-cpp")]
            Self::ZxingCpp => Ok(Box::new(zxing_cpp::ZxingCpp::new())),
            _ => bail!("this program was built without it (its feature is `{}`)", self.feature()),
        }
    }
}

#[cfg(any(feature = "readers", test))]
impl Reading {
    /// Runs a reader of this process; its panic is a picture that it could not read.
    fn of(read: impl FnOnce() -> Vec<String>) -> Self {
        let began = std::time::Instant::now();
        let texts = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
        let took = began.elapsed();
        Self { fell: texts.is_err(), texts: texts.unwrap_or_default(), took }
    }
}

/// What is not UTF-8 is Latin-1, as the standard has it.
#[cfg(feature = "readers")]
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|not| not.into_bytes().into_iter().map(char::from).collect())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn a_panic_is_a_picture_that_was_not_read() {
        let reading = Reading::of(|| panic!("as some readers do"));
        assert!(reading.fell && reading.texts.is_empty());
        let reading = Reading::of(|| vec!["A".into()]);
        assert!(!reading.fell && reading.texts == ["A"]);
    }

    #[test]
    fn every_reader_is_in_the_list_once() {
        assert_eq!(Which::ALL, Which::value_variants());
    }

    #[cfg(not(feature = "readers"))]
    #[test]
    fn one_that_was_not_built_says_so() {
        let error = Which::Rxing.open(|_| Command::new("true")).err().unwrap().to_string();
        assert!(error.contains("built without it (its feature is `readers`)"), "{error}");
    }

    /// Four pixels a module and four modules of quiet zone: what every reader reads.
    #[cfg(feature = "readers")]
    #[test]
    fn every_reader_that_is_there_reads_a_clean_code_and_nothing_on_a_blank_sheet() {
        let drawn = qrcode::QrCode::new("ETS1:A CLEAN CODE").unwrap();
        let drawn = drawn.render::<image::Luma<u8>>().module_dimensions(8, 8).build();
        let blank = GrayImage::from_pixel(320, 240, image::Luma([200]));
        for which in Which::ALL.into_iter().filter(|which| *which != Which::Jsqr) {
            let Ok(mut reader) = which.in_process() else { continue };
            let reading = reader.read(&drawn).unwrap();
            assert_eq!(reading.texts, ["ETS1:A CLEAN CODE"], "{which:?} {}", reader.version());
            assert!(!reading.took.is_zero() && !reader.version().is_empty());
            assert_eq!(reader.read(&blank).unwrap().texts, Vec::<String>::new(), "{which:?}");
        }
    }
}

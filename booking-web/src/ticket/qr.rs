//! The ticket code as a picture that a gate's camera reads: black on white in
//! every mode, with the quiet zone inside the picture, where no page can
//! take it away.

use std::fmt::Write;
use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, GrayImage, ImageEncoder, Luma};
use qrcode::{Color, EcLevel, QrCode};

/// Light modules on each side, as ISO/IEC 18004 asks for.
pub const QUIET_MODULES: u32 = 4;

/// A downloaded picture is at least this wide, so that no gallery app blurs it large.
const PNG_WIDTH: u32 = 640;
const PNG_MODULE: u32 = 10;

/// The largest symbol that a 720-line webcam reads within a second or two when
/// it fills three fifths of its height: at four pixels for a module every third
/// frame or so succeeds, below that hardly one.
const MAX_SHOWN_MODULES: u32 = 105; // version 22

/// A QR code's modules.
#[derive(Clone)]
pub struct Symbol {
    width: u32,
    modules: Vec<Color>,
}

/// A text longer than any QR code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are more than a QR code of this strength holds (2331)")]
pub struct TooLong(pub usize);

/// A text whose code a webcam would not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are more than a webcam reads from a code (1003)")]
pub struct TooDense(pub usize);

/// A ticket code as SVG.
///
/// # Panics
/// For a text above 2,331 bytes, four times the longest ticket code. See
/// [`Symbol::of`] for any other text.
#[must_use]
pub fn svg(code: &str) -> String {
    ticket(code).svg()
}

/// A ticket code as PNG, in grey levels.
///
/// # Panics
/// As [`svg`].
#[must_use]
pub fn png(code: &str) -> Vec<u8> {
    ticket(code).png()
}

fn ticket(code: &str) -> Symbol {
    Symbol::of(code).expect("a ticket code is at most some 500 bytes long")
}

impl Symbol {
    /// The symbol of any text, of the smallest version that holds it at level M:
    /// it survives 15 % of damage, and its modules stay large.
    ///
    /// Why M, and four modules of white, and black on white, and as wide as the
    /// page: `cargo xtask bench ticket` draws the same tickets on the same width in
    /// the same troubled hands, and lets the gate's eye read each in a single
    /// frame. Of 390 it read 333 so; at L, Q and H 328, 312 and 287; light on
    /// dark, as dark mode may turn it, 288; in a strong or pale colour 277 and 166;
    /// on a dark page with one, two, four and six modules of white 309, 322, 336
    /// and 326; on three quarters of the width 291, on half of it 206.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn of(text: &str) -> Result<Self, TooLong> {
        Self::at(text, EcLevel::M)
    }

    /// The symbol of a text that is shown to a webcam from a screen, where
    /// nothing soils it: level L, because larger modules matter more.
    ///
    /// # Errors
    /// [`TooDense`].
    pub fn shown(text: &str) -> Result<Self, TooDense> {
        let symbol = Self::at(text, EcLevel::L).ok();
        symbol.filter(|symbol| symbol.width <= MAX_SHOWN_MODULES).ok_or(TooDense(text.len()))
    }

    fn at(text: &str, level: EcLevel) -> Result<Self, TooLong> {
        let code = QrCode::with_error_correction_level(text, level).map_err(|_| TooLong(text.len()))?;
        let width = u32::try_from(code.width()).expect("the largest version has 177 modules");
        Ok(Self { width, modules: code.into_colors() })
    }

    /// Modules on a side, quiet zone included.
    #[must_use]
    pub fn side(&self) -> u32 {
        self.width + 2 * QUIET_MODULES
    }

    /// One path with one rectangle for each run of dark modules in a row.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.side();
        let mut svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{size}" height="{size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d=""##,
            size = side * 8,
        );
        for (y, row) in self.rows().enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    let (left, top, long) = (x + QUIET_MODULES as usize, y + QUIET_MODULES as usize, run.len());
                    write!(svg, "M{left} {top}h{long}v1h-{long}z").expect("writing to a String cannot fail");
                }
                x += run.len();
            }
        }
        svg + r##"" fill="#000"/></svg>"##
    }

    /// Modules of at least ten pixels.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        let side = self.side();
        let module = PNG_MODULE.max(PNG_WIDTH.div_ceil(side));
        let picture = GrayImage::from_fn(side * module, side * module, |x, y| {
            Luma([if self.is_dark(x / module, y / module) { 0 } else { 255 }])
        });
        let mut png = Cursor::new(Vec::new());
        PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Up)
            .write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::L8)
            .expect("a grey picture of this size can be written to memory");
        png.into_inner()
    }

    fn rows(&self) -> impl Iterator<Item = &[Color]> {
        self.modules.chunks(self.width as usize)
    }

    /// Whether a module is dark; the quiet zone counts as modules and is light.
    fn is_dark(&self, x: u32, y: u32) -> bool {
        let inside = |at: u32| at.checked_sub(QUIET_MODULES).filter(|at| *at < self.width);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => self.modules[(y * self.width + x) as usize] == Color::Dark,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use common::{FirstName, PhoneNo, TicketSigner, UniqueId};

    use super::*;

    fn code(name: &str) -> String {
        let name = FirstName::parse(name).unwrap();
        let phone = PhoneNo::parse("9876543210").unwrap();
        let id = UniqueId::new(&name, &phone, "2026-11-22".parse().unwrap());
        TicketSigner::from_seed(&[7; 32]).sign(&id).to_string()
    }

    #[test]
    fn a_picture_is_large_and_its_quiet_zone_is_white() {
        let symbol = Symbol::of(&code("Asha")).unwrap();
        let picture = image::load_from_memory(&png(&code("Asha"))).unwrap().into_luma8();
        let module = picture.width() / symbol.side();
        assert!(picture.width() >= 500 && module >= 10 && picture.width() == module * symbol.side());
        assert_eq!(picture.width(), picture.height());
        let quiet = QUIET_MODULES * module;
        let inner = quiet..picture.width() - quiet;
        for (x, y, pixel) in picture.enumerate_pixels() {
            assert!(inner.contains(&x) && inner.contains(&y) || pixel.0 == [255], "{x} {y}");
            assert!([0, 255].contains(&pixel.0[0]), "nothing between black and white");
        }
        // The finder's corner is the first dark pixel after the quiet zone.
        assert_eq!((picture.get_pixel(quiet, quiet).0, picture.get_pixel(quiet - 1, quiet).0), ([0], [255]));
    }

    #[test]
    fn the_drawing_has_the_same_dark_modules_as_the_symbol() {
        let symbol = Symbol::of(&code("Asha")).unwrap();
        let svg = symbol.svg();
        let dark = symbol.modules.iter().filter(|module| **module == Color::Dark).count();
        let drawn: usize =
            svg.split("h-").skip(1).map(|run| run.split('z').next().unwrap().parse::<usize>().unwrap()).sum();
        assert_eq!(drawn, dark);
        assert!(svg.contains("shape-rendering=\"crispEdges\"") && svg.contains("M4 4h7v1h-7z"));
        assert!(svg.len() < 20_000, "{}", svg.len());
    }

    #[test]
    fn the_longest_name_of_any_script_fits() {
        let symbol = Symbol::of(&code(&"क्षि ".repeat(10))).unwrap();
        assert!(symbol.side() <= 100, "{}", symbol.side());
        assert!(png(&code(&"𑀅".repeat(50))).len() < 30_000);
    }

    #[test]
    fn a_text_beyond_any_symbol_is_refused() {
        assert_eq!(Symbol::of(&"x".repeat(2332)).err(), Some(TooLong(2332)));
        assert!(Symbol::of(&"x".repeat(2331)).is_ok());
    }

    #[test]
    fn what_is_shown_to_a_webcam_has_modules_that_it_can_tell_apart() {
        for (bytes, modules) in [(272, 61), (1003, 105)] {
            assert_eq!(Symbol::shown(&"x".repeat(bytes)).unwrap().width, modules, "{bytes}");
        }
        for bytes in [1004, 2953, 5000] {
            assert_eq!(Symbol::shown(&"x".repeat(bytes)).err(), Some(TooDense(bytes)));
        }
    }
}

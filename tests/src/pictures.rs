//! Pictures to try a reader with, and what may be read in each.
//!
//! Some are made here, by a seed, so that a figure can be had anywhere and
//! again ([`synthetic`], [`sequences()`]); others are photographs that lie beside
//! the checkout, where somebody put them ([`corpus()`]).

mod backdrop;
mod canvas;
mod clutter;
mod corpus;
mod curve;
mod gestures;
mod jpeg;
mod kinds;
mod lens;
mod light;
mod luck;
mod made;
mod nothing;
mod page;
mod pose;
mod printed;
mod recipe;
mod sensor;
mod sequences;
mod sheet;
mod shot;
#[cfg(test)]
mod tests;
mod ticket;
mod view;
mod wear;

use image::GrayImage;

pub use corpus::{Kept, Set, corpus};
pub use made::synthetic;
pub use printed::{Page, Print, printed};
pub use sequences::{FRAME_SECONDS, FRAMES, Sequence, sequences};
pub use sheet::Sheet;

/// What a gate's webcam sends.
const WIDTH: usize = 1280;
const HEIGHT: usize = 720;

/// A picture and what may be read in it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What tells it from every other.
    pub name: String,
    /// The trouble it has, or the category of a photograph.
    pub kind: String,
    /// Its brightness.
    pub luma: GrayImage,
    /// Any of these is right. None: there is nothing to read, and any answer is wrong.
    pub texts: Vec<String>,
}

impl Picture {
    /// Whether this is what the picture says. Only visible ASCII counts:
    /// readers differ in character sets and line ends, and no ticket has either.
    #[must_use]
    pub fn is_read_by(&self, text: &str) -> bool {
        let text = visible(text);
        self.texts.iter().any(|right| visible(right) == text)
    }

    /// Whether there is something to read.
    #[must_use]
    pub fn has_code(&self) -> bool {
        !self.texts.is_empty()
    }
}

fn visible(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

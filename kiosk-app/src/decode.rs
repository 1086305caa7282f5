//! Grey pixels become the text of a code.
//!
//! rqrr finds and reads; around it stand a fence (`fence`) and the few tries
//! that help it. A camera's frame gets one pass, because the next frame is
//! there in a thirtieth of a second; a picture that somebody names gets every
//! try.

mod fence;

use std::time::{Duration, Instant};

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage};
use rqrr::{BitGrid, Grid, PreparedImage};

use fence::{Bounded, fenced};

/// How much a picture is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Budget {
    /// One pass, as for a camera's frame.
    Frame,
    /// Every try there is.
    Everything,
}

/// A code found in a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What it says.
    pub text: String,
    /// Its corners in the picture's own pixels, in the code's own order: top left, top right, bottom right, bottom left.
    pub corners: [(i32, i32); 4],
}

/// The longest a frame may take. A frame of a camera is read in a twentieth of
/// this; what takes longer is a search that has lost its way.
const FRAME_TIME: Duration = Duration::from_millis(500 * PATIENCE);
/// The longest one try on a picture may take, and all of them together.
const TRY_TIME: Duration = Duration::from_secs(3 * PATIENCE);
const EVERYTHING_TIME: Duration = Duration::from_secs(15 * PATIENCE);
/// An unoptimised build is slow, and its tests share the machine with many others.
const PATIENCE: u64 = if cfg!(debug_assertions) { 10 } else { 1 };

/// Frames are not read larger than a camera makes them.
const FRAME_SIDE: u32 = 1920;
/// A code fills a good part of a photo: most are found at this size, in a fraction of the time.
const GLANCE_SIDE: u32 = 1600;
/// Up to here a picture may be a code drawn with a pixel or two for each module; rqrr wants three.
const TINY_SIDE: u32 = 300;
const SMALL_SIDE: u32 = 1000;

/// Finds the code that a gate would take: a ticket code before any other, else the largest.
#[must_use]
pub fn decode(luma: &GrayImage, budget: Budget) -> Option<Code> {
    let longest = luma.width().max(luma.height());
    match budget {
        Budget::Frame => look(scaled(luma, frame_side(longest)), luma, FRAME_TIME),
        Budget::Everything => {
            let end = Instant::now() + EVERYTHING_TIME;
            let left = || end.saturating_duration_since(Instant::now()).min(TRY_TIME);
            sides(longest).into_iter().take_while(|_| !left().is_zero()).find_map(|side| {
                let mut picture = scaled(luma, side);
                look(picture.clone(), luma, left()).or_else(|| {
                    picture.invert();
                    look(picture, luma, left())
                })
            })
        }
    }
}

fn frame_side(longest: u32) -> u32 {
    if longest <= TINY_SIDE { longest * 4 } else { longest.min(FRAME_SIDE) }
}

/// The sizes to try a picture at, by its longest side, the likeliest first.
fn sides(longest: u32) -> Vec<u32> {
    let smaller = [GLANCE_SIDE, 2 * GLANCE_SIDE].into_iter().filter(|side| *side < longest);
    let other = if longest <= TINY_SIDE {
        vec![4 * longest, 2 * longest]
    } else if longest <= SMALL_SIDE {
        vec![2 * longest]
    } else {
        // Blur and sensor noise vanish at half the size.
        vec![longest / 2]
    };
    smaller.chain([longest]).chain(other).collect()
}

fn scaled(luma: &GrayImage, side: u32) -> DynamicImage {
    let picture = DynamicImage::ImageLuma8(luma.clone());
    let longest = luma.width().max(luma.height());
    if side < longest {
        picture.thumbnail(side, side)
    } else if side > longest {
        // A tiny picture is drawn, not taken: its edges stay where they are.
        let filter = if longest <= TINY_SIDE { FilterType::Nearest } else { FilterType::CatmullRom };
        picture.resize(side, side, filter)
    } else {
        picture
    }
}

/// One pass over a picture, given the time and what the picture was before it was scaled.
fn look(picture: DynamicImage, before: &GrayImage, time: Duration) -> Option<Code> {
    let picture = picture.into_luma8();
    let scale = f64::from(before.width()) / f64::from(picture.width().max(1));
    let codes = fenced(|| {
        let mut prepared = PreparedImage::prepare(Bounded::new(picture, Instant::now() + time));
        let grids = prepared.detect_grids();
        // Each grid has a fence of its own: one that panics does not hide the next.
        grids.iter().filter_map(|grid| fenced(|| read(grid)).flatten()).collect()
    });
    let mut code = taken(codes.unwrap_or_default())?;
    code.corners = code.corners.map(|(x, y)| (rescaled(x, scale), rescaled(y, scale)));
    Some(code)
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates; a corner far outside stays outside")]
fn rescaled(at: i32, scale: f64) -> i32 {
    (f64::from(at) * scale).round() as i32
}

fn read<G: BitGrid>(grid: &Grid<G>) -> Option<Code> {
    let mut bytes = Vec::new();
    grid.decode_to(&mut bytes).ok()?;
    // What is not UTF-8 is Latin-1, as the standard has it.
    let text = String::from_utf8(bytes).unwrap_or_else(|not| not.into_bytes().into_iter().map(char::from).collect());
    Some(Code { text, corners: grid.bounds.map(|point| (point.x, point.y)) })
}

fn taken(codes: Vec<Code>) -> Option<Code> {
    codes.into_iter().max_by_key(|code| (code.text.starts_with("ETS1:"), code.area()))
}

impl Code {
    /// Twice its area in pixels, by the shoelace formula.
    fn area(&self) -> u128 {
        let next = self.corners.iter().cycle().skip(1);
        let cross = |((ax, ay), (bx, by)): (&(i32, i32), &(i32, i32))| {
            i128::from(*ax) * i128::from(*by) - i128::from(*bx) * i128::from(*ay)
        };
        self.corners.iter().zip(next).map(cross).sum::<i128>().unsigned_abs()
    }
}

#[cfg(test)]
mod tests;

//! The sizes at which a picture is looked at.

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage};

/// Frames are not read larger than a camera makes them.
const FRAME_SIDE: u32 = 1920;
/// A code fills a good part of a photo: most are found at this size, in a fraction of the time.
const GLANCE_SIDE: u32 = 1600;
/// Up to here a picture may be a code drawn with a pixel or two for each module.
const TINY_SIDE: u32 = 300;
/// Up to here a code may be so far away that larger is better.
const SMALL_SIDE: u32 = 1300;

/// For a frame, the longest side to look at it with.
pub(super) fn of_frame(luma: &GrayImage) -> u32 {
    let longest = luma.width().max(luma.height());
    if longest <= TINY_SIDE { longest * 4 } else { longest.min(FRAME_SIDE) }
}

/// For a picture, all of them, the likeliest first.
pub(super) fn of_picture(luma: &GrayImage) -> Vec<u32> {
    let longest = luma.width().max(luma.height());
    let smaller = [GLANCE_SIDE, 2 * GLANCE_SIDE].into_iter().filter(|side| *side < longest);
    let larger: &[u32] = if longest <= TINY_SIDE {
        &[4, 2]
    } else if longest <= SMALL_SIDE {
        &[2]
    } else {
        &[]
    };
    let larger = larger.iter().map(|times| times * longest);
    smaller.chain([longest]).chain(larger).collect()
}

/// The picture with this longest side.
pub(super) fn scaled(luma: &GrayImage, side: u32) -> GrayImage {
    let longest = luma.width().max(luma.height());
    if side == longest {
        return luma.clone();
    }
    let picture = DynamicImage::ImageLuma8(luma.clone());
    let scaled = if side < longest {
        picture.thumbnail(side, side)
    } else {
        // A tiny picture is drawn, not taken: its edges stay where they are.
        let filter = if longest <= TINY_SIDE { FilterType::Nearest } else { FilterType::CatmullRom };
        picture.resize(side, side, filter)
    };
    scaled.into_luma8()
}

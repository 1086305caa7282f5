//! Pictures small enough for a README.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;

use image::{Rgb, RgbImage, imageops};

/// What stands behind several pictures, between them, and cut from their corners.
const GROUND: Rgb<u8> = Rgb([208, 211, 222]);
const GAP: u32 = 56;
const CORNER: u32 = 36;

type Colour = [u8; 3];

/// The PNG of a picture with at most 256 colours, a third of the size of one
/// with all of them. A page has few, and letters' soft edges are not missed.
pub(super) fn png(picture: &RgbImage) -> Vec<u8> {
    let palette = commonest_colours(picture);
    let mut places: HashMap<_, u8> = palette.iter().copied().zip(0..=u8::MAX).collect();
    let mut indices = Vec::new();
    for run in runs(picture) {
        let place = *places.entry(run[0]).or_insert_with(|| nearest(&palette, run[0]));
        indices.resize(indices.len() + run.len(), place);
    }

    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    // Neighbours in a palette have nothing in common that a filter could use.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header().unwrap().write_image_data(&indices).unwrap();
    png
}

/// Pixels of one colour in a row; a page has far fewer of these than pixels.
fn runs(picture: &RgbImage) -> impl Iterator<Item = &[Colour]> {
    let (pixels, _) = picture.as_raw().as_chunks();
    pixels.chunk_by(|one, next| one == next)
}

fn commonest_colours(picture: &RgbImage) -> Vec<Colour> {
    let mut counts = HashMap::<_, usize>::new();
    for run in runs(picture) {
        *counts.entry(run[0]).or_default() += run.len();
    }
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (Reverse(*count), *colour));
    colours.into_iter().map(|(colour, _)| colour).take(256).collect()
}

fn nearest(palette: &[Colour], to: Colour) -> u8 {
    let distance = |colour: &Colour| (0..3).map(|at| u32::from(colour[at].abs_diff(to[at])).pow(2)).sum::<u32>();
    let (place, _) = (0..=u8::MAX).zip(palette).min_by_key(|(_, colour)| distance(colour)).unwrap();
    place
}

/// A picture from a file.
pub(super) fn read(file: &Path) -> RgbImage {
    image::open(file).unwrap().into_rgb8()
}

/// As much of each page as a screen of this height shows, side by side on a plain ground.
pub(super) fn side_by_side(pages: &[&RgbImage], height: u32) -> RgbImage {
    let width = pages.iter().map(|page| page.width() + GAP).sum::<u32>() + GAP;
    let mut whole = RgbImage::from_pixel(width, height + 2 * GAP, GROUND);
    let mut left = GAP;
    for page in pages {
        imageops::replace(&mut whole, &screen(page, height), left.into(), GAP.into());
        left += page.width() + GAP;
    }
    whole
}

/// With a screen's round corners; under a short page its own ground goes on.
fn screen(page: &RgbImage, height: u32) -> RgbImage {
    RgbImage::from_fn(page.width(), height, |x, y| {
        if is_cut_off(x, y, page.width(), height) { GROUND } else { *page.get_pixel(x, y.min(page.height() - 1)) }
    })
}

/// Whether a corner's rounding takes this pixel.
fn is_cut_off(x: u32, y: u32, width: u32, height: u32) -> bool {
    let beyond = |at: u32, size: u32| CORNER.saturating_sub(at).max((at + CORNER + 1).saturating_sub(size));
    beyond(x, width).pow(2) + beyond(y, height).pow(2) > CORNER.pow(2)
}

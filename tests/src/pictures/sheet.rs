//! Many pictures on one sheet, to see at a glance what is read and what is not.

use std::io;

use anyhow::Context;
use image::imageops::{FilterType, resize};

use super::Picture;

/// Pictures of a kind, side by side.
const COLUMNS: usize = 8;
const SIZE: (u32, u32) = (160, 90);
/// The coloured edge, and what is between two edges.
const EDGE: usize = 3;
const GAP: usize = 3;
/// A sheet is for a page that people load.
const MOST_BYTES: usize = 600_000;

/// Colours of the edges, and of what is between; the greys come after them.
const COLOURS: [[u8; 3]; 3] = [[255, 255, 255], [30, 160, 60], [215, 40, 40]];
const RIGHT: u8 = 1;
const WRONG: u8 = 2;

/// Grey values by rows, and whether that was right.
type Thumb = (Vec<u8>, bool);

/// A sheet in the making: a row for each kind, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    rows: Vec<(String, Vec<Thumb>)>,
}

impl Sheet {
    /// One more, if there is room in the row of its kind. What was right is green:
    /// a code that was read, or nothing where there was nothing.
    pub fn add(&mut self, picture: &Picture, right: bool) {
        let place = self.rows.iter().position(|(kind, _)| *kind == picture.kind).unwrap_or_else(|| {
            self.rows.push((picture.kind.clone(), Vec::new()));
            self.rows.len() - 1
        });
        let row = &mut self.rows[place].1;
        if row.len() < COLUMNS {
            row.push((resize(&picture.luma, SIZE.0, SIZE.1, FilterType::Triangle).into_raw(), right));
        }
    }

    /// The kinds, from the first row to the last.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|(kind, _)| kind.as_str())
    }

    /// The file, as a PNG of at most 600 kB: with as many greys as there is room for.
    ///
    /// # Errors
    /// When the sheet is empty, or too large even in eight greys.
    pub fn png(&self) -> anyhow::Result<Vec<u8>> {
        for greys in [64, 32, 16, 8] {
            let png = self.in_greys(greys).context("cannot write the sheet of pictures")?;
            if png.len() <= MOST_BYTES {
                return Ok(png);
            }
        }
        anyhow::bail!("a sheet of {} rows is too large; show fewer kinds", self.rows.len())
    }

    fn in_greys(&self, greys: u8) -> anyhow::Result<Vec<u8>> {
        let (across, down) = (SIZE.0 as usize + 2 * EDGE + GAP, SIZE.1 as usize + 2 * EDGE + GAP);
        let (width, height) = (COLUMNS * across + GAP, self.rows.len() * down + GAP);
        let mut pixels = vec![0; width * height];
        for (row, (_, pictures)) in self.rows.iter().enumerate() {
            for (column, (thumb, right)) in pictures.iter().enumerate() {
                let corner = (GAP + row * down) * width + GAP + column * across;
                put(&mut pixels[corner..], width, thumb, *right, greys);
            }
        }
        let mut file = Vec::new();
        let size = [width, height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let mut encoder = png::Encoder::new(io::Cursor::new(&mut file), size[0], size[1]);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette(greys));
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&pixels)?;
        Ok(file)
    }
}

fn palette(greys: u8) -> Vec<u8> {
    let grey = |number: u8| u8::try_from(u32::from(number) * 255 / u32::from(greys - 1)).unwrap_or(255);
    let greys = (0..greys).map(|number| [grey(number); 3]);
    COLOURS.into_iter().chain(greys).flatten().collect()
}

/// A thumbnail and its edge, from the upper left corner on.
fn put(pixels: &mut [u8], width: usize, thumb: &[u8], right: bool, greys: u8) {
    let (wide, high) = (SIZE.0 as usize, SIZE.1 as usize);
    let edge = if right { RIGHT } else { WRONG };
    for row in pixels.chunks_mut(width).take(high + 2 * EDGE) {
        row[..wide + 2 * EDGE].fill(edge);
    }
    let first = u8::try_from(COLOURS.len()).unwrap_or(u8::MAX);
    let number = |grey: u8| (u32::from(grey) * u32::from(greys - 1) + 127) / 255;
    for (row, from) in pixels.chunks_mut(width).skip(EDGE).zip(thumb.chunks_exact(wide)) {
        for (pixel, grey) in row[EDGE..].iter_mut().zip(from) {
            *pixel = first + u8::try_from(number(*grey)).unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(kind: &str, seed: u64) -> Picture {
        let mut luck = super::super::luck::Luck::new(seed);
        let luma = image::GrayImage::from_fn(320, 180, |_, _| image::Luma([u8::try_from(luck.bits() >> 56).unwrap()]));
        Picture { name: format!("{kind} {seed}"), kind: kind.to_owned(), luma, texts: Vec::new() }
    }

    #[test]
    fn a_full_sheet_is_small_enough_and_shows_what_was_right() {
        let mut sheet = Sheet::default();
        for (place, kind) in ["a", "b", "c"].iter().enumerate() {
            for seed in 0..10 {
                sheet.add(&picture(kind, seed), place == 1);
            }
        }
        let png = sheet.png().unwrap();
        let sheet = image::load_from_memory(&png).unwrap().into_rgb8();
        assert!(png.len() < MOST_BYTES, "{}", png.len());
        assert_eq!(sheet.dimensions(), (8 * 169 + 3, 3 * 99 + 3));
        let edge = |row: u32, column: u32| sheet.get_pixel(3 + column * 169, 4 + row * 99).0;
        assert_eq!([edge(0, 7), edge(1, 0)], [COLOURS[2], COLOURS[1]]);
    }

    #[test]
    fn a_sheet_has_no_more_of_a_kind_than_a_row_holds() {
        let mut sheet = Sheet::default();
        (0..20).for_each(|seed| sheet.add(&picture("a", seed), true));
        assert_eq!((sheet.rows[0].1.len(), sheet.kinds().collect::<Vec<_>>()), (8, vec!["a"]));
    }
}

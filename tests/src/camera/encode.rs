//! From a scene to the bytes of a frame, in each format that a camera may have.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use super::draw::{self, Patch, Yuv};
use super::model::{Mode, PixelFormat};
use super::scene::Card;

type Key = (PixelFormat, u32, u32);

/// Empty rooms, ready to be painted over.
static ROOMS: LazyLock<Mutex<HashMap<Key, Arc<Vec<u8>>>>> = LazyLock::new(Mutex::default);

/// One frame of these cards, the last in front.
pub(super) fn frame(mode: &Mode, cards: &[Card]) -> Vec<u8> {
    let layout = Layout { format: mode.format, width: mode.width as usize, height: mode.height as usize };
    let mut pixels = room(mode).to_vec();
    for card in cards {
        layout.paint(&mut pixels, &draw::card(card, mode.width, mode.height));
    }
    match mode.format {
        PixelFormat::Mjpg => jpeg(&pixels, mode),
        PixelFormat::BareMjpg => without_tables(&jpeg(&pixels, mode)),
        _ => pixels,
    }
}

fn room(mode: &Mode) -> Arc<Vec<u8>> {
    let key = (mode.format, mode.width, mode.height);
    let mut rooms = ROOMS.lock().unwrap_or_else(PoisonError::into_inner);
    let made = rooms.entry(key).or_insert_with(|| {
        let layout = Layout { format: mode.format, width: mode.width as usize, height: mode.height as usize };
        Arc::new(layout.lay_out(&draw::room(mode.width, mode.height)))
    });
    Arc::clone(made)
}

/// Where a pixel's brightness and colour are.
#[derive(Clone, Copy)]
struct Layout {
    format: PixelFormat,
    width: usize,
    height: usize,
}

impl Layout {
    fn lay_out(self, room: &[Yuv]) -> Vec<u8> {
        let mut bytes = vec![0; self.size()];
        for (place, pixel) in room.iter().enumerate() {
            self.put(&mut bytes, place % self.width, place / self.width, *pixel);
        }
        bytes
    }

    /// A card has no colour.
    fn paint(self, bytes: &mut [u8], patch: &Patch) {
        for (row, pixels) in patch.pixels.chunks(patch.width.max(1) as usize).enumerate() {
            for (column, pixel) in pixels.iter().enumerate() {
                if let Some(luma) = pixel {
                    self.put(bytes, patch.left as usize + column, patch.top as usize + row, (*luma, 128, 128));
                }
            }
        }
    }

    fn size(self) -> usize {
        let pixels = self.width * self.height;
        match self.format {
            PixelFormat::Mjpg | PixelFormat::BareMjpg => pixels * 3,
            PixelFormat::Yuyv | PixelFormat::Uyvy => pixels * 2,
            PixelFormat::Nv12 => pixels * 3 / 2,
            PixelFormat::Grey | PixelFormat::H264 => pixels,
        }
    }

    fn put(self, bytes: &mut [u8], x: usize, y: usize, (luma, blue, red): Yuv) {
        let at = y * self.width + x;
        // Pixels share their colour in pairs: the left one's blue, the right one's red.
        let colour = if x.is_multiple_of(2) { blue } else { red };
        match self.format {
            PixelFormat::Mjpg | PixelFormat::BareMjpg => {
                bytes[at * 3..at * 3 + 3].copy_from_slice(&rgb((luma, blue, red)));
            }
            PixelFormat::Yuyv => bytes[at * 2..at * 2 + 2].copy_from_slice(&[luma, colour]),
            PixelFormat::Uyvy => bytes[at * 2..at * 2 + 2].copy_from_slice(&[colour, luma]),
            PixelFormat::Nv12 => {
                bytes[at] = luma;
                bytes[self.width * self.height + y / 2 * self.width + x] = colour;
            }
            PixelFormat::Grey | PixelFormat::H264 => bytes[at] = luma,
        }
    }
}

/// ITU-R BT.601, as JPEG has it.
fn rgb((luma, blue, red): Yuv) -> [u8; 3] {
    let (luma, blue, red) = (i32::from(luma) * 256, i32::from(blue) - 128, i32::from(red) - 128);
    let byte = |value: i32| u8::try_from((value >> 8).clamp(0, 255)).expect("clamped");
    [byte(luma + 359 * red), byte(luma - 88 * blue - 183 * red), byte(luma + 454 * blue)]
}

/// Behind the first marker comes a comment of 16 characters, for the shim's noise.
const COMMENT: &[u8; 20] = b"\xff\xfe\x00\x120000000000000000";

fn jpeg(pixels: &[u8], mode: &Mode) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 80);
    let encoded = encoder.encode(pixels, mode.width, mode.height, ExtendedColorType::Rgb8);
    encoded.expect("a picture of the size it says, into memory");
    bytes.splice(2..2, *COMMENT);
    bytes
}

/// Leaves the segments out that define Huffman tables.
fn without_tables(jpeg: &[u8]) -> Vec<u8> {
    let mut bare = jpeg[..2].to_vec();
    let mut rest = &jpeg[2..];
    while let [0xff, marker, high, low, ..] = *rest {
        let end = if marker == 0xda { rest.len() } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
        if marker != 0xc4 {
            bare.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    bare
}

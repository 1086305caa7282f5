//! Brightness of a frame, by the cheapest way for its format.
//!
//! nokhwa goes by way of colour, which takes 50 times as long for raw frames
//! and three times for JPEG. A code has no colour.

use std::panic;

use image::GrayImage;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::format::{Format, MAX_SIDE, Pixels};
use super::jpeg;

/// Why a frame shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The driver gave less than a frame.
    #[error("it has {have} bytes of {need}")]
    Short {
        /// What came.
        have: usize,
        /// A whole frame.
        need: usize,
    },
    /// It is not of the size that the camera promised.
    #[error("it is {width}x{height}, not of the size that the camera promised")]
    Size {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// Not a JPEG that can be read.
    #[error("its JPEG cannot be read: {0}")]
    Jpeg(String),
}

/// The brightness of a frame of this format.
///
/// # Errors
/// The frame is damaged; the next may be whole.
pub fn luma(format: &Format, bytes: &[u8]) -> Result<GrayImage, Damage> {
    let luma = match format.bytes() {
        None => from_jpeg(format, bytes)?,
        Some(need) => {
            let whole = bytes.get(..need).ok_or(Damage::Short { have: bytes.len(), need })?;
            from_raw(format, whole)
        }
    };
    let have = luma.len();
    let need = format.width as usize * format.height as usize;
    GrayImage::from_raw(format.width, format.height, luma).ok_or(Damage::Short { have, need })
}

fn from_raw(format: &Format, bytes: &[u8]) -> Vec<u8> {
    let pixels = format.width as usize * format.height as usize;
    match format.pixels {
        Pixels::Yuyv => bytes.as_chunks::<2>().0.iter().map(|[luma, _]| *luma).collect(),
        // Green carries most of the brightness.
        Pixels::Rgb | Pixels::Bgr => bytes.as_chunks::<3>().0.iter().map(|[_, green, _]| *green).collect(),
        Pixels::Nv12 | Pixels::Grey | Pixels::Mjpeg => bytes[..pixels].to_vec(),
    }
}

fn from_jpeg(format: &Format, bytes: &[u8]) -> Result<Vec<u8>, Damage> {
    let bytes = jpeg::with_tables(bytes);
    let (luma, (width, height)) = fenced(|| {
        let options = DecoderOptions::default()
            .jpeg_set_out_colorspace(ColorSpace::Luma)
            .set_max_width(MAX_SIDE as usize)
            .set_max_height(MAX_SIDE as usize);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&bytes), options);
        // The size first: a damaged header must not cost the memory it asks for.
        decoder.decode_headers().map_err(|why| Damage::Jpeg(format!("{why:?}")))?;
        let size = decoder.dimensions().unwrap_or_default();
        if size != (format.width as usize, format.height as usize) {
            return Ok((Vec::new(), size));
        }
        decoder.decode().map(|luma| (luma, size)).map_err(|why| Damage::Jpeg(format!("{why:?}")))
    })?;
    if luma.is_empty() {
        return Err(Damage::Size { width, height });
    }
    Ok(luma)
}

/// No damage is known to make the decoder panic; if one does, it costs a frame and not the gate.
fn fenced<T>(read: impl FnOnce() -> Result<T, Damage> + panic::UnwindSafe) -> Result<T, Damage> {
    panic::catch_unwind(read).unwrap_or_else(|_| Err(Damage::Jpeg("the decoder failed".into())))
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, Rgb, RgbImage};

    use super::*;

    const WIDTH: u32 = 64;
    const HEIGHT: u32 = 48;

    fn format(pixels: Pixels) -> Format {
        Format { pixels, width: WIDTH, height: HEIGHT, frames_per_second: 30 }
    }

    /// Bright on the left, dark on the right.
    fn halves(x: u32) -> u8 {
        if x < WIDTH / 2 { 200 } else { 40 }
    }

    fn jpeg(colour: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
        let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, _| Rgb([halves(x); 3]));
        if colour {
            picture.write_with_encoder(encoder).unwrap();
        } else {
            let grey: Vec<u8> = picture.pixels().map(|pixel| pixel.0[0]).collect();
            { encoder }.encode(&grey, WIDTH, HEIGHT, ExtendedColorType::L8).unwrap();
        }
        bytes
    }

    /// A frame whose pixels have these bytes, written by a function of the column.
    fn rows(row: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
        (0..HEIGHT).flat_map(|_| (0..WIDTH).flat_map(&row)).collect()
    }

    #[test]
    fn each_format_shows_the_same_picture() {
        let mut nv12 = rows(|x| vec![halves(x)]);
        nv12.extend([128; (WIDTH * HEIGHT / 2) as usize]);
        for (pixels, bytes) in [
            (Pixels::Yuyv, rows(|x| vec![halves(x), 128])),
            (Pixels::Nv12, nv12),
            (Pixels::Grey, rows(|x| vec![halves(x)])),
            (Pixels::Rgb, rows(|x| vec![9, halves(x), 9])),
            (Pixels::Bgr, rows(|x| vec![9, halves(x), 9])),
            (Pixels::Mjpeg, jpeg(true)),
            (Pixels::Mjpeg, jpeg(false)),
        ] {
            let luma = luma(&format(pixels), &bytes).unwrap();
            for (x, y, pixel) in luma.enumerate_pixels() {
                assert!(pixel.0[0].abs_diff(halves(x)) <= 8, "{pixels:?} at {x}, {y}: {pixel:?}");
            }
        }
    }

    #[test]
    fn a_frame_that_is_too_short_is_damaged_and_never_a_panic() {
        for pixels in [Pixels::Yuyv, Pixels::Nv12, Pixels::Grey, Pixels::Rgb, Pixels::Bgr, Pixels::Mjpeg] {
            for length in [0, 1, 100, (WIDTH * HEIGHT - 1) as usize] {
                assert!(luma(&format(pixels), &vec![0; length]).is_err(), "{pixels:?} {length}");
            }
        }
    }

    #[test]
    fn a_jpeg_of_another_size_is_not_taken_for_the_camera_s() {
        let other = Format { width: 32, ..format(Pixels::Mjpeg) };
        assert_eq!(luma(&other, &jpeg(true)).unwrap_err(), Damage::Size { width: 64, height: 48 });
    }

    #[test]
    fn damage_in_a_jpeg_is_damage_or_a_picture_of_the_right_size() {
        let whole = jpeg(true);
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 0xA5;
            for bytes in [&broken[..], &broken[..at]] {
                if let Ok(luma) = luma(&format(Pixels::Mjpeg), bytes) {
                    assert_eq!(luma.dimensions(), (WIDTH, HEIGHT));
                }
            }
        }
    }
}

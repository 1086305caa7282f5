//! Raw frames become small JPEGs.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};

use crate::camera::format::{Format, Pixels};

/// Enough to aim by; a larger one takes longer to draw.
const WIDTH: u32 = 640;
const QUALITY: u8 = 75;

/// A JPEG of a raw frame; none if the frame is not whole.
pub(super) fn jpeg(format: &Format, bytes: &[u8]) -> Option<Vec<u8>> {
    let whole = bytes.get(..format.bytes()?)?;
    let step = format.width.div_ceil(WIDTH).max(1);
    let (width, height) = (format.width / step, format.height / step);
    // One pixel for each square of them: an operator aims by it, nobody reads it.
    let small = RgbImage::from_fn(width, height, |x, y| colour(format, whole, x * step, y * step));
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    encoder.write_image(&small, width, height, image::ExtendedColorType::Rgb8).ok()?;
    Some(jpeg)
}

fn colour(format: &Format, bytes: &[u8], x: u32, y: u32) -> Rgb<u8> {
    let (x, y) = (x as usize, y as usize);
    let (width, height) = (format.width as usize, format.height as usize);
    let at = y * width + x;
    match format.pixels {
        Pixels::Grey | Pixels::Mjpeg => Rgb([bytes[at]; 3]),
        Pixels::Rgb => Rgb([bytes[3 * at], bytes[3 * at + 1], bytes[3 * at + 2]]),
        Pixels::Bgr => Rgb([bytes[3 * at + 2], bytes[3 * at + 1], bytes[3 * at]]),
        Pixels::Yuyv => {
            // Two neighbours share a pair of colour bytes; the last of an odd row has half of one.
            let pair = 2 * (at - at % 2);
            let red = bytes.get(pair + 3).copied().unwrap_or(NO_COLOUR);
            from_luma(bytes[2 * at], bytes[pair + 1], red)
        }
        Pixels::Nv12 => {
            let pair = width * height + y / 2 * width.div_ceil(2) * 2 + x / 2 * 2;
            from_luma(bytes[at], bytes[pair], bytes[pair + 1])
        }
    }
}

const NO_COLOUR: u8 = 128;

/// The standard's way (ITU-R BT.601) from brightness and two differences, in 256ths.
fn from_luma(luma: u8, blue: u8, red: u8) -> Rgb<u8> {
    let (luma, blue, red) = (i32::from(luma), i32::from(blue) - 128, i32::from(red) - 128);
    let part = |value: i32| u8::try_from((luma + value / 256).clamp(0, 255)).expect("clamped to a byte");
    Rgb([part(359 * red), part(-88 * blue - 183 * red), part(454 * blue)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(pixels: Pixels, width: u32, height: u32, bytes: &[u8]) -> Option<RgbImage> {
        let format = Format { pixels, width, height, frames_per_second: 30 };
        jpeg(&format, bytes).map(|jpeg| image::load_from_memory(&jpeg).unwrap().into_rgb8())
    }

    /// A red frame in each format.
    fn red(pixels: Pixels, count: usize) -> Vec<u8> {
        match pixels {
            Pixels::Yuyv => [76, 85, 76, 255].repeat(count / 2),
            Pixels::Nv12 => [vec![76; count], [85, 255].repeat(count / 4)].concat(),
            Pixels::Rgb => [254, 0, 0].repeat(count),
            Pixels::Bgr => [0, 0, 254].repeat(count),
            Pixels::Grey | Pixels::Mjpeg => vec![76; count],
        }
    }

    #[test]
    fn a_raw_frame_is_drawn_small_and_in_its_colours() {
        for pixels in [Pixels::Yuyv, Pixels::Nv12, Pixels::Rgb, Pixels::Bgr] {
            let picture = drawn(pixels, 1280, 720, &red(pixels, 1280 * 720)).unwrap();
            assert_eq!(picture.dimensions(), (640, 360));
            let Rgb([red, green, blue]) = *picture.get_pixel(320, 180);
            assert!(red > 240 && green < 15 && blue < 15, "{pixels:?}: {red} {green} {blue}");
        }
        let grey = drawn(Pixels::Grey, 640, 480, &red(Pixels::Grey, 640 * 480)).unwrap();
        assert_eq!((grey.dimensions(), grey.get_pixel(9, 9).0), ((640, 480), [76; 3]));
    }

    #[test]
    fn odd_sizes_and_short_frames_are_no_panic() {
        for pixels in [Pixels::Yuyv, Pixels::Nv12, Pixels::Rgb, Pixels::Bgr, Pixels::Grey] {
            for (width, height) in [(1, 1), (3, 3), (5, 2), (1281, 721)] {
                let format = Format { pixels, width, height, frames_per_second: 30 };
                let bytes = vec![9; format.bytes().unwrap()];
                assert!(jpeg(&format, &bytes).is_some(), "{format}");
                assert!(jpeg(&format, &bytes[1..]).is_none(), "{format}");
            }
        }
    }
}

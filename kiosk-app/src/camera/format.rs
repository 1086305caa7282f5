//! Picture formats of a camera, and which of them a gate wants.

use std::cmp::Reverse;
use std::fmt;

/// How a camera writes its pixels down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// A JPEG for each frame.
    Mjpeg,
    /// Brightness and colour by turns, two bytes a pixel.
    Yuyv,
    /// All brightness, then a quarter as much colour twice.
    Nv12,
    /// Brightness only.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// How its pixels are written down.
    pub pixels: Pixels,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How many a second the camera promises.
    pub frames_per_second: u32,
}

/// Slower than this, a hand that shakes blurs the code too often.
const ENOUGH_A_SECOND: u32 = 24;
/// More only heats the laptop.
const WANTED_A_SECOND: u32 = 30;
/// No camera does more; what claims to has a rate that nokhwa misread.
const MOST_A_SECOND: u32 = 240;
/// 1280 × 720. A third of the codes read at this size is lost at half of it;
/// larger frames take longer and read no better.
const WANTED_PIXELS: u32 = 1280 * 720;
/// The longest side that is read.
pub(super) const MAX_SIDE: u32 = 4096;

impl Format {
    /// How many bytes a whole frame has; none where each frame has its own length.
    #[must_use]
    pub fn bytes(&self) -> Option<usize> {
        let pixels = self.width as usize * self.height as usize;
        match self.pixels {
            Pixels::Mjpeg => None,
            Pixels::Yuyv => Some(pixels * 2),
            // Its colour has a pair of bytes for each square of four, also for a square cut by the edge.
            Pixels::Nv12 => Some(pixels + self.width.div_ceil(2) as usize * self.height.div_ceil(2) as usize * 2),
            Pixels::Grey => Some(pixels),
            Pixels::Rgb | Pixels::Bgr => Some(pixels * 3),
        }
    }

    fn sound(&self) -> bool {
        let side = 1..=MAX_SIDE;
        side.contains(&self.width)
            && side.contains(&self.height)
            && (1..=MOST_A_SECOND).contains(&self.frames_per_second)
    }

    /// Smaller is better. What costs least to read comes first among equals.
    fn rank(&self) -> impl Ord + use<> {
        let pixels = self.width * self.height;
        let cost = match self.pixels {
            Pixels::Nv12 | Pixels::Grey => 0,
            Pixels::Yuyv => 1,
            Pixels::Mjpeg => 2,
            Pixels::Rgb | Pixels::Bgr => 3,
        };
        (
            self.frames_per_second < ENOUGH_A_SECOND,
            pixels < WANTED_PIXELS,
            pixels.abs_diff(WANTED_PIXELS),
            cost,
            self.frames_per_second.abs_diff(WANTED_A_SECOND),
            Reverse(self.width),
        )
    }
}

/// The formats a gate can use, the best first: fast enough, then 1280 × 720 or
/// the next larger, then what is cheap to read.
#[must_use]
pub fn best_first(mut formats: Vec<Format>) -> Vec<Format> {
    formats.retain(Format::sound);
    formats.sort_by_key(Format::rank);
    formats
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pixels, width, height, frames_per_second } = self;
        write!(f, "{pixels:?} {width}x{height} at {frames_per_second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(pixels: Pixels, width: u32, height: u32, frames_per_second: u32) -> Format {
        Format { pixels, width, height, frames_per_second }
    }

    fn best(formats: &[Format]) -> Option<String> {
        best_first(formats.to_vec()).first().map(Format::to_string)
    }

    #[test]
    fn a_usb_camera_is_read_as_jpeg_at_720p_since_raw_frames_are_too_slow_on_its_cable() {
        let offered = [
            format(Pixels::Yuyv, 640, 480, 30),
            format(Pixels::Yuyv, 1280, 720, 10),
            format(Pixels::Mjpeg, 1920, 1080, 30),
            format(Pixels::Mjpeg, 1280, 720, 30),
            format(Pixels::Mjpeg, 640, 480, 60),
        ];
        assert_eq!(best(&offered).unwrap(), "Mjpeg 1280x720 at 30");
    }

    #[test]
    fn of_two_formats_of_one_size_the_one_that_is_cheap_to_read_is_taken() {
        let offered = [Pixels::Rgb, Pixels::Mjpeg, Pixels::Yuyv, Pixels::Nv12];
        let offered = offered.map(|pixels| format(pixels, 1280, 720, 30));
        let order: Vec<_> = best_first(offered.to_vec()).into_iter().map(|format| format.pixels).collect();
        assert_eq!(order, [Pixels::Nv12, Pixels::Yuyv, Pixels::Mjpeg, Pixels::Rgb]);
    }

    #[test]
    fn a_larger_picture_is_rather_taken_than_a_smaller_one() {
        let offered = [format(Pixels::Mjpeg, 960, 540, 30), format(Pixels::Mjpeg, 1920, 1080, 30)];
        assert_eq!(best(&offered).unwrap(), "Mjpeg 1920x1080 at 30");
    }

    #[test]
    fn thirty_a_second_is_enough() {
        let offered = [format(Pixels::Mjpeg, 1280, 720, 60), format(Pixels::Mjpeg, 1280, 720, 30)];
        assert_eq!(best(&offered).unwrap(), "Mjpeg 1280x720 at 30");
    }

    #[test]
    fn a_slow_camera_is_better_than_none_and_nonsense_is_not() {
        assert_eq!(best(&[format(Pixels::Yuyv, 640, 480, 15)]).unwrap(), "Yuyv 640x480 at 15");
        // 30000/1001 a second, as nokhwa reads it.
        assert_eq!(best(&[format(Pixels::Mjpeg, 1280, 720, 30_000)]), None);
        assert_eq!(best(&[format(Pixels::Mjpeg, 0, 720, 30)]), None);
        assert_eq!(best(&[format(Pixels::Mjpeg, 70_000, 70_000, 30)]), None);
    }

    #[test]
    fn a_frame_cut_by_the_edge_still_has_all_its_colour() {
        assert_eq!(format(Pixels::Nv12, 3, 3, 30).bytes(), Some(9 + 8));
        assert_eq!(format(Pixels::Nv12, 1280, 720, 30).bytes(), Some(1280 * 720 * 3 / 2));
    }
}

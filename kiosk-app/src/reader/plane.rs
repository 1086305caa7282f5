//! A grey picture that can be asked for any point of it.

use image::GrayImage;

/// A point in a picture, in its pixels; the middle of the first pixel is (0.5, 0.5).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

impl Point {
    pub(super) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    pub(super) fn times(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    pub(super) fn length(self) -> f32 {
        self.x.hypot(self.y)
    }

    pub(super) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// Positive where `other` lies clockwise of this, as seen on a screen.
    pub(super) fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }
}

/// Grey pixels, row by row.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Plane {
    pub(super) fn of(luma: &GrayImage) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        Self { width, height, pixels: luma.as_raw().clone() }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width.max(1))
    }

    pub(super) fn inverted(&self) -> Self {
        Self { pixels: self.pixels.iter().map(|pixel| !pixel).collect(), ..*self }
    }

    /// Half as wide and high: each pixel the mean of four.
    pub(super) fn half(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        for pair in self.pixels.chunks_exact((2 * self.width).max(1)).take(height) {
            let (upper, lower) = pair.split_at(self.width);
            pixels.extend(upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(upper, lower)| mean(upper, lower)));
        }
        Self { width, height, pixels }
    }

    /// A part of the picture.
    pub(super) fn cut(&self, part: &Part) -> Self {
        let rows = self.rows().skip(part.y).take(part.height);
        let pixels = rows.flat_map(|row| &row[part.x..part.x + part.width]).copied().collect();
        Self { width: part.width, height: part.height, pixels }
    }

    /// The brightness of a pixel; beyond the edge that of the edge.
    pub(super) fn pixel(&self, x: i32, y: i32) -> u8 {
        let inside = |at: i32, size: usize| usize::try_from(at).unwrap_or(0).min(size - 1);
        self.pixels[inside(y, self.height) * self.width + inside(x, self.width)]
    }

    /// The brightness of the pixel that a point is in.
    pub(super) fn nearest(&self, at: Point) -> f32 {
        f32::from(self.pixel(whole(at.x), whole(at.y)))
    }

    /// The brightness between four pixels.
    pub(super) fn at(&self, at: Point) -> f32 {
        let (x, y) = (at.x - 0.5, at.y - 0.5);
        let (left, top) = (whole(x), whole(y));
        let (right, low) = (x - signed(left), y - signed(top));
        let row = |y: i32| {
            let (a, b) = (f32::from(self.pixel(left, y)), f32::from(self.pixel(left + 1, y)));
            a + (b - a) * right
        };
        let (upper, lower) = (row(top), row(top + 1));
        upper + (lower - upper) * low
    }
}

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

fn mean(upper: &[u8], lower: &[u8]) -> u8 {
    byte(upper.iter().chain(lower).map(|pixel| u32::from(*pixel)).sum::<u32>().div_ceil(4).min(255))
}

#[expect(clippy::cast_possible_truncation, reason = "the callers' sums are means of bytes")]
fn byte(value: u32) -> u8 {
    value as u8
}

/// The whole number below, within what a picture may have.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a cast from float saturates")]
pub(super) fn whole(value: f32) -> i32 {
    // `floor` is a call where the processor is not known to have it.
    let cut = value as i32;
    if cut as f32 > value { cut - 1 } else { cut }
}

/// A size as a signed number.
pub(super) fn size(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
pub(super) fn signed(value: i32) -> f32 {
    value as f32
}

/// A size as a fraction's part.
#[expect(clippy::cast_precision_loss, reason = "pictures have fewer pixels on a side than f32 has digits")]
pub(super) fn real(value: usize) -> f32 {
    value as f32
}

//! Light on a surface: what a page gives off, what a room sends, what falls on a sensor.
//!
//! The light is linear (twice the light, twice the number), because lenses and
//! motion mix light and not grey values. One is a white page in a good light.

use super::curve::distance;

#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    /// By rows.
    pub(super) light: Vec<f32>,
}

pub(super) type Place = (f64, f64);

impl Canvas {
    pub(super) fn new(width: usize, height: usize, light: f32) -> Self {
        Self { width, height, light: vec![light; width * height] }
    }

    /// Changes the pixels of an area, given the place of each and what it was.
    pub(super) fn repaint(&mut self, from: Place, to: Place, light: impl Fn(f64, f64, f32) -> f32) {
        let (left, right) = (whole(from.0, self.width), whole(to.0 + 1.0, self.width));
        let (top, bottom) = (whole(from.1, self.height), whole(to.1 + 1.0, self.height));
        for y in top..bottom {
            for x in left..right {
                let pixel = &mut self.light[y * self.width + x];
                *pixel = light(x as f64 + 0.5, y as f64 + 0.5, *pixel);
            }
        }
    }

    /// Everything, as far as the canvas goes.
    pub(super) fn repaint_all(&mut self, light: impl Fn(f64, f64, f32) -> f32) {
        self.repaint((0.0, 0.0), (self.width as f64, self.height as f64), light);
    }

    pub(super) fn rectangle(&mut self, from: Place, to: Place, light: f64) {
        self.repaint(from, (to.0 - 1.0, to.1 - 1.0), |_, _, _| short(light));
    }

    /// A convex shape, its corners clockwise, with soft edges.
    pub(super) fn shape(&mut self, corners: &[Place], light: f64) {
        let edges: Vec<_> = corners.iter().zip(corners.iter().cycle().skip(1)).map(|(a, b)| edge(*a, *b)).collect();
        let least = corners.iter().fold((f64::MAX, f64::MAX), |least, at| (least.0.min(at.0), least.1.min(at.1)));
        let most = corners.iter().fold((f64::MIN, f64::MIN), |most, at| (most.0.max(at.0), most.1.max(at.1)));
        self.repaint(least, most, |x, y, before| {
            let inside = |share: f64, (a, b, c): &(f64, f64, f64)| share.min(a * x + b * y + c + 0.5);
            mixed(before, light, edges.iter().fold(1.0, inside))
        });
    }

    /// A rectangle around a place, turned.
    pub(super) fn block(&mut self, middle: Place, half: Place, (sine, cosine): Place, light: f64) {
        let corner = |x: f64, y: f64| (middle.0 + x * cosine - y * sine, middle.1 + x * sine + y * cosine);
        let corners =
            [corner(-half.0, -half.1), corner(half.0, -half.1), corner(half.0, half.1), corner(-half.0, half.1)];
        self.shape(&corners, light);
    }

    pub(super) fn line(&mut self, from: Place, to: Place, width: f64, light: f64) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = distance(dx, dy).max(1e-6);
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        self.block(middle, (length / 2.0, width / 2.0), (dy / length, dx / length), light);
    }

    /// An ellipse whose edge is so soft (in pixels).
    pub(super) fn ellipse(&mut self, middle: Place, half: Place, soft: f64, light: f64) {
        let reach = (half.0 + soft, half.1 + soft);
        self.repaint(
            (middle.0 - reach.0, middle.1 - reach.1),
            (middle.0 + reach.0, middle.1 + reach.1),
            |x, y, before| {
                let off = distance((x - middle.0) / half.0, (y - middle.1) / half.1);
                mixed(before, light, (1.0 - off) * half.0.min(half.1) / soft.max(1.0) + 0.5)
            },
        );
    }

    /// The same, larger, without corners.
    pub(super) fn magnified(&self, width: usize, height: usize) -> Self {
        let columns: Vec<_> = (0..width).map(|x| between_two(x, width, self.width)).collect();
        let mut large = Self::new(width, height, 0.0);
        for (y, row) in large.light.chunks_exact_mut(width).enumerate() {
            let (above, below, down) = between_two(y, height, self.height);
            let above = &self.light[above * self.width..][..self.width];
            let below = &self.light[below * self.width..][..self.width];
            for (pixel, (left, right, across)) in row.iter_mut().zip(&columns) {
                let upper = above[*left] + (above[*right] - above[*left]) * across;
                let lower = below[*left] + (below[*right] - below[*left]) * across;
                *pixel = upper + (lower - upper) * down;
            }
        }
        large
    }
}

/// The line through two places, as what tells the distance to its right.
fn edge(a: Place, b: Place) -> (f64, f64, f64) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = distance(dx, dy).max(1e-9);
    (-dy / length, dx / length, (dy * a.0 - dx * a.1) / length)
}

/// So much of a new light in the place of what was before.
pub(super) fn mixed(before: f32, light: f64, share: f64) -> f32 {
    before + (short(light) - before) * short(share.clamp(0.0, 1.0))
}

/// The two pixels of the smaller picture around one of the larger, and how near it is to the second.
fn between_two(at: usize, large: usize, small: usize) -> (usize, usize, f32) {
    let place = ((at as f64 + 0.5) * small as f64 / large as f64 - 0.5).clamp(0.0, small as f64 - 1.0);
    let first = whole(place, small - 1);
    (first, (first + 1).min(small - 1), short(place - first as f64))
}

/// Light as a canvas keeps it: seven digits are more than any sensor tells apart.
#[expect(clippy::cast_possible_truncation, reason = "digits are lost on purpose")]
pub(super) fn short(light: f64) -> f32 {
    light as f32
}

/// Rounded down, not below nought and not above the most.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from float saturates")]
pub(super) fn whole(place: f64, most: usize) -> usize {
    (place.max(0.0) as usize).min(most)
}

//! Shades of modules, and what they may mean.
//!
//! Blur mixes a module with its neighbours, light falls unevenly: each answer
//! to that is another grid of bits, and the code's own checksum says which is right.

use super::fit::Fitted;
use super::plane::{Plane, Point};
use super::symbol::{Fixed, Version};

/// A shade for each module, row by row.
#[derive(Clone, Debug)]
pub(super) struct Shades {
    pub(super) version: Version,
    pub(super) side: usize,
    pub(super) values: Vec<f32>,
}

/// Dark or light for each module, and how surely.
#[derive(Clone, Debug)]
pub(super) struct Modules {
    pub(super) version: Version,
    pub(super) side: usize,
    /// Above zero is dark; the farther from it, the surer.
    pub(super) darkness: Vec<f32>,
}

/// What each module took from its neighbours across and down, in parts of their difference.
pub(super) const CROSS_TALK: [(f32, f32); 5] = [(0.0, 0.0), (0.12, 0.12), (0.2, 0.0), (0.0, 0.2), (0.22, 0.22)];

/// How a module is told to be dark.
#[derive(Clone, Copy, Debug)]
pub(super) enum Threshold {
    /// Darker than the mean around it.
    Mean,
    /// Nearer to the darkest than to the lightest around it.
    Middle,
}

impl Shades {
    /// The mean of five points in each module.
    pub(super) fn of(plane: &Plane, fitted: &Fitted) -> Self {
        const POINTS: [(f32, f32); 5] = [(0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7)];
        let side = fitted.version.side();
        let shade = |x: u8, y: u8| {
            let points = POINTS.iter().map(|(dx, dy)| Point::new(f32::from(x) + dx, f32::from(y) + dy));
            points.map(|point| plane.at(fitted.pixel(point))).sum::<f32>() / 5.0
        };
        let values = (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| shade(x, y)).collect();
        Self { version: fitted.version, side: usize::from(side), values }
    }

    /// With what its neighbours gave to each module taken away again.
    pub(super) fn unmixed(&self, (across, down): (f32, f32)) -> Self {
        if across == 0.0 && down == 0.0 {
            return self.clone();
        }
        let at = |x: usize, y: usize| self.values[y * self.side + x];
        let last = self.side - 1;
        let value = |x: usize, y: usize| {
            let own = at(x, y);
            let from_sides = at(x.saturating_sub(1), y) + at((x + 1).min(last), y) - 2.0 * own;
            let from_ends = at(x, y.saturating_sub(1)) + at(x, (y + 1).min(last)) - 2.0 * own;
            own - across * from_sides - down * from_ends
        };
        let values =
            (0..self.side).flat_map(|y| (0..self.side).map(move |x| (x, y))).map(|(x, y)| value(x, y)).collect();
        Self { values, ..*self }
    }

    pub(super) fn modules(&self, threshold: Threshold) -> Modules {
        let limits = match threshold {
            Threshold::Mean => self.means(5),
            Threshold::Middle => self.middles(3),
        };
        let darkness = self.values.iter().zip(limits).map(|(value, limit)| limit - value).collect();
        Modules { version: self.version, side: self.side, darkness }
    }

    fn means(&self, radius: usize) -> Vec<f32> {
        let side = self.side;
        let mut sums = vec![0.0_f64; (side + 1) * (side + 1)];
        for y in 0..side {
            let mut row = 0.0;
            for x in 0..side {
                row += f64::from(self.values[y * side + x]);
                sums[(y + 1) * (side + 1) + x + 1] = sums[y * (side + 1) + x + 1] + row;
            }
        }
        self.each(radius, |left, right, top, low| {
            let at = |x: usize, y: usize| sums[y * (side + 1) + x];
            let sum = at(right, low) - at(left, low) - at(right, top) + at(left, top);
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a mean of shades")]
            let mean = (sum / ((right - left) * (low - top)) as f64) as f32;
            mean
        })
    }

    fn middles(&self, radius: usize) -> Vec<f32> {
        self.each(radius, |left, right, top, low| {
            let rows = (top..low).flat_map(|y| &self.values[y * self.side + left..y * self.side + right]);
            let (least, most) = rows.fold((f32::MAX, f32::MIN), |(least, most), v| (least.min(*v), most.max(*v)));
            f32::midpoint(least, most)
        })
    }

    /// For each module, of the square around it: left, right, top, low; the second of each pair is outside.
    fn each(&self, radius: usize, of: impl Fn(usize, usize, usize, usize) -> f32) -> Vec<f32> {
        let range = |at: usize| (at.saturating_sub(radius), (at + radius + 1).min(self.side));
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..self.side {
            let (top, low) = range(y);
            values.extend((0..self.side).map(range).map(|(left, right)| of(left, right, top, low)));
        }
        values
    }
}

impl Modules {
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.darkness[y * self.side + x] > 0.0
    }

    /// The part of the fixed modules that are not as they must be.
    #[expect(clippy::cast_precision_loss, reason = "some thousands at most")]
    pub(super) fn wrong(&self) -> f32 {
        let fixed = &self.version.layout().fixed;
        let wrong = fixed.iter().filter(|Fixed { x, y, dark }| self.is_dark((*x).into(), (*y).into()) != *dark);
        wrong.count() as f32 / fixed.len() as f32
    }
}

//! How a ticket is held before the camera, and where each of its points falls on the sensor.

use super::canvas::Place;
use super::curve::{cosine, sine};
use super::{HEIGHT, WIDTH};

/// The camera's focal length in pixels: a webcam that sees 65 degrees.
const FOCAL: f64 = 1000.0;
/// A code is not held nearer to the frame's edge than this, in pixels.
const EDGE: f64 = 10.0;

/// The place of a code. The code's side is the measure of the ticket's own places; its middle is their nought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    /// Where the code's middle is seen, in pixels.
    pub(super) at: Place,
    /// How long its side is seen, in pixels, were it not tilted.
    pub(super) size: f64,
    /// Clockwise, in degrees.
    pub(super) turned: f64,
    /// Its upper edge away from the camera, in degrees.
    pub(super) pitch: f64,
    /// Its right edge away from the camera, in degrees.
    pub(super) yaw: f64,
}

impl Pose {
    /// Where a place of the ticket falls on the sensor.
    pub(super) fn projection(&self) -> Projection {
        let rad = std::f64::consts::PI / 180.0;
        let (st, ct) = (sine(self.turned * rad), cosine(self.turned * rad));
        let (sp, cp) = (sine(self.pitch * rad), cosine(self.pitch * rad));
        let (sy, cy) = (sine(self.yaw * rad), cosine(self.yaw * rad));
        // Turned in its own plane, then about the upright axis, then about the level one.
        let column = |x: f64, y: f64| {
            let (x, y, z) = (x * cy, y, x * sy);
            (x, y * cp + z * sp, z * cp - y * sp)
        };
        let (right, down) = (column(ct, st), column(-st, ct));
        let away = FOCAL / self.size;
        let middle = (WIDTH as f64 / 2.0, HEIGHT as f64 / 2.0);
        let at = ((self.at.0 - middle.0) / FOCAL * away, (self.at.1 - middle.1) / FOCAL * away, away);
        let row = |right: f64, down: f64, at: f64, right_z: f64, down_z: f64, middle: f64| {
            [FOCAL * right + middle * right_z, FOCAL * down + middle * down_z, FOCAL * at + middle * away]
        };
        Projection([
            row(right.0, down.0, at.0, right.2, down.2, middle.0),
            row(right.1, down.1, at.1, right.2, down.2, middle.1),
            [right.2, down.2, at.2],
        ])
    }

    /// The same, moved and if need be shrunk until the whole code is in the frame.
    pub(super) fn within_the_frame(mut self) -> Self {
        for _ in 0..6 {
            let corners = self.corners();
            let xs = corners.map(|at| at.0);
            let ys = corners.map(|at| at.1);
            let (dx, small) = moved_into(&xs, WIDTH as f64);
            let (dy, low) = moved_into(&ys, HEIGHT as f64);
            self.at = (self.at.0 + dx, self.at.1 + dy);
            self.size *= small.min(low);
        }
        self
    }

    /// The code's four corners as seen, in its own order, with a little of the blank around it.
    pub(super) fn corners(&self) -> [Place; 4] {
        const HALF: f64 = 0.54;
        let projection = self.projection();
        [(-HALF, -HALF), (HALF, -HALF), (HALF, HALF), (-HALF, HALF)].map(|at| projection.of(at))
    }
}

/// How far to move, and by how much to shrink.
fn moved_into(places: &[f64; 4], most: f64) -> (f64, f64) {
    let least = places.iter().copied().fold(f64::MAX, f64::min);
    let last = places.iter().copied().fold(f64::MIN, f64::max);
    let room = most - 2.0 * EDGE;
    let shrunk = (room / (last - least)).min(1.0);
    let moved = if last - least > room {
        (most - least - last) / 2.0
    } else {
        (EDGE - least).max(0.0) + (most - EDGE - last).min(0.0)
    };
    (moved, shrunk)
}

/// A plane seen by a camera; by rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Projection(pub(super) [[f64; 3]; 3]);

impl Projection {
    pub(super) fn of(&self, at: Place) -> Place {
        let [x, y, z] = self.0.map(|row| row[0] * at.0 + row[1] * at.1 + row[2]);
        (x / z, y / z)
    }

    /// From the sensor to the plane.
    pub(super) fn back(&self) -> Self {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        Self([
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ])
    }

    /// Followed by a change of measure and of the nought.
    pub(super) fn then(self, scale: f64, shift: Place) -> Self {
        let [x, y, z] = self.0;
        let row = |row: [f64; 3], shift: f64| [0, 1, 2].map(|n| row[n] * scale + z[n] * shift);
        Self([row(x, shift.0), row(y, shift.1), z])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKEW: Pose = Pose { at: (1200.0, 90.0), size: 500.0, turned: 30.0, pitch: 25.0, yaw: -40.0 };

    #[test]
    fn what_is_projected_is_found_again() {
        let there = ASKEW.projection();
        let (x, y) = there.back().of(there.of((0.3, -0.4)));
        assert!((x - 0.3).abs() < 1e-9 && (y + 0.4).abs() < 1e-9, "{x} {y}");
        let (x, y) = there.then(2.0, (1.0, 5.0)).of((0.3, -0.4));
        let (u, v) = there.of((0.3, -0.4));
        assert!((x - (2.0 * u + 1.0)).abs() < 1e-9 && (y - (2.0 * v + 5.0)).abs() < 1e-9);
    }

    #[test]
    fn a_code_is_brought_into_the_frame_whole() {
        for (x, y) in ASKEW.within_the_frame().corners() {
            assert!((0.0..WIDTH as f64).contains(&x) && (0.0..HEIGHT as f64).contains(&y), "{x} {y}");
        }
    }

    #[test]
    fn tilt_makes_one_edge_shorter() {
        let level = Pose { turned: 0.0, pitch: 0.0, yaw: 30.0, at: (640.0, 360.0), size: 300.0 };
        let [a, b, c, d] = level.corners();
        assert!(d.1 - a.1 > 1.05 * (c.1 - b.1), "the right edge is further away");
    }
}

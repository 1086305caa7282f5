//! From a code's modules to a picture's pixels, as a camera sees a flat thing.

use super::plane::Point;

/// A projective map of the plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Warp([f32; 8]);

impl Warp {
    /// The map that takes each of four points to its other; nothing when three lie on a line.
    pub(super) fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let mut rows = [[0.0_f64; 9]; 8];
        for (i, (from, to)) in from.iter().zip(to).enumerate() {
            let [x, y, u, v] = [from.x, from.y, to.x, to.y].map(f64::from);
            rows[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        solved(&mut rows).map(Self)
    }

    pub(super) fn of(&self, at: Point) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * at.x + h * at.y + 1.0;
        Point::new((a * at.x + b * at.y + c) / depth, (d * at.x + e * at.y + f) / depth)
    }

    /// Whether these points lie before the camera, not behind it.
    pub(super) fn faces(&self, points: &[Point]) -> bool {
        points.iter().all(|at| self.0[6] * at.x + self.0[7] * at.y + 1.0 > 0.05)
    }
}

/// Gauss's elimination with the largest pivot.
#[expect(clippy::cast_possible_truncation, reason = "eight digits are more than a picture has")]
fn solved(rows: &mut [[f64; 9]; 8]) -> Option<[f32; 8]> {
    for column in 0..8 {
        let pivot = (column..8).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let pivot = rows[column];
        if pivot[column].abs() < 1e-9 {
            return None;
        }
        for (i, row) in rows.iter_mut().enumerate() {
            if i != column {
                let factor = row[column] / pivot[column];
                row.iter_mut().zip(pivot).for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
    }
    let values = std::array::from_fn(|i| (rows[i][8] / rows[i][i]) as f32);
    values.iter().all(|value| value.is_finite()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_seen_at_a_slant_is_mapped_by_its_corners_and_between_them() {
        let square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)].map(|(x, y)| Point::new(x, y));
        let slanted = [(100.0, 50.0), (180.0, 60.0), (170.0, 120.0), (95.0, 130.0)].map(|(x, y)| Point::new(x, y));
        let (there, back) = (Warp::between(square, slanted).unwrap(), Warp::between(slanted, square).unwrap());
        for (from, to) in square.iter().zip(slanted) {
            assert!(there.of(*from).minus(to).length() < 1e-2);
        }
        let middle = Point::new(5.0, 5.0);
        assert!(back.of(there.of(middle)).minus(middle).length() < 1e-3);
        assert!(there.faces(&square));
    }

    #[test]
    fn three_points_on_a_line_are_no_square() {
        let line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 1.0)].map(|(x, y)| Point::new(x, y));
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| Point::new(x, y));
        assert!(Warp::between(line, square).is_none());
    }
}

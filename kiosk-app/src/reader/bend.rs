//! Paper is not flat: where the alignment squares say so, the grid follows them.
//!
//! From version 7 on a code has so many that between them it is as good as
//! flat. Each is looked for near its place, and a module is moved as the four
//! around it are.

use super::plane::{Plane, Point};
use super::symbol::Version;
use super::warp::Warp;

/// How far the modules are from where a flat code has them, in modules.
#[derive(Clone, Debug, Default)]
pub(super) struct Bend {
    /// Middles of the squares, the same in both directions; none in a flat code.
    middles: Vec<f32>,
    /// For each pair of middles, row by row.
    moved: Vec<Point>,
}

/// A square is looked for so far from its place, in steps of a quarter module.
const REACH: i32 = 10;
/// A better place must be this much better.
const BETTER: f32 = 1.15;

impl Bend {
    /// As the squares lie in the picture; `contrast` tells how much a place looks like one.
    pub(super) fn of(plane: &Plane, warp: &Warp, version: Version, contrast: fn(&Plane, &Warp, Point) -> f32) -> Self {
        let places = version.alignments();
        if places.len() < 3 {
            return Self::default();
        }
        let last = places.len() - 1;
        let middles: Vec<f32> = places.into_iter().map(|middle| f32::from(middle) + 0.5).collect();
        let moved = (0..=last).flat_map(|row| (0..=last).map(move |column| (column, row))).map(|(column, row)| {
            // In three corners there are larger squares, and the flat grid is made by those.
            let is_corner = [(0, 0), (last, 0), (0, last)].contains(&(column, row));
            if is_corner {
                Point::default()
            } else {
                moved(plane, warp, Point::new(middles[column], middles[row]), contrast)
            }
        });
        Self { moved: moved.collect(), middles }
    }

    /// How far this place of the code is moved.
    pub(super) fn at(&self, place: Point) -> Point {
        if self.middles.is_empty() {
            return Point::default();
        }
        let ((left, right), (top, low)) = (self.between(place.x), self.between(place.y));
        let side = self.middles.len();
        let row = |y: usize| {
            self.moved[y * side + left].times(1.0 - right).plus(self.moved[y * side + left + 1].times(right))
        };
        row(top).times(1.0 - low).plus(row(top + 1).times(low))
    }

    /// The middle before this place, and how far it is on the way to the next; beyond the ends as at the ends.
    fn between(&self, at: f32) -> (usize, f32) {
        let before = self.middles.partition_point(|middle| *middle <= at).clamp(1, self.middles.len() - 1) - 1;
        let (from, to) = (self.middles[before], self.middles[before + 1]);
        (before, ((at - from) / (to - from)).clamp(0.0, 1.0))
    }
}

fn moved(plane: &Plane, warp: &Warp, middle: Point, contrast: fn(&Plane, &Warp, Point) -> f32) -> Point {
    let here = contrast(plane, warp, middle);
    let steps = (-REACH..=REACH).flat_map(|y| (-REACH..=REACH).map(move |x| (x, y)));
    let quarter = |steps: i32| super::plane::signed(steps) / 4.0;
    let (best, by) = steps
        .map(|(x, y)| Point::new(quarter(x), quarter(y)))
        .map(|by| (contrast(plane, warp, middle.plus(by)), by))
        .fold((f32::MIN, Point::default()), |best, next| if next.0 > best.0 { next } else { best });
    if best > BETTER * here.max(1.0) { by } else { Point::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_squares_a_module_moves_as_they_do() {
        let moved = [(0., 0.), (0., 0.), (0., 0.), (0., 0.), (2., 1.), (0., 0.), (0., 0.), (0., 0.), (0., 0.)];
        let bend =
            Bend { middles: vec![6.5, 22.5, 38.5], moved: moved.into_iter().map(|(x, y)| Point::new(x, y)).collect() };
        assert_eq!(bend.at(Point::new(22.5, 22.5)), Point::new(2.0, 1.0));
        assert_eq!(bend.at(Point::new(14.5, 22.5)), Point::new(1.0, 0.5));
        assert_eq!(bend.at(Point::new(0.5, 44.5)), Point::default(), "beyond the ends as at the ends");
        assert_eq!(Bend::default().at(Point::new(9.0, 9.0)), Point::default());
    }
}

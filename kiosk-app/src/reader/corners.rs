//! Three corner squares that may belong to one code.

use super::binary::Bits;
use super::finder::Finder;
use super::plane::{Point, whole};

/// Three corner squares of a code, in its own order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corners {
    pub(super) top_left: Finder,
    pub(super) top_right: Finder,
    pub(super) bottom_left: Finder,
    /// Which of them nobody saw.
    pub(super) guessed: Option<Guessed>,
    /// Less is likelier.
    badness: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guessed {
    TopLeft,
    TopRight,
    BottomLeft,
}

/// Squares that are seen in few rows are noise, when there are many.
const STRONGEST: usize = 14;
const STRONGEST_OF_PAIRS: usize = 6;

/// How much larger one square may be than another, and the cosine of the angle
/// between a code's edges: as far as codes are read at all.
const MOST_UNLIKE: f32 = 2.6;
const MOST_SLANTED: f32 = 0.85;

/// Every three that make sense, the likeliest first.
pub(super) fn likely(finders: &[Finder]) -> Vec<Corners> {
    let mut all = threes(&finders[..finders.len().min(STRONGEST)]);
    all.sort_by(|a, b| a.badness.total_cmp(&b.badness));
    all
}

fn threes(finders: &[Finder]) -> Vec<Corners> {
    let mut all = Vec::new();
    for (i, a) in finders.iter().enumerate() {
        for (j, b) in finders.iter().enumerate().skip(i + 1) {
            for c in &finders[j + 1..] {
                all.extend((0..3).filter_map(|first| Corners::of([*a, *b, *c], first)));
            }
        }
    }
    all
}

impl Corners {
    /// With the first of them as the top left one, if that makes sense.
    fn of(three: [Finder; 3], first: usize) -> Option<Self> {
        let modules = three.map(|finder| finder.module);
        let (smallest, largest) =
            (modules.iter().copied().fold(f32::MAX, f32::min), modules.iter().copied().fold(0.0, f32::max));
        if largest > MOST_UNLIKE * smallest {
            return None;
        }
        let (top_left, one, other) = (three[first], three[(first + 1) % 3], three[(first + 2) % 3]);
        let (to_one, to_other) = (one.at.minus(top_left.at), other.at.minus(top_left.at));
        let (long, short) = (to_one.length().max(to_other.length()), to_one.length().min(to_other.length()));
        // The top left one is opposite to the longest side; or nearly, in a steep perspective.
        let opposite = one.at.minus(other.at).length();
        if short < 10.0 * smallest || long > 200.0 * largest || long > 3.0 * short || opposite < 0.85 * long {
            return None;
        }
        let slant = (to_one.dot(to_other) / (long * short)).abs();
        if slant > MOST_SLANTED {
            return None;
        }
        // A code that is held before a mirror is turned over by the decoder.
        let (top_right, bottom_left) = if to_one.cross(to_other) > 0.0 { (one, other) } else { (other, one) };
        let seen: f32 = three.iter().map(|finder| f32::from(finder.seen.min(8))).sum();
        let badness = slant + (long / short - 1.0) + (largest / smallest - 1.0) - seen / 24.0;
        Some(Self { top_left, top_right, bottom_left, guessed: None, badness })
    }

    pub(super) fn points(&self) -> [Point; 3] {
        [self.top_left.at, self.top_right.at, self.bottom_left.at]
    }

    /// What can be told of the code by measuring along its edges.
    pub(super) fn measured(&self, bits: &Bits) -> Measured {
        let right = Edge::between(bits, &self.top_left, &self.top_right);
        let down = Edge::between(bits, &self.top_left, &self.bottom_left);
        let [top_left, top_right, bottom_left] = self.points();
        let flat = top_right.plus(bottom_left).minus(top_left);
        let side = match self.guessed {
            None => f32::midpoint(right.side, down.side),
            Some(Guessed::BottomLeft) => right.side,
            Some(Guessed::TopRight) => down.side,
            // Across, both the way and the modules on it are longer.
            Some(Guessed::TopLeft) => Edge::between(bits, &self.top_right, &self.bottom_left).side,
        };
        if self.guessed.is_some() {
            return Measured { side, fourths: vec![flat] };
        }
        // Modules that shrink along an edge tell how the code leans away.
        let (p, q) = (right.recedes, down.recedes);
        let leaning = top_right.times(p).plus(bottom_left.times(q)).minus(top_left).times(1.0 / (p + q - 1.0));
        Measured { side, fourths: vec![flat, leaning] }
    }
}

/// A code's size and its fourth corner, as far as three squares tell.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// Modules on a side, about.
    pub(super) side: f32,
    /// Where the middle of a fourth square would be.
    pub(super) fourths: Vec<Point>,
}

/// Every place where the third square may be that glare or a thumb hides, when two are seen.
pub(super) fn guessed(finders: &[Finder]) -> Vec<Corners> {
    let strong = &finders[..finders.len().min(STRONGEST_OF_PAIRS)];
    let pairs = strong.iter().enumerate().flat_map(|(i, a)| strong[i + 1..].iter().map(move |b| (*a, *b)));
    let mut all: Vec<Corners> =
        pairs.filter(|(a, b)| may_be_one_code(a, b)).flat_map(|(a, b)| Corners::beside(a, b)).collect();
    all.sort_by(|a, b| a.badness.total_cmp(&b.badness));
    all
}

fn may_be_one_code(a: &Finder, b: &Finder) -> bool {
    let (larger, smaller) = (a.module.max(b.module), a.module.min(b.module));
    let apart = a.at.minus(b.at).length();
    larger < 1.5 * smaller && apart > 10.0 * smaller && apart < 100.0 * larger
}

impl Corners {
    fn beside(a: Finder, b: Finder) -> [Self; 6] {
        let along = b.at.minus(a.at);
        let across = Point::new(-along.y, along.x);
        let third = |at: Point| Finder { at, module: f32::midpoint(a.module, b.module), seen: 0 };
        let badness = -f32::from(a.seen.min(b.seen));
        let make = |top_left, top_right, bottom_left, guessed| Self {
            top_left,
            top_right,
            bottom_left,
            guessed: Some(guessed),
            badness,
        };
        let half = |point: Point| point.times(0.5);
        let middle = a.at.plus(half(along));
        [
            make(a, b, third(a.at.plus(across)), Guessed::BottomLeft),
            make(b, a, third(b.at.minus(across)), Guessed::BottomLeft),
            make(a, third(a.at.minus(across)), b, Guessed::TopRight),
            make(b, third(b.at.plus(across)), a, Guessed::TopRight),
            make(third(middle.minus(half(across))), b, a, Guessed::TopLeft),
            make(third(middle.plus(half(across))), a, b, Guessed::TopLeft),
        ]
    }
}

/// The side of a code, through two of its squares.
struct Edge {
    /// Modules from one end of the code to the other.
    side: f32,
    /// The depth of the second square by that of the first: 1 where they are as far away.
    recedes: f32,
}

impl Edge {
    fn between(bits: &Bits, from: &Finder, to: &Finder) -> Self {
        let apart = to.at.minus(from.at);
        let way = apart.times(1.0 / apart.length().max(1.0));
        let (first, second) = (module(bits, from, way), module(bits, to, way));
        let side = apart.length() / f32::midpoint(first, second).max(0.5) + 7.0;
        Self { side, recedes: (first / second.max(0.1)).sqrt().clamp(0.6, 1.6) }
    }
}

/// The size of a square's modules in this direction.
fn module(bits: &Bits, finder: &Finder, way: Point) -> f32 {
    let reach = |way| reach(bits, finder.at, way, finder.module);
    match (reach(way), reach(way.times(-1.0))) {
        (Some(forth), Some(back)) => (forth + back) / 7.0,
        (Some(one), None) | (None, Some(one)) => one / 3.5,
        (None, None) => finder.module,
    }
}

/// From the middle of a square to its edge: dark, light, dark, and out.
fn reach(bits: &Bits, from: Point, way: Point, module: f32) -> Option<f32> {
    let step = 0.25;
    let (mut at, mut turns, mut dark) = (0.0, 0, true);
    while at < module * 8.0 {
        let point = from.plus(way.times(at));
        let Some(now) = bits.get(whole(point.x), whole(point.y)) else { return (turns == 2).then_some(at) };
        if now != dark {
            (turns, dark) = (turns + 1, now);
            if turns == 3 {
                return Some(at);
            }
        }
        at += step;
    }
    None
}

//! Where exactly a code lies, judged by the grey picture itself.
//!
//! A version and a place are as good as the contrast between the fixed modules
//! that should be light and those that should be dark. Which version it is,
//! where its fourth corner lies and how it leans in perspective are all
//! found by raising that one figure.

use super::bend::Bend;
use super::binary::Bits;
use super::corners::{Corners, Guessed, Measured};
use super::plane::{Plane, Point};
use super::symbol::{Fixed, Version};
use super::warp::Warp;

/// A code's place.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) version: Version,
    /// From modules to pixels, as if it were flat.
    warp: Warp,
    /// How it is not.
    bend: Bend,
    /// The code's corners in pixels: top left, top right, bottom right, bottom left.
    pub(super) outline: [Point; 4],
    /// Contrast of the fixed modules, in shades.
    pub(super) contrast: f32,
}

/// Chance findings have no timing lines.
const LEAST_TIMING: f32 = 5.0;
/// In a code at the very edge of what is read, the finest lines keep this part of the contrast.
const TIMING_SHARE: f32 = 0.2;
/// With less between light and dark there is nothing to read.
const LEAST_CONTRAST: f32 = 6.0;
/// So many places of the lowest right alignment square are tried.
const SQUARES: usize = 3;
/// Modules that a corner is moved by, at first and ever less.
const MOVES: [f32; 6] = [0.8, 0.45, 0.25, 0.14, 0.08, 0.04];

/// The likeliest versions and places, the best first.
pub(super) fn fits(plane: &Plane, bits: &Bits, corners: &Corners, most: usize) -> Vec<Fitted> {
    let measured = corners.measured(bits);
    let Some(guess) = Version::of_about(measured.side) else { return Vec::new() };
    let spread = 1 + guess.number() / 6;
    let numbers = guess.number().saturating_sub(spread)..=guess.number() + spread;
    let mut flat: Vec<(f32, Fitted)> = numbers
        .filter_map(Version::new)
        .flat_map(|version| squares(plane, corners, &measured, version).into_iter().map(move |four| (version, four)))
        .filter_map(|(version, four)| Fitted::of(plane, version, through(four, version)?))
        .filter(|fitted| has_timing(plane, fitted))
        .map(|fitted| (timing(plane, &fitted), fitted))
        .collect();
    flat.sort_by(|a, b| b.0.total_cmp(&a.0));
    flat.truncate(most + 1);
    let mut rough: Vec<Fitted> = flat.into_iter().map(|(_, flat)| leaning(plane, flat)).collect();
    rough.sort_by(|a, b| b.contrast.total_cmp(&a.contrast));
    rough.truncate(most);
    let mut fine: Vec<Fitted> = rough.into_iter().map(|fitted| fitted.refined(plane)).collect();
    fine.retain(|fitted| fitted.contrast >= LEAST_CONTRAST);
    fine.sort_by(|a, b| b.contrast.total_cmp(&a.contrast));
    fine
}

/// The middles of four corner squares, in the order of the outline; where one was
/// guessed, also the places near it that look like one.
fn squares(plane: &Plane, corners: &Corners, measured: &Measured, version: Version) -> Vec<[Point; 4]> {
    let [top_left, top_right, bottom_left] = corners.points();
    let fours: Vec<_> = measured.fourths.iter().map(|fourth| [top_left, top_right, *fourth, bottom_left]).collect();
    let Some(guessed) = corners.guessed else { return fours };
    let Some(warp) = through(fours[0], version) else { return Vec::new() };
    // One edge is seen whole, unless the two squares lie across from each other.
    let edge_is_seen =
        guessed == Guessed::TopLeft || Fitted::of(plane, version, warp).is_some_and(|flat| has_timing(plane, &flat));
    if !edge_is_seen {
        return Vec::new();
    }
    let far = f32::from(version.side()) - 3.5;
    let middle = match guessed {
        Guessed::TopLeft => Point::new(3.5, 3.5),
        Guessed::TopRight => Point::new(far, 3.5),
        Guessed::BottomLeft => Point::new(3.5, far),
    };
    let seen = alike(plane, &warp, middle, (reach(version), 1.0), corner_contrast);
    let with = |at: Point| {
        let [top_left, top_right, bottom_left] = match guessed {
            Guessed::TopLeft => [at, top_right, bottom_left],
            Guessed::TopRight => [top_left, at, bottom_left],
            Guessed::BottomLeft => [top_left, top_right, at],
        };
        [top_left, top_right, top_right.plus(bottom_left).minus(top_left), bottom_left]
    };
    seen.into_iter().map(with).chain(fours).collect()
}

/// How far from where it should be a square is looked for, in modules.
fn reach(version: Version) -> f32 {
    (f32::from(version.side()) / 5.0).clamp(4.0, 9.0)
}

fn through(squares: [Point; 4], version: Version) -> Option<Warp> {
    let (near, far) = (3.5, f32::from(version.side()) - 3.5);
    let modules = [(near, near), (far, near), (far, far), (near, far)].map(|(x, y)| Point::new(x, y));
    Warp::between(modules, squares)
}

fn has_timing(plane: &Plane, fitted: &Fitted) -> bool {
    timing(plane, fitted) >= LEAST_TIMING.max(TIMING_SHARE * fitted.contrast)
}

/// Light minus dark along the better of the timing lines: a cheap look that most chance findings fail.
fn timing(plane: &Plane, fitted: &Fitted) -> f32 {
    let (mut sums, mut counts) = ([[0.0_f32; 2]; 2], [[0.0_f32; 2]; 2]);
    for Fixed { x, y, dark } in &fitted.version.layout().timing {
        let shade = plane.at(fitted.warp.of(Point::new(f32::from(*x) + 0.5, f32::from(*y) + 0.5)));
        sums[usize::from(*x == 6)][usize::from(*dark)] += shade;
        counts[usize::from(*x == 6)][usize::from(*dark)] += 1.0;
    }
    let line = |i: usize| sums[i][0] / counts[i][0] - sums[i][1] / counts[i][1];
    line(0).max(line(1))
}

/// Leaning so that the lowest right alignment square, too, is where it should be.
fn leaning(plane: &Plane, flat: Fitted) -> Fitted {
    let side = f32::from(flat.version.side());
    if flat.version.number() == 1 {
        return flat;
    }
    let (near, far) = (3.5, side - 3.5);
    let modules = [(near, near), (far, near), (side - 6.5, side - 6.5), (near, far)].map(|(x, y)| Point::new(x, y));
    let squares = alike(plane, &flat.warp, modules[2], (reach(flat.version), 0.5), square_contrast);
    let leaning = squares.into_iter().filter_map(|pixel| {
        let [top_left, top_right, _, bottom_left] = modules.map(|at| flat.warp.of(at));
        Fitted::of(plane, flat.version, Warp::between(modules, [top_left, top_right, pixel, bottom_left])?)
    });
    leaning.chain([flat.clone()]).max_by(|a, b| a.contrast.total_cmp(&b.contrast)).unwrap_or(flat)
}

/// Places near `middle` that look like what `contrast` measures, the best first.
fn alike(
    plane: &Plane,
    flat: &Warp,
    middle: Point,
    (reach, step): (f32, f32),
    contrast: fn(&Plane, &Warp, Point) -> f32,
) -> Vec<Point> {
    let mut found: Vec<(f32, Point)> = Vec::new();
    let mut y = -reach;
    while y <= reach {
        let mut x = -reach;
        while x <= reach {
            let at = middle.plus(Point::new(x, y));
            keep_best(&mut found, contrast(plane, flat, at), at);
            x += step;
        }
        y += step;
    }
    found.into_iter().map(|(_, at)| flat.of(at)).collect()
}

/// Light minus dark of the 7×7 modules around a place.
fn corner_contrast(plane: &Plane, warp: &Warp, middle: Point) -> f32 {
    let shade = |x: f32, y: f32| plane.nearest(warp.of(middle.plus(Point::new(x, y))));
    let ring = |radius: f32| {
        let ways = [(1., 0.), (1., 1.), (0., 1.), (-1., 1.), (-1., 0.), (-1., -1.), (0., -1.), (1., -1.)];
        ways.into_iter().map(|(x, y)| shade(x * radius, y * radius)).sum::<f32>() / 8.0
    };
    let middle = (shade(0.0, 0.0) + ring(1.0) * 2.0) / 3.0;
    ring(2.0) + ring(4.0) * 0.5 - middle - ring(3.0) * 0.5
}

fn keep_best(found: &mut Vec<(f32, Point)>, contrast: f32, at: Point) {
    let near = found.iter().position(|(_, other)| other.minus(at).length() < 2.0);
    match near {
        Some(place) if found[place].0 >= contrast => return,
        Some(place) => {
            found.remove(place);
        }
        None if found.len() == SQUARES && found.last().is_some_and(|last| last.0 >= contrast) => return,
        None => {}
    }
    let place = found.partition_point(|other| other.0 > contrast);
    found.insert(place, (contrast, at));
    found.truncate(SQUARES);
}

/// Light minus dark of the 5×5 modules around a place.
fn square_contrast(plane: &Plane, warp: &Warp, middle: Point) -> f32 {
    // Eight light ones, nine dark: the corners of the outer ring say least.
    const LIGHT: [(f32, f32); 8] =
        [(-1., -1.), (0., -1.), (1., -1.), (-1., 0.), (1., 0.), (-1., 1.), (0., 1.), (1., 1.)];
    const DARK: [(f32, f32); 13] = [
        (0., 0.),
        (-2., 0.),
        (2., 0.),
        (0., -2.),
        (0., 2.),
        (-2., -1.),
        (-2., 1.),
        (2., -1.),
        (2., 1.),
        (-1., -2.),
        (1., -2.),
        (-1., 2.),
        (1., 2.),
    ];
    let shade = |(x, y): &(f32, f32)| plane.nearest(warp.of(middle.plus(Point::new(*x, *y))));
    let light: f32 = LIGHT.iter().map(shade).sum();
    // The middle counts for as much as four of the ring.
    let dark: f32 = 4.0 * shade(&DARK[0]) + DARK[1..].iter().map(shade).sum::<f32>();
    light / 8.0 - dark / 16.0
}

impl Fitted {
    fn of(plane: &Plane, version: Version, warp: Warp) -> Option<Self> {
        let side = f32::from(version.side());
        let modules = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
        if !warp.faces(&modules) {
            return None;
        }
        Some(Self {
            version,
            outline: modules.map(|at| warp.of(at)),
            contrast: contrast(plane, version, &warp),
            warp,
            bend: Bend::default(),
        })
    }

    /// Moves the corners, one by one and ever less, for as long as that raises the contrast.
    fn refined(mut self, plane: &Plane) -> Self {
        let side = f32::from(self.version.side());
        let modules = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
        let module = (self.outline[2].minus(self.outline[0]).length()
            + self.outline[3].minus(self.outline[1]).length())
            / (2.0 * std::f32::consts::SQRT_2 * side);
        for by in MOVES {
            let by = by * module;
            for corner in 0..4 {
                for way in [(by, 0.0), (-by, 0.0), (0.0, by), (0.0, -by)] {
                    self.try_move(plane, &modules, corner, Point::new(way.0, way.1));
                }
            }
        }
        self.bend = Bend::of(plane, &self.warp, self.version, square_contrast);
        self
    }

    /// Where a place of the code is in the picture.
    pub(super) fn pixel(&self, place: Point) -> Point {
        self.warp.of(place.plus(self.bend.at(place)))
    }

    fn try_move(&mut self, plane: &Plane, modules: &[Point; 4], corner: usize, by: Point) {
        let mut outline = self.outline;
        outline[corner] = outline[corner].plus(by);
        let Some(warp) = Warp::between(*modules, outline) else { return };
        let contrast = contrast(plane, self.version, &warp);
        if contrast > self.contrast && warp.faces(modules) {
            (self.outline, self.warp, self.contrast) = (outline, warp, contrast);
        }
    }
}

/// Of the fixed modules, so many at most: a large code has more than its place needs.
const LOOKED_AT: usize = 300;

fn contrast(plane: &Plane, version: Version, warp: &Warp) -> f32 {
    let (mut sums, mut counts) = ([0.0_f32; 2], [0.0_f32; 2]);
    let fixed = &version.layout().fixed;
    for Fixed { x, y, dark } in fixed.iter().step_by(fixed.len().div_ceil(LOOKED_AT)) {
        let shade = plane.at(warp.of(Point::new(f32::from(*x) + 0.5, f32::from(*y) + 0.5)));
        sums[usize::from(*dark)] += shade;
        counts[usize::from(*dark)] += 1.0;
    }
    sums[0] / counts[0] - sums[1] / counts[1]
}

//! The eye: grey pixels become the text of a code.
//!
//! A guest holds a phone into the camera: too far, too near, aslant, in
//! motion, dim, cracked, under a lamp that mirrors in it. rqrr reads a clean
//! grid of modules soundly, but finds few of those; so this finds them, and
//! rqrr says what they mean.
//!
//! ```text
//! frame ─▶ view ─▶ corner squares ─▶ threes, or twos ─▶ place ─▶ shades ─▶ bits ─▶ text
//!          size      1:1:3:1:1       of one code     contrast   of each   each    rqrr,
//!          ink       on all sides    (one guessed)   of what    module    way to  after
//!          limit                                     is known             tell    erasures
//! ```
//!
//! Reading order: `plane` → `binary` → `view` → `finder` → `corners` → `symbol`
//! (what every code has) and `warp` → `fit` and `bend` → `sample` → `message`, `codewords`
//! and `galois` → `look` (one search) → `stages` (which searches, in which
//! order, and what each adds) → `votes` (several frames).
//!
//! # What a frame is given
//!
//! Four searches on every frame, which read most of what can be read. Where
//! something like a corner square is in view, some of the dear ones as well;
//! the next frame goes on with the others, and with the guesses that this one
//! had no time for, so that a code held for half a second gets them all. An
//! empty scene, which is most of the day, gets a dear one only now and then. No
//! search is begun when the frame's time is over, and each has limits of its
//! own: squares, threes of them, versions, tries.
//!
//! A frame takes less time than the camera needs for the next. So each is read
//! as it comes, the sharp ones among them; none has to be chosen to be read first.
//!
//! # No harm
//!
//! rqrr's own search for codes, which has been seen to panic and to spin for
//! minutes, is not used; its decoder only gets grids of a size that codes have,
//! behind a fence. A text counts only when the whole checksum agrees.

mod bend;
mod binary;
mod codewords;
mod corners;
mod fence;
mod finder;
mod fit;
mod galois;
mod look;
mod message;
mod plane;
mod sample;
mod sizes;
mod stages;
mod symbol;
mod view;
mod votes;
mod warp;

use std::cell::LazyCell;
use std::time::{Duration, Instant};

use image::GrayImage;

use look::{Course, Seen};
use plane::{Part, Plane, Point, size, whole};
use stages::{CHEAP, DEAR, Stage};
use view::{Ink, Limit, Look, Scale, Views};
use votes::Votes;

/// How much a picture is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Budget {
    /// What one frame of a camera is given.
    Frame,
    /// Every try there is.
    Everything,
}

/// A code found in a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What it says.
    pub text: String,
    /// Its corners in the picture's own pixels, in the code's own order: top left, top right, bottom right, bottom left.
    pub corners: [(i32, i32); 4],
}

/// Reads frame after frame of one camera, and remembers what the last ones showed.
#[derive(Debug, Default)]
pub struct Reader {
    /// Frames since the last code.
    frames: usize,
    /// Dear searches since then.
    dear: usize,
    /// Where the last frame had a code.
    near: Option<(Part, Ink)>,
    votes: Option<Votes>,
}

/// After this long no search is begun, and of a search no further try.
const FRAME_TIME: Duration = Duration::from_millis(17 * PATIENCE);
/// An unoptimised build is slow, and its tests share the machine with many others.
const PATIENCE: u64 = if cfg!(debug_assertions) { 20 } else { 1 };
/// Dear searches in a frame in which something is to be seen.
const AT_ONCE: usize = 3;
/// Of empty frames, one in so many gets a dear search.
const NOW_AND_THEN: usize = 3;

impl Reader {
    /// A reader that has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The code in this frame, if there is one that can be read in a frame's
    /// time: a ticket code before any other, else the largest.
    pub fn read(&mut self, luma: &GrayImage) -> Option<Code> {
        if luma.width() < SMALLEST || luma.height() < SMALLEST {
            return None;
        }
        let picture = Plane::of(&sizes::scaled(luma, sizes::of_frame(luma)));
        let until = Instant::now() + FRAME_TIME;
        let near = self.near.take().and_then(|(part, ink)| nearby(&picture, part, ink, until));
        let seen = match near {
            Some(seen) => seen,
            None => self.search(&Views::of(picture.clone()), until)?,
        };
        *self = Self { near: around(&picture, &seen.outline).map(|part| (part, seen.ink)), ..Self::default() };
        Some(Code::of(seen, luma, picture.width))
    }

    fn search(&mut self, views: &Views, until: Instant) -> Option<Seen> {
        let mut course = Course { turn: self.frames, ..Course::until(until) };
        if let Some(seen) = CHEAP.iter().find_map(|stage| stage.of_a_frame(views, &mut course)) {
            return Some(seen);
        }
        for _ in 0..self.allowance(views) {
            if course.is_over() {
                break;
            }
            course.turn = self.dear / DEAR.len();
            let stage = &DEAR[self.dear % DEAR.len()];
            self.dear += 1;
            if let Some(seen) = stage.of_a_frame(views, &mut course) {
                return Some(seen);
            }
        }
        votes::add(&mut self.votes, course.unread?)
    }

    /// How many dear searches this frame is worth.
    fn allowance(&mut self, views: &Views) -> usize {
        self.frames += 1;
        let is_first = self.frames == 1;
        let something = CHEAP.iter().any(|stage| {
            let view = views.get(stage.look);
            view.finders(stage.ring).iter().any(|finder| finder.seen > 1)
        });
        match (something || is_first, self.frames % NOW_AND_THEN) {
            (true, _) => AT_ONCE,
            (false, 0) => 1,
            (false, _) => 0,
        }
    }
}

/// The code in a single picture, as [`Reader::read`] chooses it.
#[must_use]
pub fn read(luma: &GrayImage, budget: Budget) -> Option<Code> {
    match budget {
        Budget::Frame => Reader::new().read(luma),
        Budget::Everything => read_picture(luma),
    }
}

fn read_picture(luma: &GrayImage) -> Option<Code> {
    if luma.width() < SMALLEST || luma.height() < SMALLEST {
        return None;
    }
    let until = Instant::now() + EVERYTHING_TIME;
    let sizes: Vec<_> = sizes::of_picture(luma)
        .into_iter()
        .map(|side| LazyCell::new(move || Views::of(Plane::of(&sizes::scaled(luma, side)))))
        .collect();
    // What is quick at every size comes before what is slow at any.
    let all = [&CHEAP[..], &DEAR].into_iter().flat_map(|stages| sizes.iter().map(move |views| (stages, views)));
    all.take_while(|_| Instant::now() < until).find_map(|(stages, views)| {
        let seen = stages.iter().find_map(|stage| stage.whole(views, &mut Course::until(until)))?;
        Some(Code::of(seen, luma, views.picture().width))
    })
}

/// The longest that all tries on one picture may take together.
const EVERYTHING_TIME: Duration = Duration::from_secs(15 * PATIENCE);
/// Fewer pixels than the smallest code has modules.
const SMALLEST: u32 = 21;

/// Looks where the last frame had its code: most often it is still there.
fn nearby(picture: &Plane, part: Part, ink: Ink, until: Instant) -> Option<Seen> {
    let views = Views::of(picture.cut(&part));
    let stage = Stage { look: Look { scale: Scale::Full, limit: Limit::Blocks, ink }, ..CHEAP[0] };
    let mut seen = stage.of_a_frame(&views, &mut Course::until(until))?;
    let offset = Point::new(plane::real(part.x), plane::real(part.y));
    seen.outline = seen.outline.map(|point| point.plus(offset));
    Some(seen)
}

/// A code and as much of what is around it as it may move into; nothing if that is most of the picture.
fn around(picture: &Plane, outline: &[Point; 4]) -> Option<Part> {
    let across = |of: fn(&Point) -> f32, limit: usize| {
        let (least, most) =
            outline.iter().map(of).fold((f32::MAX, f32::MIN), |(least, most), at| (least.min(at), most.max(at)));
        let margin = 0.35 * (most - least);
        let inside = |at: f32| usize::try_from(whole(at).clamp(0, size(limit))).unwrap_or(0);
        (inside(least - margin), inside(most + margin))
    };
    let ((left, right), (top, low)) = (across(|at| at.x, picture.width), across(|at| at.y, picture.height));
    let part = Part { x: left, y: top, width: right - left, height: low - top };
    let is_small = 2 * part.width * part.height < picture.width * picture.height;
    (is_small && part.width.min(part.height) >= 40).then_some(part)
}

impl Code {
    /// Of a picture that was looked at in another width.
    fn of(seen: Seen, luma: &GrayImage, width: usize) -> Self {
        let scale = plane::real(luma.width() as usize) / plane::real(width);
        let corners = seen.outline.map(|at| at.times(scale)).map(|at| (whole(at.x + 0.5), whole(at.y + 0.5)));
        Self { text: seen.text, corners }
    }
}

#[cfg(test)]
mod tests;

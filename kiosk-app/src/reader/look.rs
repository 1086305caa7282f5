//! One view is searched: corner squares, where a code with them lies, what it says.

use std::time::{Duration, Instant};

use super::PATIENCE;
use super::codewords::put_right;
use super::corners::{Corners, guessed, likely};
use super::finder::Ring;
use super::fit::{Fitted, fits};
use super::message::text;
use super::plane::Point;
use super::sample::{CROSS_TALK, Modules, Shades, Threshold};
use super::view::{Ink, View};

/// What was read, and where in the view.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) text: String,
    pub(super) ink: Ink,
    pub(super) outline: [Point; 4],
}

/// A code that is there but cannot be read: its modules, for the next frame to add to.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    pub(super) modules: Modules,
    pub(super) ink: Ink,
    pub(super) outline: [Point; 4],
}

/// How much is tried before the view is given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Threes of corner squares.
    pub(super) threes: usize,
    /// Twos, for which the third is guessed.
    pub(super) twos: usize,
    /// Versions and places for each of them.
    pub(super) fits: usize,
}

const GRACE: Duration = Duration::from_millis(8 * PATIENCE);
/// Where one code was read, there is most often no other: so many more are tried.
const AFTER_ONE: usize = 2;
/// Chance findings have about half of the fixed modules wrong, and no sharpening mends that.
const HOPELESS: f32 = 0.38;
/// With more of the fixed modules wrong there is no code here.
const MOST_WRONG: f32 = 0.28;

/// What all searches of a picture share.
#[derive(Debug)]
pub(super) struct Course {
    /// No try is begun after this.
    pub(super) until: Instant,
    /// How often the same was looked at before, in vain: so many shares of the tries are passed over.
    pub(super) turn: usize,
    /// The best of what could not be read.
    pub(super) unread: Option<Unread>,
}

impl Course {
    pub(super) fn until(until: Instant) -> Self {
        Self { until, turn: 0, unread: None }
    }

    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// What was begun in time may take this much longer.
    fn is_long_over(&self) -> bool {
        Instant::now() >= self.until + GRACE
    }
}

/// Searches a view, for a ticket code before any other, else the largest.
pub(super) fn search(view: &View, ring: Ring, effort: Effort, course: &mut Course) -> Option<Seen> {
    let finders = view.finders(ring);
    let threes = if effort.threes > 0 { likely(finders) } else { Vec::new() };
    let twos = if effort.twos > 0 { guessed(finders) } else { Vec::new() };
    let mut found: Vec<Seen> = Vec::new();
    for (all, most) in [(threes, effort.threes), (twos, effort.twos)] {
        let mut left = if found.is_empty() { most } else { most.min(AFTER_ONE) };
        for corners in in_turn(&all, most, course.turn) {
            if found.iter().any(|seen| seen.shares(view, corners)) {
                continue;
            }
            if left == 0 || course.is_over() {
                break;
            }
            left -= 1;
            let places = fits(&view.plane, &view.bits, corners, effort.fits);
            let Some(seen) = places.iter().find_map(|at| read(view, at, course)) else { continue };
            if seen.is_ticket() {
                return Some(seen);
            }
            left = left.min(AFTER_ONE);
            found.push(seen);
        }
    }
    found.into_iter().max_by(|a, b| a.area().total_cmp(&b.area()))
}

/// The likeliest first; in every second look at the same scene those that the
/// others did not come to, for a code may have come into it just now.
fn in_turn<T>(all: &[T], most: usize, turn: usize) -> impl Iterator<Item = &T> {
    let shares = if turn.is_multiple_of(2) { 0 } else { turn.div_ceil(2) };
    let passed_over = (shares * most).checked_rem(all.len()).unwrap_or(0);
    let (before, after) = all.split_at(passed_over);
    after.iter().chain(before)
}

impl Seen {
    fn is_ticket(&self) -> bool {
        self.text.starts_with("ETS1:")
    }

    /// Whether one of these squares lies in what was read.
    fn shares(&self, view: &View, corners: &Corners) -> bool {
        let inside = |at: Point| {
            (0..4).all(|i| {
                let (from, to) = (self.outline[i], self.outline[(i + 1) % 4]);
                to.minus(from).cross(at.minus(from)) > 0.0
            })
        };
        corners.points().into_iter().any(|at| inside(view.in_picture(at)))
    }

    /// Twice its area in pixels, by the shoelace formula.
    fn area(&self) -> f32 {
        (0..4).map(|i| self.outline[i].cross(self.outline[(i + 1) % 4])).sum::<f32>().abs()
    }
}

/// Every way to tell dark from light, until the checksum agrees with one.
fn read(view: &View, fitted: &Fitted, course: &mut Course) -> Option<Seen> {
    let outline = fitted.outline.map(|point| view.in_picture(point));
    let shades = Shades::of(&view.plane, fitted);
    if shades.modules(Threshold::Mean).wrong() > HOPELESS {
        return None;
    }
    let mut tried: Vec<Vec<bool>> = Vec::new();
    for talk in CROSS_TALK {
        if course.is_long_over() {
            break;
        }
        let shades = shades.unmixed(talk);
        for threshold in [Threshold::Mean, Threshold::Middle] {
            let modules = shades.modules(threshold);
            let bits: Vec<bool> = modules.darkness.iter().map(|darkness| *darkness > 0.0).collect();
            if modules.wrong() > MOST_WRONG || tried.contains(&bits) {
                continue;
            }
            tried.push(bits);
            if let Some(text) = said(&modules) {
                return Some(Seen { text, ink: view.ink, outline });
            }
            keep_better(&mut course.unread, Unread { modules, ink: view.ink, outline });
        }
    }
    None
}

/// As seen, or with its doubtful parts put right.
pub(super) fn said(modules: &Modules) -> Option<String> {
    text(modules).or_else(|| text(&put_right(modules)?))
}

fn keep_better(unread: &mut Option<Unread>, new: Unread) {
    if unread.as_ref().is_none_or(|known| new.modules.wrong() < known.modules.wrong()) {
        *unread = Some(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_look_begins_with_the_likeliest_and_all_get_their_turn() {
        let all: Vec<usize> = (0..10).collect();
        let looked_at = |turn| in_turn(&all, 3, turn).take(3).copied().collect::<Vec<_>>();
        for turn in [0, 2, 4, 100] {
            assert_eq!(looked_at(turn), [0, 1, 2], "turn {turn}");
        }
        let mut others: Vec<usize> = (0..8).flat_map(looked_at).collect();
        others.sort_unstable();
        others.dedup();
        assert_eq!(others, all, "within eight frames");
        assert_eq!(in_turn(&[0; 0], 3, 7).count(), 0);
    }
}

//! Which views are searched, in which order.
//!
//! Measured on 605 pictures with a code (240 made by `tests`, 365 photographs
//! and frames kept beside the checkout) and 62 without: what each search reads
//! that those before it do not, what it would read alone, and what it takes
//! where there is nothing. What added nothing was taken out again: a quarter of
//! the size, parts at twice the size, the mean of 25 pixels with whole rings.
//!
//! | search | adds | alone | ms |
//! |---|---|---|---|
//! | half, blocks, dark, threes and twos | 451 | 451 | 1.4 |
//! | full, blocks, dark, threes | 64 | 480 | 1.9 |
//! | half, blocks, light, threes and twos | 21 | 21 | 1.2 |
//! | full, blocks, light, threes | 7 | 24 | 1.1 |
//! | full, blocks, dark, open rings | 15 | 472 | 2.3 |
//! | full, mean of 10, dark, threes and twos | 10 | 451 | 3.7 |
//! | full, mean of 10, light, threes and twos | 5 | 30 | 3.6 |
//! | half, mean of 20, dark, threes | 2 | 352 | 0.5 |
//! | full, mean of 25, dark, open rings | 2 | 497 | 3.7 |
//! | full, mean of 25, dark, twos | 1 | 489 | 2.1 |
//!
//! A picture that somebody names is looked at in more than one size besides.

use super::finder::Ring;
use super::look::{Course, Effort, Seen, search};
use super::view::{Ink, Limit, Look, Scale, Views};

/// One search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    pub(super) look: Look,
    pub(super) ring: Ring,
    pub(super) effort: Effort,
}

impl Stage {
    /// All of it.
    pub(super) fn whole(&self, views: &Views, course: &mut Course) -> Option<Seen> {
        search(&views.get(self.look), self.ring, self.effort, course)
    }

    /// Of the many places of a third square only a share: the next frames look at the others.
    pub(super) fn of_a_frame(&self, views: &Views, course: &mut Course) -> Option<Seen> {
        let effort = Effort { twos: self.effort.twos.div_ceil(SHARES), ..self.effort };
        search(&views.get(self.look), self.ring, effort, course)
    }
}

const SHARES: usize = 3;

const THREES: Effort = Effort { threes: 4, twos: 0, fits: 2 };
const TWOS: Effort = Effort { threes: 0, twos: 30, fits: 2 };
const BOTH: Effort = Effort { threes: 4, twos: 30, fits: 2 };

const fn stage(scale: Scale, limit: Limit, ink: Ink, ring: Ring, effort: Effort) -> Stage {
    Stage { look: Look { scale, limit, ink }, ring, effort }
}

/// On every frame, the cheapest first.
pub(super) const CHEAP: [Stage; 4] = [
    stage(Scale::Half, Limit::Blocks, Ink::Dark, Ring::Whole, BOTH),
    stage(Scale::Full, Limit::Blocks, Ink::Dark, Ring::Whole, THREES),
    stage(Scale::Half, Limit::Blocks, Ink::Light, Ring::Whole, BOTH),
    stage(Scale::Full, Limit::Blocks, Ink::Light, Ring::Whole, THREES),
];

/// As far as a frame's time goes; the next frame goes on where this one ended.
pub(super) const DEAR: [Stage; 6] = [
    stage(Scale::Full, Limit::Blocks, Ink::Dark, Ring::Open, THREES),
    stage(Scale::Full, Limit::Mean(10), Ink::Dark, Ring::Whole, BOTH),
    stage(Scale::Full, Limit::Mean(10), Ink::Light, Ring::Whole, BOTH),
    stage(Scale::Half, Limit::Mean(20), Ink::Dark, Ring::Whole, THREES),
    stage(Scale::Full, Limit::Mean(25), Ink::Dark, Ring::Open, THREES),
    stage(Scale::Full, Limit::Mean(25), Ink::Dark, Ring::Whole, TWOS),
];

//! The picture as each stage wants it: its size, its polarity, its thresholds.
//!
//! Each is made once, when it is first asked for, so that stages can share.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::binary::{Bits, by_blocks, by_mean};
use super::finder::{Finder, Ring, find};
use super::plane::{Plane, Point};

/// How large the picture is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    Full,
    /// Noise and blur vanish.
    Half,
}

/// What parts dark from light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Blocks,
    /// The mean of the square of this radius.
    Mean(u8),
}

/// Which shade the modules have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Dark,
    /// As a phone in dark mode may show it.
    Light,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) scale: Scale,
    pub(super) limit: Limit,
    pub(super) ink: Ink,
}

/// One way to see the picture, in which the code's modules are dark.
#[derive(Debug)]
pub(super) struct View {
    pub(super) plane: Rc<Plane>,
    pub(super) bits: Bits,
    pub(super) ink: Ink,
    whole: OnceCell<Vec<Finder>>,
    open: OnceCell<Vec<Finder>>,
    /// Pixels of the picture for one of this view's.
    factor: f32,
}

impl View {
    /// The corner squares in it, the most often seen first.
    pub(super) fn finders(&self, ring: Ring) -> &[Finder] {
        let found = match ring {
            Ring::Whole => &self.whole,
            Ring::Open => &self.open,
        };
        found.get_or_init(|| find(&self.bits, ring))
    }

    /// From this view's pixels to the picture's.
    pub(super) fn in_picture(&self, at: Point) -> Point {
        at.times(self.factor)
    }
}

/// Every view of one picture that was asked for.
#[derive(Debug)]
pub(super) struct Views {
    picture: Rc<Plane>,
    planes: RefCell<Vec<(Scale, Ink, Rc<Plane>)>>,
    made: RefCell<Vec<(Look, Rc<View>)>>,
}

impl Views {
    pub(super) fn of(picture: Plane) -> Self {
        Self { picture: Rc::new(picture), planes: RefCell::default(), made: RefCell::default() }
    }

    pub(super) fn picture(&self) -> &Plane {
        &self.picture
    }

    pub(super) fn get(&self, look: Look) -> Rc<View> {
        if let Some((_, view)) = self.made.borrow().iter().find(|(made, _)| *made == look) {
            return Rc::clone(view);
        }
        let view = Rc::new(self.make(look));
        self.made.borrow_mut().push((look, Rc::clone(&view)));
        view
    }

    fn make(&self, look: Look) -> View {
        let plane = self.plane(look.scale, look.ink);
        let bits = match (look.limit, look.ink) {
            // What is darker than its block's shade in the one is lighter in the other.
            (Limit::Blocks, Ink::Light) if look.scale == Scale::Full => {
                self.get(Look { ink: Ink::Dark, ..look }).bits.inverted()
            }
            (Limit::Blocks, _) => by_blocks(&plane),
            (Limit::Mean(radius), _) => by_mean(&plane, radius.into()),
        };
        let factor = match look.scale {
            Scale::Full => 1.0,
            Scale::Half => 2.0,
        };
        View { plane, bits, ink: look.ink, whole: OnceCell::new(), open: OnceCell::new(), factor }
    }

    fn plane(&self, scale: Scale, ink: Ink) -> Rc<Plane> {
        let known = |(s, i, _): &&(Scale, Ink, Rc<Plane>)| (*s, *i) == (scale, ink);
        if let Some((_, _, plane)) = self.planes.borrow().iter().find(known) {
            return Rc::clone(plane);
        }
        let plane = Rc::new(match (scale, ink) {
            (Scale::Full, Ink::Dark) => return Rc::clone(&self.picture),
            (scale, Ink::Light) => self.plane(scale, Ink::Dark).inverted(),
            (Scale::Half, Ink::Dark) => self.picture.half(),
        });
        self.planes.borrow_mut().push((scale, ink, Rc::clone(&plane)));
        plane
    }
}

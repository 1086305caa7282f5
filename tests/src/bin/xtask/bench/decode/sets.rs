//! The pictures: those made here, and those beside the checkout where they are there.

use real_parts::pictures::{self, Kept, Picture};
use real_parts::say;

use super::Args;

/// What a gate's camera gives.
pub(super) const FRAME: (u32, u32) = (1280, 720);

/// Pictures of one origin.
pub(super) struct Set<'a> {
    pub(super) what: String,
    pub(super) origin: Origin,
    args: &'a Args,
    kept: Vec<Kept>,
}

/// Where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Photographs,
    Frames,
    Made,
}

/// Those that are there, photographs first.
pub(super) fn all(args: &Args) -> anyhow::Result<Vec<Set<'_>>> {
    let mut sets = Vec::new();
    for (origin, set, what) in [
        (Origin::Photographs, pictures::Set::Real, "photographs"),
        (Origin::Frames, pictures::Set::Synthetic, "frames of the corpus"),
    ] {
        match pictures::corpus(set)? {
            Some(kept) => sets.push(Set { what: format!("{} {what}", kept.len()), origin, args, kept }),
            None => say::line(format!("SKIPPING the {what}: there is no ../shared/qr-corpus")),
        }
    }
    if args.of_each_kind > 0 {
        let what = format!("frames made with seed {}, {} of each kind", args.seed, args.of_each_kind);
        sets.push(Set { what, origin: Origin::Made, args, kept: Vec::new() });
    }
    Ok(sets)
}

impl Set<'_> {
    /// One at a time: all of them would fill the memory.
    pub(super) fn pictures(&self) -> Box<dyn Iterator<Item = anyhow::Result<Picture>> + '_> {
        match self.origin {
            Origin::Made => Box::new(pictures::synthetic(self.args.seed, self.args.of_each_kind).map(Ok)),
            Origin::Photographs | Origin::Frames => Box::new(self.kept.iter().map(Kept::load)),
        }
    }
}

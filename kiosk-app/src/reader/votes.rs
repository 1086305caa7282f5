//! A code that no frame alone can tell, told by several.
//!
//! What is doubtful in one frame, because glare lies there or noise, is plain
//! in the next. Modules are counted in the code's own grid, so it may move in
//! between: each frame says how dark it holds each module to be, and the sum is
//! read like a frame.

use super::look::{Seen, Unread, said};
use super::plane::Point;
use super::sample::Modules;

/// What the last frames say of one code.
#[derive(Clone, Debug)]
pub(super) struct Votes {
    sum: Modules,
    outline: [Point; 4],
}

/// How much of what was said before still counts, with each frame.
const MEMORY: f32 = 0.85;
/// Of its size, a code moves this far at most from frame to frame.
const MOVED: f32 = 0.5;
/// Another code of the same size has about half of its modules in common.
const ALIKE: f32 = 0.68;

/// Adds a frame's modules to those before, or begins anew with them; what they say together.
pub(super) fn add(votes: &mut Option<Votes>, unread: Unread) -> Option<Seen> {
    let Unread { modules, ink, outline } = unread;
    let modules = evened(modules);
    match votes {
        Some(known) if known.is_of(&modules, &outline) => {
            for (sum, darkness) in known.sum.darkness.iter_mut().zip(&modules.darkness) {
                *sum = *sum * MEMORY + darkness;
            }
            known.outline = outline;
            Some(Seen { text: said(&known.sum)?, ink, outline })
        }
        _ => {
            *votes = Some(Votes { sum: modules, outline });
            None
        }
    }
}

impl Votes {
    fn is_of(&self, modules: &Modules, outline: &[Point; 4]) -> bool {
        let size = self.outline[2].minus(self.outline[0]).length();
        let moved = self.outline.iter().zip(outline).map(|(a, b)| a.minus(*b).length()).fold(0.0, f32::max);
        self.sum.version == modules.version && moved < MOVED * size && self.agreement(modules) > ALIKE
    }

    /// The part of the modules that are dark in both or light in both.
    #[expect(clippy::cast_precision_loss, reason = "some thousands at most")]
    fn agreement(&self, modules: &Modules) -> f32 {
        let pairs = self.sum.darkness.iter().zip(&modules.darkness);
        pairs.filter(|(a, b)| (**a > 0.0) == (**b > 0.0)).count() as f32 / modules.darkness.len() as f32
    }
}

/// A bright frame says no more than a dim one.
#[expect(clippy::cast_precision_loss, reason = "some thousands at most")]
fn evened(mut modules: Modules) -> Modules {
    let mean = modules.darkness.iter().map(|darkness| darkness.abs()).sum::<f32>() / modules.darkness.len() as f32;
    modules.darkness.iter_mut().for_each(|darkness| *darkness = (*darkness / mean.max(0.01)).clamp(-2.0, 2.0));
    modules
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version as Drawn};

    use super::super::symbol::Version;
    use super::super::view::Ink;
    use super::*;

    const OUTLINE: [Point; 4] =
        [Point::new(0.0, 0.0), Point::new(90.0, 0.0), Point::new(90.0, 90.0), Point::new(0.0, 90.0)];

    /// A frame in which every fourth module, begun at `first`, is hidden.
    fn frame(text: &str, first: usize) -> Unread {
        let code = QrCode::with_version(text, Drawn::Normal(4), EcLevel::L).unwrap();
        let shade = |(i, color)| match (i % 4 == first, color) {
            (true, _) => 0.4,
            (false, Color::Dark) => 30.0,
            (false, Color::Light) => -30.0,
        };
        let darkness = code.to_colors().into_iter().enumerate().map(shade).collect();
        let modules = Modules { version: Version::new(4).unwrap(), side: code.width(), darkness };
        Unread { modules, ink: Ink::Dark, outline: OUTLINE }
    }

    #[test]
    fn what_two_frames_hide_in_turn_they_tell_together() {
        let mut votes = None;
        assert_eq!(add(&mut votes, frame("A TICKET", 0)), None);
        let seen = add(&mut votes, frame("A TICKET", 1)).unwrap();
        assert_eq!((seen.text.as_str(), seen.outline), ("A TICKET", OUTLINE));
    }

    #[test]
    fn another_code_begins_anew() {
        let mut votes = None;
        add(&mut votes, frame("A TICKET", 0));
        let mut elsewhere = frame("A TICKET", 1);
        elsewhere.outline = OUTLINE.map(|point| point.plus(Point::new(400.0, 0.0)));
        assert_eq!(add(&mut votes, elsewhere), None, "too far away");
        let other = frame("ANOTHER TICKET ALTOGETHER 0123456789", 1);
        assert_eq!(add(&mut votes, other), None);
    }
}

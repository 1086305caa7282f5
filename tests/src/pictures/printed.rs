//! The same tickets in the same hands, printed or shown in different ways: which way is read best?

use qrcode::EcLevel;

use super::Picture;
use super::kinds::{KINDS, Kind};
use super::luck::Luck;
use super::page::Ground;
use super::recipe::Recipe;
use super::ticket::{self, Ticket};

/// How a ticket's code is printed or shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Print {
    /// Error correction.
    pub level: EcLevel,
    /// Blank on each side, in modules.
    pub quiet: u8,
    /// What is around that blank.
    pub page: Page,
    /// The light that ink throws back: 0.01 is black on a screen.
    pub ink: f64,
    /// Of the width that is there, so much is taken by the code and its blank.
    pub width: f64,
}

/// The page around a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// White.
    White,
    /// Dark, the code dark on a white card.
    Dark,
    /// Dark, the code light on it.
    Inverted,
}

/// Troubles that say themselves how the ticket is printed.
const OF_PRINT: [&str; 3] = ["inverted", "thin quiet zone", "several at once"];

/// A ticket of today's form with one of a gate's troubles, printed so. All prints
/// of one number show the same text, in the same place, in the same light.
///
/// # Panics
/// Never: a ticket's text fits into a code of each level.
#[must_use]
pub fn printed(seed: u64, number: u32, print: &Print) -> Picture {
    let kinds: Vec<&Kind> = KINDS.iter().filter(|kind| !OF_PRINT.contains(&kind.name)).collect();
    let kind = kinds[number as usize % kinds.len()];
    let mut luck = Luck::new(seed).branch(number.into());
    let mut recipe = Recipe::plain(&mut luck);
    recipe.ticket = Ticket::of(ticket::todays(&mut luck), EcLevel::M);
    (kind.trouble)(&mut recipe, &mut luck);
    // As wide as a code of level M with a blank of four modules was meant to be.
    let blanks = |side: usize, quiet: u8| 1.0 + 2.0 * f64::from(quiet) / side as f64;
    let room = recipe.shot.pose.size * blanks(recipe.ticket.side, 4);
    recipe.ticket = Ticket::of(recipe.ticket.text, print.level);
    recipe.shot.pose.size = room * print.width / blanks(recipe.ticket.side, print.quiet);
    recipe.style.quiet = print.quiet.into();
    recipe.style.black = recipe.style.black.max(print.ink);
    recipe.style.ground = match print.page {
        Page::White => Ground::Light,
        Page::Dark => Ground::Dark,
        Page::Inverted => Ground::Inverted,
    };
    let text = recipe.ticket.text.clone();
    Picture {
        name: format!("{} {number}", kind.name),
        kind: kind.name.into(),
        luma: recipe.made(&mut luck),
        texts: vec![text],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: Print = Print { level: EcLevel::M, quiet: 4, page: Page::White, ink: 0.01, width: 1.0 };

    #[test]
    fn prints_of_one_ticket_differ_in_nothing_but_the_print() {
        let (ours, again) = (printed(1, 1, &OURS), printed(1, 1, &OURS));
        assert_eq!(ours.luma, again.luma);
        for other in [
            Print { level: EcLevel::H, ..OURS },
            Print { quiet: 1, ..OURS },
            Print { page: Page::Inverted, ..OURS },
            Print { ink: 0.3, ..OURS },
            Print { width: 0.6, ..OURS },
        ] {
            let other = printed(1, 1, &other);
            assert_eq!((&other.texts, &other.name), (&ours.texts, &ours.name));
            assert_ne!(other.luma, ours.luma);
        }
    }
}

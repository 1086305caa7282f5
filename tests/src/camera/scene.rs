//! What is before the camera: a room, and codes that are held up in it.

use qrcode::{Color, QrCode};

use super::encode;
use super::model::Mode;

/// What a camera sees.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    cards: Vec<Card>,
    moving: bool,
}

/// Pictures of a moving scene until it is as at first.
const PICTURES: u32 = 8;

impl Scene {
    /// A room where nobody holds anything up.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// A phone with this code, well held.
    ///
    /// # Panics
    /// When no QR code can hold the text.
    #[must_use]
    pub fn code(text: impl AsRef<[u8]>) -> Self {
        Self::blank().with(Card::phone(text))
    }

    /// With one more code before the camera, in front of those before.
    #[must_use]
    pub fn with(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// Held by hands that are not quite still.
    #[must_use]
    pub fn moving(mut self) -> Self {
        self.moving = true;
        self
    }

    /// The pictures that a camera in this mode makes of it, in turn; one unless it moves.
    #[must_use]
    pub fn frames(&self, mode: &Mode) -> Vec<Vec<u8>> {
        let pictures = if self.moving { PICTURES } else { 1 };
        (0..pictures).map(|picture| encode::frame(mode, &self.cards_at(picture))).collect()
    }

    /// The codes in one of the pictures.
    fn cards_at(&self, picture: u32) -> Vec<Card> {
        let swing = f64::from(picture) / f64::from(PICTURES) * std::f64::consts::TAU;
        let moved = |card: &Card| {
            let at = (card.at.0 + 0.03 * swing.sin(), card.at.1 + 0.015 * (2.0 * swing).sin());
            Card { at, turned: card.turned + 4.0 * swing.sin(), ..card.clone() }
        };
        self.cards.iter().map(|card| if self.moving { moved(card) } else { card.clone() }).collect()
    }
}

/// A code that is held up.
#[derive(Clone, Debug)]
pub struct Card {
    pub(super) code: Code,
    pub(super) kind: Kind,
    pub(super) at: (f64, f64),
    pub(super) size: f64,
    pub(super) turned: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Phone,
    Paper,
}

impl Card {
    /// On the bright screen of a dark phone, in the middle, half as high as the picture.
    ///
    /// # Panics
    /// When no QR code can hold the text.
    #[must_use]
    pub fn phone(text: impl AsRef<[u8]>) -> Self {
        Self { code: Code::of(text.as_ref()), kind: Kind::Phone, at: (0.5, 0.5), size: 0.5, turned: 0.0 }
    }

    /// Printed on paper, in the same place.
    ///
    /// # Panics
    /// When no QR code can hold the text.
    #[must_use]
    pub fn paper(text: impl AsRef<[u8]>) -> Self {
        Self { kind: Kind::Paper, ..Self::phone(text) }
    }

    /// With the code's middle here: from left to right and from top to bottom, 0 to 1.
    #[must_use]
    pub fn at(mut self, across: f64, down: f64) -> Self {
        self.at = (across, down);
        self
    }

    /// With a code (and the blank border that belongs to it) this high; the picture's height is 1.
    #[must_use]
    pub fn size(mut self, size: f64) -> Self {
        self.size = size;
        self
    }

    /// Turned clockwise, in degrees.
    #[must_use]
    pub fn turned(mut self, degrees: f64) -> Self {
        self.turned = degrees;
        self
    }
}

/// The modules of a code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    dark: Vec<bool>,
    side: usize,
}

/// The blank border that belongs to a code, in modules.
const BORDER: usize = 4;

impl Code {
    fn of(text: &[u8]) -> Self {
        let code = QrCode::new(text).expect("a text that fits into a code");
        Self { side: code.width(), dark: code.into_colors().into_iter().map(|it| it == Color::Dark).collect() }
    }

    /// Modules from border to border, both included.
    pub(super) fn modules(&self) -> usize {
        self.side + 2 * BORDER
    }

    /// Whether the module in this column and row is dark, counted with the border.
    pub(super) fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |place: usize| place.checked_sub(BORDER).filter(|place| *place < self.side);
        match (inside(column), inside(row)) {
            (Some(column), Some(row)) => self.dark[row * self.side + column],
            _ => false,
        }
    }
}

//! What is held up: a phone's screen or a sheet of paper, as its light by places.
//!
//! It is drawn once, flat and large, and then seen from anywhere.

use super::canvas::{Canvas, Place, short, whole};
use super::clutter;
use super::luck::Luck;
use super::ticket::Ticket;

/// A pixel of the page where there is no page: the room shows through.
pub(super) const NO_PAGE: f32 = -1.0;
/// The longest side of a code on the page, in the page's pixels: more than any frame shows of it.
const CODE: usize = 560;
/// What hands hold is drawn beside the page, too.
const BESIDE: f64 = 60.0;

/// How the page is made.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) paper: bool,
    pub(super) ground: Ground,
    /// Blank around the code, in modules.
    pub(super) quiet: f64,
    /// A line at the end of the blank, as thick in modules.
    pub(super) frame: f64,
    /// How light the blank is, and how light ink is.
    pub(super) white: f64,
    pub(super) black: f64,
}

/// What is around the code and its blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// The page is as light as the blank.
    Light,
    /// Dark, with a light card for the code.
    Dark,
    /// Dark, and the code is light on it.
    Inverted,
}

impl Style {
    pub(super) fn any(luck: &mut Luck) -> Self {
        let paper = luck.chance(0.35);
        let ground = if !paper && luck.chance(0.3) { Ground::Dark } else { Ground::Light };
        let (white, black) = if paper { (0.8, 0.05) } else { (1.0, 0.01) };
        Self { paper, ground, quiet: luck.one_of(&[3.0, 4.0, 4.0, 5.0]), frame: 0.0, white, black }
    }

    fn blank(&self) -> f64 {
        if self.ground == Ground::Inverted { self.black } else { self.white }
    }

    fn ink(&self) -> f64 {
        if self.ground == Ground::Inverted { self.white } else { self.black }
    }

    fn around(&self) -> f64 {
        if self.ground == Ground::Light { self.white } else { self.black }
    }

    fn writing(&self) -> f64 {
        if self.ground == Ground::Light { self.black } else { self.white * 0.8 }
    }
}

/// A page and where on it the code is.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) canvas: Canvas,
    /// The code's middle.
    pub(super) middle: Place,
    /// The code's side.
    pub(super) side: f64,
    /// Everything that is not room.
    pub(super) corners: [Place; 4],
}

/// The page with this ticket's code; without a ticket, one with other things on it.
pub(super) fn page(ticket: Option<&Ticket>, style: &Style, luck: &mut Luck) -> Page {
    let modules = ticket.map_or(37, |ticket| ticket.side);
    let module = (CODE / modules) as f64;
    let side = module * modules as f64;
    let card = side + 2.0 * style.quiet * module;
    let (width, height) = if style.paper {
        (card * luck.between(1.05, 1.6), card * luck.between(1.3, 2.2))
    } else {
        let width = card * luck.between(1.04, 1.2);
        (width, width * luck.between(1.85, 2.1))
    };
    let bezel = if style.paper { 0.0 } else { width * luck.between(0.02, 0.05) };
    let body = (width + 2.0 * bezel, height + 2.0 * bezel);
    let [across, down] = [body.0, body.1].map(|length| whole(length + 2.0 * BESIDE, 4096));
    let mut canvas = Canvas::new(across, down, NO_PAGE);
    let middle = (BESIDE + body.0 / 2.0, BESIDE + body.1 * luck.between(0.4, 0.6));
    let end = (BESIDE + body.0, BESIDE + body.1);
    rounded(&mut canvas, (BESIDE, BESIDE), end, if style.paper { 1.0 } else { width * 0.09 }, 0.015);
    let inner = ((BESIDE + bezel, BESIDE + bezel), (end.0 - bezel, end.1 - bezel));
    rounded(&mut canvas, inner.0, inner.1, if style.paper { 1.0 } else { width * 0.06 }, style.around());

    let half = card / 2.0;
    let (above, below) = (middle.1 - half, middle.1 + half);
    let (left, right) = (inner.0.0 + width * 0.07, inner.1.0 - width * 0.07);
    let top = inner.0.1 + height * 0.05;
    clutter::writing(&mut canvas, (left, top), (right, above - module), style.writing(), luck);
    let bottom = inner.1.1 - height * 0.06;
    clutter::writing(&mut canvas, (left, below + module), (right, bottom), style.writing(), luck);
    place_card(&mut canvas, middle, half, style, module);
    let from = (middle.0 - side / 2.0, middle.1 - side / 2.0);
    match ticket {
        Some(ticket) => code(&mut canvas, ticket, from, module, style.ink()),
        None => clutter::instead_of_a_code(&mut canvas, from, side, style.ink(), luck),
    }
    let corners = [(0.0, 0.0), (across as f64, 0.0), (across as f64, down as f64), (0.0, down as f64)];
    Page { canvas, middle, side, corners }
}

fn place_card(canvas: &mut Canvas, middle: Place, half: f64, style: &Style, module: f64) {
    let corner = |reach: f64| ((middle.0 - reach, middle.1 - reach), (middle.0 + reach, middle.1 + reach));
    if style.frame > 0.0 {
        let (from, to) = corner(half + style.frame * module);
        canvas.rectangle(from, to, style.ink());
    }
    let (from, to) = corner(half);
    canvas.rectangle(from, to, style.blank());
}

fn code(canvas: &mut Canvas, ticket: &Ticket, from: Place, module: f64, ink: f64) {
    for row in 0..ticket.side {
        for column in (0..ticket.side).filter(|column| ticket.is_dark(*column, row)) {
            let at = (from.0 + column as f64 * module, from.1 + row as f64 * module);
            canvas.rectangle(at, (at.0 + module, at.1 + module), ink);
        }
    }
}

/// A rectangle whose corners are round.
fn rounded(canvas: &mut Canvas, from: Place, to: Place, radius: f64, light: f64) {
    canvas.repaint(from, (to.0 - 1.0, to.1 - 1.0), |x, y, before| {
        let dx = (from.0 + radius - x).max(x - to.0 + radius).max(0.0);
        let dy = (from.1 + radius - y).max(y - to.1 + radius).max(0.0);
        if dx * dx + dy * dy <= radius * radius { short(light) } else { before }
    });
}

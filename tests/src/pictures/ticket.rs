//! What tickets say, and their codes.

use qrcode::{Color, EcLevel, QrCode};

use super::luck::Luck;

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
const BASE45: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A ticket's text and the modules of its code.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) text: String,
    /// Modules on a side.
    pub(super) side: usize,
    dark: Vec<bool>,
}

impl Ticket {
    /// As an event might have sold it: mostly of today's form, some older and shorter, some of others.
    pub(super) fn any(luck: &mut Luck) -> Self {
        let text = match luck.whole(0, 9) {
            0..=5 => todays(luck),
            6 | 7 => short(luck),
            _ => long(luck),
        };
        Self::of(text, luck.one_of(&[EcLevel::L, EcLevel::M, EcLevel::M, EcLevel::Q]))
    }

    pub(super) fn of(text: String, level: EcLevel) -> Self {
        let code = QrCode::with_error_correction_level(&text, level).expect("a ticket's text fits into a code");
        Self { text, side: code.width(), dark: code.into_colors().into_iter().map(|it| it == Color::Dark).collect() }
    }

    pub(super) fn is_dark(&self, column: usize, row: usize) -> bool {
        self.dark[row * self.side + column]
    }
}

/// `ETS1:` and some 128 signs that fit into a code's alphanumeric mode.
pub(super) fn todays(luck: &mut Luck) -> String {
    let name = luck.whole(4, 16);
    let (name, phone) = (some(luck, LETTERS, name), some(luck, DIGITS, 10));
    let date = date(luck);
    // As long as the signature, which is 64 bytes.
    format!("ETS1:{name}91{phone}{date}:{}", some(luck, BASE45, 96))
}

/// A number at the door's list.
fn short(luck: &mut Luck) -> String {
    let length = luck.whole(4, 24);
    let (letters, phone, date) = (some(luck, LETTERS, 4), some(luck, DIGITS, 10), date(luck));
    format!("{letters}{phone}{date}{}", some(luck, BASE64, length))
}

/// What others put into their codes: an address, in small letters too.
fn long(luck: &mut Luck) -> String {
    let length = luck.whole(70, 110);
    format!("https://tickets.example/t/{}", some(luck, BASE64, length))
}

fn date(luck: &mut Luck) -> String {
    format!("2026-{:02}-{:02}", luck.whole(1, 12), luck.whole(1, 28))
}

fn some(luck: &mut Luck, signs: &[u8], count: u32) -> String {
    (0..count).map(|_| char::from(luck.one_of(signs))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_of_the_sizes_that_tickets_have() {
        let sides: Vec<_> = (0..60).map(|number| Ticket::any(&mut Luck::new(number)).side).collect();
        let (least, most) = (sides.iter().min().unwrap(), sides.iter().max().unwrap());
        assert!((25..=33).contains(least) && (49..=57).contains(most), "versions 2 to 10: {least} to {most}");
    }
}

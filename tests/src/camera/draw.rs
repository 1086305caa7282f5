//! Drawing: the room, and a card held up in it, as brightness.
//!
//! The room is drawn once for each size and kept, and a card touches only its
//! own part of the picture: this runs unoptimised in the tests.

use super::scene::{Card, Code, Kind};

/// A part of a picture that is painted over.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    /// By rows; none where the room shows through.
    pub(super) pixels: Vec<Option<u8>>,
}

/// Brightness and the two colours of a pixel.
pub(super) type Yuv = (u8, u8, u8);

/// The room: a wall that is brighter towards a window, and the noise of a cheap sensor.
pub(super) fn room(width: u32, height: u32) -> Vec<Yuv> {
    let mut noise = 0x2545_f491_u32;
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        let down = y * 255 / height;
        for x in 0..width {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let across = x * 255 / width;
            let light = 90 + across / 4 + (255 - down) / 6 + noise % 13;
            pixels.push((byte(light), byte(120 + down / 24), byte(126 + across / 24)));
        }
    }
    pixels
}

/// A card, as far as it is in a picture of this size.
pub(super) fn card(card: &Card, width: u32, height: u32) -> Patch {
    let side = card.size * f64::from(height);
    let middle = (card.at.0 * f64::from(width), card.at.1 * f64::from(height));
    let body = Body::of(card.kind);
    let reach = side * body.half_width.hypot(body.half_height) + 1.0;
    let (left, right) = (clamp(middle.0 - reach, width), clamp(middle.0 + reach, width));
    let (top, bottom) = (clamp(middle.1 - reach, height), clamp(middle.1 + reach, height));
    let (sine, cosine) = card.turned.to_radians().sin_cos();
    let mut pixels = Vec::with_capacity(((right - left) * (bottom - top)) as usize);
    for y in top..bottom {
        for x in left..right {
            let (dx, dy) = (f64::from(x) + 0.5 - middle.0, f64::from(y) + 0.5 - middle.1);
            // In the card's own measure: the code is from -0.5 to 0.5.
            let place = ((dx * cosine + dy * sine) / side, (dy * cosine - dx * sine) / side);
            pixels.push(body.shade(&card.code, place, 1.0 / side));
        }
    }
    Patch { left, top, width: right - left, pixels }
}

/// What a code is on; measured in sides of the code.
struct Body {
    half_width: f64,
    half_height: f64,
    around: u8,
    light: u8,
    dark: u8,
}

impl Body {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Phone => Self { half_width: 0.56, half_height: 0.95, around: 24, light: 244, dark: 14 },
            Kind::Paper => Self { half_width: 0.6, half_height: 0.75, around: 214, light: 214, dark: 48 },
        }
    }

    /// The brightness of a pixel of this size; none beside the card.
    fn shade(&self, code: &Code, place: (f64, f64), pixel: f64) -> Option<u8> {
        if place.0.abs() >= self.half_width || place.1.abs() >= self.half_height {
            return None;
        }
        let modules = Modules { code, pixel };
        let (Some(columns), Some(rows)) = (modules.under(place.0), modules.under(place.1)) else {
            return Some(self.around);
        };
        if columns.0 == columns.1 && rows.0 == rows.1 {
            return Some(if code.is_dark(columns.0, rows.0) { self.dark } else { self.light });
        }
        // On an edge a lens mixes what is on its sides; without that small codes are torn.
        let corners = [(columns.0, rows.0), (columns.1, rows.0), (columns.0, rows.1), (columns.1, rows.1)];
        let shades =
            corners.map(|(column, row)| u16::from(if code.is_dark(column, row) { self.dark } else { self.light }));
        u8::try_from(shades.iter().sum::<u16>() / 4).ok()
    }
}

struct Modules<'a> {
    code: &'a Code,
    pixel: f64,
}

impl Modules<'_> {
    /// The first and last module under a pixel, if it is on the code.
    fn under(&self, place: f64) -> Option<(usize, usize)> {
        let last = self.code.modules() - 1;
        let at = |place: f64| floor((place + 0.5) * f64::from(u32::try_from(last + 1).unwrap_or(u32::MAX))).min(last);
        let on = place.abs() < 0.5;
        on.then(|| (at(place - self.pixel / 2.0), at(place + self.pixel / 2.0)))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below zero")]
fn floor(number: f64) -> usize {
    number.max(0.0) as usize
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn clamp(place: f64, most: u32) -> u32 {
    place.clamp(0.0, f64::from(most)) as u32
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

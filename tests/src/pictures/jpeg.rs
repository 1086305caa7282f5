//! What a webcam's JPEG leaves of a frame.
//!
//! Only its losses: each block of 64 pixels becomes waves, each wave's strength
//! is rounded by the standard's table, and the waves become pixels again. The
//! rest of JPEG packs without loss, and coders differ in their rounding.

use super::canvas::{Canvas, short};
use super::curve::cosine;

const SIDE: usize = 8;
type Block = [[f32; SIDE]; SIDE];

/// Table K.1 of ITU-T T.81.
const STEPS: [[u16; SIDE]; SIDE] = [
    [16, 11, 10, 16, 24, 40, 51, 61],
    [12, 12, 14, 19, 26, 58, 60, 55],
    [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77],
    [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101],
    [72, 92, 95, 98, 112, 100, 103, 99],
];

/// Squeezes grey values from 0 to 255; the sides are multiples of eight.
pub(super) fn squeeze(grey: &mut Canvas, quality: u16) {
    let waves = waves();
    let back = turned(&waves);
    let steps = steps(quality);
    for top in (0..grey.height).step_by(SIDE) {
        for left in (0..grey.width).step_by(SIDE) {
            let mut block = Block::default();
            for (y, row) in block.iter_mut().enumerate() {
                let from = &grey.light[(top + y) * grey.width + left..][..SIDE];
                row.iter_mut().zip(from).for_each(|(pixel, light)| *pixel = light - 128.0);
            }
            let mut strength = product(&product(&waves, &block), &back);
            for (row, steps) in strength.iter_mut().zip(&steps) {
                row.iter_mut().zip(steps).for_each(|(wave, step)| *wave = rounded(*wave / step) * step);
            }
            let block = product(&product(&back, &strength), &waves);
            for (y, row) in block.iter().enumerate() {
                let to = &mut grey.light[(top + y) * grey.width + left..][..SIDE];
                to.iter_mut().zip(row).for_each(|(light, pixel)| *light = pixel + 128.0);
            }
        }
    }
}

/// To the nearest whole number. Numbers of this size have no digits after the
/// point, so adding it drops them: quicker than asking for it, a million times.
fn rounded(number: f32) -> f32 {
    const WHOLE: f32 = 12_582_912.0;
    (number + WHOLE) - WHOLE
}

/// The table for a quality from 1 to 100, as every coder scales it.
fn steps(quality: u16) -> Block {
    let percent = u32::from(if quality < 50 { 5000 / quality.max(1) } else { 200 - 2 * quality.min(100) });
    let scaled = |step: u16| ((u32::from(step) * percent + 50) / 100).clamp(1, 255);
    STEPS.map(|row| row.map(|step| f32::from(u8::try_from(scaled(step)).unwrap_or(u8::MAX))))
}

/// The eight waves of a row of eight pixels.
fn waves() -> Block {
    let mut waves = Block::default();
    for (wave, row) in waves.iter_mut().enumerate() {
        let strength = if wave == 0 { 0.125_f64.sqrt() } else { 0.5 };
        for (place, value) in row.iter_mut().enumerate() {
            let angle = (2 * place + 1) as f64 * wave as f64 * std::f64::consts::PI / 16.0;
            *value = short(strength * cosine(angle));
        }
    }
    waves
}

fn turned(block: &Block) -> Block {
    let mut turned = Block::default();
    for (y, row) in block.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            turned[x][y] = *value;
        }
    }
    turned
}

fn product(a: &Block, b: &Block) -> Block {
    let mut product = Block::default();
    for (to, from) in product.iter_mut().zip(a) {
        for (share, row) in from.iter().zip(b) {
            to.iter_mut().zip(row).for_each(|(sum, value)| *sum += share * value);
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_lost_at_a_high_quality_and_much_at_a_low_one() {
        let mut before = Canvas::new(32, 16, 0.0);
        before.repaint_all(|x, y, _| if (x * 3.0 + y * 5.0) % 17.0 < 8.0 { 40.0 } else { 200.0 });
        let lost = |quality| {
            let mut after = before.clone();
            squeeze(&mut after, quality);
            after.light.iter().zip(&before.light).map(|(a, b)| (a - b).abs()).sum::<f32>() / 512.0
        };
        assert!(lost(100) < 0.6 && lost(90) < 6.0 && lost(10) > 10.0, "{} {} {}", lost(100), lost(90), lost(10));
        assert!(lost(2) > lost(10), "the coarsest table is not cut off: {} {}", lost(2), lost(10));
    }
}

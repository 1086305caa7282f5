//! Curves made of sums and products only: those of the standard library may
//! differ from system to system by a last bit, and a picture must not.

use std::f64::consts::TAU;

pub(super) fn sine(radians: f64) -> f64 {
    let turns = radians / TAU;
    let x = (turns - (turns + 0.5).floor()) * TAU;
    // Taylor's series; at half a turn it is a millionth off.
    let square = x * x;
    (1..=8).rev().fold(1.0, |sum, n| 1.0 - sum * square / f64::from((2 * n) * (2 * n + 1))) * x
}

pub(super) fn cosine(radians: f64) -> f64 {
    sine(radians + TAU / 4.0)
}

/// Nearly the bell of Gauss with a spread of one; exactly nothing from four on.
pub(super) fn bell(x: f64) -> f64 {
    let base = (1.0 - x * x / 16.0).max(0.0);
    let square = base * base;
    let fourth = square * square;
    fourth * fourth
}

/// From nought to one without a corner.
pub(super) fn ease(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}

pub(super) fn distance(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_is_a_sine() {
        for step in -40..40 {
            let x = f64::from(step) * 0.37;
            assert!((sine(x) - x.sin()).abs() < 1e-5 && (cosine(x) - x.cos()).abs() < 1e-5, "{x}");
            assert!((bell(x) - (-x * x / 2.0).exp()).abs() < 0.05, "{x}");
        }
    }
}

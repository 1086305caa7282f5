//! Marks that are no code: writing, stripes, chequers, nested squares.

use super::canvas::{Canvas, Place, mixed, whole};
use super::curve::{cosine, sine};
use super::luck::Luck;

/// Lines of words, as far as there is room between two corners.
pub(super) fn writing(canvas: &mut Canvas, from: Place, to: Place, ink: f64, luck: &mut Luck) {
    let width = to.0 - from.0;
    let mut y = from.1;
    while luck.chance(0.9) {
        let high = width * luck.one_of(&[0.025, 0.03, 0.03, 0.05]);
        if y + high > to.1 || width < 20.0 {
            return;
        }
        let end = from.0 + width * luck.between(0.35, 1.0);
        let mut x = from.0 + if luck.chance(0.2) { width * 0.1 } else { 0.0 };
        while x < end {
            let long = (high * luck.between(1.0, 5.0)).min(end - x);
            letters(canvas, (x, y), (x + long, y + high), ink, luck);
            x += long + high * 0.6;
        }
        y += high * luck.between(1.5, 3.0);
    }
}

/// A word: strokes upright and level, close together.
fn letters(canvas: &mut Canvas, from: Place, to: Place, ink: f64, luck: &mut Luck) {
    let high = to.1 - from.1;
    let stroke = (high * 0.22).max(1.0);
    let mut x = from.0;
    while x + stroke < to.0 {
        canvas.rectangle((x, from.1), (x + stroke, to.1), ink);
        if luck.chance(0.7) {
            let y = from.1 + (high - stroke) * luck.one_of(&[0.0, 0.5, 1.0]);
            canvas.rectangle((x, y), ((x + 3.0 * stroke).min(to.0), y + stroke), ink);
        }
        x += stroke * luck.between(2.0, 4.0);
    }
}

/// What else is printed on squares.
pub(super) fn instead_of_a_code(canvas: &mut Canvas, from: Place, side: f64, ink: f64, luck: &mut Luck) {
    match luck.whole(0, 4) {
        0 => writing(canvas, from, (from.0 + side, from.1 + side), ink, luck),
        1 => stripes(canvas, from, (from.0 + side, from.1 + side * luck.between(0.2, 0.6)), ink, luck),
        2 => chequers(canvas, from, side, ink, luck),
        3 => nested(canvas, from, side, ink, luck),
        _ => face(canvas, from, side, ink),
    }
}

/// Like a shop's barcode.
pub(super) fn stripes(canvas: &mut Canvas, from: Place, to: Place, ink: f64, luck: &mut Luck) {
    let unit = (to.0 - from.0) / 95.0;
    let mut x = from.0;
    while x < to.0 - 4.0 * unit {
        let wide = unit * f64::from(luck.whole(1, 4));
        canvas.shape(&[(x, from.1), (x + wide, from.1), (x + wide, to.1), (x, to.1)], ink);
        x += wide + unit * f64::from(luck.whole(1, 4));
    }
}

/// Squares by chance, as many as a code has, without a code's corners.
pub(super) fn chequers(canvas: &mut Canvas, from: Place, side: f64, ink: f64, luck: &mut Luck) {
    let count = luck.whole(8, 33);
    let square = side / f64::from(count);
    let by_chance = luck.chance(0.5);
    for row in 0..count {
        for column in 0..count {
            if if by_chance { luck.chance(0.5) } else { (row + column) % 2 == 0 } {
                let at = (from.0 + f64::from(column) * square, from.1 + f64::from(row) * square);
                canvas.rectangle(at, (at.0 + square, at.1 + square), ink);
            }
        }
    }
}

/// Squares in squares, as a code has at three of its corners: some of them, at any place.
fn nested(canvas: &mut Canvas, from: Place, side: f64, ink: f64, luck: &mut Luck) {
    for _ in 0..luck.whole(1, 5) {
        let half = side * luck.between(0.05, 0.14);
        let at = (from.0 + luck.between(half, side - half), from.1 + luck.between(half, side - half));
        let ground = f64::from(
            canvas.light[whole(from.1 + 2.0, canvas.height - 1) * canvas.width + whole(from.0 + 2.0, canvas.width - 1)],
        );
        for (share, light) in [(1.0, ink), (5.0 / 7.0, ground), (3.0 / 7.0, ink)] {
            canvas.block(at, (half * share, half * share), (0.0, 1.0), light);
        }
    }
}

/// A smiling face, as phones like to show.
fn face(canvas: &mut Canvas, from: Place, side: f64, ink: f64) {
    let at = |x: f64, y: f64| (from.0 + x * side, from.1 + y * side);
    for eye in [0.3, 0.7] {
        canvas.ellipse(at(eye, 0.35), (side * 0.06, side * 0.09), 1.0, ink);
    }
    for step in 0..20 {
        let [angle, next] = [step, step + 1].map(|it| 0.4 + f64::from(it) * 0.117);
        let on = |angle: f64| at(0.5 + 0.35 * cosine(angle), 0.5 + 0.35 * sine(angle));
        canvas.line(on(angle), on(next), side * 0.03, ink);
    }
}

/// Lines that cross each other all over, turned.
pub(super) fn grid(canvas: &mut Canvas, step: f64, wide: f64, ink: f64, luck: &mut Luck) {
    let angle = luck.about(0.6);
    let (sine, cosine) = (sine(angle), cosine(angle));
    // How far a place is from the nearest line.
    let off = |along: f64| step * (along / step - (along / step + 0.5).floor()).abs();
    canvas.repaint_all(|x, y, before| {
        let near = off(x * cosine + y * sine).min(off(y * cosine - x * sine));
        mixed(before, ink, wide / 2.0 - near + 0.5)
    });
}

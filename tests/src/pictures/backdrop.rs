//! What is behind a ticket at a gate: rooms, crowds, walls, leaves, posters, lamps.
//!
//! Drawn at half the size and magnified, it is as far out of focus as a room is
//! behind what is held up; drawn at full size it is as sharp as can be.

use super::canvas::{Canvas, short};
use super::clutter;
use super::curve::{distance, ease};
use super::luck::Luck;
use super::{HEIGHT, WIDTH};

type Painter = fn(&mut Canvas, &mut Luck);
const PAINTERS: [Painter; 10] = [room, crowd, crowd, leaves, bricks, poster, shelf, lamps, tiles, hall];

/// Anything behind, in any light.
pub(super) fn backdrop(sharp: bool, luck: &mut Luck) -> Canvas {
    let part = if sharp { 1 } else { 2 };
    let mut canvas = Canvas::new(WIDTH / part, HEIGHT / part, 0.2);
    let painter = luck.one_of(&PAINTERS);
    painter(&mut canvas, luck);
    let (middle, fall) = ((luck.between(0.2, 0.8), luck.between(0.2, 0.8)), luck.between(0.0, 0.5));
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    canvas.repaint_all(|x, y, light| {
        let off = distance(x / width - middle.0, y / height - middle.1);
        light * short(1.0 - fall * off)
    });
    if sharp { canvas } else { canvas.magnified(WIDTH, HEIGHT) }
}

/// How many patches lie beside each other, from the large ones to the small.
const SIZES: [usize; 5] = [4, 9, 20, 45, 100];

/// Smooth patches of several sizes, from nought to one; the rougher, the more the small ones count.
pub(super) fn patches(width: usize, height: usize, sizes: &[usize], rough: f64, luck: &mut Luck) -> Canvas {
    let mut all = Canvas::new(width, height, 0.0);
    let (mut weight, mut sum) = (1.0, 0.0);
    for cells in sizes.iter().copied() {
        let mut coarse = Canvas::new(cells, (cells * 9).div_ceil(16), 0.0);
        coarse.light.iter_mut().for_each(|light| *light = short(luck.between(0.0, weight)));
        let fine = coarse.magnified(width, height);
        all.light.iter_mut().zip(&fine.light).for_each(|(light, more)| *light += more);
        sum += weight;
        weight *= rough;
    }
    all.light.iter_mut().for_each(|light| *light /= short(sum));
    all
}

fn stain(canvas: &mut Canvas, strength: f32, rough: f64, luck: &mut Luck) {
    let patches = patches(canvas.width, canvas.height, &SIZES, rough, luck);
    canvas
        .light
        .iter_mut()
        .zip(&patches.light)
        .for_each(|(light, patch)| *light *= 1.0 + (patch - 0.5) * 2.0 * strength);
}

/// A wall, a floor, a window, a door, a few pictures.
fn room(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    let (left, right, floor) = (luck.between(0.1, 0.4), luck.between(0.3, 0.6), luck.between(0.65, 0.9) * height);
    canvas.repaint_all(|x, _, _| short(left + (right - left) * x / width));
    canvas.rectangle((0.0, floor), (width, height), luck.between(0.05, 0.25));
    for _ in 0..luck.whole(1, 5) {
        let from = (luck.between(0.0, 0.85) * width, luck.between(0.05, 0.5) * height);
        let size = (luck.between(0.06, 0.25) * width, luck.between(0.1, 0.4) * height);
        let (frame, inner) = (luck.between(0.02, 0.5), luck.one_of(&[0.03, 0.1, 0.4, 0.9]));
        let rim = luck.between(0.005, 0.02) * width;
        canvas.rectangle(from, (from.0 + size.0, from.1 + size.1), frame);
        canvas.rectangle((from.0 + rim, from.1 + rim), (from.0 + size.0 - rim, from.1 + size.1 - rim), inner);
    }
    stain(canvas, 0.15, 0.6, luck);
}

/// People behind each other, the nearer the larger.
fn crowd(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    let ground = luck.between(0.05, 0.4);
    canvas.repaint_all(|_, y, _| short(ground * (1.2 - 0.6 * y / height)));
    let count = luck.whole(6, 24);
    for number in 0..count {
        let near = f64::from(number) / f64::from(count);
        let head = height * (0.05 + 0.12 * near) * luck.between(0.8, 1.2);
        let at = (luck.between(0.0, 1.0) * width, height * (0.3 + 0.5 * near) + luck.about(0.06) * height);
        let (coat, skin, hair) = (luck.between(0.01, 0.35), luck.between(0.08, 0.45), luck.between(0.01, 0.12));
        canvas.ellipse((at.0, at.1 + head * 3.4), (head * 1.9, head * 2.6), 2.0, coat);
        canvas.rectangle((at.0 - head * 0.4, at.1), (at.0 + head * 0.4, at.1 + head * 1.2), skin * 0.7);
        canvas.ellipse((at.0, at.1 - head * 0.15), (head * 0.85, head * 1.1), 2.0, hair);
        let turned = luck.about(0.25) * head;
        canvas.ellipse((at.0 + turned, at.1 + head * 0.1), (head * 0.68, head * 0.85), 2.0, skin);
        for eye in [-0.25, 0.25] {
            canvas.ellipse((at.0 + turned + eye * head, at.1), (head * 0.1, head * 0.06), 1.0, hair * 0.5);
        }
    }
    stain(canvas, 0.1, 0.7, luck);
}

/// Leaves, gravel, cloth: rough patches with hard contrast.
fn leaves(canvas: &mut Canvas, luck: &mut Luck) {
    let rough = luck.between(0.6, 1.0);
    let patches = patches(canvas.width, canvas.height, &SIZES, rough, luck);
    let (dark, light, hard) = (luck.between(0.01, 0.08), luck.between(0.2, 0.7), luck.between(1.5, 5.0));
    for (to, patch) in canvas.light.iter_mut().zip(&patches.light) {
        *to = short(dark + (light - dark) * ease((f64::from(*patch) - 0.5) * hard + 0.5));
    }
}

fn bricks(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    let mortar = luck.between(0.1, 0.6);
    canvas.light.fill(short(mortar));
    let high = height * luck.between(0.03, 0.09);
    let (wide, joint, base) = (high * luck.between(1.0, 3.2), high * luck.between(0.06, 0.16), luck.between(0.03, 0.4));
    let mut y = -high * 0.3;
    let mut odd = false;
    while y < height {
        let mut x = if odd { -wide / 2.0 } else { 0.0 };
        while x < width {
            canvas.rectangle((x, y), (x + wide - joint, y + high - joint), base * luck.between(0.6, 1.3));
            x += wide;
        }
        y += high;
        odd = !odd;
    }
    stain(canvas, 0.3, 0.9, luck);
}

/// A wall with printed sheets.
fn poster(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    canvas.light.fill(short(luck.between(0.05, 0.5)));
    for _ in 0..luck.whole(2, 6) {
        let from = (luck.between(-0.1, 0.8) * width, luck.between(-0.1, 0.6) * height);
        let to = (from.0 + luck.between(0.15, 0.45) * width, from.1 + luck.between(0.3, 0.9) * height);
        let (paper, ink) = luck.one_of(&[(0.75, 0.03), (0.5, 0.05), (0.06, 0.6)]);
        canvas.rectangle(from, to, paper);
        let rim = 0.1 * (to.0 - from.0);
        if luck.chance(0.3) {
            clutter::instead_of_a_code(canvas, (from.0 + rim, from.1 + rim), (to.0 - from.0) * 0.4, ink, luck);
        } else {
            clutter::writing(canvas, (from.0 + rim, from.1 + rim), (to.0 - rim, to.1 - rim), ink, luck);
        }
    }
    stain(canvas, 0.08, 0.6, luck);
}

/// Boxes in rows, some with a barcode.
fn shelf(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    canvas.light.fill(short(luck.between(0.01, 0.1)));
    let rows = luck.whole(2, 5);
    let row = height / f64::from(rows);
    for number in 0..rows {
        let floor = f64::from(number + 1) * row;
        let mut x = 0.0;
        while x < width {
            let wide = width * luck.between(0.03, 0.14);
            let high = row * luck.between(0.4, 0.9);
            let light = luck.between(0.02, 0.7);
            canvas.rectangle((x, floor - high), (x + wide * 0.95, floor - row * 0.05), light);
            let label = ((x + wide * 0.15, floor - high * 0.7), (x + wide * 0.8, floor - high * 0.4));
            if luck.chance(0.4) {
                canvas.rectangle(label.0, label.1, 0.8);
                clutter::stripes(canvas, label.0, label.1, 0.03, luck);
            }
            x += wide;
        }
    }
    stain(canvas, 0.1, 0.7, luck);
}

/// A night with lamps far behind.
fn lamps(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    let dark = luck.between(0.005, 0.05);
    canvas.repaint_all(|_, y, _| short(dark * (1.5 - y / height)));
    for _ in 0..luck.whole(8, 40) {
        let half = height * luck.between(0.005, 0.06);
        let at = (luck.between(0.0, 1.0) * width, luck.between(0.0, 0.8) * height);
        canvas.ellipse(at, (half, half), half * 0.3, luck.between(0.1, 1.6));
    }
    stain(canvas, 0.3, 0.7, luck);
}

/// Tiles or a fence: lines that cross all over; sometimes chequers.
fn tiles(canvas: &mut Canvas, luck: &mut Luck) {
    let height = canvas.height as f64;
    let (ground, ink) = luck.one_of(&[(0.5, 0.05), (0.1, 0.6), (0.7, 0.3)]);
    canvas.light.fill(ground);
    if luck.chance(0.3) {
        let side = canvas.width as f64;
        clutter::chequers(canvas, (0.0, 0.0), side, f64::from(ground) * 0.2, luck);
    } else {
        let step = height * luck.between(0.04, 0.15);
        clutter::grid(canvas, step, step * luck.between(0.08, 0.3), ink, luck);
    }
    stain(canvas, 0.25, 0.7, luck);
}

/// A hall with rows of windows and a bright ceiling.
fn hall(canvas: &mut Canvas, luck: &mut Luck) {
    let (width, height) = (canvas.width as f64, canvas.height as f64);
    let top = luck.between(0.4, 1.2);
    canvas.repaint_all(|_, y, _| short(top * (1.0 - 0.8 * ease(y / height))));
    let columns = luck.whole(3, 9);
    let step = width / f64::from(columns);
    for column in 0..columns {
        let x = f64::from(column) * step;
        let (wide, light) = (step * luck.between(0.3, 0.8), luck.between(0.3, 1.5));
        canvas.rectangle((x, height * 0.1), (x + wide, height * luck.between(0.3, 0.5)), light);
        canvas.line((x, 0.0), (x + step * luck.about(0.2), height), step * 0.06, 0.03);
    }
    stain(canvas, 0.2, 0.6, luck);
}

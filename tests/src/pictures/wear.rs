//! What happens to a page before it is shown: it is crumpled, its glass breaks, a thumb lies on it.

use super::backdrop::patches;
use super::canvas::{Canvas, short, whole};
use super::curve::{cosine, distance, ease, sine};
use super::luck::Luck;
use super::page::{NO_PAGE, Page};

/// Paper has one slope and one shade over so many of its pixels.
const FACET: usize = 8;

/// Paper that was in a pocket: its points are moved, in parts of the code's side, and its slopes are lighter or darker.
pub(super) fn crumple(page: &mut Page, strength: f64, luck: &mut Luck) {
    let (width, height) = (page.canvas.width, page.canvas.height);
    let mut high = patches(width / FACET + 2, height / FACET + 2, &[3, 5, 9], 0.5, luck);
    for _ in 0..luck.whole(1, 3) {
        fold(&mut high, luck.between(0.05, 0.15), luck);
    }
    let light_from = luck.between(0.0, std::f64::consts::TAU);
    let towards = (cosine(light_from), sine(light_from));
    let flat = page.canvas.clone();
    for top in (0..height).step_by(FACET) {
        for left in (0..width).step_by(FACET) {
            let facet = Facet::of(&high, (left / FACET, top / FACET), page.side / FACET as f64);
            facet.show(&flat, &mut page.canvas, (left, top), strength, (page.side, towards));
        }
    }
}

/// A small part of crumpled paper: how high it is at three of its corners, and how steep.
struct Facet {
    high: f64,
    right: f64,
    below: f64,
    slope: (f64, f64),
}

impl Facet {
    fn of(high: &Canvas, (column, row): (usize, usize), steep: f64) -> Self {
        let at = |column: usize, row: usize| f64::from(high.light[row * high.width + column]);
        let here = at(column, row);
        let (right, below) = (at(column + 1, row) - here, at(column, row + 1) - here);
        Self { high: here - 0.5, right, below, slope: (right * steep, below * steep) }
    }

    /// Shows what is at the place where each of its points was before.
    fn show(
        &self,
        flat: &Canvas,
        to: &mut Canvas,
        (left, top): (usize, usize),
        strength: f64,
        (side, towards): (f64, (f64, f64)),
    ) {
        let (dx, dy) = self.slope;
        let shade = short((1.0 + strength * 2.0 * (dx * towards.0 + dy * towards.1)).clamp(0.25, 1.6));
        let moved = strength * side;
        for y in top..(top + FACET).min(to.height) {
            for x in left..(left + FACET).min(to.width) {
                let (across, down) = ((x - left) as f64 / FACET as f64, (y - top) as f64 / FACET as f64);
                let high = self.high + self.right * across + self.below * down;
                let u = x as f64 + 0.5 + (high * towards.0 + 0.1 * dx) * moved;
                let v = y as f64 + 0.5 + (high * towards.1 + 0.1 * dy) * moved;
                let inside = u >= 0.0 && v >= 0.0 && u < flat.width as f64 && v < flat.height as f64;
                let light = if inside {
                    flat.light[whole(v, flat.height) * flat.width + whole(u, flat.width)]
                } else {
                    NO_PAGE
                };
                to.light[y * to.width + x] = if light < 0.0 { light } else { light * shade };
            }
        }
    }
}

/// A ridge along a line.
fn fold(canvas: &mut Canvas, high: f64, luck: &mut Luck) {
    let angle = luck.between(0.0, 3.2);
    let (sine, cosine) = (sine(angle), cosine(angle));
    let at = (luck.between(0.3, 0.7) * canvas.width as f64, luck.between(0.3, 0.7) * canvas.height as f64);
    canvas.repaint_all(|x, y, before| {
        let off = ((x - at.0) * cosine + (y - at.1) * sine).abs();
        before + short(high * (1.0 - off / 12.0).max(0.0))
    });
}

/// Glass that fell on a corner.
pub(super) fn crack(page: &mut Page, count: u32, wide: f64, luck: &mut Luck) {
    let reach = page.side;
    let from = (page.middle.0 + luck.about(0.6) * reach, page.middle.1 + luck.about(0.6) * reach);
    let light = luck.one_of(&[0.02, 0.05, 0.9]);
    let whole = page.canvas.light.clone();
    for _ in 0..count {
        let (mut at, mut angle) = (from, luck.between(0.0, std::f64::consts::TAU));
        for _ in 0..luck.whole(5, 14) {
            let next = (at.0 + 0.09 * reach * cosine(angle), at.1 + 0.09 * reach * sine(angle));
            page.canvas.line(at, next, wide * reach, light);
            at = next;
            angle += luck.about(0.6);
        }
    }
    // There is no glass beside the page.
    for (light, _) in page.canvas.light.iter_mut().zip(whole).filter(|(_, before)| *before < 0.0) {
        *light = NO_PAGE;
    }
}

/// A thumb that lies over a part of the code, given from its nearer edge, in sides of it.
pub(super) fn thumb(page: &mut Page, over: f64, luck: &mut Luck) {
    let side = page.side;
    let half = side / 2.0;
    // Below, to the left or to the right; hands do not hang from above.
    let (along, away) = (luck.about(0.5) * side, half - over * side);
    let (tip, inward) = match luck.whole(0, 2) {
        0 => ((along, away), (luck.about(0.3), -1.0)),
        1 => ((-away, along.max(0.0)), (1.0, -0.3)),
        _ => ((away, along.max(0.0)), (-1.0, -0.3)),
    };
    let tip = (page.middle.0 + tip.0, page.middle.1 + tip.1);
    finger(&mut page.canvas, tip, inward, side * luck.between(0.1, 0.14), luck.between(0.12, 0.4));
}

/// Fingertips at the page's edges, away from the code.
pub(super) fn hand(page: &mut Page, luck: &mut Luck) {
    let (width, height) = (page.canvas.width as f64, page.canvas.height as f64);
    let skin = luck.between(0.08, 0.35);
    let thick = page.side * 0.09;
    for _ in 0..luck.whole(0, 4) {
        let left = luck.chance(0.5);
        let y = luck.between(0.75, 1.0) * height;
        let edge = (width - page.side) / 2.0;
        let into = luck.between(0.3, 0.75) * edge;
        let tip = if left { (into, y) } else { (width - into, y) };
        finger(&mut page.canvas, tip, (if left { 1.0 } else { -1.0 }, -0.4), thick, skin);
    }
}

/// A finger that ends at its tip and comes from behind it; rounder towards its sides, so darker.
fn finger(canvas: &mut Canvas, tip: (f64, f64), inward: (f64, f64), thick: f64, skin: f64) {
    let length = distance(inward.0, inward.1);
    let (dx, dy) = (inward.0 / length, inward.1 / length);
    let root = (tip.0 - dx * thick * 9.0, tip.1 - dy * thick * 9.0);
    let from = (root.0.min(tip.0) - thick, root.1.min(tip.1) - thick);
    let to = (root.0.max(tip.0) + thick, root.1.max(tip.1) + thick);
    let middle = (tip.0 - dx * thick, tip.1 - dy * thick);
    canvas.repaint(from, to, |x, y, before| {
        let (x, y) = (x - middle.0, y - middle.1);
        let along = x * dx + y * dy;
        let off = if along > 0.0 { distance(x, y) } else { (x * dy - y * dx).abs() } / thick;
        if off > 1.0 { before } else { short(skin * (1.0 - 0.6 * ease(off * off))) }
    });
}

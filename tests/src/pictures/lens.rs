//! What a lens and an open shutter do to light: they mix it with its neighbours'.

use super::canvas::{Canvas, short, whole};
use super::curve::{bell, distance};

/// A lens that is not quite in focus; the spread is in pixels.
pub(super) fn soften(canvas: &mut Canvas, spread: f64) {
    if spread < 0.2 {
        return;
    }
    let reach = whole(spread * 2.8 + 0.5, 64).max(1);
    let weights: Vec<f64> = (0..=2 * reach).map(|tap| bell((tap as f64 - reach as f64) / spread)).collect();
    let sum: f64 = weights.iter().sum();
    let weights: Vec<f32> = weights.iter().map(|weight| short(weight / sum)).collect();
    across(canvas, &weights, reach);
    down(canvas, &weights, reach);
}

fn across(canvas: &mut Canvas, weights: &[f32], reach: usize) {
    let width = canvas.width;
    let mut wide = vec![0.0; width + 2 * reach];
    for row in canvas.light.chunks_exact_mut(width.max(1)) {
        wide[..reach].fill(row[0]);
        wide[reach..reach + width].copy_from_slice(row);
        wide[reach + width..].fill(row[width - 1]);
        row.fill(0.0);
        for (tap, weight) in weights.iter().enumerate() {
            add(row, &wide[tap..tap + width], *weight);
        }
    }
}

fn down(canvas: &mut Canvas, weights: &[f32], reach: usize) {
    let (width, height) = (canvas.width, canvas.height);
    let before = canvas.light.clone();
    for (y, row) in canvas.light.chunks_exact_mut(width.max(1)).enumerate() {
        row.fill(0.0);
        for (tap, weight) in weights.iter().enumerate() {
            let from = (y + tap).saturating_sub(reach).min(height - 1);
            add(row, &before[from * width..][..width], *weight);
        }
    }
}

/// What moves so far (in pixels) while the shutter is open.
pub(super) fn smear(canvas: &mut Canvas, motion: (f64, f64)) {
    let (width, height) = (canvas.width, canvas.height);
    let length = distance(motion.0, motion.1);
    if length < 0.5 || width == 0 {
        return;
    }
    let steps = whole(length * 1.5 + 2.0, 60);
    let before = canvas.light.clone();
    canvas.light.fill(0.0);
    for step in 0..steps {
        let share = (step as f64 + 0.5) / steps as f64 - 0.5;
        let shift = Shift::of(motion.0 * share, motion.1 * share, steps);
        for (y, row) in canvas.light.chunks_exact_mut(width).enumerate() {
            for (below, right, weight) in shift.parts {
                let from = moved(y, below, height) * width;
                add_moved(row, &before[from..][..width], right, weight);
            }
        }
    }
}

/// A shift by parts of a pixel: four shifts by whole ones, weighted.
struct Shift {
    parts: [(i64, i64, f32); 4],
}

impl Shift {
    #[expect(clippy::cast_possible_truncation, reason = "a few pixels")]
    fn of(x: f64, y: f64, steps: usize) -> Self {
        let (left, top) = (x.floor(), y.floor());
        let (right, below) = ((x - left) / steps as f64, (y - top) / steps as f64);
        let all = 1.0 / steps as f64;
        let corner = right * below * steps as f64;
        let (x, y) = (left as i64, top as i64);
        let parts = [
            (y, x, all - right - below + corner),
            (y, x + 1, right - corner),
            (y + 1, x, below - corner),
            (y + 1, x + 1, corner),
        ];
        Self { parts: parts.map(|(y, x, weight)| (y, x, weight as f32)) }
    }
}

/// A place so much further, not beyond the edge.
fn moved(at: usize, by: i64, count: usize) -> usize {
    let by_whole = usize::try_from(by.unsigned_abs()).unwrap_or(0);
    if by < 0 { at.saturating_sub(by_whole) } else { (at + by_whole).min(count - 1) }
}

/// Beyond the edge it is as at the edge.
fn add_moved(row: &mut [f32], from: &[f32], right: i64, weight: f32) {
    let width = row.len();
    let by = usize::try_from(right.unsigned_abs()).unwrap_or(0).min(width);
    if right >= 0 {
        add(&mut row[..width - by], &from[by..], weight);
        row[width - by..].iter_mut().for_each(|pixel| *pixel += from[width - 1] * weight);
    } else {
        add(&mut row[by..], &from[..width - by], weight);
        row[..by].iter_mut().for_each(|pixel| *pixel += from[0] * weight);
    }
}

fn add(row: &mut [f32], from: &[f32], weight: f32) {
    for (pixel, light) in row.iter_mut().zip(from) {
        *pixel += light * weight;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point() -> Canvas {
        let mut canvas = Canvas::new(41, 31, 0.0);
        canvas.light[15 * 41 + 20] = 1.0;
        canvas
    }

    #[test]
    fn light_is_spread_and_none_is_lost() {
        let mut soft = point();
        soften(&mut soft, 2.0);
        let mut moved = point();
        smear(&mut moved, (6.0, 3.5));
        for (canvas, what) in [(&soft, "softened"), (&moved, "smeared")] {
            let sum: f32 = canvas.light.iter().sum();
            assert!((sum - 1.0).abs() < 1e-3, "{what}: {sum}");
            assert!(canvas.light[15 * 41 + 20] < 0.3, "{what}");
        }
        assert!(moved.light[16 * 41 + 22] > 0.02 && moved.light[14 * 41 + 22] < 1e-6, "along the motion alone");
    }
}

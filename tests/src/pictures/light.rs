//! Light that falls where it should not: reflections, shadows, a screen's grid, flicker.

use super::canvas::{Canvas, Place, short};
use super::curve::{bell, cosine, distance, ease, sine};
use super::luck::Luck;
use super::pose::Pose;
use super::view::{View, in_frame};

/// A lamp seen in the glass, or its streak across the lens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glare {
    pub(super) at: Place,
    /// Along and across, in pixels.
    pub(super) half: Place,
    pub(super) angle: f64,
    /// How bright in its middle: from one on, it is all that is seen there.
    pub(super) light: f64,
}

impl Glare {
    /// Somewhere on the code.
    pub(super) fn any(pose: &Pose, streak: bool, strength: f64, luck: &mut Luck) -> Self {
        let off = if streak { 0.7 } else { 0.6 };
        let at = (pose.at.0 + luck.about(off) * pose.size, pose.at.1 + luck.about(off) * pose.size);
        let half = if streak {
            (luck.between(500.0, 1500.0), pose.size * luck.between(0.02, 0.05))
        } else {
            let half = pose.size * luck.between(0.06, 0.18);
            (half * luck.between(1.0, 2.5), half)
        };
        Self { at, half, angle: luck.between(0.0, 3.2), light: strength }
    }

    /// Added to what comes from the page; a streak is in the lens and covers the room, too.
    pub(super) fn add_to(&self, canvas: &mut Canvas, (left, top): (usize, usize)) {
        let (sine, cosine) = (sine(self.angle), cosine(self.angle));
        let at = (self.at.0 - left as f64, self.at.1 - top as f64);
        let reach = |along: f64, across: f64| 3.0 * ((self.half.0 * along).abs() + (self.half.1 * across).abs());
        let (dx, dy) = (reach(cosine, sine), reach(sine, cosine));
        canvas.repaint((at.0 - dx, at.1 - dy), (at.0 + dx, at.1 + dy), |x, y, before| {
            let (x, y) = (x - at.0, y - at.1);
            let across = (y * cosine - x * sine) / self.half.1;
            if across.abs() > 3.0 {
                return before;
            }
            let along = (x * cosine + y * sine) / self.half.0;
            before + short(self.light * bell(distance(along, across) * 1.3))
        });
    }
}

/// The edge of a shadow across the frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shadow {
    pub(super) at: Place,
    pub(super) angle: f64,
    /// From full light to full shadow, in pixels.
    pub(super) soft: f64,
    /// What is left of the light in it.
    pub(super) left: f64,
}

impl Shadow {
    pub(super) fn fall_on(&self, canvas: &mut Canvas, (left, top): (usize, usize)) {
        let (sine, cosine) = (sine(self.angle), cosine(self.angle));
        let at = (self.at.0 - left as f64, self.at.1 - top as f64);
        canvas.repaint_all(|x, y, light| {
            let off = ((x - at.0) * cosine + (y - at.1) * sine) / self.soft + 0.5;
            light * short(1.0 - (1.0 - self.left) * ease(off))
        });
    }
}

/// The screen's own pixels, too fine for the sensor's: what is left of them is waves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moire {
    /// Pixels of the screen on the code's side, across and down.
    pub(super) lines: Place,
    pub(super) contrast: f64,
}

impl Moire {
    pub(super) fn show_on(&self, view: &mut View, pose: &Pose) {
        let back = pose.projection().back();
        let width = view.light.width;
        for y in 0..view.light.height {
            for x in 0..width {
                let pixel = &mut view.light.light[y * width + x];
                if *pixel > 0.0 {
                    let (u, v) = back.of(in_frame(view.left + x, view.top + y));
                    let wave = rise_and_fall(u * self.lines.0) + rise_and_fall(v * self.lines.1);
                    *pixel *= short(1.0 + self.contrast * wave);
                }
            }
        }
    }
}

/// From minus one to one and back, once in each whole number.
fn rise_and_fall(x: f64) -> f64 {
    let part = (x - x.floor()) * 2.0 - 1.0;
    // Two parabolas are near enough to a sine.
    4.0 * part * (1.0 - part.abs())
}

/// A dimmed screen flickers, and the sensor reads row after row.
pub(super) fn flicker(view: &mut View, strength: f64, rows: f64, phase: f64) {
    let width = view.light.width;
    for (y, row) in view.light.light.chunks_exact_mut(width.max(1)).enumerate() {
        let share = 1.0 + strength * rise_and_fall((view.top + y) as f64 / rows + phase);
        row.iter_mut().for_each(|light| *light *= short(share));
    }
}

/// A shadow whose edge crosses the code.
pub(super) fn shadow_on(pose: &Pose, left: f64, luck: &mut Luck) -> Shadow {
    let at = (pose.at.0 + luck.about(0.3) * pose.size, pose.at.1 + luck.about(0.3) * pose.size);
    let soft = pose.size * luck.one_of(&[0.02, 0.1, 0.4, 1.0]);
    Shadow { at, angle: luck.between(0.0, std::f64::consts::TAU), soft, left }
}

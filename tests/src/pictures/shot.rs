//! One frame: the room, what is held up before it, and the camera between it and the file.

use image::GrayImage;

use super::canvas::{Canvas, short};
use super::lens;
use super::light::{Glare, Moire, Shadow, flicker};
use super::luck::Luck;
use super::page::Page;
use super::pose::Pose;
use super::sensor::Sensor;
use super::view::{View, view};

/// What stays the same while frames are taken.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) backdrop: Canvas,
    pub(super) page: Option<Page>,
}

/// What differs from frame to frame.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) pose: Pose,
    /// The light of a page's white.
    pub(super) light: f64,
    /// The room's light that the page throws back, ink and blank alike.
    pub(super) haze: f64,
    /// The light of the room, of what it was drawn with.
    pub(super) room: f64,
    /// How far the lens spreads a point, in pixels.
    pub(super) focus: f64,
    /// How far the page moves while the shutter is open, in pixels.
    pub(super) motion: (f64, f64),
    /// Reflections in the page.
    pub(super) glares: Vec<Glare>,
    /// Streaks across the lens.
    pub(super) streaks: Vec<Glare>,
    pub(super) shadow: Option<Shadow>,
    pub(super) moire: Option<Moire>,
    /// How much a dimmed screen flickers.
    pub(super) flicker: f64,
    pub(super) sensor: Sensor,
}

/// Rows of the sensor that are read while a screen flickers once.
const FLICKER: f64 = 130.0;

impl Shot {
    /// Nothing is amiss: near, still, in focus, in a good light.
    pub(super) fn plain(pose: Pose, luck: &mut Luck) -> Self {
        Self {
            pose,
            light: luck.between(0.6, 1.0),
            haze: luck.between(0.0, 0.02),
            room: luck.between(0.4, 1.0),
            focus: luck.between(0.5, 0.8),
            motion: (0.0, 0.0),
            glares: Vec::new(),
            streaks: Vec::new(),
            shadow: None,
            moire: None,
            flicker: 0.0,
            sensor: Sensor::any(luck),
        }
    }
}

impl Scene {
    pub(super) fn take(&self, shot: &Shot, luck: &mut Luck) -> GrayImage {
        let mut frame = self.backdrop.clone();
        let room = short(shot.room);
        frame.light.iter_mut().for_each(|light| *light *= room);
        if let Some(page) = &self.page {
            lay_over(&mut frame, &seen(page, shot));
        }
        for streak in &shot.streaks {
            streak.add_to(&mut frame, (0, 0));
        }
        shot.sensor.expose(frame, luck)
    }
}

/// The page with everything that happens to its light before the sensor.
fn seen(page: &Page, shot: &Shot) -> View {
    let reach = shot.focus * 3.0 + shot.motion.0.abs().max(shot.motion.1.abs()) + 2.0;
    let mut seen = view(page, &shot.pose, reach);
    let corner = (seen.left, seen.top);
    seen.light.light.iter_mut().for_each(|light| *light *= short(shot.light));
    if let Some(shadow) = &shot.shadow {
        shadow.fall_on(&mut seen.light, corner);
    }
    for canvas in [&mut seen.light, &mut seen.cover] {
        lens::smear(canvas, shot.motion);
        lens::soften(canvas, shot.focus);
    }
    if let Some(moire) = &shot.moire {
        moire.show_on(&mut seen, &shot.pose);
    }
    if shot.flicker > 0.0 {
        flicker(&mut seen, shot.flicker, FLICKER, shot.pose.at.0 / 50.0);
    }
    for glare in &shot.glares {
        let mut glass = Canvas::new(seen.light.width, seen.light.height, 0.0);
        glare.add_to(&mut glass, corner);
        let cover = seen.cover.light.iter().zip(&glass.light);
        seen.light.light.iter_mut().zip(cover).for_each(|(light, (cover, more))| *light += cover * more);
    }
    for (light, cover) in seen.light.light.iter_mut().zip(&seen.cover.light) {
        *light += cover * short(shot.haze);
    }
    seen
}

fn lay_over(frame: &mut Canvas, seen: &View) {
    let width = seen.light.width;
    for y in 0..seen.light.height {
        let to = &mut frame.light[(seen.top + y) * frame.width + seen.left..][..width];
        let light = &seen.light.light[y * width..][..width];
        let cover = &seen.cover.light[y * width..][..width];
        for ((to, light), cover) in to.iter_mut().zip(light).zip(cover) {
            *to = *to * (1.0 - cover) + light;
        }
    }
}

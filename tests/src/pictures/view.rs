//! A page as the camera sees it: each pixel of the sensor gathers the light of its area.

use super::canvas::{Canvas, Place, short, whole};
use super::page::Page;
use super::pose::Pose;
use super::{HEIGHT, WIDTH};

/// A part of the frame with something before the room.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) left: usize,
    pub(super) top: usize,
    /// The light that comes from it.
    pub(super) light: Canvas,
    /// How much of the room it hides, pixel by pixel.
    pub(super) cover: Canvas,
}

/// The page, and so much of the frame around it as a lens may smear it over.
pub(super) fn view(page: &Page, pose: &Pose, reach: f64) -> View {
    let scale = page.side;
    let projection = pose.projection();
    let seen = page.corners.map(|at| projection.of(((at.0 - page.middle.0) / scale, (at.1 - page.middle.1) / scale)));
    let (left, right) = span(seen.map(|at| at.0), reach, WIDTH);
    let (top, bottom) = span(seen.map(|at| at.1), reach, HEIGHT);
    let (width, height) = (right - left, bottom - top);
    let mut view = View { left, top, light: Canvas::new(width, height, 0.0), cover: Canvas::new(width, height, 0.0) };
    let back = projection.back().then(scale, page.middle).0.map(|row| row.map(short));
    let eye = Eye { page: &page.canvas, tries: tries(scale / pose.size) };
    for y in 0..height {
        let down = (top + y) as f32 + 0.5;
        for x in 0..width {
            let across = (left + x) as f32 + 0.5;
            let [u, v, w] = back.map(|row| row[0] * across + row[1] * down + row[2]);
            let place = (u / w, v / w);
            if !eye.is_near(place) {
                continue;
            }
            // What one pixel to the right and one down is, on the page.
            let right = ((back[0][0] - place.0 * back[2][0]) / w, (back[1][0] - place.1 * back[2][0]) / w);
            let below = ((back[0][1] - place.0 * back[2][1]) / w, (back[1][1] - place.1 * back[2][1]) / w);
            let (light, cover) = eye.gather(place, right, below);
            view.light.light[y * width + x] = light;
            view.cover.light[y * width + x] = cover;
        }
    }
    view
}

/// From the first to behind the last pixel.
fn span(places: [f64; 4], reach: f64, most: usize) -> (usize, usize) {
    let least = places.iter().copied().fold(f64::MAX, f64::min);
    let last = places.iter().copied().fold(f64::MIN, f64::max);
    let from = whole(least - reach, most);
    (from, whole(last + reach + 1.0, most).max(from))
}

/// Samples on a pixel's side, for so many pixels of the page in it.
fn tries(scale: f64) -> u16 {
    u16::try_from(whole(scale * 1.5 + 1.0, 6)).unwrap_or(6).max(3)
}

struct Eye<'a> {
    page: &'a Canvas,
    tries: u16,
}

impl Eye<'_> {
    fn is_near(&self, (x, y): (f32, f32)) -> bool {
        const NEAR: f32 = 12.0;
        (-NEAR..self.page.width as f32 + NEAR).contains(&x) && (-NEAR..self.page.height as f32 + NEAR).contains(&y)
    }

    /// The mean of a pixel's samples: light, and how many of them are on the page.
    fn gather(&self, place: (f32, f32), right: (f32, f32), below: (f32, f32)) -> (f32, f32) {
        let at = |across: f32, down: f32| {
            self.at((place.0 + right.0 * across + below.0 * down, place.1 + right.1 * across + below.1 * down))
        };
        // Most of a page is plain, and so is a pixel whose middle and corners are the same.
        let middle = at(0.0, 0.0);
        if [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5)].iter().all(|(x, y)| at(*x, *y) == middle) {
            return middle.map_or((0.0, 0.0), |light| (light, 1.0));
        }
        let (mut light, mut cover) = (0.0, 0.0);
        let share = |n: u16| (f32::from(n) + 0.5) / f32::from(self.tries) - 0.5;
        for down in (0..self.tries).map(share) {
            for found in (0..self.tries).filter_map(|column| at(share(column), down)) {
                light += found;
                cover += 1.0;
            }
        }
        let all = f32::from(self.tries * self.tries);
        (light / all, cover / all)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below nought")]
    fn at(&self, (x, y): (f32, f32)) -> Option<f32> {
        if x < 0.0 || y < 0.0 {
            return None;
        }
        let (x, y) = (x as usize, y as usize);
        let on = x < self.page.width && y < self.page.height;
        on.then(|| self.page.light[y * self.page.width + x]).filter(|light| *light >= 0.0)
    }
}

/// The middle of one of the frame's pixels.
pub(super) fn in_frame(x: usize, y: usize) -> Place {
    (x as f64 + 0.5, y as f64 + 0.5)
}

//! Light becomes the grey values of a webcam.

use image::GrayImage;

use super::canvas::{Canvas, short};
use super::jpeg;
use super::luck::Luck;

/// What a webcam adds of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sensor {
    /// How much of the light it takes: exposure and gain.
    pub(super) gain: f64,
    /// Noise in the dark, and noise that grows with the light; one is white.
    pub(super) dark_noise: f64,
    pub(super) shot_noise: f64,
    /// Edges drawn stronger than they are.
    pub(super) sharpening: f32,
    /// The quality of its JPEG, from 1 to 100.
    pub(super) quality: u16,
}

impl Sensor {
    pub(super) fn any(luck: &mut Luck) -> Self {
        Self {
            gain: luck.between(0.75, 1.05),
            dark_noise: luck.between(0.0005, 0.002),
            shot_noise: luck.between(0.008, 0.02),
            sharpening: luck.one_of(&[0.0, 0.3, 0.6]),
            quality: luck.one_of(&[60, 75, 85, 92]),
        }
    }

    /// The frame that the camera sends.
    pub(super) fn expose(&self, mut canvas: Canvas, luck: &mut Luck) -> GrayImage {
        let (gain, dark, shot) = (short(self.gain), short(self.dark_noise), short(self.shot_noise));
        for light in &mut canvas.light {
            let clean = (*light * gain).clamp(0.0, 1.0);
            let noisy = clean + luck.noise() * (dark * dark + shot * shot * clean).sqrt();
            // The eye's and the screen's scale: nearly a square root.
            *light = 255.0 * noisy.clamp(0.0, 1.0).sqrt();
        }
        if self.sharpening > 0.0 {
            sharpen(&mut canvas, self.sharpening);
        }
        jpeg::squeeze(&mut canvas, self.quality);
        let (width, height) = (canvas.width, canvas.height);
        let size = [width, height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let grey = canvas.light.iter().map(|light| byte(*light)).collect();
        GrayImage::from_raw(size[0], size[1], grey).expect("as many grey values as pixels")
    }
}

/// Each pixel further away from the mean of those beside, above and below.
fn sharpen(canvas: &mut Canvas, strength: f32) {
    let width = canvas.width;
    let before = canvas.light.clone();
    let rows = before.windows(2 * width + 1).zip(canvas.light[width..].iter_mut());
    for (around, pixel) in rows {
        let mean = (around[0] + around[2 * width] + around[width + 1] + around[width - 1]) / 4.0;
        *pixel = (*pixel + strength * (*pixel - mean)).clamp(0.0, 255.0);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn byte(light: f32) -> u8 {
    (light + 0.5).clamp(0.0, 255.0) as u8
}

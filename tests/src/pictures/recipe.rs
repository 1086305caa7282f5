//! All that makes a frame, before it is drawn: a kind of trouble changes some of it.

use image::GrayImage;

use super::backdrop::backdrop;
use super::luck::Luck;
use super::page::{Style, page};
use super::pose::Pose;
use super::shot::{Scene, Shot};
use super::ticket::Ticket;
use super::wear;
use super::{HEIGHT, WIDTH};

/// What has happened to a page.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wear {
    /// How far paper is out of its plane, in sides of the code.
    pub(super) crumpled: f64,
    /// Cracks of the glass, and how wide they are in sides of the code.
    pub(super) cracks: (u32, f64),
    /// How far a thumb reaches over the code, in sides of it.
    pub(super) thumb: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub(super) ticket: Ticket,
    pub(super) style: Style,
    pub(super) wear: Wear,
    pub(super) shot: Shot,
    /// The room is as sharp as the page.
    pub(super) sharp: bool,
}

impl Recipe {
    /// A ticket well held.
    pub(super) fn plain(luck: &mut Luck) -> Self {
        let ticket = Ticket::any(luck);
        let size = (ticket.side as f64 * luck.between(5.0, 9.0)).clamp(180.0, 440.0);
        let (width, height) = (WIDTH as f64, HEIGHT as f64);
        let pose = Pose {
            at: (width * luck.between(0.25, 0.75), height * luck.between(0.4, 0.6)),
            size,
            turned: luck.about(15.0),
            pitch: luck.about(10.0),
            yaw: luck.about(10.0),
        };
        let shot = Shot::plain(pose, luck);
        Self { ticket, style: Style::any(luck), wear: Wear::default(), shot, sharp: luck.chance(0.2) }
    }

    /// So many pixels for each module of the code.
    pub(super) fn pixels_a_module(&mut self, pixels: f64) {
        self.shot.pose.size = pixels * self.ticket.side as f64;
    }

    /// Draws what stays the same from frame to frame.
    pub(super) fn scene(&self, luck: &mut Luck) -> Scene {
        let mut page = page(Some(&self.ticket), &self.style, luck);
        if self.wear.crumpled > 0.0 {
            wear::crumple(&mut page, self.wear.crumpled, luck);
        }
        wear::crack(&mut page, self.wear.cracks.0, self.wear.cracks.1, luck);
        wear::hand(&mut page, luck);
        if self.wear.thumb > 0.0 {
            wear::thumb(&mut page, self.wear.thumb, luck);
        }
        Scene { backdrop: backdrop(self.sharp, luck), page: Some(page) }
    }

    /// The frame.
    pub(super) fn made(mut self, luck: &mut Luck) -> GrayImage {
        self.shot.pose = self.shot.pose.within_the_frame();
        let scene = self.scene(luck);
        scene.take(&self.shot, luck)
    }
}

//! Tickets as they are brought before the camera, frame after frame.
//!
//! A still picture asks whether a code is read at all; at a gate the question
//! is when. Each sequence begins badly and ends well, so every reader reads it
//! at last, and a better one earlier.

use image::GrayImage;

use super::gestures::{Course, GESTURES};
use super::luck::Luck;
use super::recipe::Recipe;
use super::shot::{Scene, Shot};

/// Frames of a sequence, at thirty a second.
pub const FRAMES: u32 = 60;
/// Between two frames.
pub const FRAME_SECONDS: f64 = 1.0 / 30.0;
/// How long the shutter is open: what a webcam needs in a room.
const SHUTTER_SECONDS: f64 = 1.0 / 80.0;

/// One gesture with one ticket.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// What tells it from every other.
    pub name: String,
    /// The gesture.
    pub kind: String,
    /// What the ticket says.
    pub text: String,
    scene: Scene,
    held: Shot,
    course: Course,
    luck: Luck,
}

/// So many sequences of each gesture; made one at a time, the same for the same seed.
pub fn sequences(seed: u64, of_each_kind: u32) -> impl Iterator<Item = Sequence> {
    let all = GESTURES
        .iter()
        .enumerate()
        .flat_map(move |(place, gesture)| (0..of_each_kind).map(move |number| (place, gesture, number)));
    all.map(move |(place, gesture, number)| {
        // Apart from the luck of the still pictures.
        let luck = Luck::new(!seed).branch(place as u64).branch(number.into());
        Sequence::new(gesture.name, gesture.course, number, luck)
    })
}

impl Sequence {
    fn new(kind: &str, course: Course, number: u32, mut luck: Luck) -> Self {
        let mut recipe = Recipe::plain(&mut luck);
        recipe.pixels_a_module(luck.between(4.0, 6.0));
        let pose = &mut recipe.shot.pose;
        pose.size = pose.size.clamp(150.0, 300.0);
        pose.at = (640.0 + luck.about(150.0), 360.0 + luck.about(30.0));
        let scene = recipe.scene(&mut luck);
        let (text, held) = (recipe.ticket.text, recipe.shot);
        Self { name: format!("{kind} {number}"), kind: kind.to_owned(), text, scene, held, course, luck }
    }

    /// Its frames in turn, each made when it is asked for.
    pub fn frames(&self) -> impl Iterator<Item = GrayImage> + '_ {
        (0..FRAMES).map(|number| self.frame(number))
    }

    fn frame(&self, number: u32) -> GrayImage {
        self.scene.take(&self.shot(number), &mut self.luck.branch(number.into()))
    }

    /// The gesture at that moment; what moves is blurred as far as it moves while the shutter is open.
    pub(super) fn shot(&self, number: u32) -> Shot {
        let seconds = f64::from(number) * FRAME_SECONDS;
        // Each moment of a gesture asks the same luck for the same numbers.
        let moment = |seconds: f64| (self.course)(self.held.clone(), self.luck.clone(), seconds);
        let mut shot = moment(seconds);
        let later = moment(seconds + SHUTTER_SECONDS);
        shot.motion = (later.pose.at.0 - shot.pose.at.0, later.pose.at.1 - shot.pose.at.1);
        shot
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pictures::curve::distance;

    #[test]
    fn a_gesture_goes_on_from_frame_to_frame_and_ends_calmly() {
        for sequence in sequences(4, 1) {
            let shots: Vec<_> = (0..FRAMES).map(|number| sequence.shot(number)).collect();
            for (before, after) in shots.iter().zip(&shots[1..]) {
                let moved = distance(after.pose.at.0 - before.pose.at.0, after.pose.at.1 - before.pose.at.1);
                let turned = (after.pose.turned - before.pose.turned).abs() + (after.pose.yaw - before.pose.yaw).abs();
                let grown = after.pose.size / before.pose.size;
                let refocused = (after.focus - before.focus).abs();
                let fits = moved < 75.0 && turned < 20.0 && (0.9..1.12).contains(&grown) && refocused < 2.5;
                assert!(fits, "{}: {moved} {turned} {grown} {refocused}", sequence.name);
            }
            let last = &shots[shots.len() - 1];
            let module = last.pose.size / 60.0;
            assert!(distance(last.motion.0, last.motion.1) < 2.0 * module, "{}: {:?}", sequence.name, last.motion);
            assert!(last.light > 0.5 && last.pose.yaw.abs() < 30.0, "{}", sequence.name);
        }
    }

    #[test]
    fn a_sequence_is_the_same_again() {
        let shots = || sequences(9, 2).take(3).map(|sequence| format!("{} {:?}", sequence.text, sequence.shot(20)));
        let (once, again): (BTreeSet<_>, BTreeSet<_>) = (shots().collect(), shots().collect());
        assert_eq!(once, again);
        assert_eq!(once.len(), 3, "each has a ticket of its own");
    }
}

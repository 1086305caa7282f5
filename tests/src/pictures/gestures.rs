//! How people hold a ticket up. Each gesture says, for a moment, what is amiss then.

use std::f64::consts::TAU;

use super::curve::{cosine, ease, sine};
use super::light::Glare;
use super::luck::Luck;
use super::shot::Shot;

/// From the ticket well held, some luck and the seconds gone by: how it is held now.
pub(super) type Course = fn(Shot, Luck, f64) -> Shot;

pub(super) struct Gesture {
    pub(super) name: &'static str,
    pub(super) course: Course,
}

pub(super) const GESTURES: [Gesture; 7] = [
    Gesture { name: "hand shake", course: shake },
    Gesture { name: "approach", course: approach },
    Gesture { name: "held out and turned", course: turn },
    Gesture { name: "autofocus hunting", course: hunt },
    Gesture { name: "glare passing by", course: glare },
    Gesture { name: "phone waking", course: wake },
    Gesture { name: "mixed", course: mixed },
];

/// How much of the trouble is left: all at first, nothing in the end.
fn left(seconds: f64, luck: &mut Luck) -> f64 {
    let from = luck.between(0.1, 0.4);
    let until = luck.between(1.2, 1.9);
    1.0 - ease((seconds - from) / (until - from))
}

/// A wave of so many a second, that begins anywhere.
fn wave(seconds: f64, often: (f64, f64), luck: &mut Luck) -> f64 {
    sine(TAU * (luck.between(often.0, often.1) * seconds + luck.between(0.0, 1.0)))
}

/// No hand is quite still.
fn tremble(mut shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    shot.pose.at.0 += 2.5 * wave(seconds, (1.0, 4.0), &mut luck);
    shot.pose.at.1 += 2.0 * wave(seconds, (1.0, 4.0), &mut luck);
    shot.pose.turned += 1.5 * wave(seconds, (0.5, 2.0), &mut luck);
    shot
}

fn shake(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let mut shot = tremble(shot, luck.branch(1), seconds);
    let far = 0.15 + 0.85 * left(seconds, &mut luck);
    shot.pose.at.0 += far * luck.between(50.0, 90.0) * wave(seconds, (2.4, 3.6), &mut luck);
    shot.pose.at.1 += far * luck.between(30.0, 60.0) * wave(seconds, (2.4, 4.4), &mut luck);
    shot.pose.turned += far * 8.0 * wave(seconds, (1.0, 2.5), &mut luck);
    shot
}

fn approach(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let mut shot = tremble(shot, luck.branch(1), seconds);
    let left = left(seconds, &mut luck);
    // Twice as far halves it: a hand goes from arm's length and more to a span.
    let away = luck.between(3.0, 4.5);
    shot.pose.size /= 1.0 + away * left;
    shot.pose.at.0 += luck.about(200.0) * left;
    shot.pose.at.1 += luck.between(0.0, 150.0) * left;
    shot
}

/// From a hand that hangs down, seen from the side, to one held out.
fn turn(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let mut shot = tremble(shot, luck.branch(1), seconds);
    let left = left(seconds, &mut luck);
    let (way, tilt) = (luck.between(0.0, TAU), luck.between(68.0, 76.0));
    shot.pose.pitch += (tilt * cosine(way) - shot.pose.pitch) * left;
    shot.pose.yaw += (tilt * sine(way) - shot.pose.yaw) * left;
    shot.pose.turned += luck.about(120.0) * left;
    shot.pose.at.0 += luck.about(100.0) * left;
    shot
}

/// In focus, past it, and back, each time less far.
fn hunt(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let mut shot = tremble(shot, luck.branch(1), seconds);
    let left = left(seconds, &mut luck);
    let swing = 0.6 + 0.4 * cosine(TAU * luck.between(0.7, 1.3) * seconds);
    shot.focus += shot.pose.size * luck.between(0.028, 0.04) * swing * left;
    shot
}

/// A lamp in the glass, that leaves the code as the hand turns.
fn glare(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let mut shot = tremble(shot, luck.branch(1), seconds);
    let (way, gone) = (luck.between(0.0, TAU), 1.0 - left(seconds, &mut luck));
    let size = shot.pose.size;
    let off = size * (luck.about(0.12) + 1.4 * gone);
    let at = (shot.pose.at.0 + off * cosine(way), shot.pose.at.1 + off * sine(way));
    let half = size * luck.between(0.28, 0.38);
    let half = (half * luck.between(1.0, 2.0), half);
    shot.glares.push(Glare { at, half, angle: luck.between(0.0, 3.2), light: luck.between(1.3, 2.2) });
    shot
}

/// A screen that is lifted, and lights up.
fn wake(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let mut shot = tremble(shot, luck.branch(1), seconds);
    let left = left(seconds, &mut luck);
    let dim = luck.between(0.003, 0.008);
    // Brightness is felt, not measured: it rises by shares and not by steps.
    let rise = (1.0 - left) * (1.0 - left) * (1.0 - left);
    shot.light = dim + (shot.light.max(0.6) - dim) * rise;
    shot.haze = luck.between(0.02, 0.04);
    shot
}

/// Something of all: brought near, unsteady, out of focus, past a lamp.
fn mixed(shot: Shot, mut luck: Luck, seconds: f64) -> Shot {
    let before = shot.clone();
    let nearer = luck.between(0.35, 0.65);
    let mut shot = approach(shot, luck.branch(2), seconds);
    shot.pose.size += (before.pose.size - shot.pose.size) * nearer;
    let shaken = shake(before.clone(), luck.branch(3), seconds);
    shot.pose.at.0 += (shaken.pose.at.0 - before.pose.at.0) / 2.0;
    shot.pose.at.1 += (shaken.pose.at.1 - before.pose.at.1) / 2.0;
    let hunting = hunt(before.clone(), luck.branch(4), seconds);
    shot.focus = (hunting.focus + before.focus) / 2.0;
    glare(shot, luck.branch(5), seconds)
}

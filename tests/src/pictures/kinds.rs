//! The kinds of trouble. Each changes a plain recipe, and is as strong as makes
//! a good reader fail now and then: what nobody fails at measures nothing.

use super::curve::{cosine, sine};
use super::light::{Glare, Moire, shadow_on};
use super::luck::Luck;
use super::page::Ground;
use super::recipe::Recipe;

pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) trouble: fn(&mut Recipe, &mut Luck),
}

pub(super) const KINDS: [Kind; 16] = [
    Kind { name: "small and far", trouble: small },
    Kind { name: "rotated", trouble: rotated },
    Kind { name: "tilted", trouble: tilted },
    Kind { name: "gaussian blur", trouble: blurred },
    Kind { name: "motion blur", trouble: moving },
    Kind { name: "low light", trouble: low_light },
    Kind { name: "dim screen", trouble: dim },
    Kind { name: "glare", trouble: glare },
    Kind { name: "inverted", trouble: inverted },
    Kind { name: "moiré", trouble: moire },
    Kind { name: "JPEG", trouble: jpeg },
    Kind { name: "occlusion", trouble: covered },
    Kind { name: "thin quiet zone", trouble: thin_quiet_zone },
    Kind { name: "crumpled paper", trouble: crumpled },
    Kind { name: "uneven light", trouble: uneven_light },
    Kind { name: "several at once", trouble: several },
];

fn small(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.pixels_a_module(luck.between(1.4, 3.2));
    recipe.shot.pose.at = (luck.between(200.0, 1080.0), luck.between(150.0, 570.0));
    recipe.shot.focus = luck.between(0.45, 0.65);
}

fn rotated(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.shot.pose.turned = luck.between(20.0, 340.0);
    recipe.pixels_a_module(luck.between(2.2, 6.5));
    recipe.shot.focus = luck.between(0.6, 1.5);
}

fn tilted(recipe: &mut Recipe, luck: &mut Luck) {
    let (way, tilt) = (luck.between(0.0, std::f64::consts::TAU), luck.between(35.0, 62.0));
    recipe.shot.pose.pitch = tilt * cosine(way);
    recipe.shot.pose.yaw = tilt * sine(way);
    recipe.shot.pose.turned = luck.about(30.0);
}

fn blurred(recipe: &mut Recipe, luck: &mut Luck) {
    let module = recipe.shot.pose.size / recipe.ticket.side as f64;
    recipe.shot.focus = module * luck.between(0.06, 0.58);
}

fn moving(recipe: &mut Recipe, luck: &mut Luck) {
    let module = recipe.shot.pose.size / recipe.ticket.side as f64;
    let (way, far) = (luck.between(0.0, std::f64::consts::TAU), module * luck.between(0.2, 2.0));
    recipe.shot.motion = (far * cosine(way), far * sine(way));
}

fn low_light(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.paper = true;
    recipe.style.ground = Ground::Light;
    recipe.pixels_a_module(luck.between(3.5, 7.0));
    recipe.shot.light = luck.between(0.03, 0.35);
    recipe.shot.room *= 0.1;
    recipe.shot.sensor.gain = luck.between(1.0, 2.0);
    recipe.shot.sensor.dark_noise = luck.between(0.003, 0.011);
    recipe.shot.sensor.shot_noise = luck.between(0.025, 0.07);
    recipe.shot.focus = luck.between(0.7, 1.1);
}

fn dim(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.paper = false;
    recipe.shot.light = luck.between(0.006, 0.2);
    recipe.shot.haze = luck.between(0.005, 0.05);
    recipe.shot.flicker = luck.between(0.0, 0.2);
    recipe.pixels_a_module(luck.between(4.0, 8.0));
}

fn glare(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.paper = false;
    let pose = recipe.shot.pose.within_the_frame();
    for _ in 0..luck.whole(1, 2) {
        recipe.shot.glares.push(Glare::any(&pose, false, luck.between(0.1, 1.3), luck));
    }
    if luck.chance(0.5) {
        recipe.shot.streaks.push(Glare::any(&pose, true, luck.between(0.1, 1.0), luck));
    }
}

fn inverted(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.paper = false;
    recipe.style.ground = Ground::Inverted;
    recipe.pixels_a_module(luck.between(2.4, 5.0));
    recipe.shot.focus = luck.between(0.6, 1.5);
}

fn moire(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.paper = false;
    recipe.pixels_a_module(luck.between(3.5, 7.0));
    // As many of the screen's pixels as of the sensor's, or nearly so.
    let lines = recipe.shot.pose.size * luck.one_of(&[0.5, 1.0, 1.0]);
    recipe.shot.moire = Some(Moire {
        lines: (lines * luck.between(0.85, 1.15), lines * luck.between(0.85, 1.15)),
        contrast: luck.between(0.1, 0.38),
    });
}

fn jpeg(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.pixels_a_module(luck.between(2.4, 6.0));
    recipe.shot.sensor.quality = u16::try_from(luck.whole(2, 14)).unwrap_or(14);
}

fn covered(recipe: &mut Recipe, luck: &mut Luck) {
    if luck.chance(0.5) {
        recipe.wear.thumb = luck.between(0.0, 0.2);
    } else {
        recipe.style.paper = false;
        recipe.wear.cracks = (luck.whole(1, 6), luck.between(0.003, 0.012));
    }
}

fn thin_quiet_zone(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.quiet = luck.between(0.0, 1.4);
    if luck.chance(0.5) {
        recipe.style.paper = false;
        recipe.style.ground = Ground::Dark;
    } else {
        recipe.style.frame = luck.between(0.5, 2.5);
    }
    recipe.pixels_a_module(luck.between(4.0, 8.0));
    recipe.shot.focus = luck.between(0.5, 1.0);
}

fn crumpled(recipe: &mut Recipe, luck: &mut Luck) {
    recipe.style.paper = true;
    recipe.style.ground = Ground::Light;
    recipe.wear.crumpled = luck.between(0.02, 0.14);
}

fn uneven_light(recipe: &mut Recipe, luck: &mut Luck) {
    let pose = recipe.shot.pose.within_the_frame();
    recipe.shot.shadow = Some(shadow_on(&pose, luck.between(0.015, 0.4), luck));
    recipe.shot.light = luck.between(0.8, 1.6);
    recipe.pixels_a_module(luck.between(3.5, 8.0));
}

/// Two or three of the others, each by itself or with what it leads to.
fn several(recipe: &mut Recipe, luck: &mut Luck) {
    for _ in 0..luck.whole(2, 3) {
        let others = &KINDS[..KINDS.len() - 1];
        let number = luck.whole(0, 14) as usize;
        (others[number].trouble)(recipe, luck);
    }
}

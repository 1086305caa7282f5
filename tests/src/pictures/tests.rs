use image::GrayImage;
use image::imageops::invert;

use super::canvas::Canvas;
use super::kinds::{KINDS, Kind};
use super::luck::Luck;
use super::page::{Ground, page};
use super::recipe::{Recipe, Wear};
use super::shot::Shot;
use super::*;

fn read(luma: GrayImage) -> Vec<String> {
    let mut prepared = rqrr::PreparedImage::prepare(luma);
    prepared.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
}

/// As a scanner would see it that lies on it.
fn scanned(canvas: &Canvas) -> GrayImage {
    let size = [canvas.width, canvas.height].map(|side| u32::try_from(side).unwrap());
    let all = canvas.light.iter().map(|light| if *light < 0.3 { 20 } else { 220 }).collect();
    GrayImage::from_raw(size[0], size[1], all).unwrap()
}

fn troubled(kind: &Kind, seed: u64) -> (Recipe, Luck) {
    let mut luck = Luck::new(seed);
    let mut recipe = Recipe::plain(&mut luck);
    (kind.trouble)(&mut recipe, &mut luck);
    (recipe, luck)
}

#[test]
fn every_kind_shows_a_whole_code_with_its_text_and_only_its_trouble_hides_it() {
    for (kind, seed) in KINDS.iter().zip(40..) {
        let (recipe, mut luck) = troubled(kind, seed);
        let mut style = recipe.style.clone();
        (style.quiet, style.frame) = (4.0, 0.0);
        let mut page = scanned(&page(Some(&recipe.ticket), &style, &mut luck).canvas);
        if style.ground == Ground::Inverted {
            invert(&mut page);
        }
        assert_eq!(read(page), [&*recipe.ticket.text], "{}", kind.name);
        for (x, y) in recipe.shot.pose.within_the_frame().corners() {
            assert!((0.0..1280.0).contains(&x) && (0.0..720.0).contains(&y), "{}: {x} {y}", kind.name);
        }
    }
}

#[test]
fn without_its_trouble_a_frame_is_read() {
    for name in ["small and far", "tilted", "thin quiet zone"] {
        let kind = KINDS.iter().find(|kind| kind.name == name).unwrap();
        let (mut recipe, mut luck) = troubled(kind, 3);
        (recipe.style.quiet, recipe.style.frame, recipe.wear) = (4.0, 0.0, Wear::default());
        let pose = pose::Pose { size: 380.0, turned: 10.0, pitch: 5.0, yaw: -8.0, ..recipe.shot.pose };
        recipe.shot = Shot::plain(pose, &mut luck);
        let text = recipe.ticket.text.clone();
        assert_eq!(read(recipe.made(&mut luck)), [text], "{name}");
    }
}

#[test]
fn the_same_seed_makes_the_same_frames_and_another_makes_others() {
    let some = |seed| synthetic(seed, 1).next().unwrap();
    let (once, again, other) = (some(5), some(5), some(6));
    assert!(once.luma == again.luma && once.texts == again.texts);
    assert!(once.luma != other.luma && once.texts != other.texts);
    assert_eq!((once.luma.dimensions(), &*once.kind), ((1280, 720), "small and far"));
}

#[test]
fn frames_of_nothing_say_nothing() {
    // A room, a phone and a sheet of paper; with a code, the last two would be read.
    for seed in [0, 4, 7] {
        let frame = nothing::nothing(&mut Luck::new(seed));
        let (least, most) = (frame.iter().min().unwrap(), frame.iter().max().unwrap());
        assert!(most - least > 30, "there is something to see");
        assert!(read(frame).is_empty(), "{seed}");
    }
}

#[test]
fn only_visible_signs_count_and_nothing_is_right_where_there_is_nothing() {
    let picture = |texts: &[&str]| Picture {
        name: "a".to_owned(),
        kind: "b".to_owned(),
        luma: GrayImage::new(1, 1),
        texts: texts.iter().map(|text| (*text).to_owned()).collect(),
    };
    assert!(picture(&["x", "A B\n"]).is_read_by("AB\r\n") && !picture(&["A"]).is_read_by("a"));
    assert!(!picture(&[]).is_read_by("") && !picture(&[]).has_code());
}

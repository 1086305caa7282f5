//! The capture thread on cameras that do what they are told.

mod fakes;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::super::shared::Patience;
use super::super::{Camera, CameraId, CameraState};
use crate::frame::FrameSource;
use fakes::{FRAME_TIME, Fakes, Mood, World, id};

/// A thirtieth of the gate's, so that a test is over in a moment.
const PATIENCE: Patience = Patience {
    silence: Duration::from_millis(100),
    first_frame: Duration::from_millis(200),
    // Half of what a slow camera takes, see `fakes`.
    opening: Duration::from_millis(150),
    frozen: Duration::from_millis(400),
    look: Duration::from_millis(50),
    first_pause: Duration::from_millis(5),
    longest_pause: Duration::from_millis(50),
    tick: Duration::from_millis(5),
};
const WAIT: Duration = Duration::from_secs(10);

fn start(world: &Arc<World>, wanted: Option<CameraId>) -> Camera {
    let world = Arc::clone(world);
    Camera::patient(wanted, move || Fakes(world), PATIENCE)
}

/// A world with one camera that is well, and a gate that looks at it.
fn with_one() -> (Arc<World>, Camera) {
    let world = Arc::new(World::default());
    world.plug(0, "Cam", Mood::Well);
    let camera = start(&world, None);
    comes(&camera, "Cam: live");
    (world, camera)
}

/// Waits until the state reads like this.
#[track_caller]
fn comes(camera: &Camera, begins: &str) {
    let state = camera.state();
    let end = Instant::now() + WAIT;
    while !state.borrow().to_string().contains(begins) {
        assert!(Instant::now() < end, "{begins} did not come; it is: {}", *state.borrow());
        thread::sleep(Duration::from_millis(1));
    }
}

fn said(camera: &Camera) -> String {
    camera.state().borrow().to_string()
}

#[test]
fn frames_come_in_order_and_end_with_the_camera() {
    let (_world, camera) = with_one();
    let mut frames = camera.frames();
    let numbers: Vec<u64> = (0..5).map(|_| frames.next_frame().unwrap().unwrap().sequence).collect();
    assert!(numbers.is_sorted() && numbers[0] < numbers[4], "{numbers:?}");
    assert!(camera.counts().captured >= 5);
    camera.stop();
    assert!(frames.next_frame().unwrap().is_none());
}

#[test]
fn a_reader_that_waits_is_told_when_the_camera_is_stopped_though_the_camera_is_silent() {
    let (world, camera) = with_one();
    world.plug(0, "Cam", Mood::Silent);
    let mut frames = camera.frames();
    let reader = thread::spawn(move || while frames.next_frame().unwrap().is_some() {});
    thread::sleep(Duration::from_millis(30));
    let begun = Instant::now();
    camera.stop();
    reader.join().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(world.handles(), 0);
}

#[test]
fn a_camera_that_is_torn_out_is_missed_by_name_and_used_again_when_it_is_back() {
    let (world, camera) = with_one();
    let mut frames = camera.frames();
    frames.next_frame().unwrap();
    world.unplug(0);
    comes(&camera, "Cam: it went away");
    thread::sleep(Duration::from_millis(100));
    assert!(said(&camera).contains("os error 19"), "{}", said(&camera));
    // In another socket, under another number.
    world.plug(3, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
    assert!(frames.next_frame().unwrap().is_some());
    assert_eq!(camera.counts().reopened, 1);
}

#[test]
fn without_a_camera_it_waits_until_one_is_plugged_in() {
    let world = Arc::new(World::default());
    let camera = start(&world, None);
    assert_eq!(*camera.state().borrow(), CameraState::Searching);
    thread::sleep(Duration::from_millis(50));
    world.plug(0, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
}

#[test]
fn a_busy_camera_is_said_to_be_busy_and_taken_when_it_is_free() {
    let world = Arc::new(World::default());
    world.plug(0, "Cam", Mood::Busy);
    let camera = start(&world, None);
    comes(&camera, "Cam: another program has it");
    // The word stays through the tries.
    let mut state = camera.state();
    state.borrow_and_update();
    thread::sleep(Duration::from_millis(150));
    assert!(!state.has_changed().unwrap());
    world.plug(0, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
}

#[test]
fn a_silent_camera_is_left_and_opened_anew() {
    let (world, camera) = with_one();
    world.plug(0, "Cam", Mood::Silent);
    comes(&camera, "Cam: it does not answer (it gives no pictures)");
    world.plug(0, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
    assert!(camera.counts().reopened >= 1);
}

#[test]
fn a_frozen_picture_is_no_life_and_is_not_read_again() {
    let (world, camera) = with_one();
    let mut frames = camera.frames();
    world.plug(0, "Cam", Mood::Frozen);
    comes(&camera, "each picture is the same");
    let before = camera.counts();
    thread::sleep(Duration::from_millis(50));
    assert_eq!(camera.counts().captured, before.captured);
    assert!(camera.counts().identical > before.identical);
    world.plug(0, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
    assert!(frames.next_frame().unwrap().unwrap().sequence > before.captured);
}

#[test]
fn damaged_frames_are_counted_and_said_when_there_are_no_others() {
    let (world, camera) = with_one();
    world.plug(0, "Cam", Mood::Short);
    comes(&camera, "its pictures are damaged");
    assert!(camera.counts().damaged > 0);
    world.plug(0, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
}

#[test]
fn a_camera_that_opens_well_and_fails_at_once_is_not_tried_ever_faster() {
    let world = Arc::new(World::default());
    world.plug(0, "Cam", Mood::Broken);
    let camera = start(&world, None);
    comes(&camera, "os error 5");
    let mut state = camera.state();
    state.borrow_and_update();
    thread::sleep(Duration::from_millis(150));
    assert!(!state.has_changed().unwrap(), "{}", said(&camera));
    assert_eq!(camera.counts().captured, 0);
}

#[test]
fn no_panic_of_the_library_ends_the_gate() {
    let (world, camera) = with_one();
    for (mood, while_doing) in [(Mood::PanicsWhenRead, "reading"), (Mood::PanicsWhenOpened, "opening")] {
        world.plug(0, "Cam", mood);
        comes(&camera, &format!("the camera library failed while {while_doing}"));
    }
    world.plug(0, "Cam", Mood::Well);
    comes(&camera, "Cam: live");
    world.plug(0, "Cam", Mood::PanicsWhenClosed);
    camera.choose(Some(id("Other", 1)));
    thread::sleep(Duration::from_millis(30));
    world.plug(1, "Other", Mood::Well);
    comes(&camera, "Other: live");
}

#[test]
fn a_camera_that_takes_too_long_to_open_is_said_to_be_silent_meanwhile() {
    let world = Arc::new(World::default());
    world.plug(0, "Cam", Mood::SlowToOpen);
    let camera = start(&world, None);
    comes(&camera, "it does not answer when opened");
    comes(&camera, "Cam: live");
}

#[test]
fn another_camera_is_chosen_at_once_even_while_the_first_is_silent() {
    let (world, camera) = with_one();
    world.plug(1, "Other", Mood::Well);
    let mut frames = camera.frames();
    camera.choose(Some(id("Other", 1)));
    comes(&camera, "Other: live");
    assert!(frames.next_frame().unwrap().is_some());
    world.plug(1, "Other", Mood::Silent);
    thread::sleep(FRAME_TIME * 4);
    camera.choose(Some(id("Cam", 0)));
    comes(&camera, "Cam: live");
}

#[test]
fn while_the_wanted_camera_is_away_another_stands_in_and_gives_way_when_it_is_back() {
    let world = Arc::new(World::default());
    world.plug(0, "Built-in", Mood::Well);
    world.plug(1, "Wanted", Mood::Well);
    let camera = start(&world, Some(id("Wanted", 1)));
    comes(&camera, "Wanted: live");
    world.unplug(1);
    comes(&camera, "Built-in: live");
    world.plug(2, "Wanted", Mood::Well);
    comes(&camera, "Wanted: live");
}

#[test]
fn without_a_wish_a_camera_that_fails_is_passed_over() {
    let world = Arc::new(World::default());
    world.plug(0, "Infrared", Mood::Broken);
    world.plug(1, "Cam", Mood::Well);
    let camera = start(&world, None);
    comes(&camera, "Cam: live");
}

#[test]
fn a_reader_that_lags_misses_frames_and_slows_nobody() {
    let (_world, camera) = with_one();
    let mut frames = camera.frames();
    let mut last = 0;
    for _ in 0..5 {
        let frame = frames.next_frame().unwrap().unwrap();
        assert!(frame.taken_at.elapsed() < FRAME_TIME * 10);
        assert!(frame.sequence > last);
        last = frame.sequence;
        thread::sleep(FRAME_TIME * 6);
    }
    assert!(camera.counts().dropped > 5, "{:?}", camera.counts());
}

#[tokio::test]
async fn the_preview_goes_on_through_a_replug_and_ends_with_the_camera() {
    let (world, camera) = tokio::task::spawn_blocking(with_one).await.unwrap();
    let preview = camera.preview();
    let first = preview.next(0).await.unwrap();
    assert_eq!(image::guess_format(&first.jpeg).unwrap(), image::ImageFormat::Jpeg);
    world.unplug(0);
    comes(&camera, "went away");
    world.plug(0, "Cam", Mood::Well);
    let next = preview.next(first.sequence).await.unwrap();
    assert!(next.sequence > first.sequence);
    camera.stop();
    assert!(preview.next(0).await.is_none());
}

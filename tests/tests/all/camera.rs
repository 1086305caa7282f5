//! The gate's own camera path, nokhwa and all, on cameras that are not there.

mod gate;
mod look;
mod watched;

use real_parts::camera::{FakeCamera, Fault, MetadataNode, Mode, Model, PixelFormat, Scene};

use gate::{COOL_DOWN, Door};
use look::counts;

const HD: (u32, u32) = (1280, 720);

fn hd(format: PixelFormat) -> Model {
    Model::only(format, HD.0, HD.1)
}

#[tokio::test]
async fn each_format_is_read() {
    for format in [PixelFormat::Mjpg, PixelFormat::Yuyv, PixelFormat::Nv12] {
        let (mut door, camera) = Door::with_camera(hd(format)).await;
        door.admits_the_next(&camera);
    }
}

/// As many cameras send it: the tables of the standard are meant.
#[tokio::test]
async fn a_jpeg_without_huffman_tables_is_read() {
    let (mut door, camera) = Door::with_camera(hd(PixelFormat::BareMjpg)).await;
    door.admits_the_next(&camera);
}

/// Also where the camera offers what would be read better, if it could be read.
#[tokio::test]
async fn the_best_of_many_modes_is_taken() {
    let modes = [
        Mode::new(PixelFormat::H264, 1920, 1080, &[60]),
        Mode::new(PixelFormat::Mjpg, 1920, 1080, &[30]),
        Mode::new(PixelFormat::Uyvy, 1280, 720, &[30]),
        Mode::new(PixelFormat::Mjpg, 1280, 720, &[15, 30]),
        Mode::new(PixelFormat::Yuyv, 1280, 720, &[10]),
        Mode::new(PixelFormat::Yuyv, 640, 480, &[60, 30]).and_interval(1001, 30000),
    ];
    let (mut door, camera) = Door::with(|cameras| cameras.plug(Model::new("Many", &modes))).await;
    door.gate.says(&["Many: live, 1280x720 at 30"]);
    door.admits_the_next(&camera);
}

#[tokio::test]
async fn a_camera_that_cannot_be_read_is_said_to_be_and_another_one_is_taken() {
    for format in [PixelFormat::Grey, PixelFormat::Uyvy, PixelFormat::H264] {
        let (mut door, _first) = Door::with(|cameras| cameras.plug(hd(format))).await;
        door.gate.says(&["Fake Webcam: it offers no picture", format.fourcc(), "1280x720 at 30", "use another camera"]);
        let other = Model { name: "Other".into(), ..hd(PixelFormat::Mjpg) };
        let other = door.cameras.plug(other.at("usb-2"));
        door.gate.says(&["Other: live"]);
        door.admits_the_next(&other);
    }
}

#[tokio::test]
async fn a_gate_without_a_camera_asks_for_one_and_takes_it_when_it_comes() {
    let (mut door, ()) = Door::with(|_| ()).await;
    door.gate.says(&["there is no camera; plug in a camera"]);
    let camera = door.cameras.plug(Model::default());
    door.gate.says(&["Fake Webcam: live"]);
    door.admits_the_next(&camera);
}

#[tokio::test]
async fn nodes_that_are_no_cameras_are_passed_by() {
    let (mut door, camera) = Door::with(|cameras| {
        cameras.odd_node("video-codec");
        cameras.odd_node("video");
        cameras.plug(hd(PixelFormat::Mjpg).metadata(MetadataNode::Before))
    })
    .await;
    door.gate.says(&["Fake Webcam: live"]);
    door.admits_the_next(&camera);
}

/// One gate, everything that can happen to a camera, and after each a ticket that is granted.
#[tokio::test]
async fn after_every_trouble_the_next_ticket_is_granted_without_a_restart() {
    let mut modes = hd(PixelFormat::Mjpg).modes;
    modes.push(Mode::new(PixelFormat::H264, 640, 480, &[30]));
    modes.push(Mode::new(PixelFormat::Yuyv, 640, 480, &[30]).and_interval(2, 15));
    let (mut door, camera) = Door::with_camera(Model::new("Fake Webcam", &modes)).await;
    door.admits_the_next(&camera);

    // Pulled out, and plugged in again: at once, later, and under another number.
    camera.plug();
    door.admits_the_next(&camera);
    camera.unplug();
    door.gate.says(&["it went away or failed", "(os error 19)", "cable"]);
    camera.plug();
    door.admits_the_next(&camera);
    camera.unplug();
    camera.plug_as(7);
    door.admits_the_next(&camera);

    denied_then_busy(&mut door, &camera);
    left_in_a_foreign_mode(&mut door, &camera, &modes);

    camera.suffer(Fault::Silent);
    door.gate.says(&["it does not answer", "unplug it"]);
    camera.recover(Fault::Silent);
    door.admits_the_next(&camera);

    camera.suffer(Fault::IoError);
    door.gate.says(&["it went away or failed", "(os error 5)", "cable"]);
    camera.recover(Fault::IoError);
    door.admits_the_next(&camera);

    // It fails, and then cannot even be closed: nokhwa panics at that.
    camera.suffer(Fault::OffFails);
    camera.suffer(Fault::IoError);
    door.gate.says(&["it went away or failed", "(os error 5)"]);
    camera.recover(Fault::IoError);
    camera.recover(Fault::OffFails);
    door.admits_the_next(&camera);

    // Frames that come, but show nothing new.
    for fault in [Fault::Empty, Fault::Frozen] {
        camera.suffer(fault);
        door.gate.says(&["it does not answer"]);
        camera.recover(fault);
        door.admits_the_next(&camera);
    }
}

fn denied_then_busy(door: &mut Door, camera: &FakeCamera) {
    camera.unplug();
    camera.suffer(Fault::Denied);
    camera.plug();
    door.gate.says(&["this user may not use it", "(os error 13)", "usermod -aG video"]);
    let other = camera.busy().unwrap();
    camera.recover(Fault::Denied);
    door.gate.says(&["another program has it", "(os error 16)", "close the other program"]);
    drop(other);
    door.admits_the_next(camera);
}

/// Also at a rate that is no whole number.
fn left_in_a_foreign_mode(door: &mut Door, camera: &FakeCamera, modes: &[Mode]) {
    for (mode, interval) in [(&modes[1], (1, 30)), (&modes[2], (2, 15))] {
        camera.unplug();
        // So that it is not opened before.
        camera.suffer(Fault::Denied);
        camera.plug();
        camera.left_in(mode, interval);
        camera.recover(Fault::Denied);
        door.admits_the_next(camera);
    }
}

/// A driver that has lost a frame hands over an old one, and a frozen camera its last.
/// Neither holds a code in view: shown again later, it is a new scan.
#[tokio::test]
async fn empty_and_frozen_frames_hold_no_code_in_view() {
    let (mut door, camera) = Door::with_camera(hd(PixelFormat::Yuyv)).await;
    for (ticket, fault) in [Fault::Empty, Fault::Frozen].into_iter().enumerate() {
        door.show(&camera, ticket);
        assert_eq!(door.verdict()["reason"], "granted");
        camera.suffer(fault);
        tokio::time::sleep(COOL_DOWN * 2).await;
        camera.recover(fault);
        assert_eq!(door.verdict()["reason"], "already_inside", "{fault:?}");
        camera.show(&Scene::blank());
    }
}

#[tokio::test]
async fn a_code_held_in_view_is_one_scan() {
    let (mut door, camera) = Door::with_camera(hd(PixelFormat::Mjpg)).await;
    door.show(&camera, 20);
    assert_eq!(door.verdict()["reason"], "granted");
    tokio::time::sleep(COOL_DOWN * 2).await;
    // Had there been a second verdict on it, it would come first.
    door.show(&camera, 21);
    assert_eq!(door.verdict()["reason"], "granted");
}

/// Reading takes a quarter of a second a frame, eight times as long as frames are apart.
#[test]
fn thirty_frames_a_second_are_held_while_reading_lags_and_old_frames_are_dropped() {
    let cameras = real_parts::camera::Cameras::new().unwrap();
    let camera = cameras.plug(hd(PixelFormat::Mjpg));
    let mut look = look::at(&cameras, &["--lag-ms", "250"]);
    look.says(&["Fake Webcam: live, 1280x720 at 30"]);
    camera.show(&Scene::code("the first").moving());

    // Three good seconds in a row: others may be at work on this machine.
    let mut good = 0;
    look.waits_for("thirty frames a second", |line| {
        let counts = counts(line)?;
        good = if counts.a_second >= 27 && counts.dropped_a_second >= 20 { good + 1 } else { 0 };
        (good == 3).then(|| println!("{} frames captured", counts.captured))
    });

    // After all those frames the next code is read from a frame that is new.
    camera.show(&Scene::code("the second").moving());
    let age: f64 = look.waits_for("the second code", |line| {
        let (_, age) = line.split_once("read \"the second\" in ")?;
        age.split(' ').next()?.parse().ok()
    });
    assert!(age < 700.0, "read from a frame that was {age} ms old");
}

#[test]
fn two_cameras_are_told_apart_by_name_and_the_wanted_one_is_taken() {
    let cameras = real_parts::camera::Cameras::new().unwrap();
    let _first = cameras.plug(hd(PixelFormat::Mjpg));
    let second = Model { name: "Hand Camera".into(), ..hd(PixelFormat::Yuyv) };
    let second = cameras.plug(second.at("usb-0000:00:14.0-2"));
    second.show(&Scene::code("by the second"));
    let mut look = look::at(&cameras, &["--camera", "Hand Camera"]);
    look.says(&["Fake Webcam [usb-0000:00:14.0-1]"]);
    look.says(&["Hand Camera [usb-0000:00:14.0-2]"]);
    look.says(&["Hand Camera: live"]);
    look.says(&["read \"by the second\""]);
    // Away, the other stands in; back, it is taken again.
    second.unplug();
    look.says(&["Fake Webcam: live"]);
    second.plug_as(9);
    look.says(&["Hand Camera: live"]);
}

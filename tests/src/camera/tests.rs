#![cfg(target_os = "linux")]

use std::time::{Duration, Instant};

use self::reader::Reader;
use super::*;

mod reader;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;

/// A computer with one camera that shows this code, and a program that streams from it.
fn streaming(format: PixelFormat, scene: &Scene) -> (Cameras, FakeCamera, Reader) {
    let cameras = Cameras::new().unwrap();
    let camera = cameras.plug(Model::only(format, WIDTH, HEIGHT));
    camera.show(scene);
    let mut reader = Reader::start(&cameras);
    assert_eq!(reader.ask("open 0"), "Fake Webcam at usb-0000:00:14.0-1");
    assert!(reader.ask(&start(format)).starts_with(format.fourcc()));
    (cameras, camera, reader)
}

fn start(format: PixelFormat) -> String {
    format!("start {} {WIDTH} {HEIGHT} 30", format.fourcc())
}

/// `SEQUENCE SUM BYTES TEXT` in its parts.
fn parts(frame: &str) -> (u32, String, usize, String) {
    let mut parts = frame.splitn(4, ' ');
    let mut next = || parts.next().unwrap_or_else(|| panic!("not a frame: {frame}")).to_owned();
    (next().parse().unwrap(), next(), next().parse().unwrap(), next())
}

fn text(reader: &mut Reader) -> String {
    parts(&reader.ask("frame")).3
}

#[test]
fn every_format_shows_the_scene_and_no_frame_is_like_another() {
    for format in [PixelFormat::Mjpg, PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Grey, PixelFormat::Uyvy] {
        let (_cameras, _camera, mut reader) = streaming(format, &Scene::code("hello"));
        let frames: Vec<_> = (0..6).map(|_| parts(&reader.ask("frame"))).collect();
        assert!(frames.iter().all(|frame| frame.3 == "hello"), "{format:?}: {frames:?}");
        let mut sums: Vec<_> = frames.iter().map(|frame| &frame.1).collect();
        sums.sort();
        sums.dedup();
        assert_eq!(sums.len(), frames.len(), "{format:?}: {frames:?}");
    }
}

#[test]
fn a_jpeg_without_tables_lacks_nothing_else() {
    let [whole, bare] = [PixelFormat::Mjpg, PixelFormat::BareMjpg].map(|format| {
        let (_cameras, _camera, mut reader) = streaming(format, &Scene::code("hello"));
        parts(&reader.ask("frame"))
    });
    // Four tables, as the standard has them.
    assert_eq!((whole.2 - bare.2, &*whole.3), (416 + 4 * 4, "hello"));
    assert!(bare.3.contains("table"), "{bare:?}");
}

#[test]
fn cards_of_every_kind_place_size_and_slant_are_read() {
    let (_cameras, camera, mut reader) = streaming(PixelFormat::Grey, &Scene::blank());
    assert_eq!(text(&mut reader), "");
    for (what, card) in [
        ("slanting", Card::phone("a").turned(30.0)),
        ("large", Card::phone("a").size(0.9)),
        ("small", Card::paper("a").at(0.3, 0.4).size(0.4).turned(-80.0)),
        ("aside", Card::paper("a").at(0.8, 0.75).size(0.4)),
    ] {
        camera.show(&Scene::blank().with(card));
        assert_eq!(text(&mut reader), "a", "{what}");
    }
    camera.show(&Scene::blank().with(Card::phone("a").at(0.25, 0.5)).with(Card::paper("b").at(0.75, 0.5)));
    assert_eq!(text(&mut reader), "a b");
    camera.show(&Scene::code("moved").moving());
    for _ in 0..10 {
        assert_eq!(text(&mut reader), "moved");
    }
    camera.show(&Scene::blank().with(Card::phone("outside").at(1.5, -2.0)));
    assert_eq!(text(&mut reader), "");
}

#[test]
fn no_frame_is_older_than_the_scene() {
    let (_cameras, camera, mut reader) = streaming(PixelFormat::Yuyv, &Scene::blank());
    for number in 0..20 {
        camera.show(&Scene::code(number.to_string()));
        assert_eq!(text(&mut reader), number.to_string());
    }
}

#[test]
fn modes_are_told_kept_and_found_as_another_program_left_them() {
    let cameras = Cameras::new().unwrap();
    let odd = Mode::new(PixelFormat::H264, 320, 240, &[30]).and_interval(2, 15).and_interval(1001, 30000);
    let modes = [Mode::new(PixelFormat::Mjpg, 640, 480, &[30, 15]), Mode::new(PixelFormat::Mjpg, 320, 240, &[30]), odd];
    let camera = cameras.plug(Model::new("Cam", &modes).at("usb-2"));
    camera.left_in(&modes[2], (2, 15));
    let mut reader = Reader::start(&cameras);
    assert_eq!(reader.ask("open 0"), "Cam at usb-2");
    let told = "MJPG 640x480 1/30,1/15; MJPG 320x240 1/30; H264 320x240 1/30,2/15,1001/30000";
    assert_eq!((reader.ask("modes"), reader.ask("mode")), (told.into(), "H264 320x240 2/15".into()));
    assert_eq!(reader.ask("start MJPG 600 400 16"), "MJPG 640x480 1/15", "the nearest");
    reader.ask("close");
    reader.ask("open 0");
    assert_eq!(reader.ask("mode"), "MJPG 640x480 1/15", "kept");
    camera.plug();
    reader.ask("open 0");
    assert_eq!(reader.ask("mode"), "MJPG 640x480 1/30", "as new");
}

#[test]
fn a_pulled_plug_ends_what_is_open_and_the_next_may_have_another_number() {
    let (_cameras, camera, mut reader) = streaming(PixelFormat::Grey, &Scene::code("x"));
    assert_eq!(text(&mut reader), "x");
    camera.plug();
    assert_eq!(reader.ask("frame"), "error 19", "also when it is back at once");
    assert_eq!(reader.ask("list"), "null video0=Fake Webcam video1=Fake Webcam");
    camera.unplug();
    assert_eq!((reader.ask("list"), reader.ask("open 0")), ("null".into(), "error 2".into()));
    camera.plug_as(4);
    assert_eq!(reader.ask("list"), "null video4=Fake Webcam video5=Fake Webcam");
    assert_eq!((camera.number(), reader.ask("open 0")), (Some(4), "error 2".into()));
    reader.ask("open 4");
    reader.ask(&start(PixelFormat::Grey));
    assert_eq!(text(&mut reader), "x");
}

#[test]
fn nodes_without_pictures_and_odd_names_are_there_and_offer_nothing() {
    let cameras = Cameras::new().unwrap();
    cameras.odd_node("video-codec");
    let model = Model::only(PixelFormat::Grey, WIDTH, HEIGHT);
    let first = cameras.plug(model.clone().metadata(MetadataNode::Before));
    let second = cameras.plug(Model { name: "Other".into(), ..model }.at("usb-9").metadata(MetadataNode::None));
    assert_eq!((first.number(), second.number()), (Some(1), Some(2)));
    let mut reader = Reader::start(&cameras);
    let all = "null video-codec= video0=Fake Webcam video1=Fake Webcam video2=Other";
    assert_eq!(reader.ask("list"), all);
    for (number, modes) in [(0, ""), (1, "GREY 640x480 1/30"), (2, "GREY 640x480 1/30")] {
        reader.ask(&format!("open {number}"));
        assert_eq!(reader.ask("modes"), modes, "{number}");
    }
    assert_eq!(reader.ask("open 2"), "Other at usb-9");
}

#[test]
fn another_program_keeps_it_busy_until_it_lets_go() {
    let (cameras, camera, mut reader) = streaming(PixelFormat::Grey, &Scene::code("x"));
    let mut second = Reader::start(&cameras);
    second.ask("open 0");
    assert_eq!(second.ask(&start(PixelFormat::Grey)), "error 16");
    assert!(camera.busy().is_err(), "a program streams from it");
    reader.ask("close");
    let other = camera.busy().unwrap();
    assert_eq!(second.ask(&start(PixelFormat::Grey)), "error 16");
    drop(other);
    second.ask(&start(PixelFormat::Grey));
    assert_eq!(text(&mut second), "x");
}

#[test]
fn each_fault_shows_as_a_driver_shows_it_and_passes() {
    let (_cameras, camera, mut reader) = streaming(PixelFormat::Grey, &Scene::code("x").moving());
    let seen: Vec<_> = (0..5).map(|_| parts(&reader.ask("frame")).1).collect();

    camera.suffer(Fault::Empty);
    for old in &seen[1..] {
        let (_, sum, bytes, _) = parts(&reader.ask("frame"));
        assert_eq!((&sum, bytes), (old, 0), "the buffer as it was");
    }
    camera.recover(Fault::Empty);
    let (_, last, ..) = parts(&reader.ask("frame"));

    camera.suffer(Fault::Frozen);
    camera.show(&Scene::blank());
    for _ in 0..6 {
        assert_eq!(parts(&reader.ask("frame")).1, last, "byte for byte");
    }
    camera.recover(Fault::Frozen);
    assert_eq!(text(&mut reader), "");

    camera.suffer(Fault::IoError);
    assert_eq!(reader.ask("frame"), "error 5");
    camera.recover(Fault::IoError);
    camera.suffer(Fault::OffFails);
    assert_eq!(reader.ask("stop"), "error 5");
    camera.suffer(Fault::Denied);
    assert_eq!(reader.ask("open 0"), "error 13");
    camera.recover(Fault::Denied);
    assert_eq!(reader.ask("open 0"), "Fake Webcam at usb-0000:00:14.0-1");
}

#[test]
fn frames_come_at_the_cameras_rate_and_a_silent_one_sends_none() {
    let (_cameras, camera, mut reader) = streaming(PixelFormat::Grey, &Scene::blank());
    let (first, ..) = parts(&reader.ask("frame"));
    let began = Instant::now();
    let mut last = first;
    while last < first + 30 {
        (last, ..) = parts(&reader.ask("frame"));
    }
    let took = began.elapsed();
    // Never faster, but for those that had waited; slower only on a machine that sleeps.
    assert!(took > Duration::from_millis(800) && took < Duration::from_secs(5), "{took:?}");

    camera.suffer(Fault::Silent);
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(400));
            camera.recover(Fault::Silent);
        });
        // One may have been promised before.
        reader.ask("frame");
        reader.ask("frame");
    });
    assert!(began.elapsed() >= Duration::from_millis(390), "{:?}", began.elapsed());
}

#[test]
fn a_program_s_own_children_and_files_are_spared() {
    let cameras = Cameras::new().unwrap();
    let _camera = cameras.plug(Model::only(PixelFormat::Grey, WIDTH, HEIGHT));
    let mut reader = Reader::start(&cameras);
    assert_eq!(reader.ask("environment LD_PRELOAD"), "");
    assert!(!reader.ask("child env").contains("LD_PRELOAD"));
    assert!(!reader.ask("child ls").is_empty());
}

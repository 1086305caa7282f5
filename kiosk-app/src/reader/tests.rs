use common::{TicketSigner, UniqueId};
use image::{Luma, imageops};
use qrcode::QrCode;

use super::*;

/// A real ticket's code, the size every gate sees.
fn ticket() -> String {
    let id = UniqueId::parse("Asha9198765432102026-11-22").unwrap();
    TicketSigner::from_seed(&[1; 32]).sign(&id).to_string()
}

fn drawn(text: &str, pixels_per_module: u32) -> GrayImage {
    let code = QrCode::new(text).unwrap();
    code.render::<Luma<u8>>().module_dimensions(pixels_per_module, pixels_per_module).build()
}

/// A sheet of paper with pictures laid on it.
fn sheet(width: u32, height: u32, pictures: &[(&GrayImage, i64, i64)]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(width, height, Luma([235]));
    for (picture, x, y) in pictures {
        imageops::overlay(&mut sheet, *picture, *x, *y);
    }
    sheet
}

fn text(luma: &GrayImage, budget: Budget) -> Option<String> {
    read(luma, budget).map(|code| code.text)
}

#[test]
fn a_frame_with_a_ticket_is_read_in_one_pass_and_its_place_is_known() {
    let frame = sheet(1280, 720, &[(&drawn(&ticket(), 6), 400, 200)]);
    let code = read(&frame, Budget::Frame).unwrap();
    assert_eq!(code.text, ticket());
    let (left, top) = code.corners[0];
    // Four modules of quiet zone lie between the picture's corner and the code's.
    assert!((left - 424).abs() <= 6 && (top - 224).abs() <= 6, "{:?}", code.corners);
}

#[test]
fn small_pictures_are_read_down_to_one_pixel_for_each_module() {
    for pixels in 1..=4 {
        for budget in [Budget::Frame, Budget::Everything] {
            assert_eq!(text(&drawn(&ticket(), pixels), budget), Some(ticket()), "{pixels} {budget:?}");
        }
    }
}

#[test]
fn a_code_light_on_dark_is_read_when_everything_is_tried() {
    let mut dark = sheet(640, 480, &[(&drawn(&ticket(), 6), 100, 50)]);
    imageops::invert(&mut dark);
    assert_eq!(text(&dark, Budget::Everything), Some(ticket()));
}

#[test]
fn fifty_megapixels_are_read_at_a_glance() {
    let photo = sheet(8160, 6120, &[(&drawn(&ticket(), 40), 2000, 1500)]);
    for budget in [Budget::Frame, Budget::Everything] {
        let code = read(&photo, budget).unwrap();
        assert_eq!(code.text, ticket());
        let (left, top) = code.corners[0];
        assert!((left - 2160).abs() <= 60 && (top - 1660).abs() <= 60, "{:?}", code.corners);
    }
}

#[test]
fn of_several_codes_the_ticket_is_taken_else_the_largest() {
    let (large, small) = (drawn("https://example.com/large", 10), drawn("https://example.com/small", 5));
    let both = sheet(1280, 720, &[(&large, 40, 40), (&small, 700, 100)]);
    assert_eq!(text(&both, Budget::Frame).unwrap(), "https://example.com/large");
    let with_ticket = sheet(1280, 720, &[(&large, 40, 40), (&drawn(&ticket(), 5), 600, 100)]);
    assert_eq!(text(&with_ticket, Budget::Frame), Some(ticket()));
}

#[test]
fn names_of_every_script_survive() {
    let id = UniqueId::parse("आशा9198765432102026-11-22").unwrap();
    let code = TicketSigner::from_seed(&[1; 32]).sign(&id).to_string();
    assert_eq!(text(&drawn(&code, 4), Budget::Frame), Some(code));
}

#[test]
fn pictures_without_a_code_and_of_any_size_give_none() {
    let noise = GrayImage::from_fn(640, 480, |x, y| {
        let mixed = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
        Luma([mixed.to_be_bytes()[0]])
    });
    for picture in [
        GrayImage::new(0, 0),
        GrayImage::new(1, 1),
        GrayImage::new(1, 500),
        GrayImage::new(20_000, 2),
        sheet(640, 480, &[]),
        noise,
    ] {
        for budget in [Budget::Frame, Budget::Everything] {
            assert_eq!(text(&picture, budget), None, "{:?}", picture.dimensions());
        }
    }
}

#[test]
fn a_wall_of_corner_marks_does_not_hold_a_frame_up() {
    let mark = imageops::crop_imm(&drawn("x", 2), 8, 8, 14, 14).to_image();
    let places: Vec<_> = (0..2400).map(|n| (&mark, i64::from(n % 60) * 20 + 10, i64::from(n / 60) * 18)).collect();
    let wall = sheet(1280, 720, &places);
    let started = Instant::now();
    assert_eq!(text(&wall, Budget::Frame), None);
    assert!(started.elapsed() < FRAME_TIME * 3, "{:?}", started.elapsed());
}

/// A drawn code as a camera sees it whose corners are these, on grey.
fn seen_at(code: &GrayImage, corners: [(f32, f32); 4]) -> GrayImage {
    let (width, height) = (plane::real(code.width() as usize), plane::real(code.height() as usize));
    let own = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)].map(|(x, y)| Point::new(x, y));
    let back = warp::Warp::between(corners.map(|(x, y)| Point::new(x, y)), own).unwrap();
    let plane = Plane::of(code);
    GrayImage::from_fn(1280, 720, |x, y| {
        let at = back.of(Point::new(plane::real(x as usize) + 0.5, plane::real(y as usize) + 0.5));
        let inside = at.x > 0.0 && at.y > 0.0 && at.x < width && at.y < height;
        Luma([if inside { u8::try_from(whole(plane.at(at))).unwrap() } else { 170 }])
    })
}

fn within(left: f32, top: f32, size: f32) -> [(f32, f32); 4] {
    [(left, top), (left + size, top), (left + size, top + size), (left, top + size)]
}

/// Frames of a code that is held still, until one is read; how many it took.
fn frames_until_read(frame: &GrayImage) -> Option<usize> {
    let mut reader = Reader::new();
    (1..=10).find(|_| reader.read(frame).is_some_and(|code| code.text == ticket()))
}

#[test]
fn a_code_held_aslant_turned_or_far_away_is_read() {
    let code = drawn(&ticket(), 8);
    for (what, corners) in [
        ("aslant", [(300.0, 100.0), (760.0, 190.0), (720.0, 520.0), (330.0, 640.0)]),
        ("on its head", [(900.0, 600.0), (500.0, 590.0), (510.0, 190.0), (890.0, 210.0)]),
        ("turned by an eighth", [(640.0, 60.0), (930.0, 350.0), (640.0, 640.0), (350.0, 350.0)]),
        ("far", within(800.0, 300.0, 120.0)),
    ] {
        assert!(frames_until_read(&seen_at(&code, corners)).is_some(), "{what}");
    }
}

#[test]
fn a_code_is_read_whose_corner_a_lamp_or_a_thumb_hides() {
    let code = drawn(&ticket(), 8);
    let last = code.width() - 8 * 12;
    for (x, y) in [(0, 0), (last, 0), (0, last)] {
        let mut hidden = code.clone();
        imageops::overlay(&mut hidden, &GrayImage::from_pixel(8 * 12, 8 * 12, Luma([255])), x.into(), y.into());
        let frame = seen_at(&hidden, [(300.0, 100.0), (760.0, 120.0), (750.0, 560.0), (310.0, 570.0)]);
        assert!(frames_until_read(&frame).is_some(), "hidden from {x}, {y}");
    }
}

#[test]
fn a_code_without_its_quiet_zone_is_read_in_the_dark() {
    let code = drawn(&ticket(), 8);
    let bare = imageops::crop_imm(&code, 32, 32, code.width() - 64, code.height() - 64).to_image();
    let mut frame = seen_at(&bare, within(400.0, 100.0, 450.0));
    frame.pixels_mut().filter(|pixel| pixel.0[0] == 170).for_each(|pixel| pixel.0[0] = 5);
    assert!(frames_until_read(&frame).is_some());
}

#[test]
fn a_code_light_on_dark_is_read_in_a_frame() {
    let mut dark = seen_at(&drawn(&ticket(), 8), within(400.0, 100.0, 450.0));
    imageops::invert(&mut dark);
    assert_eq!(frames_until_read(&dark), Some(1));
}

/// Each frame lies under another reflection, and none can be read alone.
#[test]
fn frames_that_hide_other_parts_are_read_together() {
    let code = drawn(&ticket(), 8);
    let frame = |first: u32| {
        let mut frame = seen_at(&code, within(400.0, 100.0, 450.0));
        for (x, y, pixel) in frame.enumerate_pixels_mut() {
            let (across, down) = (x / 26, y / 26);
            let between_squares = (510..740).contains(&x) || (210..440).contains(&y);
            if between_squares && (across + 3 * down + first) % 5 < 2 {
                pixel.0[0] = 150;
            }
        }
        frame
    };
    let alone = |first| read(&frame(first), Budget::Frame);
    assert!((0..5).all(|first| alone(first).is_none()), "too easy");
    let mut reader = Reader::new();
    let read = (0..15).find_map(|n| reader.read(&frame(n % 5)));
    assert_eq!(read.map(|code| code.text), Some(ticket()));
}

#[test]
fn the_next_frame_is_read_where_the_last_one_was_and_another_code_elsewhere() {
    let (first, second) = (drawn(&ticket(), 4), drawn("https://example.com/other", 5));
    let frame = |code: &GrayImage, x, y| sheet(1280, 720, &[(code, x, y)]);
    let mut reader = Reader::new();
    for (x, moved) in [(100, 0), (120, 20), (150, 50)] {
        let code = reader.read(&frame(&first, x, 100)).unwrap();
        assert_eq!(code.text, ticket());
        assert!((code.corners[0].0 - 116 - moved).abs() <= 4, "{:?}", code.corners);
        assert!(reader.near.is_some());
    }
    assert_eq!(reader.read(&frame(&second, 800, 300)).unwrap().text, "https://example.com/other");
    assert!(reader.read(&sheet(1280, 720, &[])).is_none());
}

/// Printed on paper that hangs: its middle is off by more than a module.
#[test]
fn a_large_code_on_bent_paper_is_read() {
    let text = "0123456789ABCDEF".repeat(24);
    let code = drawn(&text, 6);
    let (side, plane) = (plane::real(code.width() as usize), Plane::of(&code));
    let bent = GrayImage::from_fn(code.width(), code.height(), |x, y| {
        let at = Point::new(plane::real(x as usize) + 0.5, plane::real(y as usize) + 0.5);
        let by = 10.0 * (std::f32::consts::PI * at.y / side).sin();
        Luma([u8::try_from(whole(plane.at(at.plus(Point::new(by, by / 2.0))))).unwrap()])
    });
    let frame = sheet(1280, 720, &[(&bent, 300, 60)]);
    assert!(read(&frame, Budget::Everything).is_some_and(|code| code.text == text));
}

#[test]
fn of_a_sheet_full_of_codes_one_is_read() {
    let codes: Vec<_> = (0..24).map(|n| drawn(&format!("https://example.com/{n}"), 4)).collect();
    let places: Vec<_> = codes.iter().zip(0..).map(|(code, n)| (code, n % 6 * 200 + 20, n / 6 * 175 + 10)).collect();
    let read = read(&sheet(1280, 720, &places), Budget::Frame).unwrap();
    assert!(read.text.starts_with("https://example.com/"), "{}", read.text);
}

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
    decode(luma, budget).map(|code| code.text)
}

#[test]
fn a_frame_with_a_ticket_is_read_in_one_pass_and_its_place_is_known() {
    let frame = sheet(1280, 720, &[(&drawn(&ticket(), 6), 400, 200)]);
    let code = decode(&frame, Budget::Frame).unwrap();
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
        let code = decode(&photo, budget).unwrap();
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

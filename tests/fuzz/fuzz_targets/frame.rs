//! What a camera may be shown: no picture stops the gate's eye, keeps it long,
//! or makes it read what nobody drew.
#![no_main]

use std::time::{Duration, Instant};

use image::{GrayImage, Luma, imageops};
use kiosk_app::reader::Reader;
use libfuzzer_sys::fuzz_target;
use qrcode::QrCode;

/// As much as a build with counters and checks may take; the shipped one takes a tenth.
const LONG: Duration = Duration::from_secs(2);

fuzz_target!(|scene: &[u8]| {
    let [pixels, text_length, ink, rest @ ..] = scene else { return };
    let (text, strokes) = rest.split_at(usize::from(*text_length % 64).min(rest.len()));
    let drawn = QrCode::new(text).ok().filter(|_| !text.is_empty());
    let mut picture = GrayImage::from_pixel(320, 240, Luma([210]));
    if let Some(code) = &drawn {
        let side = u32::from(*pixels % 6 + 1);
        let code = code.render::<Luma<u8>>().module_dimensions(side, side).build();
        imageops::overlay(&mut picture, &code, i64::from(*pixels / 8), i64::from(*pixels / 8));
    }
    strokes.chunks_exact(4).for_each(|stroke| paint(&mut picture, stroke));
    if ink % 2 == 1 {
        imageops::invert(&mut picture);
    }
    // A second frame is read with what is left of the first.
    let mut reader = Reader::new();
    for _ in 0..2 {
        let began = Instant::now();
        let read = reader.read(&picture);
        assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
        if let Some(read) = read {
            let right = as_read(text);
            assert!(drawn.is_some() && read.text == right, "{:?} was drawn, {:?} read", right, read.text);
        }
    }
});

/// A rectangle: where, how large and how dark.
fn paint(picture: &mut GrayImage, stroke: &[u8]) {
    let [x, y, size, shade] = stroke else { return };
    let (left, top) = (u32::from(*x), u32::from(*y).min(239));
    let (width, height) = (u32::from(size & 15) + 1, u32::from(size >> 4) + 1);
    for (x, y) in (left..(left + width).min(320)).flat_map(|x| (top..(top + height).min(240)).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Luma([*shade]));
    }
}

fn as_read(text: &[u8]) -> String {
    String::from_utf8(text.to_vec()).unwrap_or_else(|_| text.iter().map(|byte| char::from(*byte)).collect())
}

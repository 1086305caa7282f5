//! The README's pictures of the window, taken on the way.

use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use nix::sys::signal::Signal;
use real_parts::window::KioskWindow;

/// Nobody likes to clone megabytes of pictures.
const WIDTH: u32 = 960;
const QUALITY: u8 = 80;

/// Photographs the screen for the README, when that was asked for by `UPDATE_SCREENSHOTS=1`.
pub(super) async fn keep(name: &str, window: &KioskWindow) {
    if std::env::var_os("UPDATE_SCREENSHOTS").is_none_or(|it| it != "1") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("screen.png");
    // What fades in has faded in; and good news does not go while the picture is taken.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    window.processes().signal(Signal::SIGSTOP);
    let taken = window.photograph(&file).await;
    window.processes().signal(Signal::SIGCONT);
    taken.unwrap();
    let picture = image::open(&file).unwrap();
    let picture = picture.resize(WIDTH, WIDTH, FilterType::CatmullRom).into_rgb8();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let out = std::fs::File::create(folder.join(format!("gate-{name}.jpg"))).unwrap();
    picture.write_with_encoder(JpegEncoder::new_with_quality(out, QUALITY)).unwrap();
}

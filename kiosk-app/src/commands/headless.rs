//! `kiosk-app --headless`: frames in, verdict lines out, no window.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::mpsc;

use super::door;
use crate::decode::{Budget, decode};
use crate::frame::{Folder, FrameSource};
use crate::presentation::Presentations;
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, frames: &Path, watch: bool, cool_down: Duration) -> anyhow::Result<()> {
    let source = Folder::open(frames, watch)?;
    if source.is_empty() && !watch {
        tracing::warn!("{} holds no pictures", frames.display());
    }
    let (scans, texts) = mpsc::channel(door::WAITING);
    // A thread of its own, since decoding fills a core. It looks on while a
    // verdict is awaited, so that a code held in view stays one scan however
    // long the database takes.
    thread::Builder::new()
        .name("frames".into())
        .spawn(move || watch_frames(source, cool_down, |text| scans.blocking_send(text.into_bytes()).is_ok()))
        .context("no thread to read frames")?;
    door::answer(settings, texts)
}

/// Looks at every frame and hands over the text of each new scan, until the
/// frames end or nobody wants any more.
fn watch_frames(mut source: impl FrameSource, cool_down: Duration, mut hand_over: impl FnMut(String) -> bool) {
    let mut presentations = Presentations::new(cool_down);
    loop {
        let frame = match source.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(fault) => {
                tracing::warn!("{fault}");
                continue;
            }
        };
        let Some(code) = decode(&frame.luma, Budget::Frame) else { continue };
        if presentations.is_new(&code.text, frame.taken_at, Instant::now()) && !hand_over(code.text) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::path::PathBuf;

    use image::{GrayImage, Luma};
    use qrcode::QrCode;

    use super::*;
    use crate::frame::{Frame, FrameFault};
    use crate::picture::{PictureFault, Why};

    /// Frames as a camera would give them, 33 ms apart.
    struct Scripted {
        start: Instant,
        frames: VecDeque<Option<GrayImage>>,
        sequence: u64,
    }

    impl FrameSource for Scripted {
        fn next_frame(&mut self) -> Result<Option<Frame>, FrameFault> {
            let Some(next) = self.frames.pop_front() else { return Ok(None) };
            self.sequence += 1;
            let luma = next.ok_or(PictureFault { path: PathBuf::from("x"), why: Why::Empty })?;
            let taken_at = self.start + Duration::from_millis(self.sequence * 33);
            Ok(Some(Frame { luma, sequence: self.sequence, taken_at }))
        }
    }

    fn shows(text: &str) -> Option<GrayImage> {
        Some(QrCode::new(text).unwrap().render::<Luma<u8>>().module_dimensions(4, 4).build())
    }

    fn scans(frames: Vec<Option<GrayImage>>, most: usize) -> Vec<String> {
        let source = Scripted { start: Instant::now(), frames: frames.into(), sequence: 0 };
        let mut scans = Vec::new();
        watch_frames(source, Duration::from_secs(3), |text| {
            scans.push(text);
            scans.len() < most
        });
        scans
    }

    #[test]
    fn a_code_held_in_view_is_one_scan_through_blanks_and_faults() {
        let blank = Some(GrayImage::from_pixel(64, 64, Luma([200])));
        let frames = vec![shows("A"), shows("A"), blank, None, shows("A"), shows("B"), shows("A"), shows("B")];
        assert_eq!(scans(frames, 99), ["A", "B"]);
    }

    #[test]
    fn looking_ends_when_nobody_wants_any_more() {
        assert_eq!(scans(vec![shows("A"), shows("B"), shows("C")], 2), ["A", "B"]);
    }
}

//! Frames become scans: the loop that looks at every frame it is given.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::frame::{Frame, FrameSource};
use crate::presentation::Presentations;
use crate::reader::{Code, Reader};

/// A code that was read in a frame.
#[derive(Debug)]
pub struct Sighting<'a> {
    /// The code.
    pub code: &'a Code,
    /// The frame it is in.
    pub frame: &'a Frame,
    /// When it was read.
    pub read_at: Instant,
    /// Whether it is a scan of its own, or only held in view.
    pub is_new: bool,
}

/// Looks at every frame and tells of each code in view, until the frames end
/// or nobody wants any more.
pub fn watch_frames(
    mut source: impl FrameSource,
    cool_down: Duration,
    mut tell: impl FnMut(&Sighting<'_>) -> ControlFlow<()>,
) {
    let (mut reader, mut presentations) = (Reader::new(), Presentations::new(cool_down));
    loop {
        let frame = match source.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(fault) => {
                tracing::warn!("{fault}");
                continue;
            }
        };
        let Some(code) = reader.read(&frame.luma) else { continue };
        let read_at = Instant::now();
        let is_new = presentations.is_new(&code.text, frame.taken_at, read_at);
        if tell(&Sighting { code: &code, frame: &frame, read_at, is_new }).is_break() {
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
    use crate::frame::FrameFault;
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

    fn sightings(frames: Vec<Option<GrayImage>>, most: usize) -> Vec<(String, bool)> {
        let source = Scripted { start: Instant::now(), frames: frames.into(), sequence: 0 };
        let mut seen = Vec::new();
        watch_frames(source, Duration::from_secs(3), |sighting| {
            seen.push((sighting.code.text.clone(), sighting.is_new));
            if seen.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        seen
    }

    #[test]
    fn a_code_held_in_view_is_one_scan_through_blanks_and_faults() {
        let blank = Some(GrayImage::from_pixel(64, 64, Luma([200])));
        let frames = vec![shows("A"), shows("A"), blank, None, shows("A"), shows("B"), shows("A"), shows("B")];
        let seen = sightings(frames, 99);
        assert_eq!(seen.len(), 6, "every sight is told, for the outline");
        let scans: Vec<_> = seen.iter().filter(|(_, is_new)| *is_new).map(|(text, _)| text.as_str()).collect();
        assert_eq!(scans, ["A", "B"]);
    }

    #[test]
    fn looking_ends_when_nobody_wants_any_more() {
        assert_eq!(sightings(vec![shows("A"), shows("B"), shows("C")], 2).len(), 2);
    }
}

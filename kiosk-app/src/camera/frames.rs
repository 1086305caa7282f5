//! The camera's frames as grey pixels, for reading codes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::luma::luma;
use super::shared::Shared;
use crate::frame::{Frame, FrameFault, FrameSource};

/// A camera whose frames are all damaged is not worth a line for each, thirty times a second.
const SAY_AGAIN: Duration = Duration::from_secs(10);

/// The newest frame each time. While none is there it waits; it ends with the camera.
pub struct CameraFrames {
    shared: Arc<Shared>,
    seen: u64,
    said_at: Option<Instant>,
}

impl CameraFrames {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, seen: 0, said_at: None }
    }

    fn said_lately(&mut self) -> bool {
        let lately = self.said_at.is_some_and(|at| at.elapsed() < SAY_AGAIN);
        if !lately {
            self.said_at = Some(Instant::now());
        }
        lately
    }
}

impl FrameSource for CameraFrames {
    fn next_frame(&mut self) -> Result<Option<Frame>, FrameFault> {
        loop {
            let Some(raw) = self.shared.newest.wait(self.seen) else { return Ok(None) };
            if self.seen > 0 {
                self.shared.tally.dropped.add(raw.sequence - self.seen - 1);
            }
            self.seen = raw.sequence;
            match luma(&raw.format, raw.bytes()) {
                Ok(luma) => return Ok(Some(Frame { luma, sequence: raw.sequence, taken_at: raw.taken_at })),
                Err(damage) => {
                    self.shared.tally.damaged.add(1);
                    if !self.said_lately() {
                        return Err(FrameFault::Camera(damage));
                    }
                }
            }
        }
    }
}

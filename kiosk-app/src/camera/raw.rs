//! A frame as the camera wrote it, in memory that is used again.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::format::{Format, Pixels};
use super::jpeg;

/// A frame as the camera wrote it.
#[derive(Debug)]
pub(super) struct RawFrame {
    /// What it is.
    pub(super) format: Format,
    /// Its place among all frames of this gate's cameras, from 1.
    pub(super) sequence: u64,
    /// When it came from the driver.
    pub(super) taken_at: Instant,
    bytes: Vec<u8>,
    pool: Arc<Pool>,
}

impl RawFrame {
    /// Its bytes, without what the driver's buffer holds behind them.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for RawFrame {
    fn drop(&mut self) {
        self.pool.give_back(mem::take(&mut self.bytes));
    }
}

/// The part of a driver's buffer that is the picture; none if it is not a whole one.
pub(super) fn picture<'a>(format: &Format, buffer: &'a [u8]) -> Option<&'a [u8]> {
    let length = match format.pixels {
        Pixels::Mjpeg => jpeg::length(buffer)?,
        _ => format.bytes()?,
    };
    buffer.get(..length)
}

/// Spent buffers. A raw frame has 1.8 MB, thirty times a second: memory that
/// were asked of the system each time would cost more than the copy.
#[derive(Debug, Default)]
pub(super) struct Pool {
    spare: Mutex<Vec<Vec<u8>>>,
}

/// As many frames as are in use at once: the last four, the one being written,
/// and one each for the reader and the preview.
const MOST_SPARE: usize = 7;

impl Pool {
    /// Keeps a frame.
    pub(super) fn frame(self: &Arc<Self>, format: Format, sequence: u64, bytes: &[u8]) -> RawFrame {
        let mut kept = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        kept.clear();
        kept.extend_from_slice(bytes);
        RawFrame { format, sequence, taken_at: Instant::now(), bytes: kept, pool: Arc::clone(self) }
    }

    fn give_back(&self, bytes: Vec<u8>) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MOST_SPARE {
            spare.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREY: Format = Format { pixels: Pixels::Grey, width: 4, height: 2, frames_per_second: 30 };

    #[test]
    fn a_buffer_that_is_too_short_holds_no_picture_and_a_longer_one_is_cut() {
        assert_eq!(picture(&GREY, &[7; 7]), None);
        assert_eq!(picture(&GREY, &[7; 9]).map(<[u8]>::len), Some(8));
        let jpeg = Format { pixels: Pixels::Mjpeg, ..GREY };
        assert_eq!(picture(&jpeg, &[0; 99]), None);
    }

    #[test]
    fn a_spent_buffer_is_used_again() {
        let pool = Arc::new(Pool::default());
        let first = pool.frame(GREY, 1, &[1; 8]);
        let at = first.bytes().as_ptr();
        drop(first);
        let second = pool.frame(GREY, 2, &[2; 6]);
        assert_eq!((second.bytes().as_ptr(), second.bytes()), (at, &[2; 6][..]));
    }

    #[test]
    fn a_burst_of_frames_does_not_keep_its_memory() {
        let pool = Arc::new(Pool::default());
        let frames: Vec<_> = (0..50).map(|sequence| pool.frame(GREY, sequence, &[0; 8])).collect();
        drop(frames);
        assert_eq!(pool.spare.lock().unwrap().len(), MOST_SPARE);
    }
}

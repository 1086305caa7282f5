//! What a driver hands over, judged: is it a new picture?
//!
//! nokhwa does not say when a driver returns a buffer without filling it, as
//! it does when data are lost on the cable: what comes then is the picture of
//! four frames ago, and an old guest's code with it. The noise of a live sensor
//! never repeats, so a frame that is equal to one of the last four is none.

use std::collections::VecDeque;
use std::sync::Arc;

use super::format::Format;
use super::raw::{self, Pool, RawFrame};

/// As many buffers as nokhwa gives the driver.
const BUFFERS: usize = 4;

/// The frames so far.
#[derive(Debug, Default)]
pub(super) struct Film {
    pool: Arc<Pool>,
    last: VecDeque<Arc<RawFrame>>,
    sequence: u64,
}

/// What the driver handed over.
#[derive(Debug)]
pub(super) enum Shot {
    /// A new picture.
    New(Arc<RawFrame>),
    /// One that was there before, to the byte.
    Identical,
    /// Less than a picture.
    Damaged,
}

impl Film {
    pub(super) fn take(&mut self, format: &Format, buffer: &[u8]) -> Shot {
        let Some(bytes) = raw::picture(format, buffer) else { return Shot::Damaged };
        // Pictures that differ do so early, so this costs next to nothing.
        if self.last.iter().any(|frame| frame.bytes() == bytes) {
            return Shot::Identical;
        }
        if self.last.len() == BUFFERS {
            self.last.pop_front();
        }
        self.sequence += 1;
        let frame = Arc::new(self.pool.frame(*format, self.sequence, bytes));
        self.last.push_back(Arc::clone(&frame));
        Shot::New(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::Pixels;
    use super::*;

    const GREY: Format = Format { pixels: Pixels::Grey, width: 4, height: 1, frames_per_second: 30 };

    fn sequence(shot: Shot) -> Result<u64, &'static str> {
        match shot {
            Shot::New(frame) => Ok(frame.sequence),
            Shot::Identical => Err("identical"),
            Shot::Damaged => Err("damaged"),
        }
    }

    #[test]
    fn the_buffers_that_a_driver_returns_unfilled_are_no_frames() {
        let mut film = Film::default();
        for shade in 1..=6 {
            assert_eq!(sequence(film.take(&GREY, &[shade; 4])), Ok(u64::from(shade)));
        }
        for stale in [3, 4, 5, 6, 3, 4] {
            assert_eq!(sequence(film.take(&GREY, &[stale; 4])), Err("identical"));
        }
        assert_eq!(sequence(film.take(&GREY, &[7; 4])), Ok(7));
    }

    #[test]
    fn a_scene_that_comes_back_later_is_a_new_frame() {
        let mut film = Film::default();
        for shade in [1, 2, 3, 4, 5, 1] {
            assert!(sequence(film.take(&GREY, &[shade; 4])).is_ok());
        }
    }

    #[test]
    fn damage_leaves_no_gap_in_the_numbers() {
        let mut film = Film::default();
        assert_eq!(sequence(film.take(&GREY, &[1; 4])), Ok(1));
        assert_eq!(sequence(film.take(&GREY, &[2; 3])), Err("damaged"));
        assert_eq!(sequence(film.take(&GREY, &[3; 4])), Ok(2));
    }
}

//! A fence around the code reader.
//!
//! It has been seen to panic on damaged pictures, and to search for minutes:
//! on a degenerate group of corner marks it spirals outwards, far beyond the
//! picture's edge. A thread that is left behind would go on burning, so the
//! search is ended from within: in each of its loops that can grow without
//! bound the reader asks the picture for its size, and [`Bounded`] answers by
//! unwinding once its time is over.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::time::Instant;

use image::{GenericImage, GenericImageView, GrayImage, Luma};

/// Runs the reader; nothing if it panicked or its time was over.
pub(super) fn fenced<T>(read: impl FnOnce() -> T) -> Option<T> {
    keep_the_reader_quiet();
    let outer = FENCED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(read));
    FENCED.set(outer);
    outcome.ok()
}

thread_local! {
    static FENCED: Cell<bool> = const { Cell::new(false) };
}

/// A panic that the fence catches is no news for the operator.
fn keep_the_reader_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let said_before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !FENCED.get() {
                said_before(panic);
            }
        }));
    });
}

/// A picture that can be looked at until its time is over.
pub(super) struct Bounded {
    luma: GrayImage,
    until: Instant,
    asked: Cell<u32>,
}

/// The payload of the unwinding.
struct TimeIsOver;

/// A clock costs more than a pixel: look at it once in so many questions.
const QUESTIONS_PER_LOOK: u32 = 4096;

impl Bounded {
    pub(super) fn new(luma: GrayImage, until: Instant) -> Self {
        Self { luma, until, asked: Cell::new(0) }
    }

    fn look_at_the_clock(&self) {
        if Instant::now() >= self.until {
            // Unlike `panic!`, this passes the hook by.
            panic::resume_unwind(Box::new(TimeIsOver));
        }
    }
}

/// The reader copies the picture for each group of corner marks that it tries.
impl Clone for Bounded {
    fn clone(&self) -> Self {
        self.look_at_the_clock();
        Self::new(self.luma.clone(), self.until)
    }
}

impl GenericImageView for Bounded {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        let asked = self.asked.get().wrapping_add(1);
        self.asked.set(asked);
        if asked.is_multiple_of(QUESTIONS_PER_LOOK) {
            self.look_at_the_clock();
        }
        self.luma.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        *self.luma.get_pixel(x, y)
    }
}

impl GenericImage for Bounded {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.luma.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.luma.put_pixel(x, y, pixel);
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.luma.put_pixel(x, y, pixel);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(fenced(|| 7), Some(7));
        assert_eq!(fenced(|| panic!("as the reader does")), None::<()>);
    }

    #[test]
    fn a_search_without_end_ends() {
        let picture = Bounded::new(GrayImage::new(10, 10), Instant::now() + Duration::from_millis(20));
        let started = Instant::now();
        let found = fenced(|| while picture.width() == 10 {});
        assert_eq!(found, None);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

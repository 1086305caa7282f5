//! A fence around rqrr's decoder.
//!
//! It has been seen to panic on damaged grids; one frame is lost then, and
//! nobody is told.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// Runs the decoder; nothing if it panicked.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(fenced(|| 7), Some(7));
        assert_eq!(fenced(|| panic!("as the decoder does")), None::<()>);
    }
}

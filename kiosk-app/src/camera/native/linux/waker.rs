//! Ends the wait for a frame of a camera that has fallen silent.
//!
//! nokhwa waits without limit. A signal with a handler ends the system's
//! `poll`, which is never taken up again by itself.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::SIGUSR2;
use signal_hook::flag;

use crate::camera::driver::Waker;

/// Not SIGUSR1, by which WebKit stops its own threads.
const WAKE: Signal = Signal::SIGUSR2;

/// Signals meant for the whole program must not end a wait here: they would look like silence.
const OF_OTHERS: [Signal; 5] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT, Signal::SIGCHLD];

/// There is a handler, once for the program; without one the signal would end it.
static HANDLED: LazyLock<bool> = LazyLock::new(|| {
    let registered = flag::register(SIGUSR2, Arc::new(AtomicBool::new(false)));
    if let Err(error) = &registered {
        tracing::error!("a camera that falls silent cannot be left: {error}");
    }
    registered.is_ok()
});

pub(in super::super) fn waker() -> Waker {
    if !*HANDLED {
        return Box::new(|| {});
    }
    let masked = SigSet::from_iter(OF_OTHERS).thread_block().and_then(|()| SigSet::from_iter([WAKE]).thread_unblock());
    if let Err(error) = masked {
        tracing::warn!("signals of others may interrupt the camera: {error}");
    }
    let thread = pthread_self();
    // Whoever calls it holds the lock that this thread takes before it ends.
    Box::new(move || {
        pthread_kill(thread, WAKE).ok();
    })
}

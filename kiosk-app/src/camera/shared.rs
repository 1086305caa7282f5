//! What the threads of a camera share: what is wanted, what the capture thread
//! is at, and what it has to show.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::counts::Tally;
use super::driver::Waker;
use super::newest::Newest;
use super::{CameraId, CameraState};

/// How long is waited for what. Tests wait less.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// An open camera that gives no frame for so long is silent.
    pub(super) silence: Duration,
    /// The same before its first frame: some take a while to wake up.
    pub(super) first_frame: Duration,
    /// A camera takes no longer to be opened.
    pub(super) opening: Duration,
    /// Frames come, but no new picture: after this the camera is opened anew.
    pub(super) frozen: Duration,
    /// How often the wanted camera is looked for while another is in its place.
    pub(super) look: Duration,
    /// Between two rounds of tries; doubled each time up to the longest.
    pub(super) first_pause: Duration,
    pub(super) longest_pause: Duration,
    /// How often the watchdog looks.
    pub(super) tick: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(2),
            first_frame: Duration::from_secs(4),
            opening: Duration::from_secs(10),
            frozen: Duration::from_secs(10),
            look: Duration::from_secs(2),
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(1),
            tick: Duration::from_millis(100),
        }
    }
}

/// What the capture thread is told to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    pub(super) wanted: Option<CameraId>,
    /// Grows with each order, so that a new one is seen.
    pub(super) edition: u64,
    pub(super) stop: bool,
}

/// What the capture thread is at, for whoever watches over it.
#[derive(Clone, Debug, Default)]
enum Doing {
    #[default]
    Something,
    Opening {
        name: String,
        since: Instant,
    },
    /// It waits in the driver, and may be woken.
    Waiting {
        name: String,
        edition: u64,
        until: Instant,
    },
}

pub(super) struct Shared {
    pub(super) patience: Patience,
    pub(super) newest: Newest,
    pub(super) tally: Tally,
    state: watch::Sender<CameraState>,
    order: Mutex<Order>,
    ordered: Condvar,
    doing: Mutex<Doing>,
    waker: OnceLock<Waker>,
    ended: AtomicBool,
}

impl Shared {
    pub(super) fn new(wanted: Option<CameraId>, patience: Patience) -> Self {
        Self {
            patience,
            newest: Newest::default(),
            tally: Tally::default(),
            state: watch::Sender::new(CameraState::Searching),
            order: Mutex::new(Order { wanted, ..Order::default() }),
            ordered: Condvar::new(),
            doing: Mutex::default(),
            waker: OnceLock::new(),
            ended: AtomicBool::new(false),
        }
    }

    pub(super) fn state(&self) -> watch::Receiver<CameraState> {
        self.state.subscribe()
    }

    /// What was said last.
    pub(super) fn said(&self) -> CameraState {
        self.state.borrow().clone()
    }

    pub(super) fn say(&self, state: CameraState) {
        self.state.send_if_modified(|said| {
            let differs = *said != state;
            *said = state;
            differs
        });
    }

    pub(super) fn order(&self) -> Order {
        lock(&self.order).clone()
    }

    /// Gives an order, unless it changes nothing.
    pub(super) fn give(&self, change: impl FnOnce(&mut Order) -> bool) {
        {
            let mut order = lock(&self.order);
            if !change(&mut order) {
                return;
            }
            order.edition += 1;
        }
        self.ordered.notify_all();
        self.watch_over();
    }

    pub(super) fn is_current(&self, order: &Order) -> bool {
        lock(&self.order).edition == order.edition
    }

    /// Waits for a new order, not longer than this.
    pub(super) fn rest(&self, order: &Order, pause: Duration) {
        let same = |now: &mut Order| now.edition == order.edition;
        drop(self.ordered.wait_timeout_while(lock(&self.order), pause, same));
    }

    /// The capture thread is at its end: nothing is left to watch over.
    pub(super) fn ends(&self) {
        self.newest.close();
        self.ended.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// The capture thread is there and can be woken.
    pub(super) fn begins(&self, waker: Waker) {
        drop(self.waker.set(waker));
    }

    pub(super) fn opening(&self, name: &str) {
        *lock(&self.doing) = Doing::Opening { name: name.to_owned(), since: Instant::now() };
    }

    /// The capture thread goes to wait for a frame.
    pub(super) fn waiting(&self, name: &str, order: &Order, patience: Duration) {
        let until = Instant::now() + patience;
        *lock(&self.doing) = Doing::Waiting { name: name.to_owned(), edition: order.edition, until };
    }

    pub(super) fn awake(&self) {
        *lock(&self.doing) = Doing::Something;
    }

    /// Wakes the capture thread if it waits too long or for what nobody wants
    /// any more, and says so of a camera that does not answer.
    pub(super) fn watch_over(&self) {
        let edition = lock(&self.order).edition;
        // Held while waking: the thread waits as long, so it is alive and in the driver's wait.
        let doing = lock(&self.doing);
        match &*doing {
            Doing::Waiting { edition: before, .. } if *before != edition => self.wake(),
            Doing::Waiting { name, until, .. } if Instant::now() >= *until => {
                self.newest.clear();
                self.say(stalled(name, NO_PICTURES));
                self.wake();
            }
            Doing::Opening { name, since } if since.elapsed() >= self.patience.opening => {
                self.say(stalled(name, "it does not answer when opened"));
            }
            _ => {}
        }
    }

    fn wake(&self) {
        if let Some(wake) = self.waker.get() {
            wake();
        }
    }
}

/// Said of a camera that is open and silent.
pub(super) const NO_PICTURES: &str = "it gives no pictures";

fn stalled(name: &str, detail: &str) -> CameraState {
    CameraState::Stalled { name: name.to_owned(), detail: detail.to_owned() }
}

/// A lock stays usable after a panic: each change below it is made in one go.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The board between the gate and whoever shows it: what lasts (the screen,
//! of which only the newest matters) and what passes (each moment counts).

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::news::{News, Screen};
use super::timing::Timings;

/// Moments a slow page may lag behind before it misses some. A verdict that it
/// missed is still in the list of scans.
const MOMENTS: usize = 256;

/// Shared by all who write on it and all who read it.
#[derive(Clone, Debug)]
pub struct Board {
    screen: watch::Sender<Screen>,
    moments: broadcast::Sender<News>,
    timings: Arc<Timings>,
}

impl Board {
    pub(super) fn new(screen: Screen) -> Self {
        Self {
            screen: watch::Sender::new(screen),
            moments: broadcast::Sender::new(MOMENTS),
            timings: Arc::new(Timings::default()),
        }
    }

    /// Changes what lasts; readers wake only if it did change.
    pub(super) fn change(&self, change: impl FnOnce(&mut Screen)) {
        self.screen.send_if_modified(|screen| {
            let before = screen.clone();
            change(screen);
            *screen != before
        });
    }

    /// Says something that passes. Nobody may be listening.
    pub(super) fn say(&self, news: News) {
        let _ = self.moments.send(news);
    }

    /// Whether anybody would hear of a moment now.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.moments.receiver_count() > 0
    }

    pub(super) fn timings(&self) -> &Timings {
        &self.timings
    }

    /// What lasts, as it is now.
    #[must_use]
    pub fn now(&self) -> watch::Ref<'_, Screen> {
        self.screen.borrow()
    }

    /// What lasts, now and from now on.
    #[must_use]
    pub fn screen(&self) -> watch::Receiver<Screen> {
        self.screen.subscribe()
    }

    /// What passes, from now on.
    #[must_use]
    pub fn moments(&self) -> broadcast::Receiver<News> {
        self.moments.subscribe()
    }
}

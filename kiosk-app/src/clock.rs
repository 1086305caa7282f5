//! What time it is by the database's clock, also while it cannot be asked.
//!
//! Laptops' clocks are wrong. The difference is measured at each contact and
//! kept, so that a scan made without the network has the time that the database
//! would have given it. It orders scans and is shown; it never refuses a guest.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// This computer's clock beside the server's.
#[derive(Debug, Default)]
pub struct Clock(Mutex<Option<TimeDelta>>);

impl Clock {
    /// With the difference of the last contact, if there was one.
    #[must_use]
    pub fn new(difference: Option<TimeDelta>) -> Self {
        Self(Mutex::new(difference))
    }

    /// This computer's clock less the server's was measured.
    pub fn measured(&self, difference: TimeDelta) {
        *self.lock() = Some(difference);
    }

    /// This computer's clock less the server's, if it was ever measured.
    #[must_use]
    pub fn difference(&self) -> Option<TimeDelta> {
        *self.lock()
    }

    /// An instant of this computer's, by the server's clock.
    #[must_use]
    pub fn server(&self, device: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.difference().map(|difference| device - difference)
    }

    fn lock(&self) -> MutexGuard<'_, Option<TimeDelta>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_put_right_as_soon_as_it_is_known_to_be_wrong() {
        let (clock, now) = (Clock::default(), Utc::now());
        assert_eq!(clock.server(now), None);
        clock.measured(TimeDelta::seconds(90));
        assert_eq!(clock.server(now), Some(now - TimeDelta::seconds(90)));
    }
}

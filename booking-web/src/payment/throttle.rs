//! When Razorpay says that we ask too much, those who are in no hurry wait.
//!
//! It publishes no limit, only 429 and the advice to back off exponentially
//! with jitter: <https://razorpay.com/docs/api/understand/#rate-limiter>.
//! A guest in front of a page is in a hurry; the look-up and `reconcile` are not.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::StatusCode;

use super::client::RazorpayError;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Shared by all who call.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Refusals since the last answer.
    strikes: u32,
    until: Option<Instant>,
}

impl Throttle {
    /// Takes note of how a call ended.
    pub(super) fn heard(&self, error: Option<&RazorpayError>) {
        let throttled =
            matches!(error, Some(RazorpayError::Busy { status }) if *status == StatusCode::TOO_MANY_REQUESTS);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if throttled {
            // Calls that were under way together are one strike.
            if state.until.is_none_or(|until| until <= Instant::now()) {
                state.strikes += 1;
                state.until = Some(Instant::now() + pause(state.strikes, getrandom::u32().unwrap_or(0)));
            }
        } else if error.is_none() && state.until.is_none_or(|until| until <= Instant::now()) {
            *state = State::default();
        }
    }

    /// What is left of the pause.
    pub(super) fn pause(&self) -> Option<Duration> {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner).until?;
        until.checked_duration_since(Instant::now())
    }
}

/// Doubles with each strike; of that, between half and all, so that several servers do not come back together.
fn pause(strikes: u32, dice: u32) -> Duration {
    let whole = FIRST.saturating_mul(2_u32.saturating_pow(strikes - 1)).min(LONGEST);
    whole / 2 + (whole / 2).mul_f64(f64::from(dice) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(status: StatusCode) -> RazorpayError {
        RazorpayError::Busy { status }
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_vary_by_half() {
        assert_eq!(pause(1, 0), Duration::from_millis(500));
        assert_eq!(pause(1, u32::MAX), FIRST);
        assert_eq!(pause(3, u32::MAX), FIRST * 4);
        assert_eq!(pause(40, u32::MAX), LONGEST);
    }

    #[test]
    fn only_too_many_requests_make_a_pause_and_together_they_are_one() {
        let throttle = Throttle::default();
        throttle.heard(Some(&busy(StatusCode::BAD_GATEWAY)));
        assert_eq!(throttle.pause(), None);
        for _ in 0..50 {
            throttle.heard(Some(&busy(StatusCode::TOO_MANY_REQUESTS)));
        }
        assert!(throttle.pause().is_some_and(|pause| pause <= FIRST));
        // An answer to a call that was under way says nothing about the next.
        throttle.heard(None);
        assert!(throttle.pause().is_some());
    }
}

//! How many forms one address may send in a minute.
//!
//! It stands in the way of a script and not of people: mobile carriers put
//! thousands of phones behind one address. Counted per process; what must be
//! right (seats, one booking each) the database decides in any case.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::caller::Caller;

/// A hundred bytes each. Beyond these, callers are only told apart roughly.
const MOST_ADDRESSES: usize = 100_000;
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// Counts the forms of each address.
#[derive(Debug)]
pub(super) struct Pace {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    began: Instant,
    /// Milliseconds after `began`.
    tidied: AtomicU64,
    told: AtomicU64,
}

impl Pace {
    /// At first as many at once; then one each time a share of the minute is over.
    pub(super) fn new(per_minute: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_minute(per_minute));
        let (tidied, told) = Default::default();
        Self { limiter, clock: DefaultClock::default(), began: Instant::now(), tidied, told }
    }

    /// One more form of this caller, or how long until there may be one.
    pub(super) fn count(&self, caller: Caller) -> Result<(), Duration> {
        if self.is_time(&self.tidied, TIDY_EVERY) {
            // Addresses that have been quiet for a minute count as new ones.
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let address = if self.limiter.len() < MOST_ADDRESSES { caller.counted() } else { caller.counted_roughly() };
        self.limiter.check_key(&address).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            // The only line of a log with a caller's address: whoever looks after the site may want to act on it.
            // Not for each form, or the log would be the next thing to be flooded.
            if self.is_time(&self.told, Duration::from_secs(1)) {
                tracing::warn!(%address, "more forms than SUBMITS_PER_MINUTE from this address are refused");
            }
            wait
        })
    }

    /// Whether `pause` is over since `last`; for one caller only.
    fn is_time(&self, last: &AtomicU64, pause: Duration) -> bool {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (now, before) = (millis(self.began.elapsed()) + 1, last.load(Ordering::Relaxed));
        let over = before == 0 || now >= before + millis(pause);
        over && last.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use axum::http::HeaderMap;

    use super::*;

    fn caller(address: IpAddr) -> Caller {
        Caller::of(address, &HeaderMap::new(), &[])
    }

    fn pace(per_minute: u32) -> Pace {
        Pace::new(NonZeroU32::new(per_minute).unwrap())
    }

    #[test]
    fn each_address_has_its_own_minute() {
        let pace = pace(2);
        let [asha, ravi] = ["198.51.100.1", "198.51.100.2"].map(|it| caller(it.parse().unwrap()));
        assert_eq!((pace.count(asha), pace.count(asha)), (Ok(()), Ok(())));
        let wait = pace.count(asha).unwrap_err();
        assert!(wait > Duration::from_secs(20) && wait <= Duration::from_secs(30), "{wait:?}");
        assert_eq!(pace.count(ravi), Ok(()));
    }

    #[test]
    fn whoever_owns_half_the_internet_does_not_own_our_memory() {
        let pace = pace(1);
        for number in 0..3 * MOST_ADDRESSES {
            let address = Ipv6Addr::from_bits((0x2001_0db8 << 96) | ((number as u128) << 64));
            let _ = pace.count(caller(address.into()));
        }
        assert!(pace.limiter.len() <= MOST_ADDRESSES + 1, "{}", pace.limiter.len());
    }

    #[test]
    fn quiet_addresses_are_forgotten() {
        // A share of the minute is a millisecond here, and so is the memory of one form.
        let pace = pace(60_000);
        for last in 0..=255 {
            pace.count(caller([198, 51, 100, last].into())).unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
        pace.tidied.store(0, Ordering::Relaxed);
        pace.count(caller([203, 0, 113, 1].into())).unwrap();
        assert!(pace.limiter.len() < 256, "{}", pace.limiter.len());
    }
}

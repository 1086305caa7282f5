//! How many connections this process may have.

use std::cmp;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// What is open besides: the database, webhooks, logs, the runtime's own.
const KEPT_BACK: u64 = 256;

/// As many connections at once as this process may well have, up to `wanted`.
///
/// The limit is first raised as far as that is allowed, also for programs
/// started from now on. Of what there is, three fifths are kept for the
/// simulated payment company, which lives in this process, too: for each
/// connection to the site there may be one from the site, and some guests pay.
#[must_use]
pub fn at_once(wanted: usize) -> usize {
    let allowed = raised().unwrap_or(1024);
    cmp::min(wanted, share_of(allowed))
}

fn raised() -> nix::Result<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    // Where it may not be raised, what there is must do.
    Ok(setrlimit(Resource::RLIMIT_NOFILE, hard, hard).map_or(soft, |()| hard))
}

fn share_of(allowed: u64) -> usize {
    usize::try_from(allowed.saturating_sub(KEPT_BACK) * 2 / 5).unwrap_or(usize::MAX).max(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_what_is_left_is_for_the_other_end() {
        assert_eq!(share_of(1024), 307);
        assert_eq!(share_of(20_000), 7_897);
        assert_eq!(share_of(100), 16);
    }

    #[test]
    fn no_more_than_is_wanted() {
        assert_eq!(at_once(20), 20);
        assert!(at_once(usize::MAX) >= 16);
    }
}

//! When refunds stop being pending, and how.

use std::time::Duration;

use super::account::seconds;
use super::faults::mixed;
use super::model::RefundStatus;

/// When a refund stops being pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefundsSettle {
    /// It is answered as processed.
    AtOnce,
    /// So long afterwards, by the simulator's clock.
    After(Duration),
    /// So long afterwards; but a share of them fails. A payment's next refund is processed, so that an
    /// untiring merchant comes to an end.
    AfterMaybeFailing {
        /// How long it takes.
        wait: Duration,
        /// How many of a hundred fail.
        percent: u8,
        /// The same seed strikes the same refunds, counted in the order in which they were made.
        seed: u64,
    },
    /// When [`Razorpay::settle_refund`](super::Razorpay::settle_refund) says so.
    #[default]
    WhenTold,
}

impl RefundsSettle {
    /// When a refund made now settles by itself.
    pub(super) fn due(self, made_at: i64) -> Option<i64> {
        match self {
            Self::AtOnce => Some(made_at),
            Self::After(wait) | Self::AfterMaybeFailing { wait, .. } => Some(made_at + seconds(wait)),
            Self::WhenTold => None,
        }
    }

    /// How the refund with so many before it ends, when none of the same payment failed yet.
    pub(super) fn fate(self, place: usize) -> RefundStatus {
        match self {
            Self::AfterMaybeFailing { percent, seed, .. } if strikes(seed, place, percent) => RefundStatus::Failed,
            _ => RefundStatus::Processed,
        }
    }
}

fn strikes(seed: u64, place: usize, percent: u8) -> bool {
    let place = u64::try_from(place).unwrap_or(u64::MAX);
    mixed(seed ^ mixed(place)) % 100 < u64::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_as_many_fail_as_are_said_to_and_a_seed_replays() {
        let fates = |percent, seed| {
            let rule = RefundsSettle::AfterMaybeFailing { wait: Duration::ZERO, percent, seed };
            (0..2000).map(|place| rule.fate(place)).collect::<Vec<_>>()
        };
        for (percent, range) in [(0, 0..=0), (20, 300..=500), (100, 2000..=2000)] {
            let failed = fates(percent, 7).into_iter().filter(|fate| *fate == RefundStatus::Failed).count();
            assert!(range.contains(&failed), "{percent}: {failed} of 2000");
        }
        assert_eq!(fates(30, 7), fates(30, 7));
        assert_ne!(fates(30, 7), fates(30, 8));
    }
}

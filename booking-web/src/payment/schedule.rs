//! When to ask Razorpay again. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::order::OrderState;

/// Late authorisations are seen up to three days after the attempt.
const LATE_MONEY: TimeDelta = TimeDelta::days(4);
/// A dispute is decided within months.
const DISPUTES: TimeDelta = TimeDelta::days(180);
/// Razorpay's clock and ours, and the time a cancellation takes.
const AFTER_HOLD: TimeDelta = TimeDelta::seconds(35);

/// What the next look depends on.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub state: OrderState,
    /// There was nothing to pay.
    pub free: bool,
    /// Money is on its way back.
    pub owes: bool,
    /// When the order last took a step.
    pub stepped_at: DateTime<Utc>,
}

/// How long until an order should be looked at again; `None`: never.
///
/// Eagerly at first, when most people pay, then ever more slowly; once at the
/// end of the hold in any case; for days after a payment or an expiry, because
/// a second payment or a late one may come; and while money is on its way back.
#[must_use]
pub fn next_look(standing: &Standing, hold_until: DateTime<Utc>, now: DateTime<Utc>) -> Option<TimeDelta> {
    let since = now - standing.stepped_at;
    let slower = |least, most| (since / 4).clamp(least, most);
    match standing.state {
        OrderState::Held => {
            let after_hold = hold_until + AFTER_HOLD - now;
            let soon = since.clamp(TimeDelta::seconds(30), TimeDelta::minutes(5));
            Some(if after_hold > TimeDelta::zero() { soon.min(after_hold) } else { TimeDelta::seconds(30) })
        }
        OrderState::Refunding => Some(slower(TimeDelta::minutes(1), TimeDelta::hours(1))),
        _ if standing.owes => Some(slower(TimeDelta::minutes(1), TimeDelta::hours(1))),
        _ if standing.free => None,
        OrderState::Paid | OrderState::Expired | OrderState::Refunded if since > LATE_MONEY => None,
        OrderState::Paid | OrderState::Refunded => Some(since.clamp(TimeDelta::minutes(10), TimeDelta::hours(18))),
        OrderState::Expired => Some(slower(TimeDelta::minutes(5), TimeDelta::hours(6))),
        OrderState::Revoked if since > DISPUTES => None,
        OrderState::Revoked => Some(slower(TimeDelta::hours(1), TimeDelta::hours(24))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: TimeDelta = TimeDelta::minutes(20);

    fn standing(state: OrderState) -> Standing {
        Standing { state, free: false, owes: false, stepped_at: DateTime::UNIX_EPOCH }
    }

    fn wait(standing: &Standing, since: TimeDelta) -> Option<TimeDelta> {
        next_look(standing, DateTime::UNIX_EPOCH + HOLD, DateTime::UNIX_EPOCH + since)
    }

    fn held(since: TimeDelta) -> TimeDelta {
        wait(&standing(OrderState::Held), since).unwrap()
    }

    /// How many looks, and how long after the step the last of them is.
    fn looks(standing: &Standing) -> (usize, TimeDelta) {
        let (mut since, mut count) = (TimeDelta::zero(), 0);
        while let Some(wait) = wait(standing, since) {
            since += wait;
            count += 1;
        }
        (count, since)
    }

    #[test]
    fn a_held_order_is_looked_at_soon_then_slower_and_at_the_end_of_its_hold() {
        assert_eq!(held(TimeDelta::seconds(1)), TimeDelta::seconds(30));
        assert_eq!(held(TimeDelta::minutes(2)), TimeDelta::minutes(2));
        assert_eq!(held(TimeDelta::minutes(12)), TimeDelta::minutes(5));
        assert_eq!(held(TimeDelta::minutes(19)), TimeDelta::seconds(95));
        assert_eq!(held(TimeDelta::minutes(60)), TimeDelta::seconds(30));
    }

    #[test]
    fn more_money_is_looked_for_beyond_three_days_and_then_no_more() {
        for (state, at_most) in [(OrderState::Expired, 40), (OrderState::Paid, 15), (OrderState::Refunded, 15)] {
            let (count, until) = looks(&standing(state));
            assert!(until > TimeDelta::days(3) && count <= at_most, "{state:?}: {count} looks until {until}");
        }
        assert_eq!(wait(&Standing { free: true, ..standing(OrderState::Paid) }, HOLD), None);
    }

    #[test]
    fn money_on_its_way_back_is_followed_to_the_end_whatever_the_state() {
        let month = TimeDelta::days(30);
        assert_eq!(wait(&standing(OrderState::Refunding), month), Some(TimeDelta::hours(1)));
        for state in [OrderState::Paid, OrderState::Refunded, OrderState::Revoked] {
            let owes = Standing { owes: true, ..standing(state) };
            assert_eq!(wait(&owes, TimeDelta::zero()), Some(TimeDelta::minutes(1)), "{state:?}");
            assert_eq!(wait(&owes, month), Some(TimeDelta::hours(1)), "{state:?}");
        }
    }
}

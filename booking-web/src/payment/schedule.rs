//! When to ask Razorpay again. Pure.

use chrono::TimeDelta;

use crate::order::OrderState;

/// Late authorisations are seen up to three days after the attempt.
const LATE_MONEY: TimeDelta = TimeDelta::days(4);

/// How long until an order of this age should be looked at again; `None`: never.
///
/// Eagerly at first, when most people pay, then ever more slowly; once at the
/// end of the hold in any case.
#[must_use]
pub fn next_look(state: OrderState, age: TimeDelta, hold_left: TimeDelta) -> Option<TimeDelta> {
    let after_hold = hold_left + TimeDelta::seconds(35);
    match state {
        OrderState::Paid | OrderState::Refunded => None,
        OrderState::Held if after_hold > TimeDelta::zero() => {
            Some(age.clamp(TimeDelta::seconds(30), TimeDelta::minutes(5)).min(after_hold))
        }
        OrderState::Held => Some(TimeDelta::seconds(30)),
        OrderState::Refunding => Some((age / 4).clamp(TimeDelta::minutes(1), TimeDelta::hours(1))),
        OrderState::Expired if age > LATE_MONEY => None,
        OrderState::Expired => Some((age / 4).clamp(TimeDelta::minutes(5), TimeDelta::hours(6))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: TimeDelta = TimeDelta::minutes(20);

    fn held(age: TimeDelta) -> TimeDelta {
        next_look(OrderState::Held, age, HOLD - age).unwrap()
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
    fn late_money_is_looked_for_beyond_three_days_and_then_no_more() {
        let mut age = HOLD;
        let mut looks = 0;
        while let Some(wait) = next_look(OrderState::Expired, age, HOLD - age) {
            age += wait;
            looks += 1;
        }
        assert!(age > TimeDelta::days(3) && looks < 100, "{looks} looks until {age}");
        assert_eq!(next_look(OrderState::Paid, HOLD, HOLD), None);
        assert!(next_look(OrderState::Refunding, TimeDelta::days(30), HOLD).is_some());
    }
}

//! What to do, given what we know and what Razorpay says. Pure.

use common::Paise;

use super::wire::Payment;
use crate::order::OrderState;

/// A refund's reason: what was paid is not what was asked for.
pub const WRONG_AMOUNT: &str = "wrong_amount";
/// A refund's reason: the money came when every seat was gone.
pub const NO_SEAT_LEFT: &str = "no_seat_left";

/// What Razorpay says of an order's money, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Money {
    /// There is nothing to pay: the event is free.
    NotNeeded,
    /// The guest can still pay.
    Awaited,
    /// Captured.
    Captured(Payment),
    /// The link is expired or cancelled, or was never made: nobody can pay any more.
    Dead,
}

/// Whether there may be a seat for late money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateSeat {
    Try,
    /// Tried already: sold out, or the guest has another ticket.
    None,
}

/// The one step to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing to change.
    Leave,
    /// The held seat becomes a ticket. Without a payment when the event is free.
    IssueHeld(Option<Payment>),
    /// A free seat, if there is one, becomes a ticket.
    IssueLate(Payment),
    /// The held seat goes back to the others.
    Release,
    /// The money goes back; so does the seat, where one is still held.
    GiveBack { payment: Payment, reason: &'static str, release: bool },
}

/// Decides. Money that was captured is never ignored while it can still be
/// honoured, and nothing is ever taken from a paid order.
#[must_use]
pub fn decide(state: OrderState, owed: Paise, money: Money, late: LateSeat) -> Decision {
    use OrderState::{Expired, Held, Paid, Refunded, Refunding};
    match (state, money) {
        (Paid | Refunding | Refunded, _) => Decision::Leave,
        (Held, Money::NotNeeded) if late == LateSeat::Try => Decision::IssueHeld(None),
        (Held | Expired, Money::Awaited) | (Expired, Money::NotNeeded | Money::Dead) => Decision::Leave,
        (Held, Money::NotNeeded | Money::Dead) => Decision::Release,
        (Held | Expired, Money::Captured(payment)) => {
            let release = state == Held;
            let as_asked = payment.amount == owed.get() && payment.currency == Paise::CURRENCY;
            match (as_asked, release, late) {
                (false, release, _) => Decision::GiveBack { payment, reason: WRONG_AMOUNT, release },
                (true, true, LateSeat::Try) => Decision::IssueHeld(Some(payment)),
                (true, false, LateSeat::Try) => Decision::IssueLate(payment),
                (true, release, LateSeat::None) => Decision::GiveBack { payment, reason: NO_SEAT_LEFT, release },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWED: i64 = 49_900;

    fn payment(amount: i64, currency: &str) -> Payment {
        Payment { id: "pay_1".into(), amount, currency: currency.into(), status: "captured".into(), method: None }
    }

    fn decided(state: OrderState, money: Money, late: LateSeat) -> Decision {
        decide(state, Paise::try_from(OWED).unwrap(), money, late)
    }

    #[test]
    fn money_in_time_is_a_ticket_and_money_too_late_is_one_while_seats_last() {
        let paid = payment(OWED, "INR");
        let captured = || Money::Captured(paid.clone());
        assert_eq!(decided(OrderState::Held, captured(), LateSeat::Try), Decision::IssueHeld(Some(paid.clone())));
        assert_eq!(decided(OrderState::Expired, captured(), LateSeat::Try), Decision::IssueLate(paid.clone()));
        assert_eq!(
            decided(OrderState::Expired, captured(), LateSeat::None),
            Decision::GiveBack { payment: paid, reason: NO_SEAT_LEFT, release: false }
        );
    }

    #[test]
    fn money_of_the_wrong_amount_or_currency_goes_back_with_the_seat() {
        for wrong in [payment(OWED - 1, "INR"), payment(OWED + 1, "INR"), payment(OWED, "USD"), payment(0, "INR")] {
            let decision = decided(OrderState::Held, Money::Captured(wrong.clone()), LateSeat::Try);
            assert_eq!(decision, Decision::GiveBack { payment: wrong, reason: WRONG_AMOUNT, release: true });
        }
    }

    #[test]
    fn only_a_dead_link_or_a_second_free_ticket_frees_a_seat() {
        assert_eq!(decided(OrderState::Held, Money::Awaited, LateSeat::Try), Decision::Leave);
        assert_eq!(decided(OrderState::Held, Money::NotNeeded, LateSeat::Try), Decision::IssueHeld(None));
        assert_eq!(decided(OrderState::Held, Money::NotNeeded, LateSeat::None), Decision::Release);
        assert_eq!(decided(OrderState::Held, Money::Dead, LateSeat::Try), Decision::Release);
        assert_eq!(decided(OrderState::Expired, Money::Dead, LateSeat::Try), Decision::Leave);
    }

    #[test]
    fn nothing_is_done_twice_and_nothing_is_taken_from_a_paid_order() {
        for state in [OrderState::Paid, OrderState::Refunding, OrderState::Refunded] {
            for money in [Money::NotNeeded, Money::Awaited, Money::Dead, Money::Captured(payment(OWED, "INR"))] {
                assert_eq!(decided(state, money, LateSeat::Try), Decision::Leave);
            }
        }
    }
}

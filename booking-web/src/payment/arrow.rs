//! The steps an order can take, and what each does to its seat and its ticket.

use crate::order::OrderState;

/// A step from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arrow {
    pub from: OrderState,
    pub to: OrderState,
}

impl Arrow {
    /// Every step there is; the picture in [`super`] shows the same.
    pub const ALL: [Self; 13] = {
        use OrderState::{Expired, Held, Paid, Refunded, Refunding, Revoked};
        const fn arrow(from: OrderState, to: OrderState) -> Arrow {
            Arrow { from, to }
        }
        [
            arrow(Held, Paid),
            arrow(Held, Expired),
            arrow(Held, Refunding),
            arrow(Expired, Paid),
            arrow(Expired, Refunding),
            arrow(Paid, Revoked),
            arrow(Paid, Refunding),
            arrow(Paid, Refunded),
            arrow(Revoked, Paid),
            arrow(Revoked, Refunding),
            arrow(Revoked, Refunded),
            arrow(Refunding, Refunded),
            arrow(Refunded, Refunding),
        ]
    };

    #[must_use]
    pub fn seat(self) -> SeatMove {
        use OrderState::{Held, Paid};
        match (self.from, self.to) {
            (from, to) if from == to => SeatMove::Keep,
            (Held, Paid) => SeatMove::Sell,
            (Held, _) => SeatMove::Release,
            (Paid, _) => SeatMove::Free,
            (_, Paid) => SeatMove::Take,
            _ => SeatMove::Keep,
        }
    }

    #[must_use]
    pub fn ticket(self) -> TicketMove {
        use OrderState::{Paid, Revoked};
        match (self.from, self.to) {
            (from, to) if from == to => TicketMove::Keep,
            (Revoked, Paid) => TicketMove::Restore,
            (_, Paid) => TicketMove::Issue,
            (Paid, _) => TicketMove::Revoke,
            _ => TicketMove::Keep,
        }
    }
}

/// What a step does to the seat. There is no other way for a seat to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatMove {
    Keep,
    /// The held one is sold.
    Sell,
    /// A free one is sold, if there is one.
    Take,
    /// The held one is free again.
    Release,
    /// The sold one is free again.
    Free,
}

/// What a step does to the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketMove {
    Keep,
    Issue,
    /// The one that was revoked is valid again, with all that gates wrote on it.
    Restore,
    Revoke,
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderState::{Expired, Held, Paid, Refunded, Refunding, Revoked};

    /// Seats as the counter has them: (held, sold).
    fn seats(state: OrderState) -> (i32, i32) {
        (i32::from(state == Held), i32::from(state == Paid))
    }

    #[test]
    fn every_step_leaves_the_counter_saying_what_the_states_say() {
        for arrow in Arrow::ALL {
            let moved = match arrow.seat() {
                SeatMove::Keep => (0, 0),
                SeatMove::Sell => (-1, 1),
                SeatMove::Take => (0, 1),
                SeatMove::Release => (-1, 0),
                SeatMove::Free => (0, -1),
            };
            let (before, after) = (seats(arrow.from), seats(arrow.to));
            assert_eq!(moved, (after.0 - before.0, after.1 - before.1), "{arrow:?}");
        }
    }

    #[test]
    fn a_ticket_is_valid_in_a_paid_order_and_in_no_other() {
        for arrow in Arrow::ALL {
            let valid_afterwards = match arrow.ticket() {
                TicketMove::Issue | TicketMove::Restore => true,
                TicketMove::Revoke => false,
                TicketMove::Keep => arrow.from == Paid,
            };
            assert_eq!(valid_afterwards, arrow.to == Paid, "{arrow:?}");
        }
    }

    #[test]
    fn nothing_is_held_a_second_time_and_nothing_ends_but_by_money() {
        assert!(Arrow::ALL.iter().all(|arrow| arrow.to != Held && arrow.from != arrow.to));
        assert!(Arrow::ALL.iter().all(|arrow| arrow.to != Expired || arrow.from == Held));
        assert!(Arrow::ALL.iter().all(|arrow| arrow.to != Revoked || arrow.from == Paid));
        // What goes back comes back only as a refund.
        let from_refunds = Arrow::ALL.iter().filter(|arrow| matches!(arrow.from, Refunding | Refunded));
        assert!(from_refunds.clone().all(|arrow| matches!(arrow.to, Refunding | Refunded)));
    }

    /// The picture in the documentation names each step, and no other.
    #[test]
    fn the_picture_shows_these_steps() {
        let table = include_str!("../payment.rs");
        let drawn: Vec<Arrow> = table.lines().filter_map(drawn_arrow).collect();
        assert_eq!(drawn, Arrow::ALL);
    }

    /// A line such as `//! | held | paid | …`.
    fn drawn_arrow(line: &str) -> Option<Arrow> {
        let mut cells = line.strip_prefix("//! |")?.split('|').map(str::trim);
        let (from, to) = (OrderState::parse(cells.next()?)?, OrderState::parse(cells.next()?)?);
        Some(Arrow { from, to })
    }
}

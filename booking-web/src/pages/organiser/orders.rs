//! The list of orders.

use askama::Template;
use chrono_tz::Tz;

use super::desk::{Desk, address, tone};
use crate::order::{OrderId, OrderState};
use crate::organiser::orders::Listed;
use crate::pages::event::said_price;
use crate::pages::when::When;
use crate::words::ENGLISH;

/// `/organiser/orders`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/orders.html")]
pub struct OrdersPage {
    pub desk: Desk,
    pub zone: Tz,
    /// What was looked for, as typed.
    pub typed: String,
    pub state: Option<OrderState>,
    /// Whether newer ones come before these.
    pub later: bool,
    pub rows: Vec<Listed>,
    /// The last of these, when there are older ones.
    pub older: Option<OrderId>,
}

impl OrdersPage {
    fn states(&self) -> [OrderState; 6] {
        OrderState::ALL
    }

    fn is_chosen(&self, state: &OrderState) -> bool {
        self.state.as_ref() == Some(state)
    }

    /// Those who come along.
    fn others(&self, row: &Listed) -> u32 {
        row.seats.saturating_sub(1)
    }

    fn inside(&self, row: &Listed) -> Option<String> {
        match (row.inside, row.seats) {
            (0, _) => None,
            (_, 1) => Some("inside".into()),
            (inside, seats) => Some(format!("{inside} of {seats} inside")),
        }
    }

    fn booked(&self, row: &Listed) -> String {
        When::new(row.created_at, self.zone).dated(&ENGLISH)
    }

    fn price(&self, row: &Listed) -> String {
        said_price(row.amount, &ENGLISH)
    }

    fn tone(&self, row: &Listed) -> &'static str {
        tone(row.state)
    }

    fn address(&self, before: &str) -> String {
        let state = self.state.map_or("", OrderState::as_str);
        address("/organiser/orders", &[("q", &self.typed), ("state", state), ("before", before)])
    }

    fn is_narrowed(&self) -> bool {
        self.state.is_some() || !self.typed.trim().is_empty()
    }
}

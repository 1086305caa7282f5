//! What stands around every page of the desk, and what several of them say.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::order::OrderState;

/// Who sits at it, and at which page.
#[derive(Clone, Debug)]
pub struct Desk {
    pub name: String,
    /// For the hidden field `csrf` of every form.
    pub csrf: String,
    pub here: Tab,
}

/// The desk's pages, in the order of its navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Orders,
    Gates,
    Event,
    Reconciliation,
    Audit,
}

impl Tab {
    const ALL: [Self; 6] = [Self::Overview, Self::Orders, Self::Gates, Self::Event, Self::Reconciliation, Self::Audit];

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Orders => "Orders",
            Self::Gates => "Gates",
            Self::Event => "Event",
            Self::Reconciliation => "Reconciliation",
            Self::Audit => "Audit",
        }
    }

    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/organiser",
            Self::Orders => "/organiser/orders",
            Self::Gates => "/organiser/gates",
            Self::Event => "/organiser/event",
            Self::Reconciliation => "/organiser/books",
            Self::Audit => "/organiser/audit",
        }
    }
}

impl Desk {
    #[must_use]
    pub fn tabs(&self) -> [Tab; 6] {
        Tab::ALL
    }
}

/// `22 Nov 2026, 7:30:05 pm`: what happened, to the second.
pub(super) fn said_at(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%-d\u{a0}%b\u{a0}%Y, %-I:%M:%S\u{a0}%P").to_string()
}

/// The tone of a state, as the colours have it.
pub(super) fn tone(state: OrderState) -> &'static str {
    match state {
        OrderState::Paid => "good",
        OrderState::Held => "calm",
        OrderState::Refunding => "warn",
        OrderState::Revoked => "bad",
        OrderState::Expired | OrderState::Refunded => "none",
    }
}

/// A query of the desk's own addresses, without what is empty.
pub(super) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

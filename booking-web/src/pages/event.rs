//! The event as every page shows it.

use chrono::{DateTime, Utc};
use common::Paise;

use super::when::When;
use crate::event::Event;
use crate::words::Words;

/// From this number of seats down, a page says how many are left.
pub const FEW_SEATS: u32 = 10;

impl Event {
    /// An instant as this event's guests say it.
    #[must_use]
    pub fn when(&self, instant: DateTime<Utc>) -> When {
        When::new(instant, self.time_zone)
    }

    #[must_use]
    pub fn starts(&self) -> When {
        self.when(self.starts_at)
    }

    /// `6:30 pm`; with its day when that is another one.
    #[must_use]
    pub fn doors(&self, words: &Words) -> Option<String> {
        self.doors_open_at.map(|at| self.when(at).beside(&self.starts(), words))
    }

    /// The same as a sentence.
    #[must_use]
    pub fn doors_open(&self, words: &Words) -> Option<String> {
        self.doors(words).map(|at| (words.event.doors_open)(&at))
    }

    /// `₹499`, or `Free`.
    #[must_use]
    pub fn said_price(&self, words: &Words) -> String {
        said_price(self.price, words)
    }

    /// `Only 7 left`, and nothing while there are plenty: a number that means
    /// nothing only hurries people.
    #[must_use]
    pub fn few_left(&self, words: &Words) -> Option<String> {
        match self.seats_left() {
            1 => Some(words.event.last_seat.into()),
            2..=FEW_SEATS => Some((words.event.only_left)(self.seats_left())),
            _ => None,
        }
    }
}

/// An amount, or the word for none.
pub(super) fn said_price(amount: Paise, words: &Words) -> String {
    if amount == Paise::ZERO { words.event.free.into() } else { amount.to_string() }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::words::{ENGLISH, HINDI};

    pub(crate) fn diwali_night() -> Event {
        Event {
            name: "Diwali Night".into(),
            venue: "Town Hall, Bengaluru".into(),
            starts_at: "2026-11-22T14:00:00Z".parse().unwrap(),
            doors_open_at: Some("2026-11-22T13:00:00Z".parse().unwrap()),
            time_zone: chrono_tz::Asia::Kolkata,
            price: Paise::parse("49900").unwrap(),
            capacity: 100,
            sold: 0,
            held: 0,
            sales_from: None,
            sales_until: None,
        }
    }

    #[test]
    fn seats_are_counted_aloud_only_when_few() {
        let said = |left: u32| Event { sold: 60, held: 40 - left, ..diwali_night() }.few_left(&ENGLISH);
        assert_eq!(said(11), None);
        assert_eq!(said(7), Some("Only 7 left".into()));
        assert_eq!(said(1), Some("Last seat".into()));
        assert_eq!(said(0), None);
    }

    #[test]
    fn no_price_is_said_as_free() {
        assert_eq!(diwali_night().said_price(&ENGLISH), "₹499");
        let free = Event { price: Paise::ZERO, ..diwali_night() };
        assert_eq!((&*free.said_price(&ENGLISH), &*free.said_price(&HINDI)), ("Free", "निःशुल्क"));
    }
}

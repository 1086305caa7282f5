//! The names, for paper.

use askama::Template;
use chrono::{DateTime, Utc};

use super::desk::Desk;
use crate::event::Event;
use crate::organiser::door_list::{PART, Part};
use crate::words::ENGLISH;

/// `/organiser/door-list`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/door_list.html")]
pub struct DoorListPage {
    pub desk: Desk,
    pub event: Event,
    /// From 1 on.
    pub number: u16,
    pub part: Part,
    pub now: DateTime<Utc>,
}

impl DoorListPage {
    fn starts(&self) -> String {
        self.event.starts().dated(&ENGLISH)
    }

    fn made(&self) -> String {
        self.event.when(self.now).dated(&ENGLISH)
    }

    /// The place of a part's first name among all.
    fn first(&self) -> usize {
        (usize::from(self.number) - 1) * PART + 1
    }

    fn is_alone(&self) -> bool {
        self.number == 1 && !self.has_more()
    }

    fn has_more(&self) -> bool {
        usize::from(self.number) < self.part.of
    }

    /// Of the first and the last name, for the sheet's head.
    fn range(&self) -> Option<(&str, &str)> {
        Some((&self.part.guests.first()?.name, &self.part.guests.last()?.name))
    }
}

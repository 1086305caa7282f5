//! The event as a file that any calendar opens.

use chrono::{DateTime, Duration, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, EventStatus};

use crate::pages::when::When;
use crate::words::Words;

/// How long before the start a phone reminds its owner: time to find the way.
const REMINDER: Duration = Duration::hours(2);

/// What the file says.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub words: &'a Words,
    pub name: &'a str,
    pub venue: &'a str,
    pub starts_at: DateTime<Utc>,
    pub doors_open_at: Option<DateTime<Utc>>,
    pub time_zone: chrono_tz::Tz,
    /// The order page's whole address.
    pub ticket_url: &'a str,
    /// The same for every download of one order, so that a second one does not make a second entry.
    pub uid: &'a str,
    /// When the order was made: the file is the same whenever it is asked for.
    pub made_at: DateTime<Utc>,
}

impl Entry<'_> {
    /// The `.ics` file, RFC 5545. There is no end: nobody told us one.
    #[must_use]
    pub fn file(&self) -> String {
        let event = Event::with_uid(self.uid)
            .summary(self.name)
            .location(self.venue)
            .description(&self.description())
            .starts(self.starts_at)
            .timestamp(self.made_at)
            .url(self.ticket_url)
            .status(EventStatus::Confirmed)
            .alarm(self.reminder())
            .done();
        Calendar::new().push(event).done().to_string()
    }

    fn reminder(&self) -> Alarm {
        let id = format!("{}-reminder", self.uid);
        Alarm::display(self.name, -REMINDER).uid(&id).timestamp(self.made_at).done()
    }

    fn description(&self) -> String {
        let words = &self.words.calendar;
        let ticket = (words.ticket)(self.ticket_url);
        match self.doors_open_at.map(|at| When::new(at, self.time_zone).clock(self.words)) {
            // No calendar breaks a line there.
            Some(at) => format!("{}\n{ticket}", (words.doors_open)(&at.replace('\u{a0}', " "))),
            None => ticket,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{ENGLISH, HINDI};

    fn entry() -> Entry<'static> {
        Entry {
            words: &ENGLISH,
            name: "Diwali Night",
            venue: "Town Hall, Bengaluru",
            starts_at: "2026-11-22T14:00:00Z".parse().unwrap(),
            doors_open_at: Some("2026-11-22T13:00:00Z".parse().unwrap()),
            time_zone: chrono_tz::Asia::Kolkata,
            ticket_url: "https://tickets.example/orders/0123456789abcdef0123456789abcdef",
            uid: "01920000-0000-7000-8000-000000000001",
            made_at: "2026-11-20T14:00:00Z".parse().unwrap(),
        }
    }

    /// The file's lines with their folds undone.
    fn lines(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_file_says_what_when_where_and_reminds() {
        let lines = lines(&entry().file());
        for expected in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "UID:01920000-0000-7000-8000-000000000001",
            "SUMMARY:Diwali Night",
            r"LOCATION:Town Hall\, Bengaluru",
            "DTSTART:20261122T140000Z",
            "DTSTAMP:20261120T140000Z",
            "URL:https://tickets.example/orders/0123456789abcdef0123456789abcdef",
            r"DESCRIPTION:Doors open 6:30 pm.\nYour ticket: https://tickets.example/orders/0123456789abcdef0123456789abcdef",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-PT7200S",
            "END:VCALENDAR",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:#?}");
        }
    }

    #[test]
    fn it_speaks_the_guests_language() {
        let lines = lines(&Entry { words: &HINDI, ..entry() }.file());
        let said = r"DESCRIPTION:प्रवेश शाम 6:30 बजे से।\nआपका टिकट: https://tickets.example/";
        assert!(lines.iter().any(|line| line.starts_with(said)), "{lines:#?}");
    }

    #[test]
    fn the_same_order_gives_the_same_file() {
        assert_eq!(entry().file(), entry().file());
    }

    #[test]
    fn lines_are_short_and_a_hostile_name_stays_a_name() {
        let name = "रात; 50%, off\r\nBEGIN:VEVENT\nSUMMARY:forged ".repeat(3);
        let file = Entry { name: &name, doors_open_at: None, ..entry() }.file();
        assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
        assert_eq!(lines(&file).iter().filter(|line| line.starts_with("BEGIN:VEVENT")).count(), 1);
        assert!(!lines(&file).iter().any(|line| line.starts_with("SUMMARY:forged")));
    }
}

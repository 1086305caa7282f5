//! What stands in the fields, and what it means.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use common::Paise;
use serde::Deserialize;

use crate::event::Event;

/// One of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    Venue,
    TimeZone,
    StartsAt,
    DoorsOpenAt,
    Price,
    Capacity,
    SalesFrom,
    SalesUntil,
}

impl Field {
    /// Its name in the form and in the audit.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Venue => "venue",
            Self::TimeZone => "time_zone",
            Self::StartsAt => "starts_at",
            Self::DoorsOpenAt => "doors_open_at",
            Self::Price => "price",
            Self::Capacity => "capacity",
            Self::SalesFrom => "sales_from",
            Self::SalesUntil => "sales_until",
        }
    }

    /// Its name on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Venue => "Venue",
            Self::TimeZone => "Time zone",
            Self::StartsAt => "Starts at",
            Self::DoorsOpenAt => "Doors open",
            Self::Price => "Price",
            Self::Capacity => "Seats",
            Self::SalesFrom => "Booking opens",
            Self::SalesUntil => "Booking closes",
        }
    }
}

/// The fields as they were sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedEvent {
    pub name: String,
    pub venue: String,
    pub time_zone: String,
    pub starts_at: String,
    pub doors_open_at: String,
    /// In rupees.
    pub price: String,
    pub capacity: String,
    pub sales_from: String,
    pub sales_until: String,
}

/// What is wrong, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFaults(Vec<(Field, String)>);

impl EventFaults {
    #[must_use]
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    #[must_use]
    pub fn listed(&self) -> &[(Field, String)] {
        &self.0
    }

    /// By the field's name in the form.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(faulty, _)| faulty.as_str() == field).map(|(_, fault)| fault.as_str())
    }

    /// Whether the reader's attention belongs to this field.
    #[must_use]
    pub fn first_is(&self, field: &str) -> bool {
        self.0.first().is_some_and(|(first, _)| first.as_str() == field)
    }

    /// One more.
    pub fn add(&mut self, field: Field, fault: impl Into<String>) {
        self.0.push((field, fault.into()));
        self.0.sort_by_key(|(field, _)| *field);
    }

    fn keep<T>(&mut self, field: Field, checked: Result<T, String>) -> Option<T> {
        checked.map_err(|fault| self.add(field, fault)).ok()
    }
}

impl TypedEvent {
    /// The fields of an event as it is.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let local = |at: DateTime<Utc>| at.with_timezone(&event.time_zone).format("%Y-%m-%dT%H:%M").to_string();
        let maybe = |at: Option<DateTime<Utc>>| at.map_or_else(String::new, local);
        let (rupees, paise) = (event.price.get() / 100, event.price.get() % 100);
        Self {
            name: event.name.clone(),
            venue: event.venue.clone(),
            time_zone: event.time_zone.name().to_owned(),
            starts_at: local(event.starts_at),
            doors_open_at: maybe(event.doors_open_at),
            price: if paise == 0 { rupees.to_string() } else { format!("{rupees}.{paise:02}") },
            capacity: event.capacity.to_string(),
            sales_from: maybe(event.sales_from),
            sales_until: maybe(event.sales_until),
        }
    }

    /// What an organiser sees before there is an event.
    #[must_use]
    pub fn empty() -> Self {
        Self { time_zone: chrono_tz::Asia::Kolkata.name().to_owned(), ..Self::default() }
    }

    /// The event that is meant. Its seats are those of `before`.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn check(&self, before: Option<&Event>) -> Result<Event, EventFaults> {
        let mut faults = EventFaults::default();
        let name = faults.keep(Field::Name, words(&self.name, "What is the event called?"));
        let venue = faults.keep(Field::Venue, words(&self.venue, "Where is it?"));
        let unknown = || "This is no time zone; write it as Asia/Kolkata".to_owned();
        let zone: Option<Tz> = faults.keep(Field::TimeZone, self.time_zone.trim().parse().map_err(|_| unknown()));
        // With a zone that nobody knows, times would be faulted that are right.
        let clock = zone.unwrap_or(chrono_tz::Asia::Kolkata);
        let mut time = |field, typed: &str| match typed.trim() {
            "" => Some(None),
            typed => faults.keep(field, instant(typed, clock)).map(Some),
        };
        let starts_at = time(Field::StartsAt, &self.starts_at);
        let doors_open_at = time(Field::DoorsOpenAt, &self.doors_open_at);
        let sales_from = time(Field::SalesFrom, &self.sales_from);
        let sales_until = time(Field::SalesUntil, &self.sales_until);
        if starts_at == Some(None) {
            faults.add(Field::StartsAt, "When does it start?");
        }
        let price = faults.keep(Field::Price, price(&self.price));
        let capacity = faults.keep(Field::Capacity, seats(&self.capacity));
        in_order(
            starts_at.flatten(),
            doors_open_at.flatten(),
            (sales_from.flatten(), sales_until.flatten()),
            &mut faults,
        );
        let whole = || {
            Some(Event {
                name: name?,
                venue: venue?,
                starts_at: starts_at??,
                doors_open_at: doors_open_at?,
                time_zone: zone?,
                price: price?,
                capacity: capacity?,
                sold: before.map_or(0, |event| event.sold),
                held: before.map_or(0, |event| event.held),
                sales_from: sales_from?,
                sales_until: sales_until?,
            })
        };
        match whole() {
            Some(event) if !faults.any() => Ok(event),
            _ => Err(faults),
        }
    }
}

/// What the database would refuse, said before.
fn in_order(
    starts: Option<DateTime<Utc>>,
    doors: Option<DateTime<Utc>>,
    sales: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    faults: &mut EventFaults,
) {
    if let (Some(starts), Some(doors)) = (starts, doors)
        && doors > starts
    {
        faults.add(Field::DoorsOpenAt, "The doors open before the event starts");
    }
    if let (Some(from), Some(until)) = sales
        && from >= until
    {
        faults.add(Field::SalesUntil, "Booking must open before it closes");
    }
}

fn words(typed: &str, missing: &str) -> Result<String, String> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(missing.to_owned());
    }
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err("This can have 200 characters".to_owned());
    }
    Ok(text)
}

/// The wall clock of the event's zone.
fn instant(typed: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(typed, form).ok())
        .filter(|local| (2000..2200).contains(&chrono::Datelike::year(local)))
        .ok_or("Write it as 2026-12-31 19:30")?;
    let at = zone.from_local_datetime(&local).earliest();
    at.map(|at| at.to_utc()).ok_or_else(|| format!("This hour does not exist in {zone}: the clocks change"))
}

/// Rupees, with paise after a point: `499`, `₹1,499.50`.
fn price(typed: &str) -> Result<Paise, String> {
    let wrong = || "Write rupees, such as 499 or 499.50, or 0 for a free event".to_owned();
    let plain: String =
        typed.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '₹' | ',')).collect();
    let (rupees, paise) = plain.split_once('.').unwrap_or((&plain, "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(rupees) || !digits(paise) || paise.len() > 2 {
        return Err(wrong());
    }
    let price = Paise::parse(&format!("{rupees}{paise:0<2}")).map_err(|_| wrong())?;
    if (1..100).contains(&price.get()) {
        return Err("Razorpay takes nothing under ₹1; write 0 for a free event".to_owned());
    }
    Ok(price)
}

fn seats(typed: &str) -> Result<u32, String> {
    let plain: String = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != ',').collect();
    let seats = plain.parse().ok().filter(|seats| (1..=1_000_000).contains(seats));
    seats.ok_or_else(|| "Write a number from 1 to 10,00,000".to_owned())
}

#[cfg(test)]
mod tests;

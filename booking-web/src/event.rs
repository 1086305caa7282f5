//! The event this database serves.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use common::Paise;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};

/// What is held, where, when, for how much and how many.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub name: String,
    pub venue: String,
    pub starts_at: DateTime<Utc>,
    pub doors_open_at: Option<DateTime<Utc>>,
    pub time_zone: Tz,
    pub price: Paise,
    pub capacity: u32,
    pub sold: u32,
    pub held: u32,
    pub sales_from: Option<DateTime<Utc>>,
    pub sales_until: Option<DateTime<Utc>>,
}

/// Whether tickets can be booked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sales {
    NotYet { from: DateTime<Utc> },
    Open,
    Over { since: DateTime<Utc> },
}

impl Event {
    /// Reads the event; `None` before the organiser has set it.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn load(db: &Db) -> Result<Option<Self>, DbError> {
        let row: Option<Row> =
            db.work(|mut conn| async move { Ok(conn.query_first("SELECT * FROM event WHERE id = 1").await?) }).await?;
        row.as_ref().map(Self::from_row).transpose()
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        let instant = |name| column::<NaiveDateTime>(row, name).map(|at| at.and_utc());
        let maybe_instant = |name| Ok::<_, DbError>(column::<Option<NaiveDateTime>>(row, name)?.map(|at| at.and_utc()));
        let time_zone: String = column(row, "time_zone")?;
        let price: i64 = column(row, "price_paise")?;
        Ok(Self {
            name: column(row, "name")?,
            venue: column(row, "venue")?,
            starts_at: instant("starts_at")?,
            doors_open_at: maybe_instant("doors_open_at")?,
            time_zone: time_zone.parse().map_err(|_| DbError::Column { column: "time_zone" })?,
            price: price.try_into().map_err(|_| DbError::Column { column: "price_paise" })?,
            capacity: column(row, "capacity")?,
            sold: column(row, "sold")?,
            held: column(row, "held")?,
            sales_from: maybe_instant("sales_from")?,
            sales_until: maybe_instant("sales_until")?,
        })
    }

    /// Writes the event, leaving the seat counter as it is.
    ///
    /// # Errors
    /// [`DbError`]; [`DbError::is_check`] when the capacity is below what is sold and held.
    pub async fn save(&self, db: &Db) -> Result<(), DbError> {
        let naive = |at: DateTime<Utc>| at.naive_utc();
        let values = (
            (self.name.as_str(), self.venue.as_str(), naive(self.starts_at), self.doors_open_at.map(naive)),
            (self.time_zone.name(), self.price.get(), Paise::CURRENCY, self.capacity),
            (self.sales_from.map(naive), self.sales_until.map(naive)),
        );
        let params = || {
            let ((name, venue, starts, doors), (zone, price, currency, capacity), (from, until)) = values;
            (name, venue, starts, doors, zone, price, currency, capacity, from, until)
        };
        db.work(|mut conn| async move {
            conn.exec_drop(
                "INSERT INTO event (id, name, venue, starts_at, doors_open_at, time_zone, price_paise, currency,
                                    capacity, sales_from, sales_until)
                 VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON DUPLICATE KEY UPDATE name = VALUES(name), venue = VALUES(venue), starts_at = VALUES(starts_at),
                    doors_open_at = VALUES(doors_open_at), time_zone = VALUES(time_zone),
                    price_paise = VALUES(price_paise), currency = VALUES(currency), capacity = VALUES(capacity),
                    sales_from = VALUES(sales_from), sales_until = VALUES(sales_until)",
                params(),
            )
            .await?;
            Ok(())
        })
        .await
    }

    /// Whether tickets can be booked at `now`; by itself until the event starts.
    #[must_use]
    pub fn sales(&self, now: DateTime<Utc>) -> Sales {
        let until = self.sales_until.unwrap_or(self.starts_at);
        match self.sales_from {
            Some(from) if now < from => Sales::NotYet { from },
            _ if now >= until => Sales::Over { since: until },
            _ => Sales::Open,
        }
    }

    /// Seats that are neither sold nor held.
    #[must_use]
    pub fn seats_left(&self) -> u32 {
        self.capacity.saturating_sub(self.sold + self.held)
    }

    /// Nothing is paid for it.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.price == Paise::ZERO
    }

    /// The day of a booking made at `now`, as the event's guests would say it.
    #[must_use]
    pub fn booking_day(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&self.time_zone).date_naive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn event() -> Event {
        Event {
            name: "Diwali Night".into(),
            venue: "Town Hall".into(),
            starts_at: at("2026-11-22T14:00:00Z"),
            doors_open_at: None,
            time_zone: chrono_tz::Asia::Kolkata,
            price: Paise::ZERO,
            capacity: 10,
            sold: 4,
            held: 5,
            sales_from: Some(at("2026-11-01T00:00:00Z")),
            sales_until: None,
        }
    }

    #[test]
    fn sales_open_and_close_by_the_clock_and_end_when_the_event_starts() {
        let event = event();
        assert_eq!(event.sales(at("2026-10-31T23:59:59Z")), Sales::NotYet { from: at("2026-11-01T00:00:00Z") });
        assert_eq!(event.sales(at("2026-11-01T00:00:00Z")), Sales::Open);
        assert_eq!(event.sales(at("2026-11-22T14:00:00Z")), Sales::Over { since: event.starts_at });
    }

    #[test]
    fn the_booking_day_is_the_guests_day() {
        // Half past midnight in Kolkata is still the day before in London.
        assert_eq!(event().booking_day(at("2026-11-20T19:00:00Z")).to_string(), "2026-11-21");
    }
}

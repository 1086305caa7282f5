//! What the event is.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Database, DatabaseFault};

const EVENT: &str = "SELECT name, venue, starts_at, time_zone FROM event";

/// The event's row, as far as a gate shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub venue: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// An IANA name, to show instants by.
    pub time_zone: String,
}

impl Database {
    /// The one event of this database; none if the organiser has not said it yet.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn event(&self) -> Result<Option<EventRow>, DatabaseFault> {
        let rows: Vec<(String, String, NaiveDateTime, String)> = self.rows(EVENT, ()).await?;
        Ok(rows.into_iter().next().map(|(name, venue, starts_at, time_zone)| EventRow {
            name,
            venue,
            starts_at: starts_at.and_utc(),
            time_zone,
        }))
    }
}

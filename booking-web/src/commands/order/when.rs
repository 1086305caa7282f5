//! Instants as the organiser's commands say them: in the event's zone.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::db::{Db, DbError};
use crate::event::Event;

/// The event's zone; UTC before there is an event.
pub(in crate::commands) async fn zone(db: &Db) -> Result<Tz, DbError> {
    Ok(Event::load(db).await?.map_or(Tz::UTC, |event| event.time_zone))
}

/// `2026-11-22 19:30:05`.
pub(in crate::commands) fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same, where the zone is not at hand.
pub(in crate::commands) async fn full(db: &Db, at: DateTime<Utc>) -> Result<String, DbError> {
    Ok(local(at, zone(db).await?))
}

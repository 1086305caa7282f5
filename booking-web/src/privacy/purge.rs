//! Forgetting everybody, some days after the event.
//!
//! Guests who came together are one transaction, and those that were forgotten
//! are not found again: a run that was cut off is gone on with by the next one.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::{erase, everybodys_ids};
use crate::chain;
use crate::db::{Db, DbError};
use crate::duty::claim;
use crate::event::Event;

/// Ids read at once.
const BATCH: u32 = 200;
/// How often a server asks whether it is time.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How often it is done at all, by one server.
const PURGE_EVERY: Duration = Duration::from_secs(3600);
const DUTY: &str = "purge";

/// How far it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub forgotten: u64,
    /// Something stood against it; the next run tries again.
    pub left: u64,
}

/// Whether the event's guests are to be forgotten now.
#[must_use]
pub fn is_time(event: &Event, days: u32, now: DateTime<Utc>) -> bool {
    event.starts_at + TimeDelta::days(days.into()) <= now
}

/// Forgets everybody whom nothing stands against. `step` hears of each.
///
/// # Errors
/// [`DbError`]; what was forgotten until then stays so.
pub async fn purge(db: &Db, event: &Event, now: DateTime<Utc>, mut step: impl FnMut()) -> Result<Purged, DbError> {
    let (mut purged, mut last) = (Purged::default(), None);
    loop {
        let batch = everybodys_ids(db, last.as_ref(), BATCH).await?;
        let Some(newest) = batch.last() else { return Ok(purged) };
        last = Some(newest.clone());
        for id in &batch {
            match erase(db, id, Some(event), None, now).await? {
                Ok(erased) => purged.forgotten += erased.guests,
                Err(_) => purged.left += 1,
            }
            step();
        }
    }
}

/// Does so by itself, until told to stop.
pub async fn run(db: Db, days: u32, stop: CancellationToken) {
    loop {
        match stop.run_until_cancelled(once(&db, days, Utc::now())).await {
            None | Some(Ok(Purged { forgotten: 0, .. })) => {}
            Some(Ok(Purged { forgotten, left })) => tracing::info!(forgotten, left, "personal data was erased"),
            Some(Err(error)) => tracing::warn!(error = chain(&error), "personal data could not be erased yet"),
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
            return;
        }
    }
}

async fn once(db: &Db, days: u32, now: DateTime<Utc>) -> Result<Purged, DbError> {
    let Some(event) = Event::load(db).await?.filter(|event| is_time(event, days, now)) else {
        return Ok(Purged::default());
    };
    if !claim(db, DUTY, PURGE_EVERY, now).await? {
        return Ok(Purged::default());
    }
    purge(db, &event, now, || {}).await
}

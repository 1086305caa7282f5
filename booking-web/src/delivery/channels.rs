//! Which ways out there are, said by each server at its start.

use chrono::{DateTime, Utc};
use mysql_async::prelude::Queryable;

use super::Channel;
use crate::db::{Db, DbError};

/// From now on messages are written for the ways in `open`, and for no others.
/// The last server to start has the last word: give all of them the same settings.
///
/// # Errors
/// [`DbError`].
pub async fn announce(db: &Db, open: &[Channel], now: DateTime<Utc>) -> Result<(), DbError> {
    for channel in Channel::ALL {
        let is_open = open.contains(&channel);
        db.work(|mut conn| async move {
            conn.exec_drop(
                "INSERT INTO channels (name, is_open, updated_at) VALUES (?, ?, ?)
                 ON DUPLICATE KEY UPDATE is_open = VALUES(is_open), updated_at = VALUES(updated_at)",
                (channel.as_str(), is_open, now.naive_utc()),
            )
            .await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}

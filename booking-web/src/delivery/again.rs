//! A message once more, because somebody asks for it; so often and no oftener,
//! or any stranger who knows a name and a phone number could fill a mailbox.

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::TxOpts;
use mysql_async::prelude::Queryable;

use super::Kind;
use super::outbox::fresh_id;
use crate::db::{Db, DbError};
use crate::order::OrderId;
use crate::organiser::audit::Entry;

const PAUSE: TimeDelta = TimeDelta::minutes(1);
const A_DAY: TimeDelta = TimeDelta::days(1);
const TIMES_A_DAY: u32 = 5;

/// What became of the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is on its way.
    Queued,
    /// It was asked for within the last minute, or five times within a day.
    TooOften,
    /// The order has no e-mail address, is closed, or no mail is sent at all.
    Nowhere,
}

/// Sends an order's link to its e-mail address again, with the ticket if there
/// is one: once a minute and five times a day at most, whoever asks and at
/// however many servers. The message is written down and sent by the servers;
/// the address is the order's own and is shown to nobody.
///
/// # Errors
/// [`DbError`]; nothing is sent then.
pub async fn ask_again(db: &Db, order: OrderId, now: DateTime<Utc>) -> Result<Asked, DbError> {
    ask_again_noted(db, order, None, now).await
}

/// The same, asked for at the organiser's desk: written down there with the message itself.
///
/// # Errors
/// [`DbError`]; nothing is sent then, and nothing written down.
pub async fn ask_again_noted(
    db: &Db,
    order: OrderId,
    noted: Option<Entry<'_>>,
    now: DateTime<Utc>,
) -> Result<Asked, DbError> {
    // By itself: two that both inserted and then both updated in one transaction each would wait for each other.
    db.work(|mut conn| async move {
        let first = "INSERT IGNORE INTO resends (order_id, since, times, last_at) SELECT id, ?, 0, '2000-01-01'
                     FROM orders WHERE id = ?";
        conn.exec_drop(first, (now.naive_utc(), order)).await?;
        Ok(())
    })
    .await?;
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let (at, a_day_ago) = (now.naive_utc(), (now - A_DAY).naive_utc());
        // Assigned from left to right: `times` is decided before `since` moves.
        tx.exec_drop(
            "UPDATE resends SET times = IF(since <= ?, 1, times + 1), since = IF(since <= ?, ?, since), last_at = ?
             WHERE order_id = ? AND last_at <= ? AND (times < ? OR since <= ?)",
            (a_day_ago, a_day_ago, at, at, order, (now - PAUSE).naive_utc(), TIMES_A_DAY, a_day_ago),
        )
        .await?;
        if tx.affected_rows() == 0 {
            tx.rollback().await?;
            return Ok(Asked::TooOften);
        }
        // The same statements whether there is an address or not: how long they take tells nobody which.
        tx.exec_drop(
            "INSERT INTO outbox (id, order_id, kind, recipient, next_attempt_at, created_at)
             SELECT ?, o.id, ?, o.email_id, ?, ? FROM orders o JOIN channels c ON c.name = 'mail' AND c.is_open = 1
             WHERE o.id = ? AND o.email_id IS NOT NULL AND o.state IN ('held', 'paid')",
            (fresh_id(), Kind::Again.as_str(), at, at, order),
        )
        .await?;
        let asked = if tx.affected_rows() == 1 { Asked::Queued } else { Asked::Nowhere };
        if let Some(entry) = noted.filter(|_| asked == Asked::Queued) {
            entry.write(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(asked)
    })
    .await
}

//! When Razorpay's webhook falls silent.
//!
//! Razorpay gives a webhook up that has failed for a day, and then somebody
//! must enable it again by hand. The sale goes on meanwhile, by the browsers'
//! returns and the look-up, only slower, so nobody would notice.
//!
//! That nothing comes means nothing: there may be nothing to tell. But each
//! payment is told of. Silence is a payment that we booked and after which no
//! webhook was heard, and it lasts from that payment on.
//!
//! - Any webhook with a good signature counts, also a repeat and one that is
//!   of no interest: [`Ear`].
//! - A payment may be booked a moment after its own webhook, by another knock:
//!   one that was heard two minutes before will do.
//! - Only what was paid soon after it was ordered counts. After an outage of
//!   ours the look-up books many payments at once, and their webhooks come
//!   again when Razorpay's patience says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, params};
use tokio_util::sync::CancellationToken;

use crate::chain;
use crate::db::{Db, DbError, column};
use crate::duty::claim;

/// Razorpay repeats what failed, after pauses that grow: a while without is nothing yet.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);
const LOOK_EVERY: Duration = Duration::from_secs(5);
const SAY_EVERY: Duration = Duration::from_secs(3600);

/// The duty to say so, of one server each hour.
const SAY: &str = "webhook_silence";
/// A row while it was said and not yet taken back.
const SAID: &str = "webhook_silence_said";
/// A row with the last time that any server heard the webhook.
const HEARD: &str = "webhook_heard";

/// For how long it has been silent; 0 when it is not. One row of `label` and `value`.
///
/// By the payments' key over their times, and no further than to the first that fits: asked for every few seconds,
/// also where a webhook was never heard of 100,000 payments.
pub(crate) const SECONDS: &str = "
    SELECT '' AS label, COALESCE(GREATEST(TIMESTAMPDIFF(SECOND, (
        SELECT p.created_at FROM payments p
        WHERE p.created_at > (
            SELECT COALESCE(MAX(at), CAST('2000-01-01' AS DATETIME(6))) + INTERVAL 2 MINUTE FROM (
                SELECT MAX(received_at) AS at FROM webhook_events
                UNION ALL SELECT due_at FROM duties WHERE name = 'webhook_heard') AS heard)
          AND p.created_at <= (SELECT o.created_at + INTERVAL 15 MINUTE FROM orders o WHERE o.id = p.order_id)
        ORDER BY p.created_at LIMIT 1), :now), 1), 0) AS value";

/// Remembers when this process last heard the webhook; every copy is the same.
#[derive(Clone, Debug, Default)]
pub struct Ear(Arc<AtomicI64>);

impl Ear {
    /// A webhook came whose signature is Razorpay's, whatever it was about.
    pub fn heard(&self, now: DateTime<Utc>) {
        self.0.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// When that was; `None` if never, or not since it was last asked for.
    fn news(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0.swap(0, Ordering::Relaxed)).filter(|at| at.timestamp() > 0)
    }
}

/// Watches until told to stop. `address` is the one that the webhook must have.
pub async fn run(db: Db, ear: Ear, address: String, stop: CancellationToken) {
    loop {
        if let Err(error) = look(&db, &ear, &address, Utc::now()).await {
            // Others say that the database is away.
            tracing::debug!(cause = chain(&error), "nobody knows whether the webhook is silent");
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
            return;
        }
    }
}

async fn look(db: &Db, ear: &Ear, address: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    if let Some(at) = ear.news() {
        // What one server hears, all must know.
        remember(db, HEARD, at).await.inspect_err(|_| ear.heard(at))?;
    }
    let silent = silent_for(db, now).await?;
    tracing::debug!(seconds = silent.num_seconds(), "looked for how long the webhook has been silent");
    if silent == TimeDelta::zero() {
        take_back(db).await
    } else if silent > PATIENCE && claim(db, SAY, SAY_EVERY, now).await? {
        say(db, address, silent, now).await
    } else {
        Ok(())
    }
}

async fn silent_for(db: &Db, now: DateTime<Utc>) -> Result<TimeDelta, DbError> {
    let row: Option<Row> = db
        .work(|mut conn| async move { Ok(conn.exec_first(SECONDS, params! { "now" => now.naive_utc() }).await?) })
        .await?;
    let row = row.ok_or(DbError::Column { column: "value" })?;
    Ok(TimeDelta::seconds(column(&row, "value")?))
}

async fn say(db: &Db, address: &str, silent: TimeDelta, now: DateTime<Utc>) -> Result<(), DbError> {
    tracing::warn!(
        address,
        minutes = silent.num_minutes(),
        "payments were booked, and Razorpay's webhook told of none: is it enabled on Razorpay's dashboard (Account & \
         Settings, Webhooks), with this address and the secret of RAZORPAY_WEBHOOK_SECRET? Until then tickets come by \
         the browser's return and the look-up"
    );
    remember(db, SAID, now).await
}

/// Whoever takes the row away says so: one, once.
async fn take_back(db: &Db) -> Result<(), DbError> {
    let said = db
        .work(|mut conn| async move {
            conn.exec_drop("DELETE FROM duties WHERE name = ?", (SAID,)).await?;
            Ok(conn.affected_rows() == 1)
        })
        .await?;
    if said {
        tracing::info!("Razorpay's webhook is heard again");
    }
    Ok(())
}

async fn remember(db: &Db, name: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        conn.exec_drop(
            "INSERT INTO duties (name, due_at) VALUES (?, ?)
             ON DUPLICATE KEY UPDATE due_at = GREATEST(due_at, VALUES(due_at))",
            (name, at.naive_utc()),
        )
        .await?;
        Ok(())
    })
    .await
}

//! How the evening stands, in figures.
//!
//! Each theme is one statement, and all of them run side by side: with 100,000
//! orders and as many scans the page has them within a fifth of a second. Who
//! looks within the same two seconds sees the same figures, so that a desk
//! with ten organisers costs the database what one does.
//!
//! Reading order: here → [`doors`] (who came, by which gate) →
//! [`wrong`] (what somebody should look at).

pub mod doors;
pub mod wrong;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use self::doors::{Arrivals, Doors, GateLine};
use crate::conflicts;
use crate::db::{Db, DbError, column};
use crate::event::Event;
use crate::metrics::some_figures;
use crate::reconcile;

/// Two organisers who look at the same time see the same.
const FRESH: Duration = Duration::from_secs(2);
/// Of these one makes days and hours of any time zone there is.
const QUARTER: i64 = 900;

/// All that the overview shows, read at one time.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub as_of: DateTime<Utc>,
    pub event: Event,
    pub money: Money,
    /// Tickets that are sold now, by the quarter of an hour in which they were booked.
    pub sales: Vec<(DateTime<Utc>, u64)>,
    pub doors: Doors,
    pub arrivals: Arrivals,
    pub gates: Vec<GateLine>,
    /// Tickets that were let in while somebody was inside on them.
    pub conflicts: u64,
    /// For how long Razorpay's webhook told of none of the payments; zero when all is well.
    pub silence: TimeDelta,
    pub compared: Option<reconcile::Last>,
}

/// What came and went, in paise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub taken: i64,
    pub given_back: i64,
    /// Refunds that are asked for and not done.
    pub going_back: u64,
    /// Refunds that Razorpay gave up: a person has to look.
    pub failed: u64,
    /// Age of the oldest of both.
    pub oldest: TimeDelta,
}

impl Money {
    /// What is left of it.
    #[must_use]
    pub fn kept(&self) -> i64 {
        self.taken - self.given_back
    }
}

/// Reads all of it; `None` before there is an event.
///
/// # Errors
/// [`DbError`].
pub async fn read(db: &Db, now: DateTime<Utc>) -> Result<Option<Numbers>, DbError> {
    let Some(event) = Event::load(db).await? else { return Ok(None) };
    let midnight = start_of_day(&event, now);
    let (money, sales, doors, arrivals, gates, conflicts, compared) = tokio::try_join!(
        money(db, now),
        sales(db),
        doors::count(db),
        doors::arrivals(db),
        doors::gates(db, midnight, now),
        conflicts::count(db),
        reconcile::last(db),
    )?;
    let (money, silence) = money;
    Ok(Some(Numbers { as_of: now, event, money, sales, doors, arrivals, gates, conflicts, silence, compared }))
}

/// The last midnight of the event's guests.
#[must_use]
pub fn start_of_day(event: &Event, now: DateTime<Utc>) -> DateTime<Utc> {
    let zone = event.time_zone;
    let midnight = now.with_timezone(&zone).date_naive().and_time(chrono::NaiveTime::MIN);
    let local = midnight.and_local_timezone(zone).earliest();
    // A day that begins at one o'clock has no midnight; what is before it is yesterday.
    local.map_or_else(|| now - TimeDelta::hours(24), |at| at.to_utc())
}

/// The same figures that Prometheus is told, and for how long the webhook was silent.
async fn money(db: &Db, now: DateTime<Utc>) -> Result<(Money, TimeDelta), DbError> {
    let asked = [
        "payments_captured_paise",
        "payments_given_back_paise",
        "refunds",
        "refunds_oldest_open_seconds",
        "razorpay_webhook_silence_seconds",
    ];
    let figures = some_figures(db, &asked, now).await?;
    let of = |name: &str, label: &str| {
        let found = figures.iter().find(|figure| figure.family == name && figure.label == label);
        found.map_or(0, |figure| figure.value)
    };
    let refunds = |state| u64::try_from(of("refunds", state)).unwrap_or(0);
    let money = Money {
        taken: of("payments_captured_paise", ""),
        given_back: of("payments_given_back_paise", ""),
        going_back: refunds("intended") + refunds("pending"),
        failed: refunds("failed"),
        oldest: TimeDelta::seconds(of("refunds_oldest_open_seconds", "")),
    };
    Ok((money, TimeDelta::seconds(of("razorpay_webhook_silence_seconds", ""))))
}

/// Orders, whose first guests they are, and then those who came along: a third of the time of one join of all.
const SALES: &str = "
    SELECT slot, CAST(SUM(number) AS SIGNED) AS number FROM (
        SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', created_at) DIV 900 AS slot, COUNT(*) AS number
        FROM orders WHERE state = 'paid' GROUP BY slot
        UNION ALL
        SELECT STRAIGHT_JOIN TIMESTAMPDIFF(SECOND, '1970-01-01', o.created_at) DIV 900 AS slot, COUNT(*) AS number
        FROM attendees a JOIN orders o ON o.id = a.order_id WHERE a.n > 1 AND o.state = 'paid' GROUP BY slot) AS sold
    GROUP BY slot ORDER BY slot";

/// The sum of it is the number of guests whose orders are paid, and so of the seats sold.
async fn sales(db: &Db) -> Result<Vec<(DateTime<Utc>, u64)>, DbError> {
    let rows: Vec<Row> = db.work(|mut conn| async move { Ok(conn.query(SALES).await?) }).await?;
    rows.iter().map(|row| Ok((slot(row, QUARTER)?, column(row, "number")?))).collect()
}

/// When a row's stretch of `seconds` began.
fn slot(row: &Row, seconds: i64) -> Result<DateTime<Utc>, DbError> {
    let slot: i64 = column(row, "slot")?;
    DateTime::from_timestamp(slot * seconds, 0).ok_or(DbError::Column { column: "slot" })
}

/// The figures as last read. Whoever comes while they are read waits for the same.
#[derive(Debug, Default)]
pub struct LastRead(tokio::sync::Mutex<Option<(Instant, Arc<Numbers>)>>);

impl LastRead {
    /// As they are now, or were two seconds ago.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn read(&self, db: &Db) -> Result<Option<Arc<Numbers>>, DbError> {
        let mut last = self.0.lock().await;
        if let Some((at, numbers)) = &*last
            && at.elapsed() < FRESH
        {
            return Ok(Some(Arc::clone(numbers)));
        }
        let numbers = read(db, Utc::now()).await?.map(Arc::new);
        *last = numbers.clone().map(|numbers| (Instant::now(), numbers));
        Ok(numbers)
    }
}

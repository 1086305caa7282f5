//! Who came, when, and by which gate.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts, params};

use super::slot;
use crate::db::{Db, DbError, column};

/// Where the holders of tickets are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doors {
    /// Were let in, whether they are still there or not.
    pub admitted: u64,
    pub inside: u64,
    /// Have a good ticket and were not there yet.
    pub to_come: u64,
}

/// Entries granted and not taken back, by the five minutes: those of the twelve
/// hours that end with the last of them, which is an evening, also one over midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals(pub Vec<(DateTime<Utc>, u64)>);

/// Five minutes.
const FIVE: i64 = 300;
/// Arrivals of so late count as just now.
const JUST_NOW: TimeDelta = TimeDelta::minutes(5);

/// A gate as the desk shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateLine {
    pub name: String,
    /// `None`: scans came under this name, which somebody chose at the door.
    pub account: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_scan: Option<DateTime<Utc>>,
    /// The last word from it, be it only that it is there.
    pub last_contact: Option<DateTime<Utc>>,
    pub today: Verdicts,
    /// Entries granted in the last five minutes.
    pub just_now: u64,
}

/// What was said to those who came today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    pub granted: u64,
    pub rejected: u64,
    pub cannot_check: u64,
}

impl GateLine {
    #[must_use]
    pub fn in_use(&self) -> bool {
        self.account.is_some() && self.revoked_at.is_none()
    }
}

pub(super) async fn count(db: &Db) -> Result<Doors, DbError> {
    let row: Option<Row> = db
        .work(|mut conn| async move {
            let query = "SELECT CAST(COALESCE(SUM(ADMITTED_AT IS NOT NULL), 0) AS SIGNED) AS admitted,
                                CAST(COALESCE(SUM(PRESENT = 1), 0) AS SIGNED) AS inside,
                                CAST(COALESCE(SUM(ADMITTED_AT IS NULL AND REVOKED_AT IS NULL), 0) AS SIGNED) AS to_come
                         FROM tickets";
            Ok(conn.query_first(query).await?)
        })
        .await?;
    let row = row.ok_or(DbError::Column { column: "admitted" })?;
    Ok(Doors {
        admitted: column(&row, "admitted")?,
        inside: column(&row, "inside")?,
        to_come: column(&row, "to_come")?,
    })
}

const ENTRIES: &str = "
    SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', s.server_time) DIV 300 AS slot, COUNT(*) AS number
    FROM scans s JOIN (
        SELECT server_time FROM scans WHERE kind = 'entry' AND verdict = 'ENTRY GRANTED'
        ORDER BY server_time DESC LIMIT 1) AS newest
    WHERE s.server_time > newest.server_time - INTERVAL 12 HOUR
      AND s.kind = 'entry' AND s.verdict = 'ENTRY GRANTED'
    GROUP BY slot ORDER BY slot";

/// Of those, the ones that were taken back: each is the ticket's last before its undo. There are few, and so they
/// are looked for from the undo's side.
const TAKEN_BACK: &str = "
    SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', entry) DIV 300 AS slot, COUNT(DISTINCT unique_id, entry) AS number
    FROM (SELECT u.unique_id, (
              SELECT MAX(e.server_time) FROM scans e
              WHERE e.unique_id = u.unique_id AND e.server_time <= u.server_time
                AND e.kind = 'entry' AND e.verdict = 'ENTRY GRANTED') AS entry
          FROM scans u WHERE u.kind = 'undo' AND u.reason = 'undone') AS undone
    WHERE entry IS NOT NULL GROUP BY slot ORDER BY slot";

pub(super) async fn arrivals(db: &Db) -> Result<Arrivals, DbError> {
    let (entries, taken_back): (Vec<Row>, Vec<Row>) = db
        .work(|mut conn| async move {
            // So that nothing is taken back of what was not counted.
            let mut tx = conn.start_transaction(TxOpts::default()).await?;
            let read = (tx.query(ENTRIES).await?, tx.query(TAKEN_BACK).await?);
            tx.commit().await?;
            Ok(read)
        })
        .await?;
    let counted = |row: &Row| Ok::<(_, u64), DbError>((slot(row, FIVE)?, column(row, "number")?));
    let mut slots = entries.iter().map(counted).collect::<Result<BTreeMap<_, _>, _>>()?;
    for row in &taken_back {
        let (at, back) = counted(row)?;
        slots.entry(at).and_modify(|number| *number = number.saturating_sub(back));
    }
    slots.retain(|_, number| *number > 0);
    Ok(Arrivals(slots.into_iter().collect()))
}

/// What the table of scans says of each name.
const SCANS: &str = "
    SELECT gate, MAX(server_time) AS last_scan,
           CAST(SUM(server_time >= :midnight AND verdict = 'ENTRY GRANTED') AS SIGNED) AS granted,
           CAST(SUM(server_time >= :midnight AND verdict = 'ENTRY REJECTED') AS SIGNED) AS rejected,
           CAST(SUM(server_time >= :midnight AND verdict = 'CANNOT CHECK') AS SIGNED) AS cannot_check,
           CAST(SUM(server_time > :just_now AND kind = 'entry' AND verdict = 'ENTRY GRANTED') AS SIGNED) AS just_now
    FROM scans GROUP BY gate";

/// A gate asks every few seconds whether the database is there. Its connection
/// remembers how long ago that was; only an account that may see others'
/// connections learns it.
const CONTACTS: &str = "
    SELECT user AS account, CAST(MIN(time) AS SIGNED) AS idle FROM information_schema.processlist
    WHERE user IN (SELECT account COLLATE utf8mb4_general_ci FROM gates) GROUP BY user";

/// Every gate by its name, those in use first, and then the names under which
/// scans came and no gate is known.
///
/// # Errors
/// [`DbError`].
pub async fn gates(db: &Db, midnight: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<GateLine>, DbError> {
    let (known, scans, contacts) = tokio::try_join!(known(db), scans(db, midnight, now), contacts(db))?;
    let mut lines = known;
    for scanned in scans {
        match lines.iter_mut().find(|line| line.name == scanned.name) {
            Some(line) => {
                *line = GateLine {
                    last_scan: scanned.last_scan,
                    today: scanned.today,
                    just_now: scanned.just_now,
                    ..line.clone()
                }
            }
            None => lines.push(scanned),
        }
    }
    for line in &mut lines {
        let idle = contacts.iter().find(|(account, _)| line.account.as_ref() == Some(account));
        let heard = idle.map(|(_, idle)| now - TimeDelta::seconds((*idle).max(0)));
        line.last_contact = heard.max(line.last_scan);
    }
    lines.sort_by_key(|line| (!line.in_use(), line.account.is_none()));
    Ok(lines)
}

async fn known(db: &Db) -> Result<Vec<GateLine>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            Ok(conn.query("SELECT name, account, created_at, revoked_at FROM gates ORDER BY name").await?)
        })
        .await?;
    let line = |row: &Row| {
        let revoked: Option<NaiveDateTime> = column(row, "revoked_at")?;
        Ok(GateLine {
            name: column(row, "name")?,
            account: Some(column(row, "account")?),
            created_at: Some(column::<NaiveDateTime>(row, "created_at")?.and_utc()),
            revoked_at: revoked.map(|at| at.and_utc()),
            ..GateLine::default()
        })
    };
    rows.iter().map(line).collect()
}

async fn scans(db: &Db, midnight: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<GateLine>, DbError> {
    let (midnight, just_now) = (midnight.naive_utc(), (now - JUST_NOW).naive_utc());
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            Ok(conn.exec(SCANS, params! { "midnight" => midnight, "just_now" => just_now }).await?)
        })
        .await?;
    let line = |row: &Row| {
        let last: Option<NaiveDateTime> = column(row, "last_scan")?;
        Ok(GateLine {
            name: column(row, "gate")?,
            last_scan: last.map(|at| at.and_utc()),
            today: Verdicts {
                granted: column(row, "granted")?,
                rejected: column(row, "rejected")?,
                cannot_check: column(row, "cannot_check")?,
            },
            just_now: column(row, "just_now")?,
            ..GateLine::default()
        })
    };
    rows.iter().map(line).collect()
}

/// Nothing where it may not be seen: then the last scan has to do.
async fn contacts(db: &Db) -> Result<Vec<(String, i64)>, DbError> {
    let seen = db
        .work(|mut conn| async move {
            let rows: Vec<Row> = conn.query(CONTACTS).await?;
            rows.iter().map(|row| Ok((column(row, "account")?, column(row, "idle")?))).collect()
        })
        .await;
    match seen {
        Err(error) if error.code().is_some() => {
            tracing::debug!(cause = crate::chain(&error), "this account may not see the gates' connections");
            Ok(Vec::new())
        }
        seen => seen,
    }
}

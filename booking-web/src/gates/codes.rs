//! The table `codes`: what each ticket's code opens at a gate that is cut off.
//!
//! Only who can sign knows it, so it is made here, by every server: at once
//! for all tickets when it starts (the signing key may be another one), and
//! then every few seconds for those that changed. Two servers make the same
//! code twice, and the table's keys keep one of them.
//!
//! A revoked ticket has its code, too: a gate that is cut off shall know it.
//! Somebody who was forgotten has none; a stand-in has nothing to show.

use std::time::{Duration, Instant};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use common::{CodeKeys, TicketSigner, UniqueId};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, Row, Value, params};
use tokio_util::sync::CancellationToken;

use crate::chain;
use crate::db::{Db, DbError, column};
use crate::privacy::is_stand_in;

/// Tickets looked at by one statement, and codes written by one.
const PAGE: usize = 500;
/// Signatures made before others have their turn: a millisecond or two.
const AT_A_STRETCH: usize = 50;
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A ticket says when it changed, by a clock that may be another server's, and is seen when that is committed.
const OVERLAP: TimeDelta = TimeDelta::seconds(60);
/// All of them once more: rows written by hand may say any time.
const WHOLE_EVERY: Duration = Duration::from_secs(600);

/// The next tickets by the time of their last change, at which many may have changed, and whether each has a code.
const NEXT: &str = "
    SELECT t.UNIQUE_ID, t.UPDATED_AT, c.lookup IS NULL AS lacking
    FROM (
        (SELECT UNIQUE_ID, UPDATED_AT FROM tickets WHERE UPDATED_AT = :at AND UNIQUE_ID > :id
         ORDER BY UNIQUE_ID LIMIT :most)
        UNION ALL
        (SELECT UNIQUE_ID, UPDATED_AT FROM tickets WHERE UPDATED_AT > :at AND UPDATED_AT <= :until
         ORDER BY UPDATED_AT, UNIQUE_ID LIMIT :most)
        ORDER BY UPDATED_AT, UNIQUE_ID LIMIT :most) AS t
    LEFT JOIN codes c ON c.unique_id = t.UNIQUE_ID AND c.signed_by = :key
    ORDER BY t.UPDATED_AT, t.UNIQUE_ID";

/// A way through the tickets, by the time of their last change.
#[derive(Clone, Debug)]
pub struct Walk {
    at: NaiveDateTime,
    id: String,
    until: NaiveDateTime,
}

/// What one step of it came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Tickets looked at.
    pub seen: usize,
    /// Codes that were lacking.
    pub made: u64,
}

impl Walk {
    /// All tickets.
    #[must_use]
    pub fn whole() -> Self {
        let (first, last) = (NaiveDate::from_ymd_opt(1000, 1, 1), NaiveDate::from_ymd_opt(9999, 12, 31));
        let midnight = |day: Option<NaiveDate>| day.expect("a day of the calendar").and_time(chrono::NaiveTime::MIN);
        Self { at: midnight(first), id: String::new(), until: midnight(last) }
    }

    /// Those that changed from `since` to `now`, and around it.
    fn recent(since: NaiveDateTime, now: NaiveDateTime) -> Self {
        Self { at: since - OVERLAP, id: String::new(), until: now + OVERLAP }
    }

    /// Makes the codes that are lacking among the next tickets; `None` at the end.
    ///
    /// # Errors
    /// [`DbError`]; the same step may be tried again.
    pub async fn step(&mut self, db: &Db, signer: &TicketSigner) -> Result<Option<Step>, DbError> {
        let key = signer.public_key().to_bytes();
        let rows = self.next(db, &key).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let place = (column(last, "UPDATED_AT")?, column(last, "UNIQUE_ID")?);
        let mut lacking = Vec::new();
        for row in &rows {
            if column(row, "lacking")? {
                lacking.extend(known(&column::<String>(row, "UNIQUE_ID")?));
            }
        }
        let made = write(db, &signed(signer, lacking).await, &key).await?;
        (self.at, self.id) = place;
        Ok(Some(Step { seen: rows.len(), made }))
    }

    async fn next(&self, db: &Db, key: &[u8; 32]) -> Result<Vec<Row>, DbError> {
        db.work(|mut conn| async move {
            let place = params! {
                "at" => self.at, "id" => &self.id, "until" => self.until, "most" => PAGE, "key" => &key[..],
            };
            Ok(conn.exec(NEXT, place).await?)
        })
        .await
    }
}

/// A ticket that a code can be made for. An older system may have ids of another form; they have no code of ours.
fn known(id: &str) -> Option<UniqueId> {
    UniqueId::parse(id).ok().filter(|id| !is_stand_in(id))
}

/// What each of these tickets' codes opens.
async fn signed(signer: &TicketSigner, ids: Vec<UniqueId>) -> Vec<(CodeKeys, UniqueId)> {
    let mut codes = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_A_STRETCH) {
        codes.extend(some.iter().map(|id| (CodeKeys::of(&signer.sign(id)), id.clone())));
        tokio::task::yield_now().await;
    }
    // Two servers that write the same codes take their locks in one order.
    codes.sort_unstable_by_key(|(keys, _)| keys.lookup);
    codes
}

/// One statement: a ticket that went meanwhile, or has its code from somebody else, is left out by the table's keys.
async fn write(db: &Db, codes: &[(CodeKeys, UniqueId)], key: &[u8; 32]) -> Result<u64, DbError> {
    if codes.is_empty() {
        return Ok(0);
    }
    let places = vec!["(?, ?, ?, ?, UTC_TIMESTAMP(6))"; codes.len()].join(", ");
    let insert = format!("INSERT IGNORE INTO codes (lookup, unique_id, signed_by, seal_key, made_at) VALUES {places}");
    let values: Vec<Value> = codes
        .iter()
        .flat_map(|(keys, id)| {
            [(&keys.lookup[..]).into(), id.as_str().into(), (&key[..]).into(), (&keys.seal[..]).into()]
        })
        .collect();
    db.work(|mut conn| {
        let (insert, values) = (&insert, Params::Positional(values.clone()));
        async move {
            conn.exec_drop(insert, values).await?;
            Ok(conn.affected_rows())
        }
    })
    .await
}

/// Makes them all, now. `step` hears of how many tickets were looked at.
///
/// # Errors
/// [`DbError`]; what was made until then stays.
pub async fn fill(db: &Db, signer: &TicketSigner, mut step: impl FnMut(usize)) -> Result<u64, DbError> {
    let (mut walk, mut made) = (Walk::whole(), 0);
    while let Some(done) = walk.step(db, signer).await? {
        step(done.seen);
        made += done.made;
    }
    Ok(made)
}

/// Keeps them complete until told to stop.
pub async fn run(db: Db, signer: TicketSigner, stop: CancellationToken) {
    let (mut since, mut whole, mut failing) = (None, Instant::now(), false);
    loop {
        if whole.elapsed() > WHOLE_EVERY {
            (since, whole) = (None, Instant::now());
        }
        match stop.run_until_cancelled(round(&db, &signer, since)).await {
            Some(Ok((now, made))) => {
                if made > 0 && since.is_none() {
                    tracing::info!(made, "gates can know these tickets' codes when they are cut off");
                }
                (since, failing) = (Some(now), false);
            }
            // Once: while the database is away, this comes round every two seconds.
            Some(Err(error)) if !failing => {
                failing = true;
                tracing::warn!(error = chain(&error), "tickets' codes are not written yet");
            }
            Some(Err(_)) => {}
            None => return,
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
            return;
        }
    }
}

/// All tickets, or those that changed since; answers the database's time at its beginning.
async fn round(db: &Db, signer: &TicketSigner, since: Option<NaiveDateTime>) -> Result<(NaiveDateTime, u64), DbError> {
    let now: Option<NaiveDateTime> =
        db.work(|mut conn| async move { Ok(conn.query_first("SELECT UTC_TIMESTAMP(6)").await?) }).await?;
    let now = now.ok_or(DbError::Column { column: "UTC_TIMESTAMP" })?;
    let mut walk = since.map_or_else(Walk::whole, |since| Walk::recent(since, now));
    let mut made = 0;
    loop {
        let began = Instant::now();
        let Some(step) = walk.step(db, signer).await? else { return Ok((now, made)) };
        made += step.made;
        if step.seen == PAGE {
            // As long as that took: guests come first.
            tokio::time::sleep(began.elapsed()).await;
        }
    }
}

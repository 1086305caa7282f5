//! Small things that are kept: up to when the tickets are known, keys, the clock.

use common::code_keys::KEY_BYTES;
use rusqlite::{Connection, OptionalExtension};

use super::envelope::{self, JournalKey, JournalOpener};
use super::{Store, StoreFault, instant, micros};
use chrono::{DateTime, TimeDelta, Utc};

/// What was learnt at the last contact, and is needed without one.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Whom the journal is sealed for.
    pub journal: Option<JournalKey>,
    /// What gates on the local network know each other by.
    pub lan: Option<[u8; KEY_BYTES]>,
    /// This computer's clock less the server's.
    pub difference: Option<TimeDelta>,
    /// When the last whole look at the tickets ended.
    pub synced_at: Option<DateTime<Utc>>,
    /// The account was taken away, and what it knew is wiped.
    pub revoked: bool,
}

impl Store {
    /// What is kept.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn keys(&self) -> Result<Keys, StoreFault> {
        self.run_now(|connection| {
            let journal = get(connection, "journal_key")?.and_then(|bytes| JournalKey::parse(&bytes));
            let lan = get(connection, "lan_key")?.and_then(|bytes| bytes.try_into().ok());
            let difference = number(connection, "difference")?.map(TimeDelta::microseconds);
            let synced_at = number(connection, "synced_at")?.map(instant);
            let revoked = number(connection, "revoked")?.is_some();
            Ok(Keys { journal, lan, difference, synced_at, revoked })
        })
    }

    /// Keeps the database's keys. What waits in the clear is sealed with the first one.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn keep_keys(&self, opener: JournalOpener, lan: [u8; KEY_BYTES]) -> Result<(), StoreFault> {
        self.run(move |connection| {
            let tx = connection.transaction()?;
            let key = opener.key();
            put(&tx, "journal_key", &key.to_bytes())?;
            put(&tx, "lan_key", &lan)?;
            tx.execute("DELETE FROM meta WHERE key = 'revoked'", ())?;
            let clear: Vec<(i64, Vec<u8>)> = tx
                .prepare("SELECT n, who FROM journal WHERE who IS NOT NULL")?
                .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let clear: Vec<_> = clear.into_iter().filter(|(_, who)| envelope::is_clear(who)).collect();
            for (n, who) in &clear {
                if let Some(ticket) = envelope::opened(who, None) {
                    let sealed = envelope::closed(&ticket, Some(&key));
                    tx.execute("UPDATE journal SET who = ? WHERE n = ?", (sealed, n))?;
                }
            }
            tx.commit()?;
            // The log has the names as they were.
            if clear.is_empty() { Ok(()) } else { connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") }
        })
        .await
    }

    /// Keeps how this computer's clock differs from the server's.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn keep_difference(&self, difference: TimeDelta) -> Result<(), StoreFault> {
        let difference = difference.num_microseconds().unwrap_or_default();
        self.run(move |connection| put(connection, "difference", &difference.to_be_bytes())).await
    }

    /// Notes that everything up to now is known.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn keep_synced_at(&self, at: DateTime<Utc>) -> Result<(), StoreFault> {
        self.run(move |connection| put(connection, "synced_at", &micros(at).to_be_bytes())).await
    }

    /// Up to when a stream of changes is known.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn known_until(&self, stream: &'static str) -> Result<Option<DateTime<Utc>>, StoreFault> {
        self.run(move |connection| Ok(number(connection, stream)?.map(instant))).await
    }

    /// The account was taken away: forgets everything that was learnt of
    /// tickets and neighbours. The journal stays, sealed for the database: its
    /// scans have happened, and who is let in again sends them.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn forget(&self) -> Result<(), StoreFault> {
        self.run(|connection| {
            let tx = connection.transaction()?;
            tx.execute_batch(
                "DELETE FROM known; DELETE FROM list; DELETE FROM heard;
                 DELETE FROM meta WHERE key NOT IN ('journal_key', 'difference');",
            )?;
            put(&tx, "revoked", &1_i64.to_be_bytes())?;
            tx.commit()?;
            // So that the rows are gone from the log as well.
            connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
        })
        .await
    }
}

pub(super) fn keep_known_until(connection: &Connection, stream: &str, until: DateTime<Utc>) -> rusqlite::Result<()> {
    put(connection, stream, &micros(until).to_be_bytes())
}

const KNOWN: &str = "known_count";

/// How many codes are known.
pub(super) fn counted(connection: &Connection) -> rusqlite::Result<u64> {
    Ok(number(connection, KNOWN)?.and_then(|count| count.try_into().ok()).unwrap_or_default())
}

/// So many more.
pub(super) fn count_more(connection: &Connection, new: usize) -> rusqlite::Result<()> {
    if new == 0 {
        return Ok(());
    }
    let before = number(connection, KNOWN)?.unwrap_or_default();
    put(connection, KNOWN, &(before + i64::try_from(new).unwrap_or_default()).to_be_bytes())
}

fn get(connection: &Connection, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached("SELECT value FROM meta WHERE key = ?")?.query_one((key,), |row| row.get(0)).optional()
}

fn number(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    Ok(get(connection, key)?.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes))
}

fn put(connection: &Connection, key: &str, value: &[u8]) -> rusqlite::Result<()> {
    let put = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    connection.prepare_cached(put)?.execute((key, value)).map(drop)
}

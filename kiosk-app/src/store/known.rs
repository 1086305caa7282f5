//! What is known of the tickets, a sealed row for each of their codes.

use chrono::{DateTime, Utc};
use common::CodeKeys;
use common::code_keys::KEY_BYTES;
use rusqlite::OptionalExtension;

use super::meta::{count_more, counted, keep_known_until};
use super::{ListedTicket, Status, Store, StoreFault, list};

/// A ticket's row, as the database has it, for one of its codes.
#[derive(Clone, Debug)]
pub struct KnownRow {
    /// The code's keys.
    pub keys: CodeKeys,
    /// How the ticket stands.
    pub status: Status,
}

impl Store {
    /// Keeps a page of what the database says, and up to when that is known: both or neither.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn learn(
        &self,
        rows: Vec<KnownRow>,
        listed: Vec<ListedTicket>,
        stream: &'static str,
        until: DateTime<Utc>,
    ) -> Result<(), StoreFault> {
        // Sealed here: the store's thread has a guest to serve.
        let sealed: Vec<([u8; KEY_BYTES], Vec<u8>)> = rows
            .into_iter()
            .filter_map(|row| Some((row.keys.lookup, row.status.sealed(&row.keys.lookup, &row.keys.seal)?)))
            .collect();
        self.run(move |connection| {
            let tx = connection.transaction()?;
            let mut new = 0;
            {
                let mut change = tx.prepare_cached("UPDATE known SET sealed = ? WHERE lookup = ?")?;
                let mut put = tx.prepare_cached("INSERT INTO known VALUES (?, ?)")?;
                for (lookup, sealed) in &sealed {
                    if change.execute((sealed, lookup))? == 0 {
                        new += put.execute((lookup, sealed))?;
                    }
                }
            }
            count_more(&tx, new)?;
            list::put(&tx, &listed)?;
            keep_known_until(&tx, stream, until)?;
            tx.commit()
        })
        .await
    }

    /// What is known of the ticket of this code.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn known(&self, keys: CodeKeys) -> Result<Option<Status>, StoreFault> {
        self.run(move |connection| {
            let get = "SELECT sealed FROM known WHERE lookup = ?";
            let sealed: Option<Vec<u8>> =
                connection.prepare_cached(get)?.query_one((keys.lookup,), |row| row.get(0)).optional()?;
            Ok(sealed.and_then(|sealed| Status::open(&sealed, &keys.lookup, &keys.seal)))
        })
        .await
    }

    /// How many codes are known.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn count_known(&self) -> Result<u64, StoreFault> {
        // Kept, because to count a million rows would keep a guest waiting.
        self.run(|connection| counted(connection)).await
    }
}

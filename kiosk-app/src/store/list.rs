//! The readable list: names and numbers, in the clear, for search by hand when
//! the network is down. Kept only where the organiser allows it.

use common::{TicketTag, UniqueId};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Status, Store, StoreFault, instant, micros};

/// A ticket in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTicket {
    /// Which, and with it name and number.
    pub unique_id: UniqueId,
    /// How it stands.
    pub status: Status,
}

const COLUMNS: &str = "unique_id, tag, revoked, present, updated_at, admitted_at, admitted_gate, admitted_scan";

pub(super) fn put(connection: &Connection, tickets: &[ListedTicket]) -> rusqlite::Result<()> {
    let put = format!("INSERT OR REPLACE INTO list ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    let mut put = connection.prepare_cached(&put)?;
    for ListedTicket { unique_id, status } in tickets {
        put.execute((
            unique_id.as_str(),
            status.tag.0,
            status.revoked,
            status.present,
            micros(status.updated_at),
            status.admitted_at.map(micros),
            &status.admitted_gate,
            &status.admitted_scan,
        ))?;
    }
    Ok(())
}

fn ticket(row: &Row<'_>) -> rusqlite::Result<Option<ListedTicket>> {
    let Ok(unique_id) = UniqueId::parse(&row.get::<_, String>(0)?) else { return Ok(None) };
    let status = Status {
        tag: TicketTag(row.get(1)?),
        revoked: row.get(2)?,
        present: row.get(3)?,
        updated_at: instant(row.get(4)?),
        admitted_at: row.get::<_, Option<i64>>(5)?.map(instant),
        admitted_gate: row.get(6)?,
        admitted_scan: row.get(7)?,
    };
    Ok(Some(ListedTicket { unique_id, status }))
}

impl Store {
    /// The ticket of this id, if the list has it.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn listed(&self, ticket_id: &UniqueId) -> Result<Option<ListedTicket>, StoreFault> {
        let id = ticket_id.as_str().to_owned();
        let get = format!("SELECT {COLUMNS} FROM list WHERE unique_id = ?");
        self.run(move |connection| {
            let found = connection.prepare_cached(&get)?.query_one((id,), ticket).optional()?;
            Ok(found.flatten())
        })
        .await
    }

    /// The whole list, in the order of the names, as far as `wanted` says yes, at most so many.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn search_list(
        &self,
        wanted: impl Fn(&UniqueId) -> bool + Send + 'static,
        most: usize,
    ) -> Result<Vec<ListedTicket>, StoreFault> {
        let all = format!("SELECT {COLUMNS} FROM list ORDER BY unique_id");
        self.run(move |connection| {
            let mut found = Vec::new();
            let mut statement = connection.prepare_cached(&all)?;
            let mut rows = statement.query(())?;
            while let Some(row) = rows.next()? {
                let Some(ticket) = ticket(row)? else { continue };
                if wanted(&ticket.unique_id) {
                    found.push(ticket);
                    if found.len() == most {
                        break;
                    }
                }
            }
            Ok(found)
        })
        .await
    }

    /// Whether there is a list, and how long it is.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn count_listed(&self) -> Result<u64, StoreFault> {
        self.run(|connection| connection.query_one("SELECT COUNT(*) FROM list", (), |row| row.get(0))).await
    }

    /// The organiser no longer allows a list: it goes.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub fn drop_list(&self) -> Result<(), StoreFault> {
        self.run_now(|connection| connection.execute_batch("DELETE FROM list; PRAGMA wal_checkpoint(TRUNCATE);"))
    }
}

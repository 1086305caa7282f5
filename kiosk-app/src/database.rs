//! The tickets' database: one pool, a deadline on every call, and a word for
//! every way in which it can fail.
//!
//! The driver has no deadlines of its own: without ours, a frozen server or a
//! network that swallows packets would hold a guest at the door for ever.
//!
//! Reading order: `connect` → here (a statement and its deadline) → `fault`
//! (how it can fail) → `wish` (a guest comes in, leaves, or is taken back) →
//! `record` and `replay` (what was done is written down, also late) → `tickets`,
//! `keys` (what is learnt for the time without it); beside them what the desk
//! asks: `search`, `attendance`, `conflicts`, `pulse`, `event`.

mod attendance;
mod conflicts;
mod connect;
mod event;
mod fault;
mod keys;
mod pulse;
mod record;
mod replay;
mod search;
mod tickets;
mod wish;

use std::future::Future;
use std::time::{Duration, Instant};

use mysql_async::prelude::{FromRow, Queryable};
use mysql_async::{Conn, Params, Pool, Row};
use tokio::time::timeout;

use crate::settings::Settings;
pub use attendance::{Attendance, SLOT_MINUTES};
pub use conflicts::Conflict;
pub use event::EventRow;
pub use fault::DatabaseFault;
pub use keys::GateKeys;
pub use pulse::Pulse;
pub use record::RecordedScan;
pub use search::{FoundTicket, Query, QueryTooShort};
pub use tickets::{Cursor, OVERLAP, Page, TicketRecord};
pub use wish::{Attempt, Request, TicketRow, Wish};

/// Getting a connection: at worst a new one, which over TLS and a slow mobile
/// network is some eight round trips.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// One statement on a connection that stands.
const STATEMENT_TIME: Duration = Duration::from_secs(2);
/// Saying goodbye when the program ends.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// The event's database. Connects when first asked.
#[derive(Clone, Debug)]
pub struct Database {
    pool: Pool,
}

impl Database {
    /// The database that the settings name. Connects to nothing yet.
    #[must_use]
    pub fn open(settings: &Settings) -> Self {
        Self { pool: Pool::new(connect::options(settings)) }
    }

    /// Connects, and prepares the statements of a scan, so that the first guest
    /// does not wait for it. Answers how long that took. Of a connection that
    /// is ready already nothing is asked; whether the server lives tells [`ping`](Self::ping).
    ///
    /// # Errors
    /// Whatever would befall the first scan, missing rights included.
    pub async fn get_ready(&self) -> Result<Duration, DatabaseFault> {
        let started = Instant::now();
        let mut conn = self.connection().await?;
        let mut prepared = Ok(());
        for statement in wish::EVERYDAY {
            if prepared.is_ok() {
                prepared = within(STATEMENT_TIME, conn.prep(statement)).await.map(drop);
            }
        }
        settle(conn, prepared).await?;
        Ok(started.elapsed())
    }

    /// Says goodbye to the server, if it listens.
    pub async fn close(self) {
        // Nothing is lost if it does not: every statement is a transaction of its own.
        let _ = timeout(CLOSE_TIME, self.pool.disconnect()).await;
    }

    /// The answer to a question.
    async fn rows<T: FromRow>(
        &self,
        question: &str,
        values: impl Into<Params> + Send,
    ) -> Result<Vec<T>, DatabaseFault> {
        let mut conn = self.connection().await?;
        let answer = within(STATEMENT_TIME, conn.exec::<Row, _, _>(question, values.into())).await;
        settle(conn, answer).await?.into_iter().map(read).collect()
    }

    async fn connection(&self) -> Result<Conn, DatabaseFault> {
        within(CONNECT_TIME, self.pool.get_conn()).await
    }
}

async fn within<T>(time: Duration, answer: impl Future<Output = mysql_async::Result<T>>) -> Result<T, DatabaseFault> {
    match timeout(time, answer).await {
        Ok(answer) => answer.map_err(DatabaseFault::from),
        Err(_) => Err(DatabaseFault::Silent(time)),
    }
}

/// Gives the connection back to the pool, unless it leads to a server that has
/// become a read-only copy: the pool would hand it out again and again.
async fn settle<T>(conn: Conn, outcome: Result<T, DatabaseFault>) -> Result<T, DatabaseFault> {
    if outcome.as_ref().is_err_and(DatabaseFault::is_of_a_read_only_server) {
        let _ = timeout(CLOSE_TIME, conn.disconnect()).await;
    }
    outcome
}

/// The driver's plain getters would panic on a column of another type.
fn read<T: FromRow>(row: Row) -> Result<T, DatabaseFault> {
    mysql_async::from_row_opt(row).map_err(|other| DatabaseFault::of_another_shape(other.0))
}

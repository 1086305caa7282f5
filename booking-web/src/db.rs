//! The database: one pool, a deadline on everything, conflicts repeated.
//!
//! A unit of work borrows one connection and ends within four seconds.
//! Where the server says that two units were in each other's way (deadlock,
//! lock wait), nothing of the unit was kept and it runs again, a few times.

use std::time::Duration;

use mysql_async::prelude::{FromValue, Queryable};
use mysql_async::{Conn, FromValueError, Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts, Row, SslOpts};

use crate::config::DatabaseSettings;

/// Longer than any healthy unit of work, shorter than a guest's patience and
/// Razorpay's five seconds for a webhook.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);
const CONFLICT_REPEATS: u32 = 8;
/// In one process, for everything.
pub(crate) const CONNECTIONS: usize = 16;

/// The event's database.
#[derive(Clone, Debug)]
pub struct Db {
    pool: Pool,
}

/// Why a unit of work has no result.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("the database did not answer within {} s", ANSWER_WITHIN.as_secs())]
    Timeout,
    #[error("the database could not do it")]
    Mysql(#[from] mysql_async::Error),
    #[error("column {column} does not hold what it should")]
    Column { column: &'static str },
    #[error("the seat counter disagrees with the orders")]
    SeatCounter,
}

impl DbError {
    /// The server's error number, if it was the server that refused.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Mysql(mysql_async::Error::Server(error)) => Some(error.code),
            _ => None,
        }
    }

    /// A unique key was there before us.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.code() == Some(1062)
    }

    /// A CHECK said no (MySQL 3819, MariaDB 4025).
    #[must_use]
    pub fn is_check(&self) -> bool {
        matches!(self.code(), Some(3819 | 4025))
    }

    /// Nothing of the unit was kept, or not all of it: it is to be repeated.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self.code(), Some(1213 | 1205))
    }
}

impl Db {
    /// Prepares the pool; the first connection is made when it is needed.
    ///
    /// # Errors
    /// When the settings' URL is none that the driver understands.
    pub fn open(settings: &DatabaseSettings) -> anyhow::Result<Self> {
        let opts = Opts::from_url(settings.exposed_url())?;
        let constraints = PoolConstraints::new(2, CONNECTIONS).expect("2 is less than 16");
        let pool_opts = PoolOpts::new()
            .with_constraints(constraints)
            // Without a time to live, connections above the minimum are closed at once.
            .with_inactive_connection_ttl(Duration::from_secs(60))
            // Follows a failover's DNS change.
            .with_abs_conn_ttl(Some(Duration::from_secs(600)))
            .with_abs_conn_ttl_jitter(Some(Duration::from_secs(120)))
            // A reset costs a round trip and the statement cache; no session state is ever left behind.
            .with_reset_connection(false);
        let ssl = (!settings.loopback || settings.ca_file.is_some()).then(|| tls(settings));
        let opts = OptsBuilder::from_opts(opts)
            .pool_opts(pool_opts)
            .ssl_opts(ssl)
            // The driver would otherwise change over to whatever local server answers at a socket.
            .prefer_socket(false)
            .tcp_keepalive(Some(Duration::from_secs(30)))
            .max_allowed_packet(Some(16 << 20))
            .wait_timeout(Some(28_800))
            .setup(vec!["SET time_zone = '+00:00'"]);
        Ok(Self { pool: Pool::new(opts) })
    }

    /// Runs one unit of work on a connection of its own. The unit may run
    /// several times, so everything it does belongs in one transaction or one
    /// statement.
    ///
    /// # Errors
    /// [`DbError`]; after [`DbError::Timeout`] a write may or may not have happened.
    pub async fn work<T, F>(&self, unit: impl Fn(Conn) -> F) -> Result<T, DbError>
    where
        F: Future<Output = Result<T, DbError>>,
    {
        let mut repeats = 0;
        loop {
            let attempt = async { unit(self.pool.get_conn().await?).await };
            let result = tokio::time::timeout(ANSWER_WITHIN, attempt).await.unwrap_or(Err(DbError::Timeout));
            match result {
                Err(error) if error.is_conflict() && repeats < CONFLICT_REPEATS => {
                    repeats += 1;
                    tokio::time::sleep(pause(repeats)).await;
                }
                result => return result,
            }
        }
    }

    /// A connection with no deadline on what is done with it, for migrations and accounts.
    pub(crate) async fn connection(&self) -> Result<Conn, DbError> {
        let connecting = self.pool.get_conn();
        Ok(tokio::time::timeout(ANSWER_WITHIN, connecting).await.map_err(|_| DbError::Timeout)??)
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`DbError`] when it does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.work(|mut conn| async move { Ok(conn.ping().await?) }).await
    }

    /// Closes the pool's connections, waiting a moment for borrowed ones.
    pub async fn close(self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.pool.disconnect()).await;
    }
}

fn tls(settings: &DatabaseSettings) -> SslOpts {
    match &settings.ca_file {
        // Trust this authority alone, not every public one besides.
        Some(file) => SslOpts::default().with_disable_built_in_roots(true).with_root_certs(vec![file.clone().into()]),
        None => SslOpts::default(),
    }
}

/// Grows from a few milliseconds, spread so that the same two do not meet again.
fn pause(repeats: u32) -> Duration {
    let spread = getrandom::u32().unwrap_or(0) % 10;
    Duration::from_millis(u64::from(repeats * 5 + spread))
}

/// One column of a row, without the panics of the driver's typed getters.
pub(crate) fn column<T: FromValue>(row: &Row, column: &'static str) -> Result<T, DbError> {
    match row.get_opt::<T, _>(column) {
        Some(Ok(value)) => Ok(value),
        Some(Err(FromValueError(_))) | None => Err(DbError::Column { column }),
    }
}

//! The schema, brought up to date.

use anyhow::Context;
use mysql_async::prelude::Queryable;

use crate::db::Db;

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// As long as another server may take for the same migrations.
const WAIT_SECONDS: u32 = 60;

/// Applies what is missing and returns the names of what was applied.
///
/// Two at once are safe: the second waits for the first. DDL cannot be rolled
/// back on MySQL, so each file holds one statement that can be repeated.
///
/// # Errors
/// When the database is away, or refuses a statement.
pub async fn migrate(db: &Db) -> anyhow::Result<Vec<String>> {
    // Refinery has no lock of its own. This one belongs to a connection, and so to a living process.
    let mut guard = db.connection().await?;
    let name: String =
        guard.query_first("SELECT LEFT(CONCAT('migrate.', DATABASE()), 64)").await?.context("no database")?;
    let locked: Option<Option<i64>> = guard.exec_first("SELECT GET_LOCK(?, ?)", (&name, WAIT_SECONDS)).await?;
    anyhow::ensure!(
        locked.flatten() == Some(1),
        "another migration of this database has been running for {WAIT_SECONDS} s; wait for it, or look at its server"
    );
    let applied = embedded::migrations::runner().run_async(&mut db.pool().clone()).await;
    guard.exec_drop("DO RELEASE_LOCK(?)", (&name,)).await?;
    let applied = applied.context("a migration failed; mend its cause and run `booking-web migrate` again")?;
    Ok(applied.applied_migrations().iter().map(ToString::to_string).collect())
}

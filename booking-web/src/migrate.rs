//! The schema, brought up to date.

use anyhow::Context;
use mysql_async::prelude::Queryable;
use refinery::error::Kind;
use refinery::{Error, Report, Target};

use crate::db::Db;

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// As long as another server may take for the same migrations.
const WAIT_SECONDS: u32 = 60;

/// Applies what is missing and returns the names of what was applied.
///
/// Two at once are safe: the second waits for the first. DDL cannot be rolled
/// back on MySQL, so each file holds one statement that can be repeated, or
/// that says when it was done before.
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
    let applied = apply(db).await;
    guard.exec_drop("DO RELEASE_LOCK(?)", (&name,)).await?;
    let applied = applied.context("a migration failed; mend its cause and run `booking-web migrate` again")?;
    Ok(applied)
}

/// Applies them in their order; one that a process did, and died before it could write so, is only written down.
async fn apply(db: &Db) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    let mut pool = db.pool().clone();
    loop {
        let failed = match embedded::migrations::runner().run_async(&mut pool).await {
            Ok(report) => return Ok(names.into_iter().chain(applied(&report)).collect()),
            Err(error) => error,
        };
        names.extend(failed.report().map(applied).into_iter().flatten());
        if !is_done_already(&failed) {
            return Err(failed);
        }
        let runner = embedded::migrations::runner();
        let last = runner.get_last_applied_migration_async(&mut pool).await?.map_or(0, |last| last.version());
        let later = runner.get_migrations().iter().filter(|next| next.version() > last);
        let Some(next) = later.min_by_key(|next| next.version()).cloned() else { return Err(failed) };
        runner.set_target(Target::FakeVersion(next.version())).run_async(&mut pool).await?;
        names.push(next.to_string());
    }
}

fn applied(report: &Report) -> Vec<String> {
    report.applied_migrations().iter().map(ToString::to_string).collect()
}

/// The column or key to add is there, or what is to go is gone: each statement is done whole or not at all,
/// and nobody else gives these names.
fn is_done_already(error: &Error) -> bool {
    let Kind::Connection(_, cause) = error.kind() else { return false };
    match cause.downcast_ref() {
        // ER_DUP_FIELDNAME, ER_DUP_KEYNAME, ER_CANT_DROP_FIELD_OR_KEY; MySQL has two more numbers for a rule that is
        // gone.
        Some(mysql_async::Error::Server(error)) => matches!(error.code, 1060 | 1061 | 1091 | 3821 | 3940),
        _ => false,
    }
}

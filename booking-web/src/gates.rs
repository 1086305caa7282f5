//! Gates and their accounts. Each may read what a verdict needs, change the
//! admission columns, and report its scans; nothing else, so that a lost
//! laptop is one account to drop. [`set_up`] is what it is told, `rights` what
//! it may do; [`keys`] and [`codes`] are there for when it is cut off.

pub mod codes;
pub mod keys;
mod rights;
pub mod set_up;

use chrono::NaiveDateTime;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};
use crate::order::random_hex;
pub use rights::renew;

/// What the gate signs in with.
pub struct Account {
    pub user: String,
    pub password: String,
}

/// What became of a wish for a new gate.
pub enum Added {
    Account(Account),
    NameTaken,
}

/// A gate as the list shows it.
pub struct Gate {
    pub name: String,
    pub account: String,
    pub revoked: bool,
    pub last_scan: String,
}

/// Makes the gate `name` and its account; with `tls`, the server refuses it
/// without encryption.
///
/// # Errors
/// [`DbError`]; the gate does not exist then.
pub async fn add(db: &Db, name: &str, tls: bool) -> Result<Added, DbError> {
    // Made of hexadecimal digits only: the statements below cannot take parameters.
    let account = Account { user: format!("gate_{}", &random_hex()[..12]), password: random_hex() };
    if !register(db, name, &account.user).await? {
        return Ok(Added::NameTaken);
    }
    match open(db, &account, tls).await {
        Ok(()) => Ok(Added::Account(account)),
        Err(error) => {
            // A gate without an account would only block its name. Whoever may not make accounts may not drop any.
            let mut conn = db.connection().await?;
            let dropped = conn.query_drop(format!("DROP USER IF EXISTS '{}'@'%'", account.user)).await;
            conn.exec_drop("DELETE FROM gates WHERE account = ?", (&account.user,)).await?;
            if let Err(left) = dropped {
                tracing::debug!(error = %left, "no account was there to drop, or it stays, with a password that nobody was told");
            }
            Err(error)
        }
    }
}

/// The unique key on the name decides; a revoked gate's name is free again.
async fn register(db: &Db, name: &str, user: &str) -> Result<bool, DbError> {
    let inserted = db
        .work(|mut conn| async move {
            let insert = "INSERT INTO gates (name, account, created_at) VALUES (?, ?, UTC_TIMESTAMP(6))";
            Ok(conn.exec_drop(insert, (name, user)).await?)
        })
        .await;
    match inserted {
        Err(error) if error.is_duplicate() => {}
        result => return result.map(|()| true),
    }
    db.work(|mut conn| async move {
        conn.exec_drop(
            "UPDATE gates SET account = ?, created_at = UTC_TIMESTAMP(6), revoked_at = NULL
             WHERE name = ? AND revoked_at IS NOT NULL",
            (user, name),
        )
        .await?;
        Ok(conn.affected_rows() == 1)
    })
    .await
}

async fn open(db: &Db, account: &Account, tls: bool) -> Result<(), DbError> {
    let Account { user, password } = account;
    let mut conn = db.connection().await?;
    let require = if tls { " REQUIRE SSL" } else { "" };
    conn.query_drop(format!("CREATE USER '{user}'@'%' IDENTIFIED BY '{password}'{require}")).await?;
    rights::grant(&mut conn, user).await
}

/// Takes a gate's account away, and the key by which the others knew it. Its
/// open connections lose their rights with it, and are closed where our own
/// account may do that. `false`: no such gate in use.
///
/// # Errors
/// [`DbError`].
pub async fn revoke(db: &Db, name: &str) -> Result<bool, DbError> {
    let mut conn = db.connection().await?;
    let user: Option<String> =
        conn.exec_first("SELECT account FROM gates WHERE name = ? AND revoked_at IS NULL", (name,)).await?;
    let Some(user) = user else { return Ok(false) };
    // The account first: a gate marked as revoked that still works would be a lie.
    conn.query_drop(format!("DROP USER IF EXISTS '{user}'@'%'")).await?;
    // Then the key, which it cannot read any more. Cut off before the end, all of it is done again.
    keys::replace_lan_key(&mut conn).await?;
    conn.exec_drop("UPDATE gates SET revoked_at = UTC_TIMESTAMP(6) WHERE account = ?", (&user,)).await?;
    let open: Vec<u64> =
        conn.exec("SELECT id FROM information_schema.processlist WHERE user = ?", (&user,)).await.unwrap_or_default();
    for connection in open {
        if let Err(error) = conn.query_drop(format!("KILL {connection}")).await {
            tracing::debug!(%error, "an open connection of the gate stays, without rights");
        }
    }
    Ok(true)
}

/// Every gate, by name.
///
/// # Errors
/// [`DbError`].
pub async fn list(db: &Db) -> Result<Vec<Gate>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            let query = "SELECT name, account, revoked_at IS NOT NULL AS revoked,
                                (SELECT MAX(server_time) FROM scans WHERE gate = name COLLATE utf8mb4_bin) AS last_scan
                         FROM gates ORDER BY name";
            Ok(conn.query(query).await?)
        })
        .await?;
    rows.iter()
        .map(|row| {
            let last: Option<NaiveDateTime> = column(row, "last_scan")?;
            Ok(Gate {
                name: column(row, "name")?,
                account: column(row, "account")?,
                revoked: column(row, "revoked")?,
                last_scan: last.map_or_else(|| "-".into(), |at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string()),
            })
        })
        .collect()
}

//! What a gate's account may do, and that older accounts may do it, too.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};

use crate::chain;
use crate::db::{Db, DbError, column};

/// What a verdict reads.
const READ: &str = "FIRST_NAME, PHONE_NO, UNIQUE_ID, REG_DATE, PRESENT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN,
                    REVOKED_AT, UPDATED_AT";
/// What an admission writes.
const WRITTEN: &str = "PRESENT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN, UPDATED_AT";
/// What says who is inside, when gates that were cut off bring their scans.
const PASSAGES: &str = "scan_id, unique_id, gate, kind, verdict, reason, mode, server_time";

/// The server does not know this mode: it never makes accounts by the way (`ER_WRONG_VALUE_FOR_VAR`).
const NO_SUCH_MODE: u16 = 1231;

/// Lets an account that is there do all that a gate does. What it may do already stays as it is.
pub(super) async fn grant(conn: &mut Conn, user: &str) -> Result<(), DbError> {
    let database: Option<String> = conn.query_first("SELECT DATABASE()").await?;
    let database = database.unwrap_or_default().replace('`', "``");
    for (rights, table) in [
        (&*format!("SELECT ({READ}), UPDATE ({WRITTEN})"), "tickets"),
        ("SELECT", "event"),
        (&format!("SELECT ({PASSAGES}), INSERT"), "scans"),
        ("SELECT", "codes"),
        ("SELECT", "gate_keys"),
    ] {
        conn.query_drop(format!("GRANT {rights} ON `{database}`.{table} TO '{user}'@'%'")).await?;
    }
    Ok(())
}

/// Gives every gate in use the rights that a new one gets: those made by an older version lack some. An account that
/// is gone, or rights that are not ours to give, stop nobody and are logged.
///
/// # Errors
/// When the database is away, or does not say which gates there are.
pub async fn renew(db: &Db) -> Result<(), DbError> {
    let gates: Vec<Row> = db
        .work(|mut conn| async move {
            Ok(conn.query("SELECT name, account FROM gates WHERE revoked_at IS NULL ORDER BY name").await?)
        })
        .await?;
    let mut conn = db.connection().await?;
    if let Err(error) = forbid_new_accounts(&mut conn).await {
        tracing::warn!(error = chain(&error), "no gate's rights are renewed: a GRANT here could make accounts");
        return Ok(());
    }
    for gate in &gates {
        let (name, user): (String, String) = (column(gate, "name")?, column(gate, "account")?);
        match grant(&mut conn, &user).await {
            Err(error) if error.code().is_some() => tracing::warn!(
                gate = name,
                error = chain(&error),
                "this gate keeps the rights it had; is its account gone, then revoke it and add it again; else run \
                 `booking-web migrate` with an account that has all rights on the database WITH GRANT OPTION"
            ),
            done => done?,
        }
    }
    // Not back to the pool, whose connections are all alike.
    conn.disconnect().await?;
    Ok(())
}

/// An old setting of MariaDB lets GRANT make the account that it does not find: without a password.
async fn forbid_new_accounts(conn: &mut Conn) -> Result<(), DbError> {
    let mode = "SET SESSION sql_mode = CONCAT_WS(',', @@SESSION.sql_mode, 'NO_AUTO_CREATE_USER')";
    match conn.query_drop(mode).await.map_err(DbError::from) {
        Err(error) if error.code() == Some(NO_SUCH_MODE) => Ok(()),
        done => done,
    }
}

//! The tables of the local store.

use rusqlite::Connection;

/// A file of another version is not read: it is kept, and a new one begun.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
-- What is known of a ticket, filed by its code and sealed with it.
CREATE TABLE known (lookup BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
-- In the clear, only where the organiser allows it.
CREATE TABLE list (
    unique_id TEXT PRIMARY KEY, tag BLOB NOT NULL, revoked INTEGER NOT NULL, present INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, admitted_at INTEGER, admitted_gate TEXT NOT NULL, admitted_scan TEXT NOT NULL
) WITHOUT ROWID;
-- Every scan at this gate, in order. state: 0 asked, 1 to be sent, 2 sent, 3 set aside.
CREATE TABLE journal (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    scan TEXT NOT NULL UNIQUE, tag BLOB, who BLOB, text_sha256 TEXT, gate TEXT NOT NULL, kind TEXT NOT NULL,
    device_at INTEGER NOT NULL, server_at INTEGER,
    verdict TEXT, reason TEXT, mode TEXT, unheard INTEGER NOT NULL DEFAULT 0,
    state INTEGER NOT NULL, fault TEXT
);
CREATE INDEX journal_state ON journal (state, n);
-- What the neighbours have granted.
CREATE TABLE heard (
    scan TEXT PRIMARY KEY, tag BLOB NOT NULL, step TEXT NOT NULL, at INTEGER NOT NULL, gate TEXT NOT NULL
) WITHOUT ROWID;
";

/// The same tables, for as long as the program runs.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

/// Makes the tables if there are none; `false` if they are of another version.
pub(super) fn prepare(connection: &mut Connection) -> rusqlite::Result<bool> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Each commit reaches the disk: a verdict is shown only after that.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // Two programs may open one store at the same moment.
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        tx.execute_batch(TABLES)?;
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    tx.commit()?;
    Ok(version == 0 || version == VERSION)
}

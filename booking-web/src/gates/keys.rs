//! What the event's gates have in common: the key that their journals are
//! sealed to, and the one by which they know each other on a local network.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

use crate::db::{Db, DbError};

/// Makes them, unless somebody was faster: the first ones stay.
///
/// # Errors
/// [`DbError`].
pub async fn make(db: &Db) -> Result<(), DbError> {
    let (private, lan_key) = (random(), random());
    let public = x25519(private, X25519_BASEPOINT_BYTES);
    db.work(|mut conn| async move {
        let insert = "INSERT IGNORE INTO gate_keys (id, journal_private, journal_public, lan_key, lan_key_changed_at)
                      VALUES (1, ?, ?, ?, UTC_TIMESTAMP(6))";
        Ok(conn.exec_drop(insert, (&private[..], &public[..], &lan_key[..])).await?)
    })
    .await
}

/// A gate that is gone knows the old key: the others get another one with their next look, and do not listen to it
/// any more.
pub(super) async fn replace_lan_key(conn: &mut Conn) -> Result<(), DbError> {
    let update = "UPDATE gate_keys SET lan_key = ?, lan_key_changed_at = UTC_TIMESTAMP(6) WHERE id = 1";
    Ok(conn.exec_drop(update, (&random()[..],)).await?)
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system always has random bytes");
    bytes
}

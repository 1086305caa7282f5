//! The keys that gates are given while the database lets them in.

use common::code_keys::KEY_BYTES;

use super::{Database, DatabaseFault};

const KEYS: &str = "SELECT journal_private, lan_key FROM gate_keys";

/// What the event's gates share.
#[derive(Clone)]
pub struct GateKeys {
    /// Opens the journal. X25519, RFC 7748.
    pub journal_private: [u8; KEY_BYTES],
    /// By what gates on a local network know each other.
    pub lan: [u8; KEY_BYTES],
}

impl Database {
    /// The event's keys; none before the organiser's program has made them.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn gate_keys(&self) -> Result<Option<GateKeys>, DatabaseFault> {
        let rows: Vec<(Vec<u8>, Vec<u8>)> = self.rows(KEYS, ()).await?;
        Ok(rows.into_iter().next().and_then(|(journal_private, lan)| {
            Some(GateKeys { journal_private: journal_private.try_into().ok()?, lan: lan.try_into().ok()? })
        }))
    }
}

//! The journal on its way to the database: in order, many at once, and one by
//! one where the database does not take one of them.

use std::collections::HashSet;

use chrono::Utc;
use common::Mode;

use crate::database::{Database, DatabaseFault, RecordedScan};
use crate::memory::Memory;
use crate::store::{StoreFault, Unsent};

/// One transaction. Its locks are held for some ten milliseconds.
const MOST_AT_ONCE: usize = 100;

/// Sends the oldest scans; whether there were any.
///
/// # Errors
/// The database's, if it may pass: they stay where they are.
pub(super) async fn some(database: &Database, memory: &Memory) -> Result<bool, DatabaseFault> {
    let opener = memory.opener();
    let has_key = opener.is_some();
    let mut unsent = match memory.store().unsent(MOST_AT_ONCE, opener).await {
        Ok(unsent) => unsent,
        Err(fault) => {
            tracing::error!("{fault}");
            return Ok(false);
        }
    };
    // The key comes with the rights: until then, what it opens waits.
    unsent.retain(|scan| has_key || !scan.unreadable);
    if unsent.is_empty() {
        return Ok(false);
    }
    match send(database, memory, &unsent).await {
        Ok(()) => are_sent(memory, &unsent).await,
        Err(fault) if fault.may_pass() => return Err(fault),
        Err(DatabaseFault::Unfit(_)) => {
            for scan in &unsent {
                one(database, memory, scan).await?;
            }
        }
        // Rights are missing: the organiser can mend them, and nothing is lost meanwhile.
        Err(fault) => {
            tracing::error!("scans wait to be written down: {fault}; {}", fault.remedy());
            return Ok(false);
        }
    }
    Ok(true)
}

/// One that the database does not take is kept, and the others go on.
async fn one(database: &Database, memory: &Memory, scan: &Unsent) -> Result<(), DatabaseFault> {
    match send(database, memory, std::slice::from_ref(scan)).await {
        Ok(()) => are_sent(memory, std::slice::from_ref(scan)).await,
        Err(fault) if fault.may_pass() => return Err(fault),
        Err(fault) => {
            tracing::error!(scan = scan.scan, "set aside: {fault}");
            kept(memory.store().set_aside(scan.n, fault.to_string()).await);
        }
    }
    Ok(())
}

async fn send(database: &Database, memory: &Memory, scans: &[Unsent]) -> Result<(), DatabaseFault> {
    let records: Vec<RecordedScan> = scans.iter().map(|scan| record(memory, scan)).collect();
    let unsettled: HashSet<String> = scans.iter().filter_map(unsettled).collect();
    database.replay(&records, &unsettled).await
}

/// A scan on which the database has not decided: its ticket's row follows from
/// all of the ticket's scans.
fn unsettled(scan: &Unsent) -> Option<String> {
    let by_itself = scan.mode == Mode::Offline.as_str();
    let moved = scan.unheard || matches!(scan.reason.as_str(), "granted" | "left" | "undone");
    scan.ticket.as_ref().filter(|_| by_itself && moved).map(|ticket| ticket.as_str().to_owned())
}

fn record(memory: &Memory, scan: &Unsent) -> RecordedScan {
    let server = || memory.clock().server(scan.device_at).unwrap_or_else(Utc::now);
    RecordedScan {
        scan: scan.scan.clone(),
        unique_id: scan.ticket.as_ref().map(|ticket| ticket.as_str().to_owned()),
        text_sha256: scan.text_sha256.clone(),
        gate: scan.gate.clone(),
        kind: scan.kind.clone(),
        verdict: scan.verdict.clone(),
        reason: scan.reason.clone(),
        mode: scan.mode.clone(),
        device_time: scan.device_at,
        server_time: scan.server_at.unwrap_or_else(server),
    }
}

async fn are_sent(memory: &Memory, scans: &[Unsent]) {
    kept(memory.store().sent(scans.iter().map(|scan| scan.n).collect()).await);
    memory.ledger().sent(scans.iter().map(|scan| scan.scan.as_str()));
}

/// If the store cannot note it, they are sent again, which does no harm.
fn kept(outcome: Result<(), StoreFault>) {
    if let Err(fault) = outcome {
        tracing::error!("{fault}");
    }
}

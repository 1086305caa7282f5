//! Every scan is written down, granted or not, *after* its verdict was given:
//! a guest never waits for the record.
//!
//! Records wait in a bounded queue while the database is away. What could not
//! be written when the program ends is counted and said, never kept silent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use common::Verdict;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::database::{Database, DatabaseFault, ScanRecord};

/// A gate's whole day; about three megabytes.
const MOST_WAITING: usize = 10_000;
/// What the end of the program waits for the last records.
const DRAIN_TIME: Duration = Duration::from_secs(3);
/// Between two tries of one record, doubled each time up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The same where the gate is refused: the organiser may be mending its rights,
/// but a gate whose account was taken away must not knock every second.
const PAUSE_IF_REFUSED: Duration = Duration::from_secs(10);

/// The records on their way to the database.
#[derive(Debug)]
pub struct ScanLog {
    queue: mpsc::Sender<ScanRecord>,
    tally: Arc<Tally>,
    writer: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Tally {
    /// In the queue or in the writer's hand.
    waiting: AtomicUsize,
    /// Given up: no room in the queue, or not to be written at all.
    lost: AtomicUsize,
    /// Told when the program ends, so that the writer does not sleep through it.
    closing: Notify,
}

impl ScanLog {
    /// Starts the writer. Call it inside a tokio runtime.
    #[must_use]
    pub fn start(database: Database) -> Self {
        let (queue, records) = mpsc::channel(MOST_WAITING);
        let tally = Arc::new(Tally::default());
        let writer = tokio::spawn(write_all(database, records, Arc::clone(&tally)));
        Self { queue, tally, writer }
    }

    /// Notes a scan, in no time: of its kind (`entry`, `exit`, `undo`), the
    /// verdict on the text that was presented, or none where an operator found the guest.
    pub fn record(&self, kind: &'static str, text: Option<&[u8]>, verdict: &Verdict) {
        self.tally.waiting.fetch_add(1, Ordering::Relaxed);
        if self.queue.try_send(record(kind, text, verdict)).is_err() {
            self.tally.waiting.fetch_sub(1, Ordering::Relaxed);
            if self.tally.lost.fetch_add(1, Ordering::Relaxed) == 0 {
                tracing::error!("no room for more scans until the database takes those that wait; verdicts go on");
            }
        }
    }

    /// How many scans are noted here and not yet in the database.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.tally.waiting.load(Ordering::Relaxed)
    }

    /// Writes what still waits, within a few seconds, and answers how many scans could not be written.
    pub async fn close(self) -> usize {
        let Self { queue, tally, mut writer } = self;
        // Without a sender the queue ends, and with it the writer.
        drop(queue);
        tally.closing.notify_one();
        if timeout(DRAIN_TIME, &mut writer).await.is_err() {
            writer.abort();
        }
        tally.waiting.load(Ordering::Relaxed) + tally.lost.load(Ordering::Relaxed)
    }
}

async fn write_all(database: Database, mut records: mpsc::Receiver<ScanRecord>, tally: Arc<Tally>) {
    while let Some(record) = records.recv().await {
        if let Err(fault) = write(&database, &record, &tally.closing).await {
            tracing::error!(scan = %record.scan, "a scan cannot be written down: {fault}");
            tally.lost.fetch_add(1, Ordering::Relaxed);
        }
        tally.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Tries until the record is written, or is known to be one that never will be.
async fn write(database: &Database, record: &ScanRecord, closing: &Notify) -> Result<(), DatabaseFault> {
    let mut pause = FIRST_PAUSE;
    loop {
        let fault = match database.record(record).await {
            Ok(()) => return Ok(()),
            Err(fault @ DatabaseFault::Unfit(_)) => return Err(fault),
            Err(fault) => fault,
        };
        if pause == FIRST_PAUSE {
            tracing::warn!("scans wait to be written down: {fault}");
        }
        let pause_now = if fault.may_pass() { pause } else { PAUSE_IF_REFUSED };
        tokio::select! {
            () = sleep(pause_now) => {}
            () = closing.notified() => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn record(kind: &'static str, text: Option<&[u8]>, verdict: &Verdict) -> ScanRecord {
    ScanRecord {
        scan: verdict.scan_id,
        unique_id: verdict.unique_id.clone(),
        text_sha256: text.map(|text| HEXLOWER.encode(&Sha256::digest(text))),
        gate: verdict.gate.clone(),
        kind,
        verdict: verdict.reason.outcome().as_str(),
        reason: verdict.reason.as_str(),
        mode: verdict.mode.as_str(),
        // When the code was presented, not when the answer came.
        device_time: Utc::now() - TimeDelta::from_std(verdict.elapsed).unwrap_or_default(),
        noted_at: Instant::now().checked_sub(verdict.elapsed).unwrap_or_else(Instant::now),
    }
}

#[cfg(test)]
mod tests {
    use common::{Mode, Reason, UniqueId};
    use uuid::Uuid;

    use super::*;

    fn verdict(reason: Reason, unique_id: Option<UniqueId>) -> Verdict {
        Verdict {
            reason,
            unique_id,
            first_name: None,
            gate: "Gate A".into(),
            scan_id: Uuid::now_v7().into(),
            mode: Mode::Online,
            admitted_at: None,
            admitted_gate: None,
            elapsed: Duration::from_millis(5),
        }
    }

    #[test]
    fn a_code_is_written_by_its_hash_and_never_by_its_text() {
        // FIPS 180-2, appendix B.1.
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let id = UniqueId::parse("Asha9198765432102026-11-22").unwrap();
        let forged = verdict(Reason::Forged, Some(id.clone()));
        let ticket = record("exit", Some(b"abc"), &forged);
        assert_eq!((&ticket.unique_id, ticket.text_sha256.as_deref()), (&Some(id), Some(hash)));
        assert_eq!((ticket.kind, ticket.verdict, ticket.reason), ("exit", "ENTRY REJECTED", "forged"));

        let foreign = record("entry", Some(b"abc"), &verdict(Reason::NotATicket, None));
        assert_eq!((foreign.unique_id, foreign.text_sha256.as_deref()), (None, Some(hash)));

        let by_hand = record("entry", None, &forged);
        assert_eq!(by_hand.text_sha256, None);
    }

    #[tokio::test]
    async fn what_a_silent_database_does_not_take_is_counted_at_the_end() {
        // A port on which nobody listens.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let settings = crate::settings::Settings::parse(&format!(
            "gate = 'A'\naccept_unsigned = true\ndatabase_url = 'mysql://g@{nobody}/tix'"
        ))
        .unwrap();
        let log = ScanLog::start(Database::open(&settings));
        for _ in 0..3 {
            log.record("entry", Some(b"abc"), &verdict(Reason::NotATicket, None));
        }
        assert_eq!(log.waiting(), 3);
        assert_eq!(log.close().await, 3);
    }
}

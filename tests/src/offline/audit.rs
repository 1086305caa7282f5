//! What is left in the database, beside the record: every scan as it was said
//! and no other, every guest inside who was let in, every double admission
//! listed and none that was not.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::evening::{Evening, unique_id};
use super::gate::Told;
use super::record::Record;

/// Two gates' clocks and ours are one here, but what they measure of the server's differs by its answer's way.
const CLOCKS: TimeDelta = TimeDelta::milliseconds(250);

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Double admissions by the record.
    pub doubles: usize,
    /// Conflicts that the organiser is shown.
    pub listed: usize,
    /// Of these, true ones.
    pub listed_truly: usize,
    /// Scans that somebody was told of and that the database does not have.
    pub lost: usize,
    /// All that is not as it should be, in words.
    pub faults: Vec<String>,
}

/// A conflict, as `booking-web conflicts --json` lists it.
#[derive(Clone, Debug, Deserialize)]
pub struct Conflict {
    /// The ticket.
    pub unique_id: String,
    /// The admission.
    pub first: Entry,
    /// The later one.
    pub second: Entry,
}

/// One of its two entries.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// Through which gate.
    pub gate: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By which scan.
    pub scan_id: String,
}

/// Waits until the database has as many scans as were made: all gates have reported.
///
/// # Errors
/// When they do not, in time.
pub async fn reported(evening: &Evening, scans: usize, patience: Duration) -> anyhow::Result<Duration> {
    let began = Instant::now();
    loop {
        let there = evening.number("SELECT COUNT(*) FROM scans").await?;
        if there >= scans {
            return Ok(began.elapsed());
        }
        ensure!(began.elapsed() < patience, "of {scans} scans the database has {there} after {patience:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Audit {
    /// Looks at everything, once all gates have reported.
    ///
    /// # Errors
    /// When the database or the organiser's program does not answer.
    pub async fn of(evening: &Evening, record: &Record) -> anyhow::Result<Self> {
        let mut audit = Self { doubles: record.doubles(), faults: record.faults(), ..Self::default() };
        audit.scans(evening, record).await?;
        audit.tickets(evening, record).await?;
        let conflicts = conflicts(evening).await?;
        audit.conflicts(record, &conflicts);
        Ok(audit)
    }

    /// `scans` is the union of what the gates said, to the letter.
    async fn scans(&mut self, evening: &Evening, record: &Record) -> anyhow::Result<()> {
        let query =
            "SELECT scan_id, COALESCE(unique_id, ''), gate, verdict, reason, mode FROM scans WHERE kind = 'entry'";
        let rows: Vec<(String, String, String, String, String, String)> = evening.rows(query).await?;
        let mut there: BTreeMap<_, _> = rows
            .into_iter()
            .map(|(scan, id, gate, verdict, reason, mode)| (scan, [id, gate, verdict, reason, mode]))
            .collect();
        for (ticket, told) in &record.told {
            let line = &told.line;
            let said = [&unique_id(*ticket), &line.gate, &line.verdict, &line.reason, &line.mode];
            match there.remove(&line.scan_id) {
                None => {
                    self.lost += 1;
                    self.faults.push(format!("the database has no scan {line:?}"));
                }
                Some(row) if row.iter().ne(said) => {
                    self.faults.push(format!("said was {said:?}, written down {row:?}"));
                }
                Some(_) => {}
            }
        }
        self.faults.extend(there.into_iter().map(|scan| format!("nobody was told of the scan {scan:?}")));
        Ok(())
    }

    /// Who was let in is inside, by the first scan that did it; nobody else is.
    async fn tickets(&mut self, evening: &Evening, record: &Record) -> anyhow::Result<()> {
        let query = "SELECT UNIQUE_ID, COALESCE(ADMITTED_SCAN, '') FROM tickets WHERE PRESENT = 1";
        let mut inside: BTreeMap<String, String> = evening.rows(query).await?.into_iter().collect();
        for (ticket, entries) in record.granted() {
            match inside.remove(&unique_id(ticket)) {
                None => self.faults.push(format!("ticket {ticket} was let in and is not inside")),
                Some(scan) if !may_be_first(&scan, &entries) => {
                    self.faults.push(format!("ticket {ticket} is inside by {scan}, not by the first of {entries:?}"));
                }
                Some(_) => {}
            }
        }
        self.faults.extend(inside.keys().map(|id| format!("{id} is inside, and nobody let it in")));
        Ok(())
    }

    /// Each double admission is listed once, with its two gates, and nothing else is.
    fn conflicts(&mut self, record: &Record, conflicts: &[Conflict]) {
        self.listed = conflicts.len();
        let granted: BTreeMap<_, _> =
            record.granted().into_iter().map(|(ticket, entries)| (unique_id(ticket), entries)).collect();
        let mut seconds: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for conflict in conflicts {
            let entries = granted.get(&conflict.unique_id).map_or(&[][..], Vec::as_slice);
            let is_one = |entry: &Entry| {
                let told = entries.iter().find(|told| told.line.scan_id == entry.scan_id);
                told.is_some_and(|told| told.line.gate == entry.gate && is_between(entry.at, told))
            };
            let new = seconds.entry(&conflict.unique_id).or_default().insert(&conflict.second.scan_id);
            let apart = conflict.first.scan_id != conflict.second.scan_id;
            if new
                && apart
                && is_one(&conflict.second)
                && is_one(&conflict.first)
                && may_be_first(&conflict.first.scan_id, entries)
            {
                self.listed_truly += 1;
            } else {
                self.faults.push(format!("this is no conflict: {conflict:?}; the record has {entries:?}"));
            }
        }
        for (id, entries) in &granted {
            let listed = seconds.get(id.as_str()).map_or(0, BTreeSet::len);
            if listed != entries.len() - 1 {
                self.faults.push(format!("{id} was let in {} times, {listed} conflicts are listed", entries.len()));
            }
        }
    }
}

/// The conflicts that the organiser is shown.
///
/// # Errors
/// When the program fails, or says something else.
pub async fn conflicts(evening: &Evening) -> anyhow::Result<Vec<Conflict>> {
    #[derive(Deserialize)]
    struct Listed {
        conflicts: Vec<Conflict>,
    }
    let said = evening.run(&["conflicts", "--json"]).await?;
    let listed: Listed = serde_json::from_str(&said.stdout).with_context(|| format!("no conflicts: {said:?}"))?;
    Ok(listed.conflicts)
}

/// Whether none of the others was over before this one began.
fn may_be_first(scan: &str, entries: &[&Told]) -> bool {
    let Some(this) = entries.iter().find(|told| told.line.scan_id == scan) else { return false };
    entries.iter().all(|other| this.asked <= other.answered + CLOCKS)
}

fn is_between(at: DateTime<Utc>, told: &Told) -> bool {
    told.asked - CLOCKS <= at && at <= told.answered + CLOCKS
}

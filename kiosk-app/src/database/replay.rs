//! What gates did while they were cut off, written to the database.
//!
//! Scans come late, from several gates, in any order, some of them twice. Each
//! is written down once (its id is the key), and how a ticket stands after it is
//! not taken from the order of arrival but from all of its granted scans, by
//! [`common::passages`]: the earliest entry is the admission. The ticket's row
//! is locked before its scans are read, so that of two gates that report one
//! ticket at the same moment the second sees what the first has written.
//!
//! Many at once, because the way to a rented server takes a while: a batch is a
//! handful of statements, however many scans it holds.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use common::passages::{Passage, Standing, Step, stand};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Params, Row, TxOpts, Value};

use super::record::RecordedScan;
use super::{Database, DatabaseFault, STATEMENT_TIME, read, settle, within};

/// A transaction's statements together may take longer than one.
const BATCH_TIME: std::time::Duration = std::time::Duration::from_secs(20);

const PRESENT_ROWS: &str =
    "SELECT UNIQUE_ID, PRESENT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN, UPDATED_AT FROM tickets WHERE UNIQUE_ID IN";

/// A ticket's row, as far as it follows from scans.
struct TicketState {
    present: bool,
    admitted_at: Option<DateTime<Utc>>,
    admitted_gate: Option<String>,
    last_scan: Option<String>,
    updated_at: DateTime<Utc>,
}

impl Database {
    /// Writes scans down, those that are there already left alone, and brings
    /// the rows of the tickets in `unsettled` up to all of their scans.
    ///
    /// # Errors
    /// [`DatabaseFault`]: nothing was written. If it is one of them that the
    /// database does not take, send them one by one.
    pub async fn replay(&self, scans: &[RecordedScan], unsettled: &HashSet<String>) -> Result<(), DatabaseFault> {
        let mut conn = self.connection().await?;
        let written = match tokio::time::timeout(BATCH_TIME, write(&mut conn, scans, unsettled)).await {
            Ok(written) => written,
            Err(_) => Err(DatabaseFault::Silent(BATCH_TIME)),
        };
        settle(conn, written).await
    }
}

async fn write(conn: &mut Conn, scans: &[RecordedScan], unsettled: &HashSet<String>) -> Result<(), DatabaseFault> {
    let there = known_scans(conn, scans.iter().map(|scan| scan.scan.as_str())).await?;
    let new: Vec<&RecordedScan> = scans.iter().filter(|scan| !there.contains(&scan.scan)).collect();
    if unsettled.is_empty() {
        // One statement is a transaction of its own.
        return if new.is_empty() { Ok(()) } else { insert(conn, &new).await };
    }
    let mut tx = within(STATEMENT_TIME, conn.start_transaction(TxOpts::default())).await?;
    if !new.is_empty() {
        let (statement, values) = RecordedScan::insert(&new);
        within(STATEMENT_TIME, tx.exec_drop(statement, values)).await?;
    }
    // Locked in the order of the key, so that two gates do not wait for each other.
    let tickets: Vec<Value> = sorted(unsettled);
    let lock = format!("UPDATE tickets SET PRESENT = PRESENT WHERE UNIQUE_ID IN {}", marks(tickets.len()));
    within(STATEMENT_TIME, tx.exec_drop(lock, Params::Positional(tickets.clone()))).await?;
    let rows: Vec<Row> = within(
        STATEMENT_TIME,
        tx.exec(format!("{PRESENT_ROWS} {}", marks(tickets.len())), Params::Positional(tickets.clone())),
    )
    .await?;
    let states = states(rows)?;
    let granted: Vec<Row> = within(
        STATEMENT_TIME,
        tx.exec(
            format!(
                "SELECT unique_id, scan_id, kind, server_time, gate FROM scans \
                 WHERE unique_id IN {} AND reason IN ('granted', 'left', 'undone')",
                marks(tickets.len())
            ),
            Params::Positional(tickets),
        ),
    )
    .await?;
    let mut passages = passages(granted)?;
    let last_scans: Vec<&str> = states.values().filter_map(|state| state.last_scan.as_deref()).collect();
    let reported = known_scans(&mut tx, last_scans.into_iter()).await?;
    let changes: Vec<(String, Standing, TicketState)> = states
        .into_iter()
        .filter_map(|(ticket, state)| {
            let told = passages.remove(&ticket).unwrap_or_default();
            let standing = stand(with_the_row(told, &state, &reported));
            differs(&standing, &state).then_some((ticket, standing, state))
        })
        .collect();
    if !changes.is_empty() {
        let (statement, values) = change(&changes);
        within(STATEMENT_TIME, tx.exec_drop(statement, values)).await?;
    }
    within(STATEMENT_TIME, tx.commit()).await
}

async fn insert(conn: &mut Conn, scans: &[&RecordedScan]) -> Result<(), DatabaseFault> {
    let (statement, values) = RecordedScan::insert(scans);
    within(STATEMENT_TIME, conn.exec_drop(statement, values)).await
}

/// Which of these scans the database has.
async fn known_scans<'a>(
    conn: &mut impl Queryable,
    scans: impl Iterator<Item = &'a str>,
) -> Result<HashSet<String>, DatabaseFault> {
    let scans: Vec<Value> = scans.map(Value::from).collect();
    if scans.is_empty() {
        return Ok(HashSet::new());
    }
    let question = format!("SELECT scan_id FROM scans WHERE scan_id IN {}", marks(scans.len()));
    let rows: Vec<Row> = within(STATEMENT_TIME, conn.exec(question, Params::Positional(scans))).await?;
    rows.into_iter().map(|row| read::<(String,)>(row).map(|(scan,)| scan)).collect()
}

fn sorted(tickets: &HashSet<String>) -> Vec<Value> {
    let mut tickets: Vec<&String> = tickets.iter().collect();
    tickets.sort_unstable();
    tickets.into_iter().map(Value::from).collect()
}

fn marks(count: usize) -> String {
    format!("({})", vec!["?"; count].join(", "))
}

type StateColumns = (String, bool, Option<NaiveDateTime>, Option<String>, Option<String>, NaiveDateTime);

fn states(rows: Vec<Row>) -> Result<BTreeMap<String, TicketState>, DatabaseFault> {
    let state = |row| {
        let (ticket, present, admitted_at, admitted_gate, last_scan, updated_at): StateColumns = read(row)?;
        let (admitted_at, updated_at) = (admitted_at.map(|at| at.and_utc()), updated_at.and_utc());
        Ok((ticket, TicketState { present, admitted_at, admitted_gate, last_scan, updated_at }))
    };
    rows.into_iter().map(state).collect()
}

fn passages(rows: Vec<Row>) -> Result<BTreeMap<String, Vec<Passage>>, DatabaseFault> {
    let mut passages: BTreeMap<String, Vec<Passage>> = BTreeMap::new();
    for row in rows {
        let (ticket, scan, kind, at, gate): (String, String, String, NaiveDateTime, String) = read(row)?;
        if let Some(step) = Step::parse(&kind) {
            passages.entry(ticket).or_default().push(Passage { scan, step, at: at.and_utc(), gate });
        }
    }
    Ok(passages)
}

/// What the row knows and no scan says yet: its gate has asked the database and
/// has not reported the scan.
fn with_the_row(mut told: Vec<Passage>, state: &TicketState, reported: &HashSet<String>) -> Vec<Passage> {
    let scan = state.last_scan.clone().unwrap_or_default();
    if !reported.contains(&scan) {
        let gate = state.admitted_gate.clone().unwrap_or_default();
        let admitted_at = state.admitted_at.unwrap_or(state.updated_at);
        if state.present {
            told.push(Passage { scan, step: Step::Entry, at: admitted_at, gate });
        } else if !scan.is_empty() {
            told.push(Passage { scan, step: Step::Exit, at: state.updated_at, gate });
        }
    }
    told
}

/// A row of which nobody has told anything stays as it is.
fn differs(standing: &Standing, state: &TicketState) -> bool {
    match &standing.inside {
        Some(admission) => !state.present || state.last_scan.as_deref() != Some(admission.scan.as_str()),
        None => state.present,
    }
}

/// What of a ticket's row follows from its scans.
const CHANGED: [&str; 4] = ["PRESENT", "ADMITTED_AT", "ADMITTED_GATE", "ADMITTED_SCAN"];

/// One statement for all the rows: each column's values stand in it by ticket.
fn change(changes: &[(String, Standing, TicketState)]) -> (String, Params) {
    let whens = " WHEN ? THEN ?".repeat(changes.len());
    let columns = CHANGED.map(|column| format!("{column} = CASE UNIQUE_ID{whens} END")).join(", ");
    let statement = format!(
        "UPDATE tickets SET {columns}, UPDATED_AT = UTC_TIMESTAMP(6) WHERE UNIQUE_ID IN {}",
        marks(changes.len())
    );
    let rows: Vec<_> = changes.iter().map(|(_, standing, state)| changed(standing, state)).collect();
    let tickets = || changes.iter().map(|(ticket, ..)| Value::from(ticket));
    let by_ticket = |column: usize| tickets().zip(&rows).flat_map(move |(ticket, row)| [ticket, row[column].clone()]);
    let values = (0..CHANGED.len()).flat_map(by_ticket).chain(tickets()).collect();
    (statement, Params::Positional(values))
}

/// The values of [`CHANGED`].
fn changed(standing: &Standing, state: &TicketState) -> [Value; 4] {
    let admission = standing.inside.as_ref().or(standing.last_admission.as_ref());
    let last_scan = standing.inside.as_ref().or(standing.last_end.as_ref()).map(|passage| &passage.scan);
    [
        standing.inside.is_some().into(),
        admission.map(|admission| admission.at.naive_utc()).into(),
        admission.map(|admission| admission.gate.as_str()).into(),
        last_scan.or(state.last_scan.as_ref()).into(),
    ]
}

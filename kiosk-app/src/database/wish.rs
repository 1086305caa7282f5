//! What a scan may wish of a ticket's row, and the one statement that does it.
//!
//! Each is carried out by the server as a whole: of any number of gates that
//! send it for one ticket, one changes the row. `ADMITTED_SCAN` holds the scan
//! that last changed `PRESENT`, whichever way, so that a gate which lost an
//! answer finds its own scan there. A scan has one wish, so an exit's id is
//! never found on a row whose guest is inside, nor an entry's on any other.

use std::time::Instant;

use chrono::{DateTime, NaiveDateTime, Utc};
use common::{ScanId, UniqueId};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, Row};

use super::{Database, DatabaseFault, STATEMENT_TIME, read, settle, within};

/// What is wished of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// The guest comes in.
    Enter,
    /// The guest leaves. The row keeps when and where it was admitted.
    Leave,
    /// The admission by this scan is taken back, as if it had not been.
    TakeBack(ScanId),
}

/// A wish for a ticket, as it is sent, if need be several times.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is wished.
    pub wish: Wish,
    /// Of which ticket.
    pub ticket: &'a UniqueId,
    /// At which gate.
    pub gate: &'a str,
    /// By which scan, the same at each repeat.
    pub scan: ScanId,
    /// When it was first sent, if what came of that is not known.
    pub unheard_since: Option<Instant>,
}

/// What came of sending a request once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The row is changed as wished.
    Changed,
    /// The row was not to be changed, and this is what it says.
    Found(TicketRow),
    /// There is no such row.
    Unknown,
}

/// What a verdict needs to know of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// Whether the guest is inside.
    pub present: bool,
    /// Let in last at this time, by the server's clock.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Through this gate.
    pub admitted_gate: Option<String>,
    /// The scan that made the guest present, or absent, as written.
    pub last_scan: Option<String>,
    /// Whether the ticket was withdrawn.
    pub revoked: bool,
    /// When the row last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

const ENTER: &str = "UPDATE tickets SET PRESENT=1, ADMITTED_AT=UTC_TIMESTAMP(6), ADMITTED_GATE=?, ADMITTED_SCAN=?, \
     UPDATED_AT=UTC_TIMESTAMP(6) WHERE UNIQUE_ID=? AND PRESENT=0 AND REVOKED_AT IS NULL";

/// Sent again after a lost answer, it may be that the first one was carried
/// out and another guest came in on the same ticket since. That guest stays
/// inside: the last condition spares whoever was admitted after the first one
/// was sent.
const LEAVE: &str = "UPDATE tickets SET PRESENT=0, ADMITTED_SCAN=?, UPDATED_AT=UTC_TIMESTAMP(6) \
     WHERE UNIQUE_ID=? AND PRESENT=1 \
     AND (ADMITTED_AT IS NULL OR ADMITTED_AT <= UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND)";

const TAKE_BACK: &str = "UPDATE tickets SET PRESENT=0, ADMITTED_AT=NULL, ADMITTED_GATE=NULL, ADMITTED_SCAN=?, \
     UPDATED_AT=UTC_TIMESTAMP(6) WHERE UNIQUE_ID=? AND PRESENT=1 AND ADMITTED_SCAN=?";

/// Why the row was not changed.
const LOOK: &str = "SELECT PRESENT, ADMITTED_AT, ADMITTED_GATE, ADMITTED_SCAN, REVOKED_AT IS NOT NULL, UPDATED_AT FROM tickets WHERE UNIQUE_ID=?";

/// What a gate is asked all evening.
pub(super) const EVERYDAY: [&str; 3] = [ENTER, LEAVE, LOOK];

/// Further ahead than the clocks of a cluster's servers are of each other.
const AN_HOUR_AHEAD: i64 = -3_600_000_000;

impl Request<'_> {
    fn statement(&self) -> &'static str {
        match self.wish {
            Wish::Enter => ENTER,
            Wish::Leave => LEAVE,
            Wish::TakeBack(_) => TAKE_BACK,
        }
    }

    fn values(&self) -> Params {
        let (ticket, scan) = (self.ticket.as_str(), self.scan.to_string());
        match self.wish {
            Wish::Enter => (self.gate, scan, ticket).into(),
            Wish::Leave => (scan, ticket, self.admitted_before()).into(),
            Wish::TakeBack(admission) => (scan, ticket, admission.to_string()).into(),
        }
    }

    /// How many microseconds ago an admission must have been made to be ended by this request.
    fn admitted_before(&self) -> i64 {
        match self.unheard_since {
            Some(sent) => i64::try_from(sent.elapsed().as_micros()).unwrap_or(i64::MAX),
            None => AN_HOUR_AHEAD,
        }
    }
}

impl Database {
    /// Sends a request once: one round trip when it changes the row, a second
    /// one, on the same connection, to learn why not.
    ///
    /// # Errors
    /// The outcome is not known: a statement that was sent may have been
    /// carried out, or may yet be. Send it again with the same scan.
    pub async fn attempt(&self, request: &Request<'_>) -> Result<Attempt, DatabaseFault> {
        let mut conn = self.connection().await?;
        let update = conn.exec_drop(request.statement(), request.values());
        let attempt = match within(STATEMENT_TIME, update).await {
            Ok(()) if conn.affected_rows() == 1 => Ok(Attempt::Changed),
            Ok(()) => within(STATEMENT_TIME, conn.exec_first(LOOK, (request.ticket.as_str(),))).await.and_then(found),
            Err(fault) => Err(fault),
        };
        settle(conn, attempt).await
    }

    /// What the row says, without wishing anything of it.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn look(&self, ticket: &UniqueId) -> Result<Attempt, DatabaseFault> {
        let mut conn = self.connection().await?;
        let row = within(STATEMENT_TIME, conn.exec_first(LOOK, (ticket.as_str(),))).await.and_then(found);
        settle(conn, row).await
    }
}

type Columns = (bool, Option<NaiveDateTime>, Option<String>, Option<String>, bool, Option<NaiveDateTime>);

fn found(row: Option<Row>) -> Result<Attempt, DatabaseFault> {
    let Some(row) = row else { return Ok(Attempt::Unknown) };
    let (present, admitted_at, admitted_gate, last_scan, revoked, updated_at): Columns = read(row)?;
    let [admitted_at, updated_at] = [admitted_at, updated_at].map(|at| at.map(|at| at.and_utc()));
    Ok(Attempt::Found(TicketRow { present, admitted_at, admitted_gate, last_scan, revoked, updated_at }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_wish_names_the_ticket_the_scan_and_the_state_that_it_changes() {
        let ticket = UniqueId::parse("Asha9198765432102026-11-22").unwrap();
        let scan = Uuid::from_u128(1).into();
        for (wish, from) in [
            (Wish::Enter, "PRESENT=0 AND REVOKED_AT IS NULL"),
            (Wish::Leave, "PRESENT=1"),
            (Wish::TakeBack(Uuid::from_u128(2).into()), "PRESENT=1 AND ADMITTED_SCAN=?"),
        ] {
            let request = Request { wish, ticket: &ticket, gate: "Gate A", scan, unheard_since: None };
            let sql = request.statement();
            let Params::Positional(values) = request.values() else { panic!("{wish:?}") };
            assert_eq!(values.len(), sql.matches('?').count(), "{wish:?}");
            assert!(sql.contains(&format!("WHERE UNIQUE_ID=? AND {from}")), "{wish:?}");
            assert!(sql.contains("ADMITTED_SCAN=?, UPDATED_AT=UTC_TIMESTAMP(6)"), "{wish:?}");
        }
    }

    #[test]
    fn a_repeated_exit_ends_only_an_admission_from_before_it_was_first_sent() {
        let ticket = UniqueId::parse("Asha9198765432102026-11-22").unwrap();
        let scan = Uuid::from_u128(1).into();
        let first = Request { wish: Wish::Leave, ticket: &ticket, gate: "Gate A", scan, unheard_since: None };
        assert!(first.admitted_before() < 0, "whatever the clocks of a cluster say");
        let sent = Instant::now().checked_sub(Duration::from_secs(2));
        let repeat = Request { unheard_since: sent, ..first };
        assert!((2_000_000..3_000_000).contains(&repeat.admitted_before()), "{}", repeat.admitted_before());
    }
}

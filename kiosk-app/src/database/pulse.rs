//! How far away the database is, and what its clock says.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::{Database, DatabaseFault, STATEMENT_TIME, read, settle, within};

/// The smallest statement that says something.
const NOW: &str = "SELECT UTC_TIMESTAMP(6)";

/// A sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// One statement there and back, on a connection that stood.
    pub round_trip: Duration,
    /// This computer's clock less the server's, known to half a round trip.
    pub difference: TimeDelta,
}

impl Database {
    /// Asks the server for the time.
    ///
    /// # Errors
    /// [`DatabaseFault`]: no sign of life, or none that is for this gate.
    pub async fn ping(&self) -> Result<Pulse, DatabaseFault> {
        let mut conn = self.connection().await?;
        // As text: preparing it would be a round trip more, the first time on each connection.
        let (began, device) = (Instant::now(), Utc::now());
        let answer = within(STATEMENT_TIME, conn.query_first::<Row, _>(NOW)).await;
        let round_trip = began.elapsed();
        let row = settle(conn, answer).await?.ok_or_else(DatabaseFault::of_no_answer)?;
        let (server,): (NaiveDateTime,) = read(row)?;
        Ok(Pulse { round_trip, difference: difference(device, round_trip, server.and_utc()) })
    }
}

/// The server looked at its clock about halfway.
fn difference(device: DateTime<Utc>, round_trip: Duration, server: DateTime<Utc>) -> TimeDelta {
    device + TimeDelta::from_std(round_trip / 2).unwrap_or_default() - server
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_network_is_no_wrong_clock() {
        let server = DateTime::from_timestamp(1_795_356_000, 0).unwrap();
        let sent = server - TimeDelta::milliseconds(300);
        assert_eq!(difference(sent, Duration::from_millis(600), server), TimeDelta::zero());
        let late = server + TimeDelta::seconds(90);
        assert_eq!(difference(late, Duration::ZERO, server), TimeDelta::seconds(90));
    }
}

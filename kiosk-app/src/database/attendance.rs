//! How the evening stands: who is inside, who is expected, when they came.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::{Database, DatabaseFault};

/// The length of a slot of arrivals.
pub const SLOT_MINUTES: u32 = 5;
/// Three hours of them.
const SLOTS: u8 = 36;

const SLOT_SECONDS: i64 = SLOT_MINUTES as i64 * 60;

/// One reading of the whole table. COUNT passes NULL over.
const COUNT: &str = "SELECT UTC_TIMESTAMP(6), COUNT(NULLIF(PRESENT, 0)), COUNT(ADMITTED_AT), \
     COUNT(IF(REVOKED_AT IS NULL, 1, NULL)) FROM tickets";

/// A row was changed when its guest came in, or later: so the index on the
/// changes leads to the rows that matter.
const ARRIVALS: &str = "SELECT TIMESTAMPDIFF(SECOND, ?, ADMITTED_AT) DIV ? AS slot, COUNT(*) FROM tickets \
     WHERE UPDATED_AT >= ? AND ADMITTED_AT >= ? GROUP BY slot";

/// How many guests are where, by the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    /// In the house now.
    pub inside: u64,
    /// Let in at any time.
    pub admitted: u64,
    /// With a ticket that was not withdrawn.
    pub expected: u64,
    /// How many came in each slot, the oldest first and the one that has just
    /// begun last. A guest who came in again counts where that was.
    pub arrivals: Vec<u64>,
    /// When the first slot begins.
    pub first_slot: DateTime<Utc>,
    /// When it was so, by the server's clock.
    pub as_of: DateTime<Utc>,
}

impl Database {
    /// Counts the guests. It reads the whole table: ask every few seconds, not with each scan.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub async fn attendance(&self) -> Result<Attendance, DatabaseFault> {
        let counts: Vec<(NaiveDateTime, u64, u64, u64)> = self.rows(COUNT, ()).await?;
        let (now, inside, admitted, expected) = counts.into_iter().next().ok_or_else(DatabaseFault::of_no_answer)?;
        let as_of = now.and_utc();
        let first_slot = first_slot(as_of);
        let from = first_slot.naive_utc();
        let counted: Vec<(i64, u64)> = self.rows(ARRIVALS, (from, SLOT_SECONDS, from, from)).await?;
        Ok(Attendance { inside, admitted, expected, arrivals: in_slots(&counted), first_slot, as_of })
    }
}

/// Slots begin on the full five minutes, so that they stay where they are from one look to the next.
fn first_slot(now: DateTime<Utc>) -> DateTime<Utc> {
    let begun = TimeDelta::microseconds(now.timestamp_micros().rem_euclid(SLOT_SECONDS * 1_000_000));
    now - begun - TimeDelta::seconds(SLOT_SECONDS) * i32::from(SLOTS - 1)
}

/// Guests who came in between the two questions, at the very turn of a slot, count with the last.
fn in_slots(counted: &[(i64, u64)]) -> Vec<u64> {
    let last = usize::from(SLOTS) - 1;
    let mut slots = vec![0; last + 1];
    for (slot, guests) in counted {
        slots[usize::try_from(*slot).unwrap_or_default().min(last)] += guests;
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_hours_end_with_the_slot_that_has_begun() {
        let now = DateTime::parse_from_rfc3339("2026-11-22T19:42:10.5Z").unwrap().to_utc();
        let first = first_slot(now);
        assert_eq!(first.to_rfc3339(), "2026-11-22T16:45:00+00:00");
        let last = first + TimeDelta::seconds(SLOT_SECONDS) * 35;
        assert_eq!(last.to_rfc3339(), "2026-11-22T19:40:00+00:00");
        assert_eq!(first_slot(first), first - TimeDelta::minutes(175), "a full slot is one that has just begun");
    }

    #[test]
    fn guests_are_in_their_slots_and_none_is_lost() {
        let slots = in_slots(&[(0, 3), (35, 4), (36, 1)]);
        assert_eq!(slots.len(), usize::from(SLOTS));
        assert_eq!((slots[0], slots[1], slots[35]), (3, 0, 5));
    }
}

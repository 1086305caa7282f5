//! What a gate says of a scan.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::{FirstName, UniqueId};

/// What the operator sees first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Let the guest pass.
    Granted,
    /// Do not let the guest pass.
    Rejected,
    /// The truth is not known: neither welcome nor invalid.
    CannotCheck,
}

impl Outcome {
    /// The words of the screen, the verdict line and the `scans` table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "ENTRY GRANTED",
            Self::Rejected => "ENTRY REJECTED",
            Self::CannotCheck => "CANNOT CHECK",
        }
    }
}

/// Why. Each reason has one [`Outcome`], so the two can never disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The ticket is good and was not inside.
    Granted,
    /// The guest was inside and has left; the ticket may come in again.
    Left,
    /// The ticket is inside; the verdict says since when and through which gate.
    AlreadyInside,
    /// Nobody is inside on this ticket, so nobody can leave on it.
    NotInside,
    /// An admission was taken back: the guest is not to be inside.
    Undone,
    /// Well signed, but the database has no such ticket.
    UnknownTicket,
    /// A ticket code whose signature does not match.
    Forged,
    /// A ticket id without a signature, at a gate that wants one.
    Unsigned,
    /// Some other text.
    NotATicket,
    /// The ticket was refunded or withdrawn.
    Revoked,
    /// The database did not answer in time.
    DatabaseUnreachable,
    /// The gate is on its own and cannot write its journal, so that nothing is promised.
    NotRecorded,
    /// The database answered, but refuses this gate: its account was revoked or lacks a right.
    GateRefused,
}

impl Reason {
    /// What follows for the guest.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Granted | Self::Left => Outcome::Granted,
            Self::AlreadyInside
            | Self::NotInside
            | Self::Undone
            | Self::UnknownTicket
            | Self::Forged
            | Self::Unsigned
            | Self::NotATicket
            | Self::Revoked => Outcome::Rejected,
            Self::DatabaseUnreachable | Self::NotRecorded | Self::GateRefused => Outcome::CannotCheck,
        }
    }

    /// The word of the verdict line and the `scans` table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Left => "left",
            Self::AlreadyInside => "already_inside",
            Self::NotInside => "not_inside",
            Self::Undone => "undone",
            Self::UnknownTicket => "unknown_ticket",
            Self::Forged => "forged",
            Self::Unsigned => "unsigned",
            Self::NotATicket => "not_a_ticket",
            Self::Revoked => "revoked",
            Self::DatabaseUnreachable => "database_unreachable",
            Self::NotRecorded => "not_recorded",
            Self::GateRefused => "gate_refused",
        }
    }
}

/// What the verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The database's own answer.
    Online,
    /// What the gate knew by itself.
    Offline,
}

impl Mode {
    /// The word of the verdict line and the `scans` table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
        }
    }
}

/// One presentation of a code, or one act of the operator in its place. Made by the gate *before* its first attempt,
/// so that a repeat after a lost answer is known to be the same scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScanId(Uuid);

impl From<Uuid> for ScanId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for ScanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// What the gate says of one scan. Serialised, it is the verdict line.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Why, and with it what.
    pub reason: Reason,
    /// The ticket the code named, if it named one.
    pub unique_id: Option<UniqueId>,
    /// The guest's name.
    pub first_name: Option<FirstName>,
    /// The gate that says so.
    pub gate: String,
    /// The scan it is said of.
    pub scan_id: ScanId,
    /// What it rests on.
    pub mode: Mode,
    /// When the ticket was last admitted, by the database's clock.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Through which gate.
    pub admitted_gate: Option<String>,
    /// From the code's text to this verdict.
    pub elapsed: Duration,
    /// Granted offline though this gate does not know the ticket's row: sold after its last look at the database.
    pub unlisted: bool,
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_struct("Verdict", 11)?;
        line.serialize_field("verdict", self.reason.outcome().as_str())?;
        line.serialize_field("reason", &self.reason)?;
        line.serialize_field("unique_id", &self.unique_id)?;
        line.serialize_field("first_name", &self.first_name)?;
        line.serialize_field("gate", &self.gate)?;
        line.serialize_field("scan_id", &self.scan_id)?;
        line.serialize_field("mode", &self.mode)?;
        let admitted_at = self.admitted_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        line.serialize_field("admitted_at", &admitted_at)?;
        line.serialize_field("admitted_gate", &self.admitted_gate)?;
        line.serialize_field("elapsed_ms", &tenths_of_ms(self.elapsed))?;
        line.serialize_field("unlisted", &self.unlisted)?;
        line.end()
    }
}

fn tenths_of_ms(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASONS: [Reason; 13] = [
        Reason::Granted,
        Reason::Left,
        Reason::AlreadyInside,
        Reason::NotInside,
        Reason::Undone,
        Reason::UnknownTicket,
        Reason::Forged,
        Reason::Unsigned,
        Reason::NotATicket,
        Reason::Revoked,
        Reason::DatabaseUnreachable,
        Reason::NotRecorded,
        Reason::GateRefused,
    ];

    #[test]
    fn doubt_never_reads_as_welcome_and_no_data_never_as_invalid() {
        for reason in REASONS {
            let expected = match reason {
                Reason::Granted | Reason::Left => Outcome::Granted,
                Reason::DatabaseUnreachable | Reason::NotRecorded | Reason::GateRefused => Outcome::CannotCheck,
                _ => Outcome::Rejected,
            };
            assert_eq!(reason.outcome(), expected, "{reason:?}");
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }

    #[test]
    fn the_verdict_line_has_the_agreed_keys_and_nulls() {
        let scan = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);
        let mut verdict = Verdict {
            reason: Reason::NotATicket,
            unique_id: None,
            first_name: None,
            gate: "Gate A".into(),
            scan_id: scan.into(),
            mode: Mode::Online,
            admitted_at: None,
            admitted_gate: None,
            elapsed: Duration::from_micros(12_340),
            unlisted: false,
        };
        assert_eq!(
            serde_json::to_string(&verdict).unwrap(),
            r#"{"verdict":"ENTRY REJECTED","reason":"not_a_ticket","unique_id":null,"first_name":null,"gate":"Gate A","scan_id":"01920000-0000-7000-8000-000000000001","mode":"online","admitted_at":null,"admitted_gate":null,"elapsed_ms":12.3,"unlisted":false}"#
        );
        verdict.admitted_at = DateTime::from_timestamp(1_795_356_000, 5_000_000);
        let line = serde_json::to_value(&verdict).unwrap();
        assert_eq!(line["admitted_at"], "2026-11-22T14:00:00.005Z");
    }
}

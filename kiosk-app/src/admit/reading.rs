//! What the database's answer means for the guest.

use chrono::{DateTime, Utc};
use common::{Reason, ScanId};

use crate::database::{TicketRow, Wish};

/// What was found out about a ticket.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) reason: Reason,
    pub(super) admitted_at: Option<DateTime<Utc>>,
    pub(super) admitted_gate: Option<String>,
}

impl From<Reason> for Finding {
    fn from(reason: Reason) -> Self {
        Self { reason, admitted_at: None, admitted_gate: None }
    }
}

/// The row was changed as wished, at this gate. The time is the server's, and
/// would cost a second round trip to learn.
pub(super) fn done(wish: Wish, gate: &str) -> Finding {
    match wish {
        Wish::Enter => Finding { admitted_gate: Some(gate.to_owned()), ..Reason::Granted.into() },
        Wish::Leave => Reason::Left.into(),
        Wish::TakeBack(_) => Reason::Undone.into(),
    }
}

/// Why the row was not changed. `is_ours` says whether a scan id on it belongs
/// to this scan. Nothing if nothing stands in the way any more: the row was
/// changed between the two questions, and the request is sent again.
pub(super) fn not_done(wish: Wish, row: &TicketRow, is_ours: impl FnOnce(&str) -> bool) -> Option<Reason> {
    match wish {
        Wish::Enter => no_entry(row, is_ours),
        Wish::Leave => Some(no_exit(row, is_ours)),
        Wish::TakeBack(admission) => no_undo(row, admission, is_ours),
    }
}

fn no_entry(row: &TicketRow, is_ours: impl FnOnce(&str) -> bool) -> Option<Reason> {
    match row {
        // Withdrawn since: no welcome, not even for a scan that had been granted.
        TicketRow { revoked: true, .. } => Some(Reason::Revoked),
        TicketRow { present: true, last_scan: Some(written), .. } if is_ours(written) => Some(Reason::Granted),
        TicketRow { present: true, .. } => Some(Reason::AlreadyInside),
        TicketRow { present: false, .. } => None,
    }
}

/// Withdrawn or not, whoever is inside may leave.
fn no_exit(row: &TicketRow, is_ours: impl FnOnce(&str) -> bool) -> Reason {
    match row {
        TicketRow { present: false, last_scan: Some(written), .. } if is_ours(written) => Reason::Left,
        // Also where somebody is inside: they came in after this guest was to leave, and stay.
        _ => Reason::NotInside,
    }
}

fn no_undo(row: &TicketRow, admission: ScanId, is_ours: impl FnOnce(&str) -> bool) -> Option<Reason> {
    match row {
        TicketRow { present: false, last_scan: Some(written), .. } if is_ours(written) => Some(Reason::Undone),
        // The guest has left since.
        TicketRow { present: false, .. } => Some(Reason::NotInside),
        TicketRow { last_scan: Some(written), .. } if *written == admission.to_string() => None,
        // And has come in again.
        TicketRow { present: true, .. } => Some(Reason::AlreadyInside),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn row(present: bool, scan: Option<&str>, revoked: bool) -> TicketRow {
        let last_scan = scan.map(str::to_owned);
        TicketRow { present, admitted_at: None, admitted_gate: None, last_scan, revoked, updated_at: None }
    }

    fn read(wish: Wish, row: &TicketRow) -> Option<Reason> {
        not_done(wish, row, |scan| scan == "mine")
    }

    #[test]
    fn an_entry_that_was_not_made_says_why() {
        for (row, reason) in [
            (row(true, Some("mine"), false), Some(Reason::Granted)),
            (row(true, Some("theirs"), false), Some(Reason::AlreadyInside)),
            (row(true, None, false), Some(Reason::AlreadyInside)),
            (row(false, None, true), Some(Reason::Revoked)),
            (row(true, Some("mine"), true), Some(Reason::Revoked)),
            // A guest who left again: the old scan's id is no welcome.
            (row(false, Some("mine"), false), None),
            (row(false, None, false), None),
        ] {
            assert_eq!(read(Wish::Enter, &row), reason, "{row:?}");
        }
    }

    #[test]
    fn an_exit_that_was_not_noted_says_why() {
        for (row, reason) in [
            (row(false, Some("mine"), false), Reason::Left),
            (row(false, Some("mine"), true), Reason::Left),
            (row(false, Some("theirs"), false), Reason::NotInside),
            (row(false, None, false), Reason::NotInside),
            // Somebody came in since; the id of an entry is no exit.
            (row(true, Some("mine"), false), Reason::NotInside),
            (row(true, Some("theirs"), false), Reason::NotInside),
        ] {
            assert_eq!(read(Wish::Leave, &row), Some(reason), "{row:?}");
        }
    }

    #[test]
    fn an_undo_that_was_not_made_says_what_came_in_between() {
        let admission = ScanId::from(Uuid::from_u128(7));
        let written = admission.to_string();
        for (row, reason) in [
            (row(false, Some("mine"), false), Some(Reason::Undone)),
            (row(false, Some("theirs"), false), Some(Reason::NotInside)),
            (row(false, None, false), Some(Reason::NotInside)),
            (row(true, Some("theirs"), false), Some(Reason::AlreadyInside)),
            (row(true, Some("mine"), false), Some(Reason::AlreadyInside)),
            (row(true, Some(&written), true), None),
        ] {
            assert_eq!(read(Wish::TakeBack(admission), &row), reason, "{row:?}");
        }
    }
}

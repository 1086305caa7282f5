//! What the gate says of a ticket by what it knows itself.
//!
//! A good signature, nobody inside as far as is known here, not withdrawn as
//! far as is known here: welcome. What is not known is no reason to refuse; the
//! verdict says that it was given offline, and what it could not look up.

use chrono::{DateTime, Utc};
use common::Reason;
use common::passages::{Passage, Standing};

use super::reading::Finding;
use crate::database::Wish;
use crate::memory::Known;

/// Decides by what is known. `signed`: the ticket's own code vouches for it.
pub(super) fn decide(wish: Wish, known: &Known, standing: &Standing, signed: bool) -> Finding {
    // A bare id proves nothing: it counts if this gate has seen it in the list.
    if !signed && known.status.is_none() {
        return Reason::DatabaseUnreachable.into();
    }
    match wish {
        Wish::Enter => enter(known, standing),
        Wish::Leave => leave(standing),
        Wish::TakeBack(admission) => take_back(standing, &admission.to_string()),
    }
}

fn enter(known: &Known, standing: &Standing) -> Finding {
    match (&known.status, &standing.inside) {
        (Some(status), _) if status.revoked => Reason::Revoked.into(),
        (_, Some(inside)) => already(inside),
        (_, None) => Reason::Granted.into(),
    }
}

/// Where nothing is known of an entry, it was at another gate: whoever leaves
/// may leave. Only who has just left cannot leave again.
fn leave(standing: &Standing) -> Finding {
    match (&standing.inside, &standing.last_end) {
        (None, Some(_)) => Reason::NotInside.into(),
        _ => Reason::Left.into(),
    }
}

fn take_back(standing: &Standing, admission: &str) -> Finding {
    match &standing.inside {
        Some(inside) if inside.scan == admission => Reason::Undone.into(),
        Some(inside) => already(inside),
        None => Reason::NotInside.into(),
    }
}

/// Somebody is inside, since then and through that gate.
pub(super) fn already(inside: &Passage) -> Finding {
    taken(Some(inside.at), inside.gate.clone())
}

/// The same, by what a neighbour says.
pub(super) fn taken(admitted_at: Option<DateTime<Utc>>, gate: String) -> Finding {
    Finding { reason: Reason::AlreadyInside, admitted_at, admitted_gate: Some(gate) }
}

#[cfg(test)]
mod tests {
    use common::passages::{Step, stand};
    use common::{ScanId, TicketTag};
    use uuid::Uuid;

    use super::*;
    use crate::store::Status;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn known(revoked: bool) -> Known {
        let tag = TicketTag([1; 32]);
        let status = Status {
            tag,
            revoked,
            present: false,
            updated_at: at(0),
            admitted_at: None,
            admitted_gate: String::new(),
            admitted_scan: String::new(),
        };
        Known { tag, status: Some(status) }
    }

    fn unknown() -> Known {
        Known { status: None, ..known(false) }
    }

    fn scan(n: u128) -> ScanId {
        Uuid::from_u128(n).into()
    }

    fn passage(n: u128, step: Step) -> Passage {
        Passage { scan: scan(n).to_string(), step, at: at(n.try_into().unwrap()), gate: "B".into() }
    }

    fn reason(wish: Wish, known: &Known, told: &[Passage], signed: bool) -> Reason {
        decide(wish, known, &stand(told.to_vec()), signed).reason
    }

    #[test]
    fn a_good_signature_is_welcome_unless_something_is_known_against_it() {
        let (entry, exit) = (passage(1, Step::Entry), passage(2, Step::Exit));
        for (known, told, expected) in [
            (known(false), vec![], Reason::Granted),
            (unknown(), vec![], Reason::Granted),
            (known(true), vec![], Reason::Revoked),
            (known(true), vec![entry.clone()], Reason::Revoked),
            (known(false), vec![entry.clone()], Reason::AlreadyInside),
            (unknown(), vec![entry.clone()], Reason::AlreadyInside),
            (known(false), vec![entry.clone(), exit.clone()], Reason::Granted),
        ] {
            assert_eq!(reason(Wish::Enter, &known, &told, true), expected, "{told:?}");
        }
        let finding = decide(Wish::Enter, &known(false), &stand(vec![entry]), true);
        assert_eq!((finding.admitted_at, finding.admitted_gate.as_deref()), (Some(at(1)), Some("B")));
    }

    #[test]
    fn a_bare_id_counts_only_if_it_is_in_the_list_and_is_never_called_invalid_for_that() {
        for wish in [Wish::Enter, Wish::Leave, Wish::TakeBack(scan(1))] {
            assert_eq!(reason(wish, &unknown(), &[], false), Reason::DatabaseUnreachable);
        }
        assert_eq!(reason(Wish::Enter, &known(false), &[], false), Reason::Granted);
    }

    #[test]
    fn whoever_is_not_known_to_have_left_may_leave() {
        let (entry, exit) = (passage(1, Step::Entry), passage(2, Step::Exit));
        assert_eq!(reason(Wish::Leave, &unknown(), &[], true), Reason::Left);
        assert_eq!(reason(Wish::Leave, &known(false), std::slice::from_ref(&entry), true), Reason::Left);
        assert_eq!(reason(Wish::Leave, &known(false), &[entry, exit], true), Reason::NotInside);
    }

    #[test]
    fn only_the_admission_that_holds_is_taken_back() {
        let (entry, exit) = (passage(1, Step::Entry), passage(2, Step::Exit));
        assert_eq!(reason(Wish::TakeBack(scan(1)), &known(false), std::slice::from_ref(&entry), true), Reason::Undone);
        assert_eq!(
            reason(Wish::TakeBack(scan(9)), &known(false), std::slice::from_ref(&entry), true),
            Reason::AlreadyInside
        );
        assert_eq!(reason(Wish::TakeBack(scan(1)), &known(false), &[entry, exit], true), Reason::NotInside);
    }
}

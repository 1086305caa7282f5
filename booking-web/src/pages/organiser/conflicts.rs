//! Tickets that were let in twice, what that means and what to do.

use askama::Template;
use chrono::TimeDelta;
use chrono_tz::Tz;
use common::Mode;

use super::desk::{Desk, said_at};
use crate::conflicts::{Admission, Conflict};

/// On one page; the command lists them all.
const SHOWN: usize = 200;

/// `/organiser/conflicts`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/conflicts.html")]
pub struct ConflictsPage {
    pub desk: Desk,
    pub zone: Tz,
    /// The latest first.
    pub conflicts: Vec<Conflict>,
}

impl ConflictsPage {
    fn shown(&self) -> &[Conflict] {
        &self.conflicts[..self.conflicts.len().min(SHOWN)]
    }

    fn unsaid(&self) -> usize {
        self.conflicts.len() - self.shown().len()
    }

    fn at(&self, admission: &Admission) -> String {
        said_at(admission.at, self.zone)
    }

    fn guest<'a>(&self, conflict: &'a Conflict) -> &'a str {
        conflict.guest.first_name.as_deref().unwrap_or("A ticket that is gone")
    }

    /// How long after the first.
    fn later(&self, conflict: &Conflict) -> String {
        later(conflict.second.at - conflict.first.at)
    }
}

fn is_offline(admission: &Admission) -> bool {
    admission.mode == Mode::Offline
}

fn later(span: TimeDelta) -> String {
    let counted = |number: i64, what: &str| format!("{number} {what}{} later", if number == 1 { "" } else { "s" });
    match span.num_seconds() {
        ..1 => "in the same second".into(),
        seconds @ 1..120 => counted(seconds, "second"),
        120..7_200 => counted(span.num_minutes(), "minute"),
        _ => counted(span.num_hours(), "hour"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::conflicts::Guest;
    use crate::pages::organiser::Tab;

    fn page(conflicts: usize) -> String {
        let admission = |gate: &str, at: &str, mode| Admission {
            scan_id: "019".into(),
            gate: gate.into(),
            at: at.parse::<DateTime<Utc>>().unwrap(),
            mode,
        };
        let conflict = Conflict {
            unique_id: "Asha9198765432102026-11-22".into(),
            guest: Guest { first_name: Some("<b>Asha".into()), order: Some("01990000-0000-7000-8000-0".into()) },
            first: admission("Gate A", "2026-11-22T14:00:05Z", Mode::Online),
            second: admission("<i>Gate B", "2026-11-22T14:14:10Z", Mode::Offline),
        };
        let desk = Desk { name: "asha".into(), csrf: "mark".into(), here: Tab::Gates };
        let conflicts = vec![conflict; conflicts];
        ConflictsPage { desk, zone: chrono_tz::Asia::Kolkata, conflicts }.render().unwrap()
    }

    #[test]
    fn each_is_told_with_both_gates_both_times_and_the_way_to_the_order() {
        let html = page(1).replace('\u{a0}', " ");
        for expected in [
            "<bdi>Gate A</bdi>",
            "22 Nov 2026, 7:30:05 pm",
            "<bdi>&#60;i&#62;Gate B</bdi>",
            "22 Nov 2026, 7:44:10 pm",
            "14 minutes later",
            "/organiser/orders/01990000-0000-7000-8000-0",
            "What to do",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert!(!html.contains("<b>") && !html.contains("<i>"), "hostile names are text: {html}");
        assert_eq!(html.matches("offline").count(), 1, "only where the gate was: {html}");
        assert!(!html.contains("9876543210"), "the order's page has the number: {html}");
    }

    #[test]
    fn none_is_said_and_too_many_are_counted() {
        assert!(page(0).contains("No ticket was let in twice"));
        let html = page(SHOWN + 3);
        assert!(html.contains("And 3 more"), "{html}");
        assert_eq!(html.matches("<article").count(), SHOWN);
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (seconds, said) in [
            (0, "in the same second"),
            (1, "1 second later"),
            (119, "119 seconds later"),
            (121, "2 minutes later"),
            (7_300, "2 hours later"),
        ] {
            assert_eq!(later(TimeDelta::seconds(seconds)), said);
        }
    }
}

//! Who is inside, by what the gates have granted.
//!
//! While gates are cut off from the database each goes on by itself, and their
//! scans come together later, in any order and some of them twice. What they
//! mean must not depend on that order: [`stand`] sorts a ticket's granted scans
//! by time and says who is inside on it, and which entries were granted while
//! somebody was inside already. The earliest is the admission, each later one a
//! conflict that is shown and never forgotten.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Which way somebody went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Came in.
    Entry,
    /// Left.
    Exit,
    /// The last entry through this gate was taken back, as if it had not been.
    Undo,
}

impl Step {
    /// The word of the `scans` table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Exit => "exit",
            Self::Undo => "undo",
        }
    }

    /// Reads the word of the `scans` table.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Entry, Self::Exit, Self::Undo].into_iter().find(|step| step.as_str() == word)
    }
}

/// One granted scan of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its id.
    pub scan: String,
    /// Which way.
    pub step: Step,
    /// When, by the database's clock.
    pub at: DateTime<Utc>,
    /// Through which gate.
    pub gate: String,
}

/// How a ticket stands after all its passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The admission that holds, if somebody is inside.
    pub inside: Option<Passage>,
    /// The last admission, also after its guest has left; none if it was taken back.
    pub last_admission: Option<Passage>,
    /// The last exit or undo.
    pub last_end: Option<Passage>,
    /// Entries that were granted while somebody was inside.
    pub doubled: Vec<Doubled>,
}

/// Two admissions of one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubled {
    /// The earlier one, which is the admission.
    pub first: Passage,
    /// The later one.
    pub second: Passage,
}

/// How a ticket stands after these passages, told in any order; one that is told twice is one.
#[must_use]
pub fn stand(mut passages: Vec<Passage>) -> Standing {
    // At one instant the scan's id decides, which is as good as any rule that everybody keeps.
    passages.sort_unstable_by(|a, b| (a.at, &a.scan).cmp(&(b.at, &b.scan)));
    let mut told = HashSet::new();
    passages.retain(|passage| told.insert(passage.scan.clone()));
    let last_end = passages.iter().rfind(|passage| passage.step != Step::Entry).cloned();
    let mut standing = Standing { last_end, ..Standing::default() };
    for passage in without_undone(passages) {
        match (passage.step, &standing.inside) {
            (Step::Entry, Some(first)) => standing.doubled.push(Doubled { first: first.clone(), second: passage }),
            (Step::Entry, None) => {
                standing.last_admission = Some(passage.clone());
                standing.inside = Some(passage);
            }
            (Step::Exit | Step::Undo, _) => standing.inside = None,
        }
    }
    standing
}

/// Each undo goes, and with it the last entry of its gate before it. What is left has no undo.
fn without_undone(passages: Vec<Passage>) -> Vec<Passage> {
    let mut left: Vec<Passage> = Vec::with_capacity(passages.len());
    for passage in passages {
        if passage.step != Step::Undo {
            left.push(passage);
        } else if let Some(undone) = left.iter().rposition(|one| one.step == Step::Entry && one.gate == passage.gate) {
            left.remove(undone);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `a1+` is an entry at gate a at time 1, `b2-` an exit, `b3!` an undo.
    fn passages(told: &str) -> Vec<Passage> {
        told.split_whitespace()
            .map(|one| {
                let (gate, rest) = one.split_at(1);
                let (at, step) = rest.split_at(rest.len() - 1);
                Passage {
                    scan: one.to_owned(),
                    step: match step {
                        "+" => Step::Entry,
                        "-" => Step::Exit,
                        _ => Step::Undo,
                    },
                    at: DateTime::from_timestamp(at.parse().unwrap(), 0).unwrap(),
                    gate: gate.to_owned(),
                }
            })
            .collect()
    }

    fn scan(passage: Option<&Passage>) -> &str {
        passage.map_or("", |passage| passage.scan.as_str())
    }

    #[test]
    fn the_earliest_is_the_admission_and_each_later_one_a_conflict() {
        for (told, inside, last, doubled) in [
            ("", "", "", ""),
            ("a1+", "a1+", "a1+", ""),
            ("b2+ a1+", "a1+", "a1+", "a1+b2+"),
            ("c3+ b2+ a1+", "a1+", "a1+", "a1+b2+ a1+c3+"),
            // The same scan, told twice, is one.
            ("a1+ a1+", "a1+", "a1+", ""),
            // Left in between, by whichever gate: no conflict.
            ("a1+ b2- b3+", "b3+", "b3+", ""),
            ("b3+ a1+ b2-", "b3+", "b3+", ""),
            ("a1+ b2-", "", "a1+", ""),
            // An exit of somebody whom nobody let in.
            ("a1- b2+", "b2+", "b2+", ""),
            // Taken back: as if it had not been, whoever else is inside.
            ("a1+ a2!", "", "", ""),
            ("a1+ b2+ b3!", "a1+", "a1+", ""),
            ("a1+ b2+ a3!", "b2+", "b2+", ""),
            ("a1+ a2- a3+ a4!", "", "a1+", ""),
            // Nothing to take back at this gate.
            ("a1+ b2!", "a1+", "a1+", ""),
        ] {
            let standing = stand(passages(told));
            let pairs: Vec<_> = standing.doubled.iter().map(|d| format!("{}{}", d.first.scan, d.second.scan)).collect();
            assert_eq!(scan(standing.inside.as_ref()), inside, "{told}");
            assert_eq!(scan(standing.last_admission.as_ref()), last, "{told}");
            assert_eq!(pairs.join(" "), doubled, "{told}");
        }
    }

    #[test]
    fn the_words_of_the_table_are_read_back() {
        for step in [Step::Entry, Step::Exit, Step::Undo] {
            assert_eq!(Step::parse(step.as_str()), Some(step));
        }
        assert_eq!(Step::parse("none"), None);
    }

    proptest! {
        #[test]
        fn the_order_in_which_they_are_told_changes_nothing(
            (told, shuffled) in prop::collection::vec(("[abc]", 0_i64..9, "[-+!]"), 0..12).prop_flat_map(|steps| {
                let told: Vec<_> = steps.into_iter().map(|(gate, at, step)| format!("{gate}{at}{step}")).collect();
                (Just(told.join(" ")), Just(told).prop_shuffle().prop_map(|told| told.join(" ")))
            })
        ) {
            prop_assert_eq!(stand(passages(&told)), stand(passages(&shuffled)));
        }

        #[test]
        fn entries_alone_are_one_admission_and_the_rest_are_conflicts(at in prop::collection::btree_set(0_i64..99, 1..9)) {
            let told: Vec<_> = at.iter().map(|at| format!("a{at}+")).collect();
            let standing = stand(passages(&told.join(" ")));
            prop_assert_eq!(standing.doubled.len(), at.len() - 1);
            prop_assert_eq!(standing.inside.map(|first| first.scan), told.first().cloned());
        }
    }
}

//! What the camera saw before the gate was open. A guest's ticket that was in
//! view then is a scan once the gate opens, though it was never out of view;
//! the organiser's set-up code, which may still lie there, is none.

use sha2::{Digest, Sha256};

use super::news::Stage;

/// More than are held up while a gate is set up.
const MOST: usize = 16;

/// By their hashes: a set-up code holds a password.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// Seen while there was no gate, the latest last.
    early: Vec<[u8; 32]>,
    /// The code that set the gate up.
    set_up: Option<[u8; 32]>,
}

impl Before {
    /// The gate goes by this code from now on.
    pub(super) fn was_set_up_by(&mut self, text: &str) {
        self.set_up = Some(hash(text));
    }

    /// Whether a code in view is to be presented; `is_new`: it was out of view before.
    pub(super) fn is_scan(&mut self, text: &str, is_new: bool, stage: Stage) -> bool {
        let hash = hash(text);
        if self.set_up == Some(hash) && stage != Stage::SetUp {
            return false;
        }
        let was_early = self.early.iter().position(|early| *early == hash).map(|place| self.early.remove(place));
        if stage != Stage::Gate {
            if self.early.len() == MOST {
                self.early.remove(0);
            }
            self.early.push(hash);
            return is_new;
        }
        is_new || was_early.is_some()
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_held_up_during_the_set_up_is_a_scan_when_the_gate_opens_and_only_one() {
        let mut before = Before::default();
        assert!(before.is_scan("ticket", true, Stage::SetUp));
        assert!(!before.is_scan("ticket", false, Stage::FinishSetUp));
        let at_the_gate = [false, false, true].map(|is_new| before.is_scan("ticket", is_new, Stage::Gate));
        assert_eq!(at_the_gate, [true, false, true]);
    }

    #[test]
    fn the_set_up_code_does_not_make_it_forget_a_ticket() {
        let mut before = Before::default();
        for text in ["ticket", "set up"] {
            assert!(before.is_scan(text, true, Stage::SetUp));
        }
        before.was_set_up_by("set up");
        assert_eq!(["set up", "ticket"].map(|text| before.is_scan(text, false, Stage::Gate)), [false, true]);
    }

    #[test]
    fn the_set_up_code_that_still_lies_there_is_no_ticket_and_no_scan() {
        let mut before = Before::default();
        assert!(before.is_scan("set up", true, Stage::SetUp));
        before.was_set_up_by("set up");
        for stage in [Stage::FinishSetUp, Stage::Gate] {
            assert!(!before.is_scan("set up", true, stage));
        }
        // Shown again to set the gate up anew.
        assert!(before.is_scan("set up", true, Stage::SetUp));
    }
}

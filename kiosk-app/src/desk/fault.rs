//! Why something asked for at the desk was not done. The page gets a code that
//! it has words for, in every language, and a detail.

use std::fmt::Display;

use serde::Serialize;

use crate::database::DatabaseFault;

/// `code` is one of those in `kiosk-ui/protocol.d.ts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What is the matter, in a word.
    pub code: &'static str,
    /// A number or the system's own words.
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, detail: impl Display) -> Self {
        Self { code, detail: format!("{detail}") }
    }

    pub(crate) fn of(code: &'static str) -> Self {
        Self::new(code, "")
    }
}

impl From<DatabaseFault> for Fault {
    fn from(fault: DatabaseFault) -> Self {
        let code = if fault.may_pass() { "database_unreachable" } else { "gate_refused" };
        Self::new(code, format!("{fault}; {}", fault.remedy()))
    }
}

//! Who did what at the desk.

use askama::Template;
use chrono_tz::Tz;

use super::desk::{Desk, address, said_at};
use crate::order::OrderId;
use crate::organiser::audit::{Action, Which};

/// `/organiser/audit`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/audit.html")]
pub struct AuditPage {
    pub desk: Desk,
    pub zone: Tz,
    pub which: Which,
    pub lines: Vec<Action>,
    /// There are older ones.
    pub more: bool,
}

impl AuditPage {
    fn at(&self, line: &Action) -> String {
        said_at(line.at, self.zone)
    }

    fn what(&self, line: &Action) -> String {
        line.what.replace('_', " ")
    }

    /// The order it was done to, if it was one.
    fn order<'a>(&self, line: &'a Action) -> Option<&'a str> {
        line.subject.as_deref().filter(|subject| OrderId::parse(subject).is_some())
    }

    fn is_narrowed(&self) -> bool {
        !self.which.organiser.is_empty() || !self.which.subject.is_empty()
    }

    fn older(&self) -> Option<String> {
        let last = self.lines.last().filter(|_| self.more)?;
        let Which { organiser, subject, .. } = &self.which;
        Some(address("/organiser/audit", &[("organiser", organiser), ("subject", subject), ("before", &last.id)]))
    }
}

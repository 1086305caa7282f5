//! What is wrong with the settings, and what to do about it.

use std::fmt;

/// One bad or missing setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    pub(super) name: &'static str,
    pub(super) problem: String,
    pub(super) remedy: &'static str,
}

/// Every bad or missing setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these settings need attention:")?;
        for Fault { name, problem, remedy } in &self.0 {
            write!(f, "\n  {name} {problem}; {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

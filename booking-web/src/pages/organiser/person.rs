//! One guest's data: told to them, or forgotten.

use askama::Template;
use common::PhoneNo;

use super::desk::Desk;
use crate::privacy::Forgotten;
use crate::privacy::found::Kept;

/// `/organiser/person`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/person.html")]
pub struct PersonPage {
    pub desk: Desk,
    pub stage: PersonStage,
}

/// How far it went.
#[derive(Clone, Debug)]
pub enum PersonStage {
    Asked { typed: String, fault: Option<String> },
    Found { phone: PhoneNo, kept: Kept },
    Forgotten { phone: PhoneNo, forgotten: Forgotten },
}

impl PersonPage {
    fn is_wrong(&self) -> bool {
        matches!(self.stage, PersonStage::Asked { fault: Some(_), .. })
    }
}

/// `1 order`, `2 orders`.
fn counted(number: impl Into<u64>, one: &str) -> String {
    match number.into() {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    }
}

impl Kept {
    fn said(&self) -> String {
        format!("{} and {}", counted(self.orders, "order"), counted(self.guests, "guest"))
    }
}

impl Forgotten {
    fn said(&self) -> String {
        let orders = u64::try_from(self.erased.orders).unwrap_or(u64::MAX);
        format!(
            "Erased: {}, {}. Amounts and dates stay.",
            counted(orders, "order"),
            counted(self.erased.tickets, "ticket")
        )
    }
}

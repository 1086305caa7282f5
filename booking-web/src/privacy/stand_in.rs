//! Who stands in for a person that was forgotten.
//!
//! Rows are read as they always were, so a stand-in is a name and a number in
//! good form: a word that says what happened, random letters, and a number
//! under a country code that no country has.

use chrono::NaiveDate;
use common::unique_id::live_key;
use common::{FirstName, PhoneNo, UniqueId};

use crate::order::random_hex;

/// Country code 999 is kept free for something that never came.
pub(super) const PHONE: &str = "9990000000";

/// Nobody: whoever it was has been forgotten.
pub(crate) fn is_stand_in(id: &UniqueId) -> bool {
    id.parts().1.as_str() == PHONE
}

/// A name that was nobody's before.
#[derive(Clone, Debug)]
pub(super) struct StandIn {
    pub(super) name: FirstName,
    phone: PhoneNo,
}

impl StandIn {
    pub(super) fn fresh() -> Self {
        // Sixteen letters for sixteen digits; a name has no digits.
        let letter = |digit: char| digit.to_digit(16).and_then(|value| char::from_u32(u32::from('a') + value));
        let letters: String = random_hex().chars().filter_map(letter).collect();
        let name = FirstName::parse(&format!("Erased {letters}")).expect("letters and a space are a name");
        Self { name, phone: PhoneNo::try_from(PHONE.to_owned()).expect("ten digits after a + are a number") }
    }

    pub(super) fn unique_id(&self, booked_on: NaiveDate) -> UniqueId {
        UniqueId::new(&self.name, &self.phone, booked_on)
    }

    pub(super) fn live_key(&self, booked_on: NaiveDate) -> String {
        live_key(&self.name, &self.phone, booked_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_reads_back_and_is_another_each_time() {
        let (one, other) = (StandIn::fresh(), StandIn::fresh());
        assert_ne!(one.name, other.name);
        let id = one.unique_id("2026-11-22".parse().unwrap());
        assert_eq!(UniqueId::parse(id.as_str()).unwrap(), id);
        assert!(id.as_str().chars().count() <= 100, "its column's width: {id}");
        assert_eq!(id.parts().1.as_str(), PHONE);
    }
}

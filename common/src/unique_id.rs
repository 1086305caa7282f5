//! UNIQUE_ID, the name of a ticket.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{FirstName, PhoneNo};

/// `FIRST_NAME + PHONE_NO + REG_DATE`, such as `Asha9198765432102026-11-22`.
///
/// It can be read back, because a name holds no digit and a date has ten
/// characters. It is no secret: what proves a ticket is the signature over it,
/// see [`TicketCode`](crate::TicketCode).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UniqueId(String);

/// The text is not a name, a phone number and a date, each in normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket id: expected name, phone number and date, such as Asha9198765432102026-11-22")]
pub struct NotAUniqueId;

const DATE_FORM: &str = "%Y-%m-%d";
const DATE_CHARS: usize = "2026-11-22".len();

impl UniqueId {
    /// The id of the ticket booked under this name and phone on this day of the event's time zone.
    #[must_use]
    pub fn new(name: &FirstName, phone: &PhoneNo, booked_on: NaiveDate) -> Self {
        Self(format!("{name}{phone}{}", booked_on.format(DATE_FORM)))
    }

    /// Reads an id back, to the letter: nothing is trimmed, folded or mended.
    ///
    /// # Errors
    /// [`NotAUniqueId`] when it is not one, or not in normal form.
    pub fn parse(text: &str) -> Result<Self, NotAUniqueId> {
        Self::split(text).map(|_| Self(text.to_owned())).ok_or(NotAUniqueId)
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The three parts it was made of.
    #[must_use]
    pub fn parts(&self) -> (FirstName, PhoneNo, NaiveDate) {
        Self::split(&self.0).expect("checked when the id was made")
    }

    /// The id with the phone number masked, for screens and logs.
    #[must_use]
    pub fn masked(&self) -> String {
        let (name, phone, date) = self.parts();
        format!("{name}{}{}", phone.masked(), date.format(DATE_FORM))
    }

    fn split(text: &str) -> Option<(FirstName, PhoneNo, NaiveDate)> {
        let (name, numbers) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
        let (phone, date) = numbers.split_at_checked(numbers.len().checked_sub(DATE_CHARS)?)?;
        let parts = (
            FirstName::parse(name).ok()?,
            PhoneNo::try_from(phone.to_owned()).ok()?,
            NaiveDate::parse_from_str(date, DATE_FORM).ok()?,
        );
        (Self::new(&parts.0, &parts.1, parts.2).0 == text).then_some(parts)
    }
}

/// What tells one person's booking of a day from another's, however the name
/// was typed: the folded name, the phone number and the day.
#[must_use]
pub fn live_key(name: &FirstName, phone: &PhoneNo, booked_on: NaiveDate) -> String {
    format!("{}{phone}{}", name.folded(), booked_on.format(DATE_FORM))
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for UniqueId {
    type Error = NotAUniqueId;

    fn try_from(text: String) -> Result<Self, NotAUniqueId> {
        Self::parse(&text)
    }
}

impl From<UniqueId> for String {
    fn from(id: UniqueId) -> Self {
        id.0
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn any_unique_id() -> impl Strategy<Value = UniqueId> {
        let name = r"\p{L}{1,10}( \p{L}{1,10})?".prop_filter_map("a name", |typed| FirstName::parse(&typed).ok());
        let phone = "[6-9][0-9]{9}".prop_map(|typed| PhoneNo::parse(&typed).unwrap());
        let date = (0..40_000).prop_map(|day| NaiveDate::from_num_days_from_ce_opt(720_000 + day).unwrap());
        (name, phone, date).prop_map(|(name, phone, date)| UniqueId::new(&name, &phone, date))
    }

    #[test]
    fn the_id_is_name_phone_and_date() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let (name, phone) = (FirstName::parse("Asha Rani").unwrap(), PhoneNo::parse("98765 43210").unwrap());
        let id = UniqueId::new(&name, &phone, date);
        assert_eq!(id.as_str(), "Asha Rani9198765432102026-11-22");
        assert_eq!(id.parts(), (name, phone, date));
        assert_eq!(id.masked(), "Asha Rani••••••••••102026-11-22");
    }

    #[test]
    fn only_the_normal_form_is_an_id() {
        for text in [
            "",
            "Asha",
            "9198765432102026-11-22",
            "Asha9198765432102026-13-22",
            "Asha9198765432102026-1-22",
            " Asha9198765432102026-11-22",
            "Asha 9198765432102026-11-22",
            "Asha9198765432102026-11-22 ",
            "Asha98765४३२१०2026-11-22",
            "Ashaé",
            "Asha1é",
        ] {
            assert_eq!(UniqueId::parse(text), Err(NotAUniqueId), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn reads_back_what_it_wrote(id in any_unique_id()) {
            prop_assert!(id.as_str().chars().count() <= 100);
            prop_assert_eq!(UniqueId::parse(id.as_str()), Ok(id.clone()));
            let (name, phone, date) = id.parts();
            prop_assert_eq!(UniqueId::new(&name, &phone, date), id);
        }

        #[test]
        fn never_panics(text in any::<String>(), digits in "[0-9-]{0,30}") {
            let _ = UniqueId::parse(&text);
            let _ = UniqueId::parse(&format!("{text}{digits}"));
        }
    }
}

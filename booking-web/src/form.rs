//! From what was typed to a booking that cannot be wrong.

use std::collections::HashSet;
use std::fmt;

use common::email::EmailFault;
use common::name::NameFault;
use common::phone::PhoneFault;
use common::{EmailId, FirstName, PhoneNo};
use serde::Deserialize;

use crate::language::Language;

/// Guests on one booking.
pub const MOST_GUESTS: usize = 10;

/// The form as sent. Every field may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedForm {
    /// One for each guest.
    pub first_name: Vec<String>,
    pub phone_number: String,
    pub email: String,
    /// Random, made with the form: the same form sent twice is one wish.
    pub form_key: String,
    /// The button that adds a guest.
    pub more: Option<String>,
    /// The button that takes a guest off; which one, counted from 1.
    pub less: Option<usize>,
}

/// Who wants to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// From one to [`MOST_GUESTS`], no two of them alike.
    pub names: Vec<FirstName>,
    pub phone: PhoneNo,
    pub email: Option<EmailId>,
    pub form_key: Option<FormKey>,
    pub language: Language,
}

/// What is wrong, field by field; at least one fault is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormFaults {
    /// One for each guest, or none at all.
    pub first_name: Vec<Option<GuestFault>>,
    pub phone_number: Option<PhoneFault>,
    pub email: Option<EmailFault>,
}

/// What is wrong with one guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestFault {
    Name(NameFault),
    /// Another one on this form has the name already; under one phone number
    /// they could not be told apart.
    Again,
    /// Beyond [`MOST_GUESTS`].
    TooMany,
}

impl fmt::Display for GuestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(fault) => fault.fmt(f),
            Self::Again => {
                f.write_str("This name is on the form already; please add the surname’s first letter, such as Asha R.")
            }
            Self::TooMany => {
                write!(f, "One booking is for {MOST_GUESTS} guests at most; please book for the others separately.")
            }
        }
    }
}

/// 128 random bits in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormKey(String);

impl FormKey {
    /// For a fresh form.
    #[must_use]
    pub fn random() -> Self {
        Self(crate::order::random_hex())
    }

    /// A key that came back; anything but 32 hexadecimal digits is as good as none.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let whole = typed.len() == 32 && typed.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        whole.then(|| Self(typed.to_owned()))
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TypedForm {
    /// Reads every field, so that all faults are told at once.
    ///
    /// # Errors
    /// [`FormFaults`].
    pub fn read(&self) -> Result<Booking, FormFaults> {
        let names = self.names();
        let phone = PhoneNo::parse(&self.phone_number);
        let email = match self.email.trim() {
            "" => Ok(None),
            typed => EmailId::parse(typed).map(Some),
        };
        match (names, phone, email) {
            (Ok(names), Ok(phone), Ok(email)) => {
                let form_key = FormKey::parse(&self.form_key);
                Ok(Booking { names, phone, email, form_key, language: Language::default() })
            }
            (names, phone, email) => Err(FormFaults {
                first_name: names.err().unwrap_or_default(),
                phone_number: phone.err(),
                email: email.err(),
            }),
        }
    }

    fn names(&self) -> Result<Vec<FirstName>, Vec<Option<GuestFault>>> {
        let mut seen = HashSet::new();
        let read = self.guests().into_iter().enumerate().map(|(place, typed)| {
            let name = FirstName::parse(typed).map_err(GuestFault::Name)?;
            match () {
                () if place >= MOST_GUESTS => Err(GuestFault::TooMany),
                () if !seen.insert(name.folded()) => Err(GuestFault::Again),
                () => Ok(name),
            }
        });
        let read: Vec<Result<FirstName, GuestFault>> = read.collect();
        match read.iter().cloned().collect() {
            Ok(names) => Ok(names),
            Err(_) => Err(read.into_iter().map(Result::err).collect()),
        }
    }

    /// What was typed for each guest; there is always one.
    #[must_use]
    pub fn guests(&self) -> Vec<&str> {
        match self.first_name.as_slice() {
            [] => vec![""],
            typed => typed.iter().map(String::as_str).collect(),
        }
    }

    /// The form with a guest more or less, if that was the wish; nothing is booked then.
    #[must_use]
    pub fn with_other_guests(&self) -> Option<Self> {
        let mut guests: Vec<String> = self.guests().into_iter().map(str::to_owned).collect();
        match (&self.more, self.less) {
            (Some(_), _) if guests.len() < MOST_GUESTS => guests.push(String::new()),
            (_, Some(place)) if guests.len() > 1 && (1..=guests.len()).contains(&place) => {
                guests.remove(place - 1);
            }
            (None, None) => return None,
            _ => {}
        }
        Some(Self { first_name: guests, more: None, less: None, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_form_is_a_booking() {
        let typed = TypedForm {
            first_name: vec![" asha ".into()],
            phone_number: "98765 43210".into(),
            form_key: "0123456789abcdef0123456789abcdef".into(),
            ..TypedForm::default()
        };
        let booking = typed.read().unwrap();
        assert_eq!((booking.names[0].as_str(), booking.phone.as_str()), ("asha", "919876543210"));
        assert_eq!(booking.email, None);
        assert!(booking.form_key.is_some());
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults = TypedForm { email: "x".into(), ..TypedForm::default() }.read().unwrap_err();
        assert_eq!(faults.first_name, [Some(GuestFault::Name(NameFault::Empty))]);
        assert!(faults.phone_number.is_some() && faults.email.is_some());
    }

    fn of(names: &[&str]) -> TypedForm {
        let first_name = names.iter().map(|&name| name.into()).collect();
        TypedForm { first_name, phone_number: "98765 43210".into(), ..TypedForm::default() }
    }

    #[test]
    fn each_guest_has_a_name_and_each_fault_its_place() {
        let booking = of(&["Asha", "रवि", "Zoë"]).read().unwrap();
        assert_eq!(booking.names.iter().map(FirstName::as_str).collect::<Vec<_>>(), ["Asha", "रवि", "Zoë"]);
        let faults = of(&["Asha", "", "ASHA ", "R2"]).read().unwrap_err().first_name;
        let name = |fault| Some(GuestFault::Name(fault));
        assert_eq!(faults, [None, name(NameFault::Empty), Some(GuestFault::Again), name(NameFault::Digit)]);
    }

    #[test]
    fn ten_come_and_the_eleventh_is_told_to_book_apart() {
        let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"];
        assert_eq!(of(&names[..10]).read().unwrap().names.len(), MOST_GUESTS);
        let faults = of(&names).read().unwrap_err().first_name;
        assert_eq!((faults.len(), faults[9], faults[10]), (11, None, Some(GuestFault::TooMany)));
    }

    #[test]
    fn a_guest_is_added_and_taken_off_and_nothing_else_changes() {
        let names = |form: &TypedForm| form.guests().iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        assert!(of(&["Asha"]).with_other_guests().is_none());
        let more = TypedForm { more: Some("1".into()), ..of(&["Asha"]) }.with_other_guests().unwrap();
        assert_eq!((names(&more), more.phone_number.as_str()), (vec!["Asha".into(), String::new()], "98765 43210"));
        let less = |place| TypedForm { less: Some(place), ..of(&["Asha", "Ravi"]) }.with_other_guests().unwrap();
        assert_eq!(names(&less(1)), ["Ravi"]);
        for nobody in [0, 3] {
            assert_eq!(names(&less(nobody)), ["Asha", "Ravi"]);
        }
        assert_eq!(names(&TypedForm { less: Some(1), ..of(&["Asha"]) }.with_other_guests().unwrap()), ["Asha"]);
        let full = TypedForm { more: Some(String::new()), ..of(&["x"; MOST_GUESTS]) };
        assert_eq!(full.with_other_guests().unwrap().guests().len(), MOST_GUESTS);
    }

    #[test]
    fn a_strange_form_key_is_no_key() {
        for typed in ["", "0123", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdeg"] {
            assert_eq!(FormKey::parse(typed), None, "{typed}");
        }
    }
}

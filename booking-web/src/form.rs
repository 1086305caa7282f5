//! From what was typed to a booking that cannot be wrong.

use common::email::EmailFault;
use common::name::NameFault;
use common::phone::PhoneFault;
use common::{EmailId, FirstName, PhoneNo};
use serde::Deserialize;

/// The form as sent. Every field may be missing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedForm {
    pub first_name: String,
    pub phone_number: String,
    pub email: String,
    /// Random, made with the form: the same form sent twice is one wish.
    pub form_key: String,
}

/// Who wants to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    pub name: FirstName,
    pub phone: PhoneNo,
    pub email: Option<EmailId>,
    pub form_key: Option<FormKey>,
}

/// What is wrong, field by field; at least one is `Some`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormFaults {
    pub first_name: Option<NameFault>,
    pub phone_number: Option<PhoneFault>,
    pub email: Option<EmailFault>,
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
        let name = FirstName::parse(&self.first_name);
        let phone = PhoneNo::parse(&self.phone_number);
        let email = match self.email.trim() {
            "" => Ok(None),
            typed => EmailId::parse(typed).map(Some),
        };
        match (name, phone, email) {
            (Ok(name), Ok(phone), Ok(email)) => {
                Ok(Booking { name, phone, email, form_key: FormKey::parse(&self.form_key) })
            }
            (name, phone, email) => {
                Err(FormFaults { first_name: name.err(), phone_number: phone.err(), email: email.err() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_form_is_a_booking() {
        let typed = TypedForm {
            first_name: " asha ".into(),
            phone_number: "98765 43210".into(),
            form_key: "0123456789abcdef0123456789abcdef".into(),
            ..TypedForm::default()
        };
        let booking = typed.read().unwrap();
        assert_eq!((booking.name.as_str(), booking.phone.as_str()), ("asha", "919876543210"));
        assert_eq!(booking.email, None);
        assert!(booking.form_key.is_some());
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults = TypedForm { email: "x".into(), ..TypedForm::default() }.read().unwrap_err();
        assert!(faults.first_name.is_some() && faults.phone_number.is_some() && faults.email.is_some());
    }

    #[test]
    fn a_strange_form_key_is_no_key() {
        for typed in ["", "0123", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdeg"] {
            assert_eq!(FormKey::parse(typed), None, "{typed}");
        }
    }
}

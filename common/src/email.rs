//! E-mail addresses.

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

/// The most characters an address may have, the width of its column.
pub const MAX_CHARS: usize = 100;

/// An address that a message can be sent to: local part, `@`, a domain with a dot.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailId(String);

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailFault {
    /// More than [`MAX_CHARS`] characters.
    #[error("An e-mail address can have at most {MAX_CHARS} characters; please use a shorter one or leave it empty.")]
    TooLong,
    /// Not of the form `name@domain.tld`.
    #[error("This is not an e-mail address; please check it or leave it empty.")]
    NotAnAddress,
}

impl EmailId {
    /// Trims what was typed and checks its form; whether a mailbox is behind it only a message can tell.
    ///
    /// # Errors
    /// See [`EmailFault`].
    pub fn parse(typed: &str) -> Result<Self, EmailFault> {
        let address = typed.trim();
        if address.chars().take(MAX_CHARS + 1).count() > MAX_CHARS {
            return Err(EmailFault::TooLong);
        }
        let form = Options::default().with_required_tld().without_display_text().without_domain_literal();
        // Control characters would end a mail header.
        if address.chars().any(char::is_control) || EmailAddress::parse_with_options(address, form).is_err() {
            return Err(EmailFault::NotAnAddress);
        }
        Ok(Self(address.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first letter and the domain, for wherever the whole is not needed.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        format!("{}•••@{domain}", local.chars().next().unwrap_or('•'))
    }
}

/// Personal data: debug output carries the domain only.
impl fmt::Debug for EmailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailId(•@{})", self.0.rsplit('@').next().unwrap_or_default())
    }
}

impl fmt::Display for EmailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailId {
    type Error = EmailFault;

    fn try_from(typed: String) -> Result<Self, EmailFault> {
        Self::parse(&typed)
    }
}

impl From<EmailId> for String {
    fn from(email: EmailId) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_trimmed_and_kept_as_typed() {
        assert_eq!(
            EmailId::parse(" Asha.Rani+tickets@example.co.in ").unwrap().as_str(),
            "Asha.Rani+tickets@example.co.in"
        );
    }

    #[test]
    fn a_masked_address_shows_its_first_letter_and_its_domain() {
        let masked = |typed| EmailId::parse(typed).unwrap().masked();
        assert_eq!(
            (masked("asha@example.com"), masked("a@example.com")),
            ("a•••@example.com".into(), masked("abc@example.com"))
        );
        assert_eq!(masked("आशा@example.com"), "आ•••@example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for typed in [
            "asha",
            "asha@",
            "@example.com",
            "asha@localhost",
            "a b@example.com",
            "Asha <a@example.com>",
            "a@b.c\r\nBcc: x@y.z",
        ] {
            assert_eq!(EmailId::parse(typed), Err(EmailFault::NotAnAddress), "{typed:?}");
        }
        assert_eq!(EmailId::parse(&format!("{}@example.com", "a".repeat(90))), Err(EmailFault::TooLong));
    }

    proptest! {
        #[test]
        fn never_panics_and_is_a_fixed_point(typed in any::<String>()) {
            if let Ok(email) = EmailId::parse(&typed) {
                prop_assert_eq!(EmailId::parse(email.as_str()), Ok(email.clone()));
            }
        }
    }
}

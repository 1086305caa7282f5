//! Phone numbers.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A phone number in E.164 without the `+`, 8 to 15 digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNo(String);

/// Why a text is not a phone number. Its `Display` says what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// No digit at all.
    #[error("Please enter a phone number.")]
    Empty,
    /// Something that is neither a digit nor one of the usual separators.
    #[error("A phone number has digits, spaces, - . ( ) and a leading + only; please leave “{0}” out.")]
    Symbol(char),
    /// An Indian number whose length or first digit cannot be right.
    #[error("An Indian mobile number has ten digits and starts with 6, 7, 8 or 9; please check it.")]
    NotIndian,
    /// No country code, and not an Indian number either.
    #[error("Please enter the ten digits of an Indian mobile number, or + and the country code for any other.")]
    NoCountry,
    /// An international number of an impossible length.
    #[error("A phone number with its country code has 8 to 15 digits; please check it.")]
    Length,
}

impl PhoneNo {
    /// Brings what was typed into normal form. Digits of any script count;
    /// ten digits, or eleven with a leading 0, are an Indian mobile number.
    ///
    /// # Errors
    /// See [`PhoneFault`].
    pub fn parse(typed: &str) -> Result<Self, PhoneFault> {
        let (international, digits) = read_digits(typed)?;
        // 00 is how + is dialled.
        let (international, digits) = match digits.strip_prefix("00") {
            Some(rest) if !international => (true, rest),
            _ => (international, digits.as_str()),
        };
        if international {
            return match digits.strip_prefix("91") {
                Some(national) => indian(national.strip_prefix('0').unwrap_or(national)),
                None if (8..=15).contains(&digits.len()) && !digits.starts_with('0') => Ok(Self(digits.to_owned())),
                None => Err(PhoneFault::Length),
            };
        }
        match (digits.len(), digits.as_bytes().first()) {
            (0, _) => Err(PhoneFault::Empty),
            (10, _) => indian(digits),
            (11, Some(b'0')) => indian(&digits[1..]),
            (12, _) if digits.starts_with("91") => indian(&digits[2..]),
            _ => Err(PhoneFault::NoCountry),
        }
    }

    /// The digits, country code first.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last two digits hidden, for wherever the whole is not needed.
    #[must_use]
    pub fn masked(&self) -> String {
        let (hidden, shown) = self.0.split_at(self.0.len() - 2);
        "•".repeat(hidden.len()) + shown
    }
}

fn indian(national: &str) -> Result<PhoneNo, PhoneFault> {
    if national.len() == 10 && national.starts_with(['6', '7', '8', '9']) {
        Ok(PhoneNo(format!("91{national}")))
    } else {
        Err(PhoneFault::NotIndian)
    }
}

/// Whether a + stood in front, and the digits as ASCII.
fn read_digits(typed: &str) -> Result<(bool, String), PhoneFault> {
    let mut international = false;
    let mut digits = String::new();
    for c in typed.chars() {
        match c {
            // A mobile's contact list copies invisible direction marks along.
            '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2014}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => {}
            c if c.is_whitespace() => {}
            '+' | '\u{FF0B}' if digits.is_empty() && !international => international = true,
            c => match decimal_digit(c) {
                // Longer than any number: do not copy a megabyte of them.
                Some(_) if digits.len() > 20 => return Err(PhoneFault::Length),
                Some(digit) => digits.push(char::from(b'0' + digit)),
                None => return Err(PhoneFault::Symbol(c)),
            },
        }
    }
    Ok((international, digits))
}

/// The value of a decimal digit of any script. Unicode lays the ten digits of
/// a script out in a row from zero (the mathematical ones in several rows with
/// no gap), so the value is the distance from the row's start.
#[must_use]
pub fn decimal_digit(c: char) -> Option<u8> {
    let is_digit = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
    if !is_digit(c) {
        return None;
    }
    let before = (0..u32::from(c)).rev().map_while(char::from_u32).take_while(|c| is_digit(*c)).count();
    u8::try_from(before % 10).ok()
}

/// The whole number is personal data: debug output carries it masked.
impl fmt::Debug for PhoneNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNo({})", self.masked())
    }
}

impl fmt::Display for PhoneNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PhoneNo {
    type Error = PhoneFault;

    /// From the stored form, which has no `+`.
    fn try_from(stored: String) -> Result<Self, PhoneFault> {
        Self::parse(&format!("+{stored}"))
    }
}

impl From<PhoneNo> for String {
    fn from(phone: PhoneNo) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn indian_numbers_in_every_usual_spelling_are_one_number() {
        for typed in [
            "9876543210",
            "98765 43210",
            "098765-43210",
            "+91 98765 43210",
            "+91 (0) 98765 43210",
            "919876543210",
            "0091 98765.43210",
            "९८७६५४३२१०",
            "９８７６５４３２１０",
            "௯௮௭௬௫௪௩௨௧௦",
            "𝟗𝟖𝟕𝟔𝟓𝟒𝟑𝟐𝟏𝟎",
            "\u{202a}+91 98765 43210\u{202c}",
        ] {
            assert_eq!(PhoneNo::parse(typed).unwrap().as_str(), "919876543210", "{typed}");
        }
    }

    #[test]
    fn other_countries_need_their_code() {
        assert_eq!(PhoneNo::parse("+44 20 7946 0958").unwrap().as_str(), "442079460958");
        assert_eq!(PhoneNo::parse("00 1 202 555 0123").unwrap().as_str(), "12025550123");
        assert_eq!(PhoneNo::parse("20 7946 0958 1"), Err(PhoneFault::NoCountry));
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        for (typed, fault) in [
            ("", PhoneFault::Empty),
            (" - ", PhoneFault::Empty),
            ("98765x3210", PhoneFault::Symbol('x')),
            ("98765+43210", PhoneFault::Symbol('+')),
            ("1234567890", PhoneFault::NotIndian),
            ("+91 98765", PhoneFault::NotIndian),
            ("98765", PhoneFault::NoCountry),
            ("+1234567", PhoneFault::Length),
            ("+0123456789", PhoneFault::Length),
            ("+1234567890123456", PhoneFault::Length),
            ("98765½3210", PhoneFault::Symbol('½')),
        ] {
            assert_eq!(PhoneNo::parse(typed), Err(fault), "{typed:?}");
        }
        assert_eq!(PhoneNo::parse(&"9".repeat(1 << 20)), Err(PhoneFault::Length));
    }

    #[test]
    fn debug_output_hides_the_number() {
        assert_eq!(format!("{:?}", PhoneNo::parse("9876543210").unwrap()), "PhoneNo(••••••••••10)");
    }

    proptest! {
        #[test]
        fn never_panics_and_reads_its_own_form_back(typed in any::<String>()) {
            if let Ok(phone) = PhoneNo::parse(&typed) {
                prop_assert_eq!(PhoneNo::try_from(phone.to_string()), Ok(phone));
            }
        }

        #[test]
        fn stored_numbers_round_trip(digits in "[1-8][0-9]{8,14}") {
            if let Ok(phone) = PhoneNo::parse(&format!("+{digits}")) {
                prop_assert_eq!(PhoneNo::try_from(String::from(phone.clone())), Ok(phone));
            }
        }
    }
}

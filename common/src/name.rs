//! First names, in any script.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// The most characters (Unicode code points, as MySQL's `VARCHAR` counts them) a name may have.
pub const MAX_CHARS: usize = 50;

/// A first name in normal form: NFC, single spaces, letters of any script,
/// `'`, `-` and `.`; never a digit, so that a name can be read back out of a
/// [`UniqueId`](crate::UniqueId).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FirstName(String);

/// Why a text is not a first name. Its `Display` says what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing but spaces.
    #[error("Please enter a first name.")]
    Empty,
    /// More than [`MAX_CHARS`] characters.
    #[error("A first name can have at most {MAX_CHARS} characters; please shorten it.")]
    TooLong,
    /// A digit of any script.
    #[error("A first name cannot contain digits; please leave them out.")]
    Digit,
    /// A control character, or one that cannot be seen.
    #[error("The first name contains an invisible character; please type it again.")]
    Invisible,
    /// Anything else: an emoji, a symbol, a bracket.
    #[error("A first name can contain letters, spaces, ' - and . only; please leave “{0}” out.")]
    Symbol(char),
    /// Marks and punctuation with no letter among them.
    #[error("A first name needs at least one letter.")]
    NoLetter,
}

impl FirstName {
    /// Brings what was typed into normal form.
    ///
    /// # Errors
    /// The first fault found, see [`NameFault`].
    pub fn parse(typed: &str) -> Result<Self, NameFault> {
        // Length first: a megabyte of text is refused before it is worked on.
        // A name's normal form is never longer than four times what it counts.
        if typed.chars().take(MAX_CHARS * 8 + 1).count() > MAX_CHARS * 8 {
            return Err(NameFault::TooLong);
        }
        let composed: String = typed.nfc().map(plain_punctuation).collect();
        let name = composed.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(NameFault::Empty);
        }
        check_characters(&name)?;
        // The folded form is stored as well and must fit its column.
        if name.chars().count() > MAX_CHARS || name.nfkc().count() > MAX_CHARS {
            return Err(NameFault::TooLong);
        }
        Ok(Self(name))
    }

    /// The name in normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without what people type differently on another day: case,
    /// character width and spaces. Joiners, which cannot be seen, go too.
    #[must_use]
    pub fn folded(&self) -> String {
        // By way of the capitals: under Caps Lock ß is SS, and ς, which ends a word, a Σ like any other.
        let lower: String = self.0.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
        lower.nfkc().filter(|c| !c.is_whitespace() && !is_joiner(*c)).collect()
    }
}

/// Phones type ’ for ' and ‐ for - by themselves.
fn plain_punctuation(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{FF07}' => '\'',
        '\u{2010}' | '\u{2011}' | '\u{FF0D}' => '-',
        '\u{FF0E}' => '.',
        c => c,
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Joiners are part of spelling after a virama (Malayalam, Kannada, Sinhala)
/// and between Arabic letters (Persian); anywhere else they only hide.
fn joiner_belongs(previous: Option<char>, joiner: char) -> bool {
    previous.is_some_and(|p| {
        canonical_combining_class(p) == 9 || (joiner == '\u{200C}' && ('\u{0620}'..='\u{06FF}').contains(&p))
    })
}

fn check_characters(name: &str) -> Result<(), NameFault> {
    let mut previous = None;
    let mut letters = 0;
    for c in name.chars() {
        match c.general_category_group() {
            GeneralCategoryGroup::Letter => letters += 1,
            // A mark belongs to the letter before it.
            GeneralCategoryGroup::Mark if letters > 0 => {}
            GeneralCategoryGroup::Number => return Err(NameFault::Digit),
            _ if matches!(c, ' ' | '\'' | '-' | '.') => {}
            _ if is_joiner(c) && joiner_belongs(previous, c) => {}
            GeneralCategoryGroup::Other => return Err(NameFault::Invisible),
            _ => return Err(NameFault::Symbol(c)),
        }
        previous = Some(c);
    }
    if letters == 0 { Err(NameFault::NoLetter) } else { Ok(()) }
}

impl fmt::Display for FirstName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for FirstName {
    type Error = NameFault;

    fn try_from(typed: String) -> Result<Self, NameFault> {
        Self::parse(&typed)
    }
}

impl From<FirstName> for String {
    fn from(name: FirstName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(typed: &str) -> String {
        FirstName::parse(typed).unwrap().to_string()
    }

    #[test]
    fn names_of_every_script_are_names() {
        for name in
            ["Asha", "Zoë", "आशा", "श्रेया", "ஸ்ரீனி", "മഞ്ജു", "علی‌رضا", "李雷", "Ольга", "O'Neill", "Jean-Luc", "J. R."]
        {
            assert_eq!(parsed(name), name.nfc().collect::<String>(), "{name}");
        }
    }

    #[test]
    fn spaces_marks_and_phone_punctuation_come_into_normal_form() {
        assert_eq!(parsed("  Asha \u{a0}\u{3000} Rani\t"), "Asha Rani");
        assert_eq!(parsed("Zoe\u{308}"), "Zoë");
        assert_eq!(parsed("O’Neill"), "O'Neill");
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_reason() {
        for (typed, fault) in [
            ("", NameFault::Empty),
            (" \u{3000}\n ", NameFault::Empty),
            ("Asha2", NameFault::Digit),
            ("आशा२", NameFault::Digit),
            ("Ⅳ", NameFault::Digit),
            ("Asha 🎉", NameFault::Symbol('🎉')),
            ("<b>", NameFault::Symbol('<')),
            ("=cmd", NameFault::Symbol('=')),
            ("Asha:", NameFault::Symbol(':')),
            ("As\u{7}ha", NameFault::Invisible),
            ("As\0ha", NameFault::Invisible),
            ("Asha\u{202e}", NameFault::Invisible),
            ("As\u{200d}ha", NameFault::Invisible),
            ("-.'", NameFault::NoLetter),
            ("\u{308}a", NameFault::Symbol('\u{308}')),
        ] {
            assert_eq!(FirstName::parse(typed), Err(fault), "{typed:?}");
        }
    }

    #[test]
    fn fifty_characters_fit_and_the_fifty_first_does_not() {
        assert!(FirstName::parse(&"ह".repeat(50)).is_ok());
        assert_eq!(FirstName::parse(&"ह".repeat(51)), Err(NameFault::TooLong));
        assert_eq!(FirstName::parse(&"a".repeat(1 << 20)), Err(NameFault::TooLong));
        // One letter that unfolds to eighteen.
        assert_eq!(FirstName::parse(&"\u{fdfa}".repeat(40)), Err(NameFault::TooLong));
    }

    #[test]
    fn the_folded_form_forgets_case_width_and_spaces() {
        let folded = |typed| FirstName::parse(typed).unwrap().folded();
        assert_eq!(folded("ASHA  rani"), folded("Ａｓｈａ Rani"));
        assert_eq!(folded("Asharani"), folded("Asha Rani"));
        assert_eq!(folded("Weiß"), folded("WEISS"));
        assert_eq!(folded("Σωκράτης"), folded("ΣΩΚΡΆΤΗΣ"));
        assert_ne!(folded("Asha"), folded("Āsha"));
    }

    proptest! {
        #[test]
        fn never_panics_and_is_a_fixed_point(typed in any::<String>()) {
            if let Ok(name) = FirstName::parse(&typed) {
                prop_assert!(name.as_str().chars().count() <= MAX_CHARS);
                prop_assert!(name.folded().chars().count() <= 3 * MAX_CHARS);
                prop_assert_eq!(FirstName::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().contains(char::is_numeric));
            }
        }

        #[test]
        fn letters_and_spaces_are_always_a_name(typed in r"\p{L}{1,12}( \p{L}{1,12})?") {
            let name = FirstName::parse(&typed);
            prop_assert!(name.is_ok() || name == Err(NameFault::TooLong), "{:?}", name);
        }
    }
}

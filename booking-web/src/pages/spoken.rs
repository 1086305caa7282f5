//! The language of one page, and the way to the same page in another.

use std::ops::Deref;

use crate::language::Language;
use crate::words::Words;

/// The words of one page. Templates read them as if it were [`Words`] itself:
/// `words.form.first_name`.
#[derive(Clone, Debug)]
pub struct Spoken {
    words: &'static Words,
    /// Where the same page is, but for its language: an address to which `lang=…` is added.
    here: String,
}

impl Spoken {
    /// For a page that can be opened again at its own address, which has this query.
    #[must_use]
    pub fn at(language: Language, query: &str) -> Self {
        let others = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("lang"));
        // Relative to the page: whatever its path holds cannot lead to another site.
        let here = others.fold("?".to_owned(), |here, pair| format!("{here}{pair}&"));
        Self { words: language.words(), here }
    }

    /// For the answer to a form, which cannot be opened again: the switch leads to a fresh one.
    #[must_use]
    pub fn once(language: Language) -> Self {
        Self { words: language.words(), here: "/?".into() }
    }

    /// Each other language, and the address of this page in it.
    #[must_use]
    pub fn elsewhere(&self) -> Vec<(Language, String)> {
        let others = Language::ALL.into_iter().filter(|language| *language != self.words.language);
        others.map(|language| (language, format!("{}lang={}", self.here, language.code()))).collect()
    }
}

impl Default for Spoken {
    fn default() -> Self {
        Self::at(Language::default(), "")
    }
}

impl From<Language> for Spoken {
    fn from(language: Language) -> Self {
        Self::at(language, "")
    }
}

impl Deref for Spoken {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_leads_to_the_same_page_and_says_the_language_once() {
        for (query, address) in [
            ("", "?lang=hi"),
            ("returned", "?returned&lang=hi"),
            ("lang=en&mail=sent", "?mail=sent&lang=hi"),
            ("lang&&a=1&lang=hi", "?a=1&lang=hi"),
        ] {
            assert_eq!(
                Spoken::at(Language::English, query).elsewhere(),
                [(Language::Hindi, address.into())],
                "{query}"
            );
        }
        assert_eq!(Spoken::from(Language::Hindi).elsewhere(), [(Language::English, "?lang=en".into())]);
        assert_eq!(Spoken::once(Language::Hindi).elsewhere(), [(Language::English, "/?lang=en".into())]);
    }
}

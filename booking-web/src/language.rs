//! The languages guests are spoken to.
//!
//! The organiser's desk and the commands speak English. What is said in each
//! language stands in [`words`](crate::words); which one a guest gets is
//! decided with each request, by `http/language.rs`.

use crate::words::Words;

/// A language that all guests' pages and e-mails are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    Hindi,
}

impl Language {
    /// All there are; the first is for whoever asks for none of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Hindi];

    /// The word in addresses, in pages and in the database: ISO 639.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Hindi => "hi",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// What its speakers call it, which whoever looks for it can read.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Hindi => "हिन्दी",
        }
    }

    /// What is said in it.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &crate::words::ENGLISH,
            Self::Hindi => &crate::words::HINDI,
        }
    }

    /// What a browser's `Accept-Language` asks for (RFC 9110): the one of ours
    /// with the greatest weight, of two with the same the one named first, and
    /// none when it wants none of ours.
    #[must_use]
    pub fn accepted(header: &str) -> Option<Self> {
        let wishes: Vec<Wish<'_>> = header.split(',').filter_map(Wish::read).collect();
        let weight = |language: Self| {
            // A language that is named is not part of “any other”.
            let named = || wishes.iter().enumerate().filter(|(_, wish)| wish.names(language));
            let any = || wishes.iter().enumerate().filter(|(_, wish)| wish.range == "*");
            let best = named().max_by(heavier).or_else(|| any().max_by(heavier));
            best.map(|(place, wish)| (language, place, wish.weight))
        };
        let wanted = Self::ALL.into_iter().filter_map(weight).filter(|(_, _, weight)| *weight > 0.0);
        // Of equals `max_by` takes the last, and the first is meant.
        let best = wanted.rev().max_by(|one, other| one.2.total_cmp(&other.2).then(other.1.cmp(&one.1)));
        best.map(|(language, _, _)| language)
    }
}

/// One item of `Accept-Language`, such as `hi-IN;q=0.9`.
struct Wish<'a> {
    range: &'a str,
    weight: f32,
}

impl<'a> Wish<'a> {
    /// `None` for what is no wish, such as a weight beyond one: it takes nothing from the others.
    fn read(item: &'a str) -> Option<Self> {
        let mut parts = item.split(';').map(str::trim);
        let range = parts.next().filter(|range| !range.is_empty())?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok())?;
        (0.0..=1.0).contains(&weight).then_some(Self { range, weight })
    }

    /// Whoever wants the Hindi of one country gets ours: there is no other.
    fn names(&self, language: Language) -> bool {
        let primary = self.range.split('-').next().unwrap_or_default();
        primary.eq_ignore_ascii_case(language.code())
    }
}

fn heavier(one: &(usize, &Wish<'_>), other: &(usize, &Wish<'_>)) -> std::cmp::Ordering {
    one.1.weight.total_cmp(&other.1.weight).then(other.0.cmp(&one.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_read_back_their_own_codes() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Some(language));
            assert_eq!(language.words().language, language);
        }
        for code in ["", "HI", "fr", "hindi"] {
            assert_eq!(Language::parse(code), None, "{code}");
        }
    }

    #[test]
    fn a_browser_gets_the_language_it_wants_most() {
        use Language::{English, Hindi};
        for (header, wanted) in [
            ("hi", Some(Hindi)),
            ("hi-IN,hi;q=0.9,en-IN;q=0.8,en;q=0.7", Some(Hindi)),
            ("en-IN,en-GB;q=0.9,en-US;q=0.8,en;q=0.7,hi;q=0.6", Some(English)),
            ("mr-IN,mr;q=0.9,hi;q=0.8,en;q=0.7", Some(Hindi)),
            ("ta-IN,ta;q=0.9,en;q=0.8", Some(English)),
            ("en;q=0.5, hi-Deva-IN ; q=0.75", Some(Hindi)),
            ("HI-in;Q=1", Some(Hindi)),
            ("fr,de;q=0.5", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), wanted, "{header}");
        }
    }

    #[test]
    fn of_two_with_the_same_weight_the_first_is_meant() {
        assert_eq!(Language::accepted("hi,en"), Some(Language::Hindi));
        assert_eq!(Language::accepted("en,hi"), Some(Language::English));
        assert_eq!(Language::accepted("ta,hi;q=0.5,en;q=0.5"), Some(Language::Hindi));
    }

    #[test]
    fn any_other_means_what_is_not_named_and_nought_means_never() {
        assert_eq!(Language::accepted("*"), Some(Language::English));
        assert_eq!(Language::accepted("ta,*;q=0.1"), Some(Language::English));
        assert_eq!(Language::accepted("en;q=0.1,*;q=0.5"), Some(Language::Hindi));
        assert_eq!(Language::accepted("hi;q=0,*"), Some(Language::English));
        assert_eq!(Language::accepted("hi;q=0"), None);
        assert_eq!(Language::accepted("hi;q=0.000,en;q=0.001"), Some(Language::English));
    }

    #[test]
    fn what_is_no_wish_takes_nothing_from_the_others() {
        for header in ["hi;q=2,en", "hi;q=-1,en", "hi;q=NaN,en", "hi;q=,en", ";q=1,,en", ",,hindi,en", "hi_IN,en"] {
            assert_eq!(Language::accepted(header), Some(Language::English), "{header}");
        }
    }
}

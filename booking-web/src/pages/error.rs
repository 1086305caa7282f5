//! What went wrong, in words that say what to do.

use askama::Template;

use super::Spoken;
use crate::words::Told;

/// Any other refusal. Needs no event, and so no database.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub words: Spoken,
    pub status: u16,
    /// An address worth opening again; `None` where that would change nothing.
    pub retry: Option<String>,
}

/// What went wrong, as far as a guest can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    NothingHere,
    NotLikeThat,
    TooSlow,
    TooMuch,
    TooOften,
    Unreadable,
    /// We are, or the database or Razorpay is; not for long.
    Away,
    /// A mistake of ours.
    Ours,
}

impl Trouble {
    fn of(status: u16) -> Self {
        match status {
            404 => Self::NothingHere,
            405 => Self::NotLikeThat,
            408 => Self::TooSlow,
            413 => Self::TooMuch,
            429 => Self::TooOften,
            400..=499 => Self::Unreadable,
            503 => Self::Away,
            _ => Self::Ours,
        }
    }
}

impl ErrorPage {
    #[must_use]
    pub fn new(status: u16, words: Spoken) -> Self {
        Self { words, status, retry: None }
    }

    /// With a button that opens `path` again.
    #[must_use]
    pub fn retry(self, path: impl Into<String>) -> Self {
        Self { retry: Some(path.into()), ..self }
    }

    fn told(&self) -> Told {
        (self.words.error.told)(Trouble::of(self.status))
    }

    fn is_ours(&self) -> bool {
        self.status >= 500
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_says_what_to_do_without_jargon() {
        for status in [400, 404, 405, 408, 413, 415, 422, 429, 500, 503] {
            let html = ErrorPage::new(status, Spoken::default()).retry("/orders/1?a=1&b=2").render().unwrap();
            assert!(html.contains("Please") || html.contains("please"), "{status}");
            assert!(html.contains(r#"href="/orders/1?a=1&#38;b=2""#));
            assert!(!html.contains(&format!(">{status}<")), "a number helps nobody");
        }
    }

    #[test]
    fn without_an_address_there_is_no_button_to_try_again() {
        assert!(!ErrorPage::new(405, Spoken::default()).render().unwrap().contains("Try again"));
    }
}

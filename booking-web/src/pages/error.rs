//! What went wrong, in words that say what to do.

use askama::Template;

/// Any other refusal. Needs no event, and so no database.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub status: u16,
    /// An address worth opening again; `None` where that would change nothing.
    pub retry: Option<String>,
}

impl ErrorPage {
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, retry: None }
    }

    /// With a button that opens `path` again.
    #[must_use]
    pub fn retry(self, path: impl Into<String>) -> Self {
        Self { retry: Some(path.into()), ..self }
    }

    fn title(&self) -> &'static str {
        match self.status {
            404 => "There is nothing at this address",
            405 => "This page cannot be opened like that",
            408 => "That took too long",
            413 => "That was too much to send",
            429 => "A moment, please",
            400..=499 => "We could not read what your browser sent",
            503 => "Back in a moment",
            _ => "Something went wrong on our side",
        }
    }

    fn what_to_do(&self) -> &'static str {
        match self.status {
            404 => {
                "If it is the link to your ticket, please check that all of it is there: \
                 a message sometimes cuts off the end."
            }
            405 => "Please start again from the booking page.",
            408 => "The connection may be slow. Nothing was booked and nothing was paid. Please try again.",
            413 => "A name, a phone number and an e-mail address are all we need. Please fill in the form again.",
            429 => "That was tried many times in a short while. Please wait a minute, then try again.",
            400..=499 => "Nothing was booked and nothing was paid. Please fill in the form again.",
            503 => {
                "Please try again in a minute. If you have already paid, your money is safe: \
                 your ticket will be at the link of your booking."
            }
            _ => {
                "We have made a note of it. Please try again in a minute. If you have already paid, \
                 your money is safe: your ticket will be at the link of your booking."
            }
        }
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
            let html = ErrorPage::new(status).retry("/orders/1?a=1&b=2").render().unwrap();
            assert!(html.contains("Please") || html.contains("please"), "{status}");
            assert!(html.contains(r#"href="/orders/1?a=1&#38;b=2""#));
            assert!(!html.contains(&format!(">{status}<")), "a number helps nobody");
        }
    }

    #[test]
    fn without_an_address_there_is_no_button_to_try_again() {
        assert!(!ErrorPage::new(405).render().unwrap().contains("Try again"));
    }
}

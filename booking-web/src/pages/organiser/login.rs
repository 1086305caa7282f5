//! The sign-in, and what cannot be answered.

use std::time::Duration;

use askama::Template;

/// `/organiser/login`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/login.html")]
pub struct LoginPage {
    /// Where to go afterwards, at the desk.
    pub back: String,
    /// As typed before.
    pub name: String,
    pub fault: Option<LoginFault>,
    /// Whether what is typed here travels hidden.
    pub hidden: bool,
}

/// Why nobody is signed in. It does not say whether there is such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFault {
    Wrong,
    Locked(Duration),
    Busy,
}

impl LoginPage {
    #[must_use]
    pub fn new(back: String) -> Self {
        Self { back, name: String::new(), fault: None, hidden: true }
    }
}

impl LoginFault {
    fn said(&self) -> String {
        match self {
            Self::Wrong => "That name and password do not belong together. Please try again.".into(),
            Self::Busy => "Many people are signing in just now. Please press again in a moment.".into(),
            Self::Locked(wait) => {
                let minutes = wait.as_secs().div_ceil(60);
                let pause = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
                format!(
                    "Too many sign-ins went wrong. This one was not looked at; please wait {pause}, then try again."
                )
            }
        }
    }
}

/// What cannot be answered as asked, in words for an organiser.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "organiser/refused.html")]
pub struct RefusedPage {
    pub status: u16,
}

impl RefusedPage {
    fn title(self) -> &'static str {
        match self.status {
            403 => "This form cannot be taken",
            404 => "There is nothing at this address",
            408 | 503 => "Back in a moment",
            413 => "That was too much to send",
            400..=499 => "This could not be read",
            _ => "Something went wrong on our side",
        }
    }

    fn what_to_do(self) -> &'static str {
        match self.status {
            403 => {
                "It does not belong to your session: you may have signed in again since it was opened, or it came \
                 from another site. Nothing was changed. Please open the page again and send its form anew."
            }
            404 => "The order may be of another event, or a part of the address is missing.",
            408 => "The connection is slow. Please look whether it was done, then try again.",
            413 => "Nothing was changed.",
            503 => {
                "The database or Razorpay does not answer. Please look whether it was done, then try again in a minute."
            }
            400..=499 => "Nothing was changed. Please open the page again.",
            _ => "The server's log says more. Please look whether it was done before you try again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_told_in_minutes_and_a_name_only_as_text() {
        let page = |fault| LoginPage { name: "<b>".into(), fault: Some(fault), ..LoginPage::new("/organiser".into()) };
        let said = |seconds| page(LoginFault::Locked(Duration::from_secs(seconds))).render().unwrap();
        assert!(said(30).contains("wait a minute") && said(61).contains("wait 2 minutes"));
        assert!(!said(30).contains("<b>") && said(30).contains(r#"value="&#60;b&#62;""#), "{}", said(30));
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        for status in [400, 403, 404, 405, 408, 413, 415, 422, 429, 500, 503] {
            let html = RefusedPage { status }.render().unwrap();
            assert!(html.contains("/organiser") && html.contains("noindex"), "{status}");
        }
    }
}

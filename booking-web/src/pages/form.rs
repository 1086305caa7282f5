//! The booking form, empty or with what was typed and what is wrong with it.

use std::num::NonZeroU32;
use std::time::Duration;

use askama::Template;

use crate::event::Event;
use crate::form::{FormFaults, FormKey, MOST_GUESTS, TypedForm};

/// `GET /`, and `POST /submit` when something is to be mended.
#[derive(Clone, Debug, Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub event: Event,
    pub typed: TypedForm,
    pub faults: FormFaults,
    /// Nothing is wrong with the form; it could not be taken just now.
    pub notice: Option<Notice>,
    /// Days after the event on which the guest is forgotten.
    pub forgets_after: Option<NonZeroU32>,
}

/// Why a form was not taken, though all that was typed may be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// More came at once than can be worked on. With the seats that were free a moment ago.
    Crowded { wait: Duration, free: u32 },
    /// The database did not do it, or did not say so.
    Unable { wait: Duration },
    /// Too many came from this network.
    TooFast { wait: Duration },
    /// So many seats are free, and a group wants more.
    TooFew { left: u32 },
}

/// The form's line for one guest.
#[derive(Clone, Copy, Debug)]
struct Guest<'a> {
    /// Counted from 1.
    n: usize,
    typed: &'a str,
}

impl Notice {
    fn title(&self) -> &'static str {
        match self {
            Self::Crowded { .. } | Self::Unable { .. } => "Many people are booking at this moment",
            Self::TooFast { .. } => "A short pause, please",
            Self::TooFew { .. } => "Not enough seats for all of you",
        }
    }

    /// What happened.
    fn why(&self) -> String {
        match self {
            Self::Crowded { free: 0, .. } => {
                "Your booking could not be looked at yet. A moment ago every seat was taken; a seat that is not \
                 paid for comes back within minutes."
                    .into()
            }
            Self::Crowded { free, .. } => {
                let were = if *free == 1 { "1 seat was" } else { &format!("{free} seats were") };
                format!(
                    "Your booking could not be looked at yet. You have not lost a place, for nobody stands in a \
                     line: a moment ago {were} free."
                )
            }
            Self::Unable { .. } => "Your booking could not be made just now. You have not lost a place.".into(),
            Self::TooFast { .. } => {
                "Very many bookings came from your network within a minute. Others may share it with you: a mobile \
                 network, an office, a hall."
                    .into()
            }
            Self::TooFew { left: 1 } => "One seat is left, and none was held for you.".into(),
            Self::TooFew { left } => format!("{left} seats are left, and none was held for you."),
        }
    }

    /// What to do.
    fn then(&self) -> String {
        let (Self::Crowded { wait, .. } | Self::Unable { wait } | Self::TooFast { wait }) = self else {
            return "Remove guests from the form and press the button again, or come back in some minutes: a seat that \
                    is not paid for comes back. Nothing was paid."
                .into();
        };
        let seconds = whole_seconds(*wait);
        let seconds = if seconds == 1 { "1 second".into() } else { format!("{seconds} seconds") };
        format!("Please press the button again in {seconds}. What you typed is still here, and nothing was paid.")
    }
}

/// A wait as it is said, to a reader or in a header: never too short.
#[must_use]
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

impl FormPage {
    /// The form as a guest first sees it.
    #[must_use]
    pub fn empty(event: Event, form_key: &FormKey) -> Self {
        let typed = TypedForm { form_key: form_key.as_str().to_owned(), ..TypedForm::default() };
        Self { event, typed, faults: FormFaults::default(), notice: None, forgets_after: None }
    }

    /// With the reason why it is shown again.
    #[must_use]
    pub fn because(self, notice: Notice) -> Self {
        Self { notice: Some(notice), ..self }
    }

    fn guests(&self) -> Vec<Guest<'_>> {
        (1..).zip(self.typed.guests()).map(|(n, typed)| Guest { n, typed }).collect()
    }

    fn button(&self) -> &'static str {
        match (self.event.is_free(), self.guests().len()) {
            (true, 1) => "Book my seat",
            (true, _) => "Book our seats",
            (false, _) => "Continue to payment",
        }
    }

    fn may_have_more(&self) -> bool {
        self.guests().len() < MOST_GUESTS
    }

    /// `3 seats, ₹1,497 together`; empty for one.
    fn together(&self) -> String {
        let seats = u32::try_from(self.guests().len()).unwrap_or(u32::MAX);
        match self.event.price.times(seats) {
            _ if seats == 1 => String::new(),
            Some(amount) if !self.event.is_free() => format!("{seats} seats, {amount} together"),
            _ => format!("{seats} seats"),
        }
    }

    /// What becomes of what is typed.
    fn forgotten(&self) -> String {
        match self.forgets_after.map(NonZeroU32::get) {
            None => String::new(),
            Some(1) => " One day after the event they are erased.".into(),
            Some(days) => format!(" {days} days after the event they are erased."),
        }
    }
}

impl FormFaults {
    #[must_use]
    pub fn any(&self) -> bool {
        !self.listed().is_empty()
    }

    /// Field and sentence, in the order of the form.
    #[must_use]
    pub fn listed(&self) -> Vec<(String, String)> {
        let guests = (1..).zip(&self.first_name).map(|(n, fault)| (Guest { n, typed: "" }.field(), said(fault)));
        let others =
            [("phone_number".into(), said(&self.phone_number)), ("email".into(), said(&self.email))];
        guests.chain(others).filter_map(|(field, fault)| Some((field, fault?))).collect()
    }

    /// Whether the reader's attention belongs to this field.
    fn first_is(&self, field: impl AsRef<str>) -> bool {
        self.listed().first().is_some_and(|(first, _)| first == field.as_ref())
    }

    fn of(&self, field: impl AsRef<str>) -> Option<String> {
        self.listed().into_iter().find_map(|(faulty, fault)| (faulty == field.as_ref()).then_some(fault))
    }
}

impl Guest<'_> {
    /// By which labels, faults and the summary find it.
    fn field(&self) -> String {
        match self.n {
            1 => "first_name".into(),
            n => format!("first_name-{n}"),
        }
    }
}

fn said(fault: &Option<impl ToString>) -> Option<String> {
    fault.as_ref().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use common::name::NameFault;
    use common::phone::PhoneFault;

    use crate::form::GuestFault;

    use super::super::event::tests::diwali_night;
    use super::*;

    fn form() -> FormPage {
        FormPage::empty(diwali_night(), &FormKey::parse("0123456789abcdef0123456789abcdef").unwrap())
    }

    #[test]
    fn the_empty_form_shows_the_event_and_the_agreed_fields() {
        let html = form().render().unwrap();
        for expected in [
            r#"method="post" action="/submit""#,
            r#"name="first_name""#,
            r#"name="phone_number""#,
            r#"name="email""#,
            r#"name="form_key" value="0123456789abcdef0123456789abcdef""#,
            "Sunday, 22 November 2026",
            "Doors open 6:30\u{a0}pm",
            "₹499",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert!(!html.contains(r#"aria-invalid=""#));
        assert!(!html.contains("are erased"), "nothing is promised that nobody has set");
        let html = FormPage { forgets_after: NonZeroU32::new(30), ..form() }.render().unwrap();
        assert!(html.contains("30 days after the event they are erased."), "{html}");
        assert!(!html.contains("noindex"));
    }

    #[test]
    fn each_fault_stands_at_its_field_and_in_the_summary_and_what_was_typed_stays() {
        let mut page = form();
        page.typed = TypedForm {
            first_name: vec!["Asha2".into()],
            phone_number: "12".into(),
            email: "a@example.com".into(),
            ..page.typed
        };
        page.faults =
            FormFaults { first_name: vec![Some(GuestFault::Name(NameFault::Digit))], phone_number: Some(PhoneFault::NoCountry), email: None };
        let html = page.render().unwrap();
        assert_eq!(html.matches("cannot contain digits").count(), 4, "summary, field, and the script’s copies");
        assert!(html.contains(r##"<a href="#phone_number">"##));
        assert!(html.contains(r#"id="first_name-fault""#));
        assert!(html.contains(r#"aria-describedby="first_name-hint first_name-fault""#));
        assert!(html.contains(r#"value="Asha2""#) && html.contains(r#"value="a@example.com""#));
        assert_eq!((html.matches("autofocus").count(), html.matches(r#"aria-invalid="true""#).count()), (1, 2));
    }

    #[test]
    fn a_notice_says_what_happened_what_is_true_and_when_to_press_again() {
        let wait = Duration::from_millis(3_200);
        let said = |notice| form().because(notice).render().unwrap();
        let few = said(Notice::Crowded { wait, free: 7 });
        assert!(few.contains("7 seats were free") && few.contains("not lost a place"), "{few}");
        assert!(few.contains("again in 4 seconds") && few.contains("nothing was paid"), "never too early: {few}");
        assert!(said(Notice::Crowded { wait, free: 1 }).contains("1 seat was free"));
        let none = said(Notice::Crowded { wait, free: 0 });
        assert!(none.contains("every seat was taken") && none.contains("comes back"), "{none}");
        assert!(said(Notice::TooFast { wait: Duration::from_secs(1) }).contains("again in 1 second."));
        assert!(said(Notice::Unable { wait }).contains("again in 4 seconds"));
    }

    #[test]
    fn hostile_text_is_shown_as_text() {
        let mut page = form();
        page.typed.first_name = vec![r#""><script>alert(1)</script>"#.into(); 2];
        page.faults.first_name = vec![Some(GuestFault::Name(NameFault::Symbol('<'))); 2];
        page.event.name = "<img src=x onerror=alert(1)>".into();
        let html = page.render().unwrap();
        assert!(!html.contains("<script>") && !html.contains("<img"));
    }
}

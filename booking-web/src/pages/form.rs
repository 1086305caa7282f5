//! The booking form, empty or with what was typed and what is wrong with it.

use std::num::NonZeroU32;
use std::time::Duration;

use askama::Template;
// For the template, too.
use common::email::EmailFault;
use common::name::NameFault;
use common::phone::PhoneFault;

use super::Spoken;
use crate::event::Event;
use crate::form::{FormFaults, FormKey, GuestFault, MOST_GUESTS, TypedForm};
use crate::words::Words;

/// `GET /`, and `POST /submit` when something is to be mended.
#[derive(Clone, Debug, Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub words: Spoken,
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
    fn title(self, words: &Words) -> &'static str {
        (words.notice.title)(self)
    }

    /// What happened.
    fn why(self, words: &Words) -> String {
        (words.notice.why)(self)
    }

    /// What to do.
    fn then(self, words: &Words) -> String {
        match self {
            Self::Crowded { wait, .. } | Self::Unable { wait } | Self::TooFast { wait } => {
                (words.notice.then)(whole_seconds(wait))
            }
            Self::TooFew { .. } => words.notice.then_fewer.into(),
        }
    }
}

/// A wait as it is said, to a reader or in a header: never too short.
#[must_use]
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

impl FormPage {
    /// The form as a guest first sees it, in English.
    #[must_use]
    pub fn empty(event: Event, form_key: &FormKey) -> Self {
        let typed = TypedForm { form_key: form_key.as_str().to_owned(), ..TypedForm::default() };
        let (words, faults) = (Spoken::default(), FormFaults::default());
        Self { words, event, typed, faults, notice: None, forgets_after: None }
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
        let words = &self.words.form;
        if self.event.is_free() { words.book.of(self.guests().len()) } else { words.go_on_to_payment }
    }

    fn may_have_more(&self) -> bool {
        self.guests().len() < MOST_GUESTS
    }

    /// `3 seats, ₹1,497 together`; empty for one.
    fn together(&self) -> String {
        let seats = u32::try_from(self.guests().len()).unwrap_or(u32::MAX);
        match self.event.price.times(seats) {
            _ if seats == 1 => String::new(),
            Some(amount) if !self.event.is_free() => {
                (self.words.form.seats_together)(&seats.to_string(), &amount.to_string())
            }
            _ => (self.words.form.seats)(&seats.to_string()),
        }
    }

    /// What becomes of what is typed.
    fn forgotten(&self) -> String {
        let said = |days: NonZeroU32| format!(" {}", (self.words.form.forgotten)(days.get()));
        self.forgets_after.map(said).unwrap_or_default()
    }
}

impl FormFaults {
    #[must_use]
    pub fn any(&self) -> bool {
        !self.fields().is_empty()
    }

    /// Field and fault, in the order of the form.
    fn fields(&self) -> Vec<(String, Fault)> {
        let guests = (1..).zip(&self.first_name);
        let guests = guests.map(|(n, fault)| (Guest { n, typed: "" }.field(), fault.map(Fault::Guest)));
        let phone = ("phone_number".into(), self.phone_number.map(Fault::Phone));
        let email = ("email".into(), self.email.map(Fault::Email));
        guests.chain([phone, email]).filter_map(|(field, fault)| Some((field, fault?))).collect()
    }

    /// Field and sentence, in the order of the form.
    #[must_use]
    pub fn listed(&self, words: &Words) -> Vec<(String, String)> {
        self.fields().into_iter().map(|(field, fault)| (field, fault.said(words))).collect()
    }

    fn has(&self, field: impl AsRef<str>) -> bool {
        self.fields().iter().any(|(faulty, _)| faulty == field.as_ref())
    }

    /// Whether the reader's attention belongs to this field.
    fn first_is(&self, field: impl AsRef<str>) -> bool {
        self.fields().first().is_some_and(|(first, _)| first == field.as_ref())
    }

    fn of(&self, field: impl AsRef<str>, words: &Words) -> Option<String> {
        self.fields().iter().find_map(|(faulty, fault)| (faulty == field.as_ref()).then(|| fault.said(words)))
    }
}

/// What is wrong with any field.
#[derive(Clone, Copy)]
enum Fault {
    Guest(GuestFault),
    Phone(PhoneFault),
    Email(EmailFault),
}

impl Fault {
    fn said(self, words: &Words) -> String {
        match self {
            Self::Guest(fault) => (words.faults.guest)(fault),
            Self::Phone(fault) => (words.faults.phone)(fault),
            Self::Email(fault) => (words.faults.email)(fault),
        }
    }
}

impl Guest<'_> {
    fn number(&self) -> String {
        self.n.to_string()
    }

    /// By which labels, faults and the summary find it.
    fn field(&self) -> String {
        match self.n {
            1 => "first_name".into(),
            n => format!("first_name-{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
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
        page.faults = FormFaults {
            first_name: vec![Some(GuestFault::Name(NameFault::Digit))],
            phone_number: Some(PhoneFault::NoCountry),
            email: None,
        };
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

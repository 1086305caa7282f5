//! The booking form, empty or with what was typed and what is wrong with it.

use askama::Template;

use crate::event::Event;
use crate::form::{FormFaults, FormKey, TypedForm};

/// `GET /`, and `POST /submit` when something is to be mended.
#[derive(Clone, Debug, Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub event: Event,
    pub typed: TypedForm,
    pub faults: FormFaults,
    /// The form was right, and could not be taken just now: all that was typed is still there.
    pub busy: bool,
}

impl FormPage {
    /// The form as a guest first sees it.
    #[must_use]
    pub fn empty(event: Event, form_key: &FormKey) -> Self {
        let typed = TypedForm { form_key: form_key.as_str().to_owned(), ..TypedForm::default() };
        Self { event, typed, faults: FormFaults::default(), busy: false }
    }
}

impl FormFaults {
    #[must_use]
    pub fn any(&self) -> bool {
        !self.listed().is_empty()
    }

    /// Field and sentence, in the order of the form.
    #[must_use]
    pub fn listed(&self) -> Vec<(&'static str, String)> {
        let faults = [
            ("first_name", self.first_name.as_ref().map(ToString::to_string)),
            ("phone_number", self.phone_number.as_ref().map(ToString::to_string)),
            ("email", self.email.as_ref().map(ToString::to_string)),
        ];
        faults.into_iter().filter_map(|(field, fault)| Some((field, fault?))).collect()
    }

    /// Whether the reader's attention belongs to this field.
    fn first_is(&self, field: &str) -> bool {
        self.listed().first().is_some_and(|(first, _)| *first == field)
    }

    fn of(&self, field: &str) -> Option<String> {
        self.listed().into_iter().find_map(|(faulty, fault)| (faulty == field).then_some(fault))
    }
}

#[cfg(test)]
mod tests {
    use common::name::NameFault;
    use common::phone::PhoneFault;

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
        assert!(!html.contains("aria-invalid"));
        assert!(!html.contains("noindex"));
    }

    #[test]
    fn each_fault_stands_at_its_field_and_in_the_summary_and_what_was_typed_stays() {
        let mut page = form();
        page.typed = TypedForm {
            first_name: "Asha2".into(),
            phone_number: "12".into(),
            email: "a@example.com".into(),
            ..page.typed
        };
        page.faults =
            FormFaults { first_name: Some(NameFault::Digit), phone_number: Some(PhoneFault::NoCountry), email: None };
        let html = page.render().unwrap();
        assert_eq!(html.matches("cannot contain digits").count(), 3, "summary, field, and the script's copy");
        assert!(html.contains(r##"<a href="#phone_number">"##));
        assert!(html.contains(r#"id="first_name-fault""#));
        assert!(html.contains(r#"aria-describedby="first_name-hint first_name-fault""#));
        assert!(html.contains(r#"value="Asha2""#) && html.contains(r#"value="a@example.com""#));
        assert_eq!((html.matches("autofocus").count(), html.matches(r#"aria-invalid="true""#).count()), (1, 2));
    }

    #[test]
    fn hostile_text_is_shown_as_text() {
        let mut page = form();
        page.typed.first_name = r#""><script>alert(1)</script>"#.into();
        page.faults.first_name = Some(NameFault::Symbol('<'));
        page.event.name = "<img src=x onerror=alert(1)>".into();
        let html = page.render().unwrap();
        assert!(!html.contains("<script>") && !html.contains("<img"));
    }
}

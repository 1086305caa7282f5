//! The event's settings, with the guest's form as they make it.

use askama::Template;

use super::desk::Desk;
use crate::event::Event;
use crate::form::FormKey;
use crate::organiser::charts::grouped;
use crate::organiser::numbers::wrong::Warning;
use crate::organiser::settings::{EventFaults, TypedEvent};
use crate::pages::{FormPage, assets};

/// `/organiser/event`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/event.html")]
pub struct EventPage {
    pub desk: Desk,
    pub typed: TypedEvent,
    pub faults: EventFaults,
    /// What the database had when this page was made, for the form to bring back.
    pub seen: String,
    /// Sold and held.
    pub taken: u32,
    /// The guest's form, as a page of its own; none before there is an event.
    pub preview: Option<String>,
    pub notice: Option<EventNotice>,
    /// What is allowed and hardly meant.
    pub doubts: Vec<Warning>,
}

/// What became of the last form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventNotice {
    Saved,
    AsBefore,
    /// Shown as it would be, and not saved.
    Previewed,
    /// Somebody else saved meanwhile: each setting that is different from what is typed, as it is saved now.
    ChangedMeanwhile(Vec<(&'static str, String)>),
}

impl EventPage {
    fn is_new(&self) -> bool {
        self.seen == "none"
    }

    fn taken_words(&self) -> String {
        match self.taken {
            0 => "How many guests there is room for.".into(),
            taken => format!("At least {}, which are sold or held.", grouped(taken.into())),
        }
    }

    /// The attributes that tie a field to its fault.
    fn tie(&self, field: &str) -> String {
        let mut tie = format!("aria-describedby=\"{field}-hint");
        if self.faults.of(field).is_some() {
            tie += &format!(" {field}-fault\" aria-invalid=\"true");
        }
        tie.push('"');
        if self.faults.first_is(field) {
            tie += " autofocus";
        }
        tie
    }
}

/// The form as a guest first sees it, by the same template, but for its
/// script: the frame that shows it lets none run and no form be sent.
///
/// # Errors
/// When the template fails, as nothing is known to make it.
pub fn preview(event: Event) -> askama::Result<String> {
    let key = FormKey::parse(&"0".repeat(32)).expect("32 hexadecimal digits");
    let page = FormPage::empty(event, &key).render()?;
    Ok(page.replace(&format!(r#"<script src="{}" defer></script>"#, assets::FORM_JS.url()), ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::event::tests::diwali_night;
    use crate::pages::organiser::Tab;

    fn page(event: Event) -> EventPage {
        EventPage {
            desk: Desk { name: "asha".into(), csrf: "mark".into(), here: Tab::Event },
            typed: TypedEvent::of(&event),
            faults: EventFaults::default(),
            seen: "abc".into(),
            taken: 0,
            preview: Some(preview(event).unwrap()),
            notice: None,
            doubts: Vec::new(),
        }
    }

    #[test]
    fn the_preview_is_the_guests_own_page_in_a_frame_that_can_do_nothing() {
        let html = page(diwali_night()).render().unwrap();
        assert!(html.contains(r#"sandbox="allow-same-origin" srcdoc="&#60;!doctype html"#), "{html}");
        assert!(!html.contains(r#"action="/submit""#), "it stands in an attribute, as text");
        assert!(!preview(diwali_night()).unwrap().contains("<script"));
    }

    #[test]
    fn hostile_names_stay_in_their_frame_and_their_field() {
        let event = Event { name: r#""><script>alert(1)</script>"#.into(), ..diwali_night() };
        let html = page(event).render().unwrap();
        assert!(!html.contains("<script>alert"), "{html}");
        // Escaped for the page in the frame, and once more for the frame's attribute.
        assert!(html.contains("&#38;#60;script&#38;#62;alert(1)"), "{html}");
    }

    #[test]
    fn faults_stand_beside_their_fields() {
        let mut page = page(diwali_night());
        page.typed.capacity = "none".into();
        page.faults = page.typed.check(None).unwrap_err();
        let html = page.render().unwrap();
        assert!(html.contains(r##"<a href="#capacity">"##) && html.contains(r#"id="capacity-fault""#), "{html}");
        assert!(
            html.contains(r#"aria-describedby="capacity-hint capacity-fault" aria-invalid="true" autofocus"#),
            "{html}"
        );
        assert!(html.contains(r#"value="none""#));
    }
}

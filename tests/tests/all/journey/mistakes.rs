//! What a browser does with what a guest should not have typed.

use real_parts::browser::Look;
use serde_json::json;

use super::guest::Guest;
use crate::world::{Setup, World};

const FIELDS: [&str; 3] = ["first_name", "phone_number", "email"];

impl Guest<'_> {
    /// The sentence beside a field.
    async fn told_at(&self, field: &str) -> String {
        self.browser.text(&format!("#{field}-fault")).await.unwrap()
    }

    /// Sends the form past everything that could keep the browser from sending it.
    async fn sends_regardless(&self) {
        self.ask("document.querySelector('form').submit()").await;
        self.browser.wait_for("#faults").await.unwrap();
        self.is_refused_politely(422).await;
    }
}

#[tokio::test]
async fn the_server_says_what_is_wrong_beside_each_field_and_keeps_what_was_typed() {
    let world = World::new(Setup::default()).await;
    for javascript in [true, false] {
        let guest = Guest::new(&world, Look { javascript, ..Look::phone() }).await;
        let typed = ["Asha 2", "12345", "asha@"];
        for (field, text) in FIELDS.into_iter().zip(typed) {
            guest.browser.fill(&format!("#{field}"), text).await.unwrap();
        }
        guest.sends_regardless().await;
        for ((field, text), word) in FIELDS.into_iter().zip(typed).zip(["digits", "ten digits", "e-mail address"]) {
            assert!(guest.told_at(field).await.contains(word));
            assert_eq!(guest.typed(&format!("#{field}")).await, text);
        }
        let first = guest.ask("return document.activeElement.id").await;
        assert_eq!(first, "first_name", "the cursor waits where the first fault is");

        guest.browser.fill("#email", "").await.unwrap();
        guest.books("Asha", if javascript { "9876543210" } else { "9876543211" }).await;
    }
}

#[tokio::test]
async fn a_hostile_name_is_shown_as_the_text_it_is() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    let hostile = r#""><script>document.title = "taken"</script>"#;
    guest.fill_in(hostile, "9876543210").await;
    guest.send().await;
    guest.browser.wait_for("#faults").await.unwrap();
    guest.is_refused_politely(422).await;
    assert_eq!(guest.typed("#first_name").await, hostile);
    assert!(guest.told_at("first_name").await.contains("letters"));
    assert_eq!(guest.ask("return document.scripts.length").await, 1, "ours alone");
    assert_ne!(guest.browser.client().title().await.unwrap(), "taken");
}

/// With scripts in our words; without them in the browser's own.
#[tokio::test]
async fn the_browser_does_not_send_an_empty_form() {
    let world = World::new(Setup::default()).await;
    for javascript in [true, false] {
        let guest = Guest::new(&world, Look { javascript, ..Look::phone() }).await;
        guest.send().await;
        assert_eq!(guest.place().await, "/");
        assert_eq!(guest.ask("return document.activeElement.id").await, "first_name");
        if javascript {
            assert!(guest.told_at("first_name").await.contains("enter a first name"));
            assert!(guest.told_at("phone_number").await.contains("enter a phone number"));
            assert!(!guest.browser.has("#email-fault").await.unwrap(), "it may be empty");
        } else {
            let valid = guest.ask("return document.querySelector('form').checkValidity()").await;
            assert_eq!(valid, json!(false));
        }
        guest.likes_the_page().await;
    }
    let asked = world.get("/metrics").await.text().await.unwrap();
    assert!(asked.contains(r#"route="/""#) && !asked.contains(r#"route="/submit""#), "{asked}");
}

#[tokio::test]
async fn a_fault_that_is_mended_goes_while_typing() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    guest.fill_in("Asha2", "98765").await;
    guest.send().await;
    assert!(guest.told_at("first_name").await.contains("digits"));
    assert!(guest.told_at("phone_number").await.contains("ten digits"));
    guest.fill_in("Asha", "98765 43210").await;
    assert!(!guest.browser.has(".fault").await.unwrap());
    guest.send().await;
    guest.browser.wait_for("#pay").await.unwrap();
}

//! From the form to the gate.

use std::path::Path;

use real_parts::browser::Look;
use serde_json::Value;

use super::gate::{Gate, code_in};
use super::guest::Guest;
use crate::world::{Setup, World};

fn granted(verdict: &Value, name: &str) {
    assert_eq!((&verdict["verdict"], &verdict["reason"]), (&"ENTRY GRANTED".into(), &"granted".into()), "{verdict}");
    assert_eq!((&verdict["first_name"], &verdict["gate"]), (&name.into(), &"Gate A".into()), "{verdict}");
}

fn already_inside(verdict: &Value) {
    let said = (&verdict["verdict"], &verdict["reason"]);
    assert_eq!(said, (&"ENTRY REJECTED".into(), &"already_inside".into()), "{verdict}");
    assert_eq!(verdict["admitted_gate"], "Gate A", "{verdict}");
}

/// Lets a gate look twice.
async fn enters_once(world: &World, picture: &Path, name: &str) {
    let gate = Gate::of(world, "Gate A").await;
    granted(&gate.sees(picture).await, name);
    already_inside(&gate.sees(picture).await);
}

#[tokio::test]
async fn what_the_browser_shows_after_paying_opens_the_gate_once() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    let order = guest.books("Asha", "9876543210").await;
    assert_eq!(guest.browser.text("#amount").await.unwrap(), "₹499");
    assert!(guest.browser.text("h1").await.unwrap().contains("Diwali Night"));
    guest.pays().await;
    assert_eq!(guest.place().await, order);
    assert_eq!(guest.browser.text(".guest").await.unwrap(), "Asha");

    let photo = guest.photo_of_code("code.png").await;
    let code = code_in(&photo).await;
    assert!(code.starts_with("ETS1:Asha919876543210"), "{code}");
    enters_once(&world, &photo, "Asha").await;

    guest.open(&order).await;
    let said = guest.browser.text(".notice").await.unwrap();
    assert!(said.contains("Entered at") && said.contains("Gate A"), "{said}");
}

#[tokio::test]
async fn every_form_of_the_ticket_that_a_guest_can_keep_is_the_same_code() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    let order = guest.books("Asha", "9876543210").await;
    guest.pays().await;
    let code = code_in(&guest.photo_of_code("code.png").await).await;
    assert_eq!(code_in(&guest.photo_of_page("page.png").await).await, code);
    guest.prefers("dark").await;
    assert_eq!(code_in(&guest.photo_of_page("dark-page.png").await).await, code);
    guest.emulates("print", "dark").await;
    assert_eq!(code_in(&guest.photo_of_page("paper.png").await).await, code);

    guest.prefers("light").await;
    guest.browser.click(".actions .btn-primary").await.unwrap();
    assert_eq!(code_in(&guest.browser.downloaded("ticket.png").await.unwrap()).await, code);
    guest.browser.goto(&format!("{}{order}/qr.svg", world.site.url)).await.unwrap();
    assert_eq!(code_in(&guest.photo_of_page("drawing.png").await).await, code);
}

#[tokio::test]
async fn without_javascript_the_path_is_the_same() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look { javascript: false, ..Look::phone() }).await;
    guest.books("Asha", "9876543210").await;
    guest.pays().await;
    let shown = guest.browser.wait_for("[data-do=print]").await.unwrap().is_displayed().await.unwrap();
    assert!(!shown, "a button that needs scripts is shown by a script, which must not have run");
    enters_once(&world, &guest.photo_of_code("code.png").await, "Asha").await;
}

#[tokio::test]
async fn a_name_in_another_script_is_shown_signed_and_greeted_as_typed() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look { locale: "hi-IN".into(), ..Look::phone() }).await;
    guest.books("श्रेया", "9876543210").await;
    guest.pays().await;
    assert_eq!(guest.browser.text(".guest").await.unwrap(), "श्रेया");
    enters_once(&world, &guest.photo_of_code("code.png").await, "श्रेया").await;
}

/// The densest codes there are, on the smallest screen: one word without a
/// place to break, and three bytes for each letter.
#[tokio::test]
async fn the_longest_names_fit_the_page_and_the_code() {
    let world = World::new(Setup::default()).await;
    let guest = Guest::new(&world, Look::phone()).await;
    let gate = Gate::of(&world, "Gate A").await;
    for (name, phone) in [("W".repeat(50), "9876543210"), ("क्षि ".repeat(10).trim().to_owned(), "9876543211")]
    {
        guest.open("/").await;
        guest.books(&name, phone).await;
        guest.pays().await;
        granted(&gate.sees(&guest.photo_of_code(&format!("{phone}.png")).await).await, &name);
    }
}

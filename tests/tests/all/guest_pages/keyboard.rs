//! Without a mouse, and without eyes: where the keys lead, whether one sees
//! where one is, and what a screen reader is told.

use real_parts::browser::{Browser, Look};
use real_parts::mail::{MailServer, Options};
use serde_json::{Value, json};

use super::gallery::a_site;
use super::scenes::Cast;
use super::visitor::Visitor;
use crate::world::{Setup, World, eventually};

/// Where the keys lead next: what it is, and how wide a line stands around it.
const HERE: &str = "
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const style = getComputedStyle(it);
    const line = style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
    it.dataset.visited = Number(it.dataset.visited ?? 0) + 1;
    return [(it.id || it.name || it.textContent.trim()) + '', line];";

/// Everything that can be pressed or filled in, in the order of the page, and how often the keys led there.
const THERE: &str = "
    const all = 'a[href], button, input:not([type=hidden]), summary, [tabindex=\"0\"]';
    return [...document.querySelectorAll(all)].filter((it) => it.checkVisibility() && it.tabIndex >= 0)
        .map((it) => [(it.id || it.name || it.textContent.trim()) + '', Number(it.dataset.visited ?? 0)]);";

async fn presses(browser: &Browser, key: &str, code: u32) {
    for kind in ["keyDown", "keyUp"] {
        let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
        browser.cdp("Input.dispatchKeyEvent", event).await.unwrap();
    }
}

/// Presses Tab from the top of the page to its end; what it led to, in order.
async fn tabs_through(visitor: &Visitor) -> Vec<String> {
    // A page may put the cursor into a field; the way begins at the top.
    let top = "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');";
    visitor.ask(top).await;
    let mut led = Vec::new();
    for _ in 0..60 {
        presses(&visitor.browser, "Tab", 9).await;
        let here = visitor.ask(HERE).await;
        let Some(name) = here[0].as_str() else { break };
        let line = here[1].as_f64().unwrap();
        assert!(line >= 2.0, "nobody sees that {name} has the cursor: its outline is {line} wide");
        led.push(name.to_owned());
    }
    let there = visitor.ask(THERE).await;
    for it in there.as_array().unwrap() {
        assert_eq!(it[1], 1, "{} is reached once on the way: {led:?}", it[0]);
    }
    let in_order: Vec<_> = there.as_array().unwrap().iter().map(|it| it[0].as_str().unwrap().to_owned()).collect();
    assert_eq!(led, in_order, "in the order of the page");
    led
}

/// What a screen reader is told of everything with this role.
async fn told_of(browser: &Browser, role: &str) -> Vec<Value> {
    let tree = browser.cdp("Accessibility.getFullAXTree", json!({})).await.unwrap();
    let nodes = tree["nodes"].as_array().unwrap().iter();
    nodes.filter(|node| node["role"]["value"] == role && node["ignored"] == false).cloned().collect()
}

fn name(node: &Value) -> &str {
    node["name"]["value"].as_str().unwrap_or_default()
}

fn description(node: &Value) -> &str {
    node["description"]["value"].as_str().unwrap_or_default()
}

/// A property such as `invalid`.
fn is(node: &Value, property: &str) -> Value {
    let properties = node["properties"].as_array().into_iter().flatten();
    properties.filter(|it| it["name"] == property).map(|it| it["value"]["value"].clone()).next().unwrap_or_default()
}

#[tokio::test]
async fn the_keys_lead_through_every_page_in_order_and_show_where_they_are() {
    let mail = MailServer::start(Options::default()).unwrap();
    let world = a_site(&mail).await;
    let cast = Cast::gathers(&world).await;
    let visitor = Visitor::new(&world.site.url, Look::laptop(), "keys").await;
    visitor.opens_until("/", "form[data-booking]").await;
    let led = tabs_through(&visitor).await;
    assert_eq!(led[1..6], ["हिन्दी", "first_name", "more", "phone_number", "email"], "{led:?}");
    visitor.sends(&[("first_name", "Asha"), ("first_name", "Ravi 2"), ("phone_number", "12")]).await;
    visitor.browser.wait_for("#faults").await.unwrap();
    assert_eq!(visitor.ask("return document.activeElement.id").await, "first_name-2", "where the first fault is");
    let led = tabs_through(&visitor).await;
    assert!(led[2].contains("digits") && led[3].contains("ten digits"), "the faults come first: {led:?}");
    for order in [&cast.held, &cast.paid, &cast.group, &cast.dead] {
        visitor.open(&order.path).await;
        visitor.browser.wait_for("[data-order]").await.unwrap();
        tabs_through(&visitor).await;
    }
}

/// What is said of a field is its name, its hint and its fault, in this order.
#[tokio::test]
async fn a_screen_reader_hears_each_fields_name_hint_and_fault() {
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let visitor = Visitor::new(&world.site.url, Look::phone(), "ears").await;
    visitor.open("/").await;
    for by_script in [true, false] {
        if by_script {
            visitor.browser.fill("#first_name", "Asha 2").await.unwrap();
            visitor.browser.fill("#phone_number", "12345").await.unwrap();
            visitor.browser.fill("#email", "asha@").await.unwrap();
            visitor.browser.click("[data-busy]").await.unwrap();
        } else {
            visitor.sends(&[("first_name", "Asha 2"), ("phone_number", "12345"), ("email", "asha@")]).await;
            visitor.browser.wait_for("#faults").await.unwrap();
        }
        visitor.browser.wait_for("#first_name-fault").await.unwrap();
        let fields = told_of(&visitor.browser, "textbox").await;
        assert_eq!(fields.len(), 3);
        for (called, hint, fault) in [
            ("First name", "greet you", "digits"),
            ("Phone number", "Ten digits", "Indian"),
            ("E-mail (optional)", "Only used", "e-mail address"),
        ] {
            let field = fields.iter().find(|it| name(it) == called).unwrap_or_else(|| panic!("no {called}"));
            let said = description(field);
            let (hint_at, fault_at) = (said.find(hint), said.find(fault));
            assert!(hint_at.is_some() && hint_at < fault_at, "{called}, by script: {by_script}: {said}");
            assert_eq!(is(field, "invalid"), "true", "{called}");
            assert_eq!(is(field, "required") == json!(true), called != "E-mail (optional)", "{called}");
            let first = called == "First name";
            assert_eq!(is(field, "focused") == json!(true), first, "{called} has the cursor, by script: {by_script}");
        }
    }
}

#[tokio::test]
async fn a_screen_reader_finds_whose_ticket_it_is_and_which_button_does_what() {
    let mail = MailServer::start(Options::default()).unwrap();
    let world = a_site(&mail).await;
    let cast = Cast::gathers(&world).await;
    let visitor = Visitor::new(&world.site.url, Look::phone(), "ears").await;
    visitor.open(&cast.paid.path).await;
    let names = async |role: &str| {
        told_of(&visitor.browser, role).await.iter().map(|it| name(it).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("image").await, ["The QR code of your ticket"]);
    assert_eq!(names("heading").await, ["Your ticket", "Diwali Night"]);
    assert_eq!(names("button").await, ["Print", "Share link", "Send to m•••@example.com again"]);
    visitor.open(&cast.group.path).await;
    let images = names("image").await;
    assert_eq!((images.len(), &*images[1]), (10, "The QR code of रवि’s ticket"));
    let links = names("link").await;
    assert!(links.iter().any(|link| link == "Weeping Willow Wanderer"), "{links:?}");
}

/// A fault that shows when the cursor leaves a field must not push the button from under the finger.
#[tokio::test]
async fn one_press_is_enough_even_where_it_finds_a_fault() {
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    for look in [Look::phone(), Look::laptop()] {
        let visitor = Visitor::new(&world.site.url, look, "press").await;
        visitor.open("/").await;
        visitor.browser.fill("#first_name", "Asha").await.unwrap();
        visitor.browser.fill("#phone_number", "9876543210").await.unwrap();
        visitor.browser.fill("#email", "asha@").await.unwrap();
        visitor.browser.click("[data-busy]").await.unwrap();
        eventually("the cursor to go to the fault", async || {
            visitor.ask("return document.activeElement.id + document.querySelectorAll('.fault').length").await
                == "email1"
        })
        .await;
    }
}

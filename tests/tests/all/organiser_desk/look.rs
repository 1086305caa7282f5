//! What it all looks like, to eyes and to a screen reader: every page in a
//! real browser, on a phone and at a desk, light and dark.

use std::path::PathBuf;

use real_parts::axe;
use real_parts::browser::{Browser, Look};
use real_parts::install;
use serde_json::json;

use super::PASSWORD;
use crate::world::{Setup, World, eventually};

/// Where the pictures are put, for whoever wants to look.
fn picture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("organiser-desk").join(format!("{name}.png"))
}

/// A browser at the desk.
pub(super) struct Sitting<'a> {
    pub(super) browser: Browser,
    world: &'a World,
    look: Look,
    kind: &'static str,
}

impl<'a> Sitting<'a> {
    pub(super) async fn new(world: &'a World, look: Look, kind: &'static str) -> Self {
        install::packages(install::BROWSER).unwrap();
        Self { browser: Browser::start(look.clone()).await.unwrap(), world, look, kind }
    }

    pub(super) async fn open(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.world.site.url)).await.unwrap();
    }

    pub(super) async fn signs_in(&self) {
        self.browser.fill("#name", "asha").await.unwrap();
        self.browser.fill("#password", PASSWORD).await.unwrap();
        self.browser.click("form .btn-primary").await.unwrap();
        self.browser.wait_for(".desk-nav").await.unwrap();
    }

    /// Finds no fault with the page that is open, in both shades, and takes its picture.
    pub(super) async fn looks_over(&self, name: &str) {
        for shade in ["light", "dark"] {
            let features = json!([{"name": "prefers-color-scheme", "value": shade}]);
            self.browser.cdp("Emulation.setEmulatedMedia", json!({"features": features})).await.unwrap();
            let seen = "return [document.documentElement.scrollWidth, document.styleSheets.length]";
            let seen = self.browser.client().execute(seen, vec![]).await.unwrap();
            assert!(seen[0].as_u64().unwrap() <= u64::from(self.look.width), "{name} scrolls sideways: {seen}");
            assert_eq!(seen[1], 1, "{name} has its style");
            self.browser.screenshot_page(&picture(&format!("{name}-{}-{shade}", self.kind))).await.unwrap();
            let faults = axe::faults(&self.browser).await.unwrap();
            assert!(faults.is_empty(), "{name}, {}, {shade}:\n{}", self.kind, faults.join("\n"));
        }
        let complaints = self.browser.complaints().await.unwrap();
        let refused =
            |it: &real_parts::browser::Complaint| it.message.contains("the server responded with a status of 4");
        let complaints: Vec<_> = complaints.into_iter().filter(|it| !refused(it)).collect();
        assert!(complaints.is_empty(), "{name}: {complaints:?}");
    }
}

async fn a_busy_evening() -> World {
    let world = World::new(Setup::default()).await;
    world.add_organiser("asha").await;
    for (name, phone) in [("Asha", "9876543210"), ("वेंकटनरसिंहराजुवारिपेटा", "9876543211"), ("محمد", "9876543212")]
    {
        world.paid_order(name, phone).await;
    }
    world.book("Meera", "9876543213").await;
    world.book(&"W".repeat(50), "9876543214").await;
    let long = "W".repeat(50);
    let ten = ["Ravi", "Zoë", "रवि", "محمد", "O'Neill", "Meera", "Kabir", "Priya", &long, "Dev"];
    let group = world.book_for(&ten, "9876543215").await;
    world.razorpay.pay(&group.link_id).unwrap();
    eventually("ten tickets", async || world.state(&group).await == "paid").await;
    let inside = "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = UTC_TIMESTAMP(6), ADMITTED_GATE = 'Gate A'";
    world.sql(&format!("{inside} WHERE FIRST_NAME IN ('Asha', 'Ravi', 'Meera')")).await;
    world
}

async fn walks(world: &World, look: Look, kind: &'static str) {
    let desk = Sitting::new(world, look, kind).await;
    desk.open("/organiser/orders?q=").await;
    desk.looks_over("login").await;
    desk.browser.fill("#name", "asha").await.unwrap();
    desk.browser.fill("#password", "wrong words nobody says").await.unwrap();
    desk.browser.click("form .btn-primary").await.unwrap();
    desk.browser.wait_for("#login-fault").await.unwrap();
    desk.looks_over("login-wrong").await;
    desk.browser.fill("#password", PASSWORD).await.unwrap();
    desk.browser.click("form .btn-primary").await.unwrap();
    desk.browser.wait_for(".table").await.unwrap();
    desk.looks_over("orders").await;
    desk.open("/organiser/orders?q=zzz&state=paid").await;
    desk.looks_over("orders-none").await;
    desk.open("/organiser/orders?q=9876543210").await;
    desk.browser.click("tbody a").await.unwrap();
    desk.browser.wait_for(".story").await.unwrap();
    desk.looks_over("order").await;
    desk.browser.click(".deeds a[href$='/refund']").await.unwrap();
    desk.browser.wait_for("#reason").await.unwrap();
    desk.looks_over("refund").await;
    walks_by_groups(&desk).await;
    desk.open("/organiser/door-list").await;
    desk.looks_over("door-list").await;
    desk.open("/organiser/audit").await;
    desk.looks_over("audit").await;
    desk.open("/organiser/orders/nothing").await;
    desk.looks_over("refused").await;
}

/// Ten on one order, and what is kept of them.
async fn walks_by_groups(desk: &Sitting<'_>) {
    desk.open("/organiser/orders?q=9876543215").await;
    desk.browser.click("tbody a").await.unwrap();
    desk.browser.wait_for(".story").await.unwrap();
    desk.looks_over("order-of-ten").await;
    desk.browser.click(".deeds a[href$='/revoke']").await.unwrap();
    desk.browser.wait_for("#reason").await.unwrap();
    desk.looks_over("revoke-ten").await;
    desk.browser.click("main form .btn-grave").await.unwrap();
    desk.browser.wait_for("[role=alert]").await.unwrap();
    desk.looks_over("revoke-ten-inside").await;
    desk.open("/organiser/person").await;
    desk.browser.fill("#phone", "1").await.unwrap();
    desk.browser.click("main form .btn-primary").await.unwrap();
    desk.browser.wait_for("#phone-fault").await.unwrap();
    desk.looks_over("person-fault").await;
    desk.browser.fill("#phone", "98765 43215").await.unwrap();
    desk.browser.click("main form .btn-primary").await.unwrap();
    desk.browser.wait_for("#kept").await.unwrap();
    desk.looks_over("person").await;
    desk.browser.click(".btn-grave").await.unwrap();
    desk.browser.wait_for("[role=alert]").await.unwrap();
    desk.looks_over("person-left").await;
}

#[tokio::test]
async fn every_page_pleases_axe_on_a_phone_in_light_and_dark() {
    walks(&a_busy_evening().await, Look::phone(), "phone").await;
}

#[tokio::test]
async fn every_page_pleases_axe_at_a_desk_in_light_and_dark() {
    walks(&a_busy_evening().await, Look::laptop(), "laptop").await;
}

#[tokio::test]
async fn the_printed_door_list_is_names_and_boxes_and_nothing_else() {
    let world = a_busy_evening().await;
    let desk = Sitting::new(&world, Look { dark: true, ..Look::laptop() }, "paper").await;
    desk.open("/organiser/door-list").await;
    desk.signs_in().await;
    desk.browser.wait_for(".door-list").await.unwrap();
    desk.browser.cdp("Emulation.setEmulatedMedia", json!({"media": "print"})).await.unwrap();
    desk.browser.screenshot_page(&picture("door-list-paper")).await.unwrap();
    let seen = "const shown = (css) => !!document.querySelector(css)?.checkVisibility();
        const style = getComputedStyle(document.body);
        return [shown('.desk-nav'), shown('.desk-leave'), shown('.back'), shown('.door-list'), shown('.box'),
                style.color, style.backgroundColor];";
    let seen = desk.browser.client().execute(seen, vec![]).await.unwrap();
    assert_eq!(seen, json!([false, false, false, true, true, "rgb(0, 0, 0)", "rgb(255, 255, 255)"]));
}

/// In the browser, whose policy and cookie rules are the real ones.
#[tokio::test]
async fn a_ticket_is_revoked_by_hand_without_a_script_and_signing_out_ends_it() {
    let world = a_busy_evening().await;
    let order = world.booked("9876543210").await;
    let desk = Sitting::new(&world, Look { javascript: false, ..Look::laptop() }, "plain").await;
    desk.open(&format!("/organiser/orders/{}", order.id)).await;
    desk.signs_in().await;
    assert_eq!(desk.browser.text("h1").await.unwrap(), "Asha", "back where the sign-in came from");
    desk.browser.click(".deeds a[href$='/revoke']").await.unwrap();
    desk.browser.fill("#reason", "sold twice").await.unwrap();
    if desk.browser.has("#even_inside").await.unwrap() {
        desk.browser.click("#even_inside").await.unwrap();
    }
    desk.browser.click("button.btn-grave").await.unwrap();
    desk.browser.wait_for(".notice.tone-good").await.unwrap();
    eventually("the ticket to go", async || world.state(&order).await == "revoked").await;
    desk.browser.click(".desk-leave button").await.unwrap();
    desk.browser.wait_for("#password").await.unwrap();
    desk.open("/organiser/orders").await;
    desk.browser.wait_for("#password").await.unwrap();
    assert_eq!(world.count("organiser_sessions").await, 0);
}

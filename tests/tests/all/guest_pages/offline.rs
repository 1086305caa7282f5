//! A ticket that was opened once is there without reception, too; and it is
//! gone where the server has said that it is none.

use std::fs;
use std::path::{Path, PathBuf};

use real_parts::browser::{Browser, Look};
use real_parts::install;
use real_parts::programs::{BookingSettings, BookingWeb, kiosk};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::eye;
use crate::world::{Booked, Setup, World, command_succeeds, eventually};

const KEPT: &str = "
    const [path, done] = arguments;
    caches.open('tickets').then((shelf) => shelf.match(path)).then((kept) => done(Boolean(kept)));";

struct Phone {
    browser: Browser,
    site: String,
}

impl Phone {
    async fn new(world: &World) -> Self {
        install::packages(install::BROWSER).unwrap();
        Self { browser: Browser::start(Look::phone()).await.unwrap(), site: world.site.url.clone() }
    }

    async fn opens(&self, order: &Booked) {
        self.browser.goto(&format!("{}{}", self.site, order.path)).await.unwrap();
    }

    async fn asks(&self, script: &str, argument: &str) -> Value {
        self.browser.client().execute_async(script, vec![json!(argument)]).await.unwrap()
    }

    async fn has_kept(&self, order: &Booked) -> bool {
        self.asks(KEPT, &order.path).await == true
    }

    /// Opens the page, and waits until it is kept.
    async fn keeps(&self, order: &Booked) {
        self.opens(order).await;
        self.browser.wait_for(".ticket").await.unwrap();
        eventually("the ticket to be kept", async || self.has_kept(order).await).await;
    }

    async fn says_that_it_is_a_copy(&self) -> bool {
        let shown = "const it = document.querySelector('[data-copy]'); return !!it && it.checkVisibility()";
        self.browser.client().execute(shown, vec![]).await.unwrap() == true
    }

    /// What the gate reads off the screen, ticket by ticket.
    async fn code(&self, folder: &Path, css: &str) -> String {
        let drawn = format!(
            "const it = document.querySelector('{css}'); it?.scrollIntoView({{behavior: 'instant', inline: 'center'}}); \
             return !!it && it.complete && it.naturalWidth > 0"
        );
        eventually("the code to be drawn", async || {
            self.browser.client().execute(&drawn, vec![]).await.unwrap() == true
        })
        .await;
        let file = folder.join("code.png");
        fs::write(&file, self.browser.screenshot_element(css).await.unwrap()).unwrap();
        read(file).await
    }
}

async fn read(picture: PathBuf) -> String {
    let output = kiosk(&["decode", picture.to_str().unwrap()], &[], b"").await.unwrap();
    let said: Value = serde_json::from_str(&output.stdout).unwrap();
    said["text"].as_str().unwrap_or_else(|| panic!("no code: {said}")).to_owned()
}

/// The server goes: to a phone the same as no reception, for its own emulation of that reaches only the
/// page and not what runs beside it. What is needed for its coming back.
fn goes(world: World) -> (BookingSettings, tempfile::TempDir) {
    let World { site, settings, folder, .. } = world;
    let port = site.url.rsplit(':').next().unwrap().parse().unwrap();
    site.kill();
    (BookingSettings { port: Some(port), ..settings }, folder)
}

/// Somebody at the server's place who gives every question this answer.
async fn answers_with(port: u16, answer: &'static str) -> JoinHandle<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        let mut callers = Vec::new();
        loop {
            let (mut caller, _) = listener.accept().await.unwrap();
            let _ = caller.write_all(answer.as_bytes()).await;
            callers.push(caller);
        }
    })
}

async fn free_world() -> World {
    let env = vec![("LOOK_UP_SECONDS", "1".into())];
    World::new(Setup { price_paise: 0, webhooks: false, env, ..Setup::default() }).await
}

#[tokio::test]
async fn a_ticket_that_was_opened_is_there_without_a_connection_and_says_that_it_is_a_copy() {
    let world = free_world().await;
    let order = world.book("Asha", "9876543210").await;
    let phone = Phone::new(&world).await;
    phone.keeps(&order).await;
    let code = phone.code(world.folder.path(), ".code img").await;
    assert!(code.starts_with("ETS1:Asha919876543210"), "{code}");
    assert!(!phone.says_that_it_is_a_copy().await, "this is the page itself");

    let (settings, folder) = goes(world);
    phone.opens(&order).await;
    assert!(phone.says_that_it_is_a_copy().await);
    let said = phone.browser.text("[data-copy]").await.unwrap();
    assert!(said.contains(&chrono::Utc::now().format("%Y").to_string()), "of when: {said}");
    assert_eq!(phone.code(folder.path(), ".code img").await, code);
    phone.browser.screenshot_page(&super::visitor::folder().join("ticket-kept-phone.png")).await.unwrap();
    let faults = [eye::sees(&phone.browser).await, real_parts::axe::faults(&phone.browser).await.unwrap()].concat();
    assert!(faults.is_empty(), "{faults:?}");

    // A line on which nothing comes, and a server in trouble, are no better.
    for answer in ["", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"] {
        let somebody_else = answers_with(settings.port.unwrap(), answer).await;
        phone.opens(&order).await;
        assert!(phone.says_that_it_is_a_copy().await, "{answer:?}");
        somebody_else.abort();
        let _ = somebody_else.await;
    }

    // It comes back by itself, and the page with it.
    let _site = BookingWeb::start(&settings).await.unwrap();
    eventually("the page itself", async || {
        let _ = phone.browser.client().execute("dispatchEvent(new Event('focus'))", vec![]).await;
        phone.browser.has(".ticket").await.unwrap_or(false) && !phone.says_that_it_is_a_copy().await
    })
    .await;
}

#[tokio::test]
async fn every_ticket_of_a_group_is_kept() {
    let world = free_world().await;
    let names = ["Asha", "रवि", "O'Neill"].map(|name| ("first_name", name));
    assert_eq!(world.submit(&[&names[..], &[("phone_number", "9876543210")]].concat()).await.status(), 303);
    let order = world.booked("9876543210").await;
    let phone = Phone::new(&world).await;
    phone.keeps(&order).await;
    let (_settings, folder) = goes(world);
    phone.opens(&order).await;
    assert!(phone.says_that_it_is_a_copy().await);
    let mut codes = Vec::new();
    for n in 1..=3 {
        codes.push(phone.code(folder.path(), &format!("#guest-{n} .code img")).await);
    }
    for (code, (_, name)) in codes.iter().zip(names) {
        assert!(code.starts_with(&format!("ETS1:{name}919876543210")), "{code}");
    }
}

/// The copy goes with the ticket, at the first word of the server.
#[tokio::test]
async fn a_ticket_that_was_taken_back_is_not_shown_again_without_a_connection() {
    let world = free_world().await;
    let order = world.book("Asha", "9876543210").await;
    let phone = Phone::new(&world).await;
    phone.keeps(&order).await;
    command_succeeds(&["revoke", &order.id], &world.organisers_env()).await;
    phone.opens(&order).await;
    assert!(!phone.browser.has(".ticket").await.unwrap());
    eventually("the copy to go", async || !phone.has_kept(&order).await).await;
    // Given back, it is kept again.
    command_succeeds(&["restore", &order.id], &world.organisers_env()).await;
    phone.keeps(&order).await;
    command_succeeds(&["revoke", &order.id], &world.organisers_env()).await;
    phone.opens(&order).await;
    eventually("the copy to go", async || !phone.has_kept(&order).await).await;
    let (_settings, _folder) = goes(world);
    // The browser's own words for that it cannot be reached, which it may or may not call an error.
    let _ = phone.browser.goto(&format!("{}{}", phone.site, order.path)).await;
    assert!(!phone.browser.has("[data-order]").await.unwrap(), "there is nothing to show");
}

/// Only what is a ticket; and a page that is not there leaves nothing behind.
#[tokio::test]
async fn nothing_is_kept_but_tickets() {
    let world = World::new(Setup::default()).await;
    let held = world.book("Asha", "9876543210").await;
    let phone = Phone::new(&world).await;
    let paid = world.book("Ravi", "9876543211").await;
    world.razorpay.pay(&paid.link_id).unwrap();
    eventually("the ticket", async || world.state(&paid).await == "paid").await;
    phone.keeps(&paid).await;
    phone.opens(&held).await;
    phone.browser.wait_for(".timer").await.unwrap();
    // The one that is kept is fetched and learned of anew: what came before it has been looked at by then.
    phone.opens(&paid).await;
    let all = "const [, done] = arguments; caches.open('tickets').then((shelf) => shelf.keys())
        .then((keys) => done(keys.map(({ url }) => new URL(url).pathname).filter((it) => it.startsWith('/orders/'))));";
    let kept = phone.asks(all, "").await;
    assert_eq!(kept, json!([format!("{}/qr.svg", paid.path), paid.path]));
}

/// As one file, by the browser's own "save page".
#[tokio::test]
async fn a_page_that_is_saved_holds_the_code() {
    let world = free_world().await;
    let order = world.book("Asha", "9876543210").await;
    let phone = Phone::new(&world).await;
    phone.opens(&order).await;
    let code = phone.code(world.folder.path(), ".code img").await;
    let saved = phone.browser.cdp("Page.captureSnapshot", json!({"format": "mhtml"})).await.unwrap();
    let file = world.folder.path().join("ticket.mhtml");
    fs::write(&file, saved["data"].as_str().unwrap()).unwrap();

    let reader = Phone::new(&world).await;
    reader.browser.offline(true).await.unwrap();
    reader.browser.goto(&format!("file://{}", file.display())).await.unwrap();
    assert_eq!(reader.browser.text(".guest").await.unwrap(), "Asha");
    assert_eq!(reader.code(world.folder.path(), ".code img").await, code);
    reader.browser.screenshot_page(&super::visitor::folder().join("ticket-saved-phone.png")).await.unwrap();
}

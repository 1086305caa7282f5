//! A guest with a browser, who looks every page over before going on.

use std::fs;
use std::path::PathBuf;

use real_parts::browser::{Browser, Complaint, Look};
use real_parts::install;
use serde_json::{Value, json};

use crate::world::{World, eventually};

/// Somebody who books at a world's site.
pub(crate) struct Guest<'a> {
    pub(crate) browser: Browser,
    world: &'a World,
    look: Look,
}

/// What a page is and does, as far as its guest can tell.
const LOOKED_OVER: &str = "return {
    sheets: document.styleSheets.length,
    width: document.documentElement.scrollWidth,
    loaded: performance.getEntriesByType('resource').map((it) => it.name),
}";

impl<'a> Guest<'a> {
    /// Somebody in front of the form.
    pub(crate) async fn new(world: &'a World, look: Look) -> Self {
        install::packages(install::BROWSER).unwrap();
        let guest = Self { browser: Browser::start(look.clone()).await.unwrap(), world, look };
        guest.open("/").await;
        guest
    }

    /// A page of the booking site.
    pub(crate) async fn open(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.world.site.url)).await.unwrap();
        self.likes_the_page().await;
    }

    pub(crate) async fn fill_in(&self, name: &str, phone: &str) {
        self.browser.fill("#first_name", name).await.unwrap();
        self.browser.fill("#phone_number", phone).await.unwrap();
    }

    /// Presses the form's button.
    pub(crate) async fn send(&self) {
        self.browser.click("form [data-busy]").await.unwrap();
    }

    /// From the form to the payment page; the order's path.
    pub(crate) async fn books(&self, name: &str, phone: &str) -> String {
        self.fill_in(name, phone).await;
        self.send().await;
        self.browser.wait_for("#pay").await.unwrap();
        self.likes_the_page().await;
        self.world.booked(phone).await.path
    }

    /// From the payment page to the ticket.
    pub(crate) async fn pays(&self) {
        self.browser.click("#pay").await.unwrap();
        self.browser.wait_for(".ticket").await.unwrap();
        self.sees_the_code().await;
        self.likes_the_page().await;
    }

    /// Waits until the ticket's picture is drawn; as wide as a phone, or 416 points on what is wider:
    /// on three quarters of the width, the gate reads an eighth fewer at first sight.
    pub(crate) async fn sees_the_code(&self) {
        let drawn =
            "const code = document.querySelector('.code img'); return !!code && code.complete && code.naturalWidth > 0";
        eventually("the code to be drawn", async || self.ask(drawn).await == json!(true)).await;
        let width = "return document.querySelector('.code img').clientWidth / Math.min(innerWidth, 416)";
        let width = self.ask(width).await.as_f64().unwrap();
        assert!(width >= 0.95, "the code takes only {width} of the width");
    }

    /// Where the browser is, without the site's own address in front.
    pub(crate) async fn place(&self) -> String {
        let url = self.browser.client().current_url().await.unwrap();
        url.as_str().strip_prefix(&self.world.site.url).unwrap_or(url.as_str()).to_owned()
    }

    /// The answer of a script in the page.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.browser.client().execute(script, vec![]).await.unwrap()
    }

    /// What a field holds.
    pub(crate) async fn typed(&self, css: &str) -> String {
        self.browser.wait_for(css).await.unwrap().prop("value").await.unwrap().unwrap_or_default()
    }

    /// Fails when the browser complained, when a page of ours loads from
    /// elsewhere or comes without its style, or when one must scroll sideways.
    pub(crate) async fn likes_the_page(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{}: {complaints:?}", self.place().await);
        self.finds_the_page_whole().await;
    }

    /// As [`Self::likes_the_page`] on a page that is a refusal, and that the browser logs as such.
    pub(crate) async fn is_refused_politely(&self, status: u16) {
        let status = format!("status of {status} ");
        let others = self.complaints().await.into_iter().filter(|it| !it.message.contains(&status)).collect::<Vec<_>>();
        assert!(others.is_empty(), "{}: {others:?}", self.place().await);
        self.finds_the_page_whole().await;
    }

    async fn complaints(&self) -> Vec<Complaint> {
        self.browser.complaints().await.unwrap()
    }

    async fn finds_the_page_whole(&self) {
        let place = self.place().await;
        let seen = self.ask(LOOKED_OVER).await;
        assert!(seen["width"].as_u64().unwrap() <= u64::from(self.look.width), "{place} scrolls sideways: {seen}");
        if place.starts_with('/') {
            assert_eq!(seen["sheets"], 1, "{place}");
            let ours = format!("{}/", self.world.site.url);
            let loaded = seen["loaded"].as_array().unwrap();
            assert!(loaded.iter().all(|it| it.as_str().unwrap().starts_with(&ours)), "{place}: {seen}");
        }
    }

    /// Prefers dark colours from now on, or light ones.
    pub(crate) async fn prefers(&self, shade: &str) {
        self.emulates("screen", shade).await;
    }

    /// A medium (`screen`, `print`) and a shade (`light`, `dark`).
    pub(crate) async fn emulates(&self, medium: &str, shade: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": shade}]);
        let emulated = json!({"media": medium, "features": features});
        self.browser.cdp("Emulation.setEmulatedMedia", emulated).await.unwrap();
    }

    /// The code exactly as the browser shows it, in a file.
    pub(crate) async fn photo_of_code(&self, name: &str) -> PathBuf {
        let file = self.file(name);
        fs::write(&file, self.browser.screenshot_element(".code img").await.unwrap()).unwrap();
        file
    }

    /// The whole page, in a file.
    pub(crate) async fn photo_of_page(&self, name: &str) -> PathBuf {
        let file = self.file(name);
        self.browser.screenshot_page(&file).await.unwrap();
        file
    }

    fn file(&self, name: &str) -> PathBuf {
        self.world.folder.path().join(name)
    }
}

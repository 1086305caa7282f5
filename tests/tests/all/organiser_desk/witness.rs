//! What the tests of the desk's pages look with.

use mysql_async::prelude::Queryable;
use real_parts::browser::{Browser, Look};
use real_parts::install;
use serde_json::{Value, json};

use super::{Organiser, PASSWORD};
use crate::world::World;

impl Organiser<'_> {
    /// A browser in which asha has signed in, too.
    pub(super) async fn browser(&self, look: Look) -> Browser {
        install::packages(install::BROWSER).unwrap();
        let browser = Browser::start(look).await.unwrap();
        browser.goto(&format!("{}/organiser/login", self.url)).await.unwrap();
        browser.fill("#name", "asha").await.unwrap();
        browser.fill("#password", PASSWORD).await.unwrap();
        browser.click("form .btn-primary").await.unwrap();
        browser.wait_for(".desk-nav").await.unwrap();
        browser.complaints().await.unwrap();
        browser
    }

    /// Opens a page of the desk and finds nothing to complain of.
    pub(super) async fn opens(&self, browser: &Browser, path: &str) {
        browser.goto(&format!("{}{path}", self.url)).await.unwrap();
        browser.wait_for("main h1").await.unwrap();
        likes_the_page(browser, path).await;
    }
}

/// Fails when the browser complained, or the page must be scrolled sideways.
pub(super) async fn likes_the_page(browser: &Browser, place: &str) {
    let complaints = browser.complaints().await.unwrap();
    assert!(complaints.is_empty(), "{place}: {complaints:?}");
    let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(ask(browser, script).await, json!(0), "{place} scrolls sideways");
}

/// The answer of a script in the page.
pub(super) async fn ask(browser: &Browser, script: &str) -> Value {
    browser.client().execute(script, vec![]).await.unwrap()
}

/// What the audit has under this word: subject and detail, oldest first.
pub(super) async fn audited(world: &World, what: &str) -> Vec<(String, String)> {
    let query = "SELECT COALESCE(subject, ''), COALESCE(detail, '') FROM organiser_actions WHERE what = ? ORDER BY id";
    world.pool.get_conn().await.unwrap().exec(query, (what,)).await.unwrap()
}

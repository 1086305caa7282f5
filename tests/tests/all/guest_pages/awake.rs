//! A screen that goes dark in front of the gate is held up again, and again.

use real_parts::browser::{Browser, Look};
use real_parts::install;
use serde_json::json;

use crate::world::{Setup, World, eventually};

/// Writes down what the page asks of the screen; what it gets is the browser's own.
const SPY: &str = "
    window.locks = [];
    const real = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (kind) => {
        const lock = await real(kind);
        window.locks.push(lock);
        return lock;
    };";

async fn locks(browser: &Browser) -> Vec<(String, bool)> {
    let locks = "return window.locks.map((it) => [it.type, it.released])";
    serde_json::from_value(browser.client().execute(locks, vec![]).await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_screen_stays_on_while_a_ticket_is_looked_at_and_only_then() {
    install::packages(install::BROWSER).unwrap();
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let browser = Browser::start(Look::phone()).await.unwrap();
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": SPY})).await.unwrap();
    let held = world.book("Asha", "9876543210").await;
    browser.goto(&format!("{}{}", world.site.url, held.path)).await.unwrap();
    browser.wait_for(".timer").await.unwrap();
    assert!(locks(&browser).await.is_empty(), "who pays is not kept from saving the battery");

    world.razorpay.pay(&held.link_id).unwrap();
    world.make_due(&held).await;
    eventually("the ticket", async || world.state(&held).await == "paid").await;
    browser.goto(&format!("{}{}", world.site.url, held.path)).await.unwrap();
    browser.wait_for(".ticket").await.unwrap();
    let held_on = [("screen".to_owned(), false)];
    eventually("the screen to be kept on", async || locks(&browser).await == held_on).await;

    // Another tab in front: the browser lets the screen go, and the page asks for it when it is seen again.
    let ticket = browser.client().window().await.unwrap();
    let other = browser.client().new_window(true).await.unwrap().handle;
    browser.client().switch_to_window(other).await.unwrap();
    browser.cdp("Page.bringToFront", json!({})).await.unwrap();
    browser.client().switch_to_window(ticket).await.unwrap();
    eventually("the screen to be let go", async || locks(&browser).await[0].1).await;
    browser.cdp("Page.bringToFront", json!({})).await.unwrap();
    eventually("the screen to be kept on again", async || {
        let locks = locks(&browser).await;
        locks.len() > 1 && locks.last().is_some_and(|(_, released)| !released)
    })
    .await;
}

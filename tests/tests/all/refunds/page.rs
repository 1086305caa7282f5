//! The guest's page while all this happens: it is open on a phone, and turns.

use real_parts::browser::{Browser, Look};
use real_parts::install;
use real_parts::razorpay::RefundStatus;

use super::{ASHA, patient};
use crate::world::{World, eventually};

/// The guest looks at the phone again. A page that has just been asked about is not asked about at once.
async fn turns_to(browser: &Browser, heading: &str) {
    eventually(heading, async || {
        let _ = browser.client().execute("dispatchEvent(new Event('focus'))", vec![]).await;
        browser.text("h1").await.is_ok_and(|it| it == heading)
    })
    .await;
}

#[tokio::test]
async fn an_open_page_turns_when_its_ticket_is_taken_given_back_and_paid_back() {
    install::packages(install::BROWSER).unwrap();
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let browser = Browser::start(Look::phone()).await.unwrap();
    browser.goto(&format!("{}{}", world.site.url, order.path)).await.unwrap();
    assert_eq!(browser.text("h1").await.unwrap(), "Your ticket");
    world.does(&["revoke", &order.id]).await;
    turns_to(&browser, "This ticket is not valid").await;
    world.does(&["restore", &order.id]).await;
    turns_to(&browser, "Your ticket").await;
    world.does(&["refund", &order.id]).await;
    turns_to(&browser, "Your money is on its way back").await;
    world.settle_refunds(RefundStatus::Processed);
    turns_to(&browser, "Your money was sent back").await;
    assert!(browser.complaints().await.unwrap().is_empty());
}

/// Thousands of phones show a ticket in front of a hall.
#[tokio::test]
async fn a_ticket_page_asks_now_and_then_and_not_at_every_glance() {
    install::packages(install::BROWSER).unwrap();
    let world = World::new(patient()).await;
    let order = world.paid("Asha", ASHA).await;
    let browser = Browser::start(Look::phone()).await.unwrap();
    browser.goto(&format!("{}{}", world.site.url, order.path)).await.unwrap();
    let glances = "for (let glance = 0; glance < 50; glance++) dispatchEvent(new Event('focus'));
                   document.dispatchEvent(new Event('visibilitychange'));
                   return performance.getEntriesByType('resource').filter((it) => it.name.endsWith('/state')).length";
    let asked = browser.client().execute(glances, vec![]).await.unwrap();
    assert_eq!(asked, 0, "the page is but a moment old");
    tokio::time::sleep(std::time::Duration::from_millis(3500)).await;
    browser.client().execute(glances, vec![]).await.unwrap();
    eventually("one question", async || browser.client().execute(glances, vec![]).await.unwrap() == 1).await;
}

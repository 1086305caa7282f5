//! What a guest's phone must load before there is something to see, and
//! whether what is seen stands still.

use real_parts::browser::{Browser, Load, Look};
use real_parts::install;
use serde_json::Value;

use crate::world::{Setup, World, eventually};

/// All of a first visit, headers and all.
const FIRST_PAGE: u64 = 50_000;
/// What this house has come to: half of what was asked for is still twice what it takes.
const OURS: u64 = 20_000;

/// How far things moved, and when the largest thing on the page was painted.
const STEADY: &str = "
    const [touched, done] = arguments;
    let [moved, largest] = [0, 0];
    const each = (type, heard) =>
        new PerformanceObserver((list) => list.getEntries().forEach(heard)).observe({ type, buffered: true });
    each('layout-shift', (it) => { if (!touched || !it.hadRecentInput) moved += it.value; });
    each('largest-contentful-paint', (it) => { largest = it.startTime; });
    // What is buffered is told in the next turn.
    setTimeout(() => requestAnimationFrame(() => setTimeout(() => done([moved, largest]))), 200);";

/// What follows a finger within half a second is no fault of a page that is `touched`; one that is opened
/// gets no such excuse, for the browser takes its opening for a touch as well.
async fn stands_still(browser: &Browser, page: &str, touched: bool) {
    let seen: Value = browser.client().execute_async(STEADY, vec![touched.into()]).await.unwrap();
    let (moved, largest) = (seen[0].as_f64().unwrap(), seen[1].as_f64().unwrap());
    println!("{page}: largest contentful paint after {largest:.0} ms, cumulative layout shift {moved}");
    assert!(moved.abs() < f64::EPSILON, "{page} moves by {moved}");
}

/// Everything comes from us, and weighs no more than this in all.
fn weighs(page: &str, site: &str, loads: &[Load], most: u64) {
    for Load { url, bytes, .. } in loads {
        println!("{page}: {bytes:>6} bytes {}", url.strip_prefix(site).unwrap_or(url));
        assert!(url.starts_with(&format!("{site}/")), "{page} loads {url}");
    }
    let bytes: u64 = loads.iter().map(|load| load.bytes).sum();
    println!("{page}: {bytes} bytes in {} requests", loads.len());
    assert!(bytes > 2_000 && bytes < most, "{page} weighs {bytes} bytes");
}

#[tokio::test]
async fn the_first_page_and_the_ticket_are_light_and_stand_still() {
    install::packages(install::BROWSER).unwrap();
    let world = World::new(Setup::default()).await;
    let browser = Browser::start(Look { listened_to: true, ..Look::phone() }).await.unwrap();
    browser.goto(&world.site.url).await.unwrap();
    browser.wait_for("form[data-booking]").await.unwrap();
    stands_still(&browser, "form", false).await;
    const { assert!(OURS < FIRST_PAGE) };
    weighs("form", &world.site.url, &browser.loads().await.unwrap(), OURS);

    // The fault that the script shows beneath a finger moves what is below it, and nothing else ever moves.
    browser.fill("#first_name", "Asha 2").await.unwrap();
    browser.click("[data-busy]").await.unwrap();
    browser.wait_for("#first_name-fault").await.unwrap();
    stands_still(&browser, "form with a fault", true).await;
    assert!(browser.loads().await.unwrap().is_empty(), "a fault that is shown by the script asks nobody");

    // A phone that comes by the link in an e-mail has nothing of ours yet.
    let order = world.book("Asha", "9876543210").await;
    world.razorpay.pay(&order.link_id).unwrap();
    eventually("the ticket", async || world.state(&order).await == "paid").await;
    let browser = Browser::start(Look { listened_to: true, ..Look::phone() }).await.unwrap();
    browser.goto(&format!("{}{}", world.site.url, order.path)).await.unwrap();
    browser.wait_for(".ticket").await.unwrap();
    stands_still(&browser, "ticket", false).await;
    weighs("ticket", &world.site.url, &browser.loads().await.unwrap(), OURS);

    let ten = ["Asha", "Ravi", "Meera", "Kabir", "Zoya", "Omar", "Lila", "Dev", "Tara", "Jo"];
    let ten = ten.map(|name| ("first_name", name));
    world.submit(&[&ten[..], &[("phone_number", "9876543211")]].concat()).await;
    let order = world.booked("9876543211").await;
    world.razorpay.pay(&order.link_id).unwrap();
    eventually("ten tickets", async || world.state(&order).await == "paid").await;
    let browser = Browser::start(Look { listened_to: true, ..Look::phone() }).await.unwrap();
    browser.goto(&format!("{}{}", world.site.url, order.path)).await.unwrap();
    browser.wait_for("#guest-10").await.unwrap();
    stands_still(&browser, "ten tickets", false).await;
    weighs("ten tickets", &world.site.url, &browser.loads().await.unwrap(), FIRST_PAGE);
}

/// Such a move is seen when there is one.
#[tokio::test]
#[should_panic(expected = "the pushed form moves by")]
async fn a_page_that_moves_is_noticed() {
    install::packages(install::BROWSER).unwrap();
    let world = World::new(Setup { webhooks: false, ..Setup::default() }).await;
    let browser = Browser::start(Look::phone()).await.unwrap();
    browser.goto(&world.site.url).await.unwrap();
    stands_still(&browser, "the form", false).await;
    browser.client().execute("document.querySelector('.top').style.height = '300px'", vec![]).await.unwrap();
    stands_still(&browser, "the pushed form", false).await;
}

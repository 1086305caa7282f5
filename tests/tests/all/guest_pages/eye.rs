//! What can be found wrong with a page by looking at it.

use real_parts::axe;
use real_parts::browser::{Browser, Complaint};

/// Text that is cut off or too small, what a thumb cannot hit, a page that scrolls sideways.
const LOOK: &str = include_str!("eye.js");

/// What the eye finds wrong with the page that is open.
pub(super) async fn sees(browser: &Browser) -> Vec<String> {
    let seen = browser.client().execute(LOOK, vec![]).await.unwrap();
    seen.as_array().unwrap().iter().map(|fault| fault.as_str().unwrap().to_owned()).collect()
}

/// What would stand in somebody's way, and what the browser itself complained of.
pub(super) async fn finds(browser: &Browser) -> Vec<String> {
    let complaints = browser.complaints().await.unwrap();
    let complaints = complaints.iter().filter(|it| !is_a_refusal(it)).map(|it| format!("{it:?}"));
    [axe::faults(browser).await.unwrap(), complaints.collect()].concat()
}

/// A page that is itself a refusal is logged as one.
fn is_a_refusal(complaint: &Complaint) -> bool {
    complaint.source == "network" && complaint.message.contains("the server responded with a status of ")
}

/// The eye is tried on a page with one fault of each kind.
#[tokio::test]
async fn the_eye_sees_what_it_is_there_for() {
    real_parts::install::packages(real_parts::install::BROWSER).unwrap();
    let browser = Browser::start(real_parts::browser::Look::phone()).await.unwrap();
    let page = "data:text/html,<!doctype html><meta name=viewport content='width=device-width'><style>p{margin:0}</style>\
        <p style='width:400px'>wide</p><a href='x' style='display:block;width:20px;height:30px'>o</a>\
        <button class=btn style='height:40px;width:90px'>low</button><p style='font-size:9px'>tiny</p>\
        <p style='width:60px;overflow:hidden;white-space:nowrap'>cut off in the middle</p>";
    browser.goto(page).await.unwrap();
    let seen = sees(&browser).await;
    for fault in ["scrolls sideways", "does not say its language", "20×30", "should be 44", "9 pixels", "is cut off"] {
        assert_eq!(seen.iter().filter(|it| it.contains(fault)).count(), 1, "{fault}: {seen:#?}");
    }
    assert_eq!(seen.len(), 6, "{seen:#?}");
}

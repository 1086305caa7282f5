//! The whole screen, and the way out.

use real_parts::window::Display;
use serde_json::json;

use super::album;
use super::door::{Laptop, PIN, last_step};
use crate::venue::Venue;

#[tokio::test(flavor = "multi_thread")]
async fn the_kiosk_fills_the_screen_and_is_left_by_its_pin_only() {
    let laptop = Laptop::new(Display::start().unwrap().managed().unwrap());
    let settings = Venue::with_tickets(0).await.settings("Gate B", None).await;
    let window = laptop.open_window(&[]).await;
    window.wait_until("return innerWidth === 1280 && innerHeight === 800").await.unwrap();
    window.invoke("present", json!({"text": settings, "way": "scanner"})).await.unwrap().unwrap();
    window.invoke("finish_set_up", last_step()).await.unwrap().unwrap();
    window.wait_for("html[data-stage=gate]").await.unwrap();
    album::keep("kiosk", &window).await;

    // What the window manager asks when somebody presses Alt+F4.
    laptop.display.press("alt+F4").unwrap();
    let refused = window.invoke("leave", json!({"pin": "0000", "unsent_ok": false})).await.unwrap().unwrap_err();
    assert_eq!(refused["code"], "wrong_pin");
    window.wait_for("html[data-stage=gate]").await.unwrap();
    // It may end before it can answer.
    let _ = window.invoke("leave", json!({"pin": PIN, "unsent_ok": false})).await;
    window.has_ended().await.unwrap();
}

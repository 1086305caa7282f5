//! What the operator does without a code: looking for a guest, letting out, taking back.

use super::album;
use super::door::{Door, PIN};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_without_a_code_is_found_and_admitted_by_the_keyboard_alone() {
    let door = Door::open(3).await;
    door.window.press_keys("f").await.unwrap();
    door.window.wait_for("dialog[open] input[type=search]").await.unwrap();
    type_slowly(&door, "65 00001").await;
    door.window.wait_for("dialog[open] .guests button").await.unwrap();
    let read = "return document.querySelector('dialog[open] .guests').textContent";
    let found = door.window.execute(read, vec![]).await.unwrap();
    let found = found.as_str().unwrap();
    assert!(found.contains("Asha") && found.contains('•') && !found.contains("98765"), "{found}");
    album::keep("search", &door.window).await;
    // Down to the guest, Enter, and Enter again: nobody is let in by one slip.
    door.window.press_keys("\u{e015}\n").await.unwrap();
    door.window.wait_for("dialog[open] .whom").await.unwrap();
    assert_eq!(door.scans().await, 0);
    door.window.press_keys("\n").await.unwrap();
    assert_eq!(door.verdict_after(0, "granted").await.name, "Asha");
    assert!(door.venue.is_inside(1).await);
    door.had_no_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_steps_out_may_come_in_again() {
    let door = Door::open(1).await;
    door.scan(0, "granted").await;
    door.window.press_keys("d").await.unwrap();
    door.window.wait_for("html[data-direction=exit]").await.unwrap();
    album::keep("exit", &door.window).await;
    out_of_view().await;
    let goodbye = door.scan(0, "left").await;
    assert!(goodbye.name.contains("Asha"), "{goodbye:?}");
    assert!(!door.venue.is_inside(0).await);
    album::keep("goodbye", &door.window).await;
    out_of_view().await;
    door.scan(0, "rejected").await;
    door.window.press_keys("d").await.unwrap();
    door.window.wait_for("html[data-direction=entry]").await.unwrap();
    out_of_view().await;
    door.scan(0, "granted").await;
    assert!(door.venue.is_inside(0).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admission_is_taken_back_behind_the_pin() {
    let door = Door::open(1).await;
    door.scan(0, "granted").await;
    door.is_scanning().await;
    door.window.wait_until("return !document.getElementById('undo').disabled").await.unwrap();
    door.window.press_keys("u").await.unwrap();
    door.window.wait_for("dialog[open] input[type=password]").await.unwrap();
    type_slowly(&door, "0000\n").await;
    door.window.wait_for("dialog[open] .fault:not([hidden])").await.unwrap();
    assert!(door.venue.is_inside(0).await, "not without the PIN");
    type_slowly(&door, &format!("{PIN}\n")).await;
    door.verdict_after(1, "undone").await;
    assert!(!door.venue.is_inside(0).await);
    let kinds: (String,) =
        door.venue.row("SELECT GROUP_CONCAT(kind ORDER BY server_time) FROM scans HAVING COUNT(*) = 2").await;
    assert_eq!(kinds.0, "entry,undo");
    out_of_view().await;
    door.scan(0, "granted").await;
}

/// As a person types: a scanner is known by its speed.
async fn type_slowly(door: &Door, text: &str) {
    for key in text.chars() {
        door.window.press_keys(&key.to_string()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    }
}

/// For longer than a code that is held in view would stay one scan.
async fn out_of_view() {
    tokio::time::sleep(kiosk_app::presentation::COOL_DOWN + std::time::Duration::from_millis(1500)).await;
}

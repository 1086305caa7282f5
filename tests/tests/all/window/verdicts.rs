//! What the operator sees, guest by guest.

use std::time::Duration;

use common::TicketSigner;

use super::album;
use super::door::Door;
use crate::venue::unique_id;

#[tokio::test(flavor = "multi_thread")]
async fn each_guest_gets_a_verdict_in_words_that_can_be_shown() {
    let door = Door::open(4).await;
    let granted = door.scan(0, "granted").await;
    assert_eq!((granted.title.as_str(), granted.name.as_str()), ("ENTRY GRANTED", "Asha"));
    // All but the last two digits.
    assert!(
        granted.phone.ends_with("00") && granted.phone.contains('•') && !granted.phone.contains("98765"),
        "{granted:?}"
    );
    // Good news goes by itself.
    door.is_scanning().await;
    album::keep("scanning", &door.window).await;

    // A copy of the ticket, at another door a while ago.
    door.venue
        .sql(
            "UPDATE tickets SET PRESENT = 1, ADMITTED_AT = '2026-11-22 14:12:00', ADMITTED_GATE = 'Gate A',
             ADMITTED_SCAN = UUID() WHERE UNIQUE_ID LIKE '%000012026-11-22'",
        )
        .await;
    let twice = door.scan(1, "rejected").await;
    assert_eq!(twice.title, "ENTRY REJECTED");
    // In the event's own time, whatever the laptop's is.
    assert!(twice.sentence.contains("19:42") && twice.sentence.contains("Gate A"), "{twice:?}");
    album::keep("already-inside", &door.window).await;

    door.venue.revoke_ticket(2).await;
    let revoked = door.scan(2, "rejected").await;
    assert!(revoked.sentence.contains("refunded"), "{revoked:?}");
    let forged = TicketSigner::from_seed(&[8; 32]).sign(&unique_id(3)).to_string();
    let forged = door.scan_text(&forged, "rejected").await;
    assert!(forged.sentence.contains("genuine"), "{forged:?}");
    assert_eq!(forged.name, "", "nobody vouches for the name in it");
    let foreign = door.scan_text("https://example.com/menu", "rejected").await;
    assert!(foreign.sentence.to_lowercase().contains("not a ticket"), "{foreign:?}");

    // Bad news stays, until a key; and the next ticket is granted as if nothing had been.
    tokio::time::sleep(Duration::from_secs(4)).await;
    door.window.wait_for("#verdict[data-kind=rejected]").await.unwrap();
    door.window.press_keys("\u{e00c}").await.unwrap();
    door.is_scanning().await;
    assert_eq!(door.scan(3, "granted").await.name, "Asha");
    let scans: (u64,) = door.venue.row("SELECT COUNT(*) FROM scans").await;
    assert!(scans.0 >= 5, "every scan is written down: {scans:?}");
    door.had_no_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_held_in_view_is_one_verdict_and_not_thirty() {
    let door = Door::open(2).await;
    door.shows(0);
    door.verdict_after(0, "granted").await;
    // Held for longer than the verdict stays and longer than the cool-down.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(door.scans().await, 1);
    // The next guest steps right in front.
    door.shows(1);
    door.verdict_after(1, "granted").await;
    assert_eq!(door.scans().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_hindi_every_word_is_hindi() {
    let door = Door::open(1).await;
    let hindi = serde_json::json!({"pin": super::door::PIN, "choices": {"language": "hi"}, "new_pin": null});
    door.window.invoke("choose", hindi).await.unwrap().unwrap();
    door.window.wait_for("html[lang=hi]").await.unwrap();
    let granted = door.scan(0, "granted").await;
    assert!(granted.title.chars().any(|c| ('\u{900}'..='\u{97f}').contains(&c)), "{granted:?}");
    album::keep("granted-hindi", &door.window).await;
}

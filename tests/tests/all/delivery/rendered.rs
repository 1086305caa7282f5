//! The letter as a mail program shows it: Chromium draws the message's HTML,
//! and the gate reads the code off that picture.

use std::fs;
use std::path::{Path, PathBuf};

use real_parts::browser::{Browser, Look};
use real_parts::mail::Letter;
use real_parts::programs::kiosk;
use serde_json::Value;

use super::{ASHA, free_world, letters, mail, sends_by};
use crate::world::World;

/// The HTML as a page, with the pictures it speaks of beside it.
fn page(letter: &Letter, folder: &Path) -> String {
    let mut html = letter.html();
    for part in letter.parts.iter().filter(|part| part.disposition.as_deref() == Some("inline")) {
        let cid = part.cid.as_deref().unwrap();
        let file = folder.join(format!("{cid}.png"));
        fs::write(&file, part.bytes()).unwrap();
        assert!(html.contains(&format!("cid:{cid}")));
        html = html.replace(&format!("cid:{cid}"), &format!("{cid}.png"));
    }
    let file = folder.join("letter.html");
    fs::write(&file, html).unwrap();
    format!("file://{}", file.display())
}

/// Photographs the page on each kind of screen.
async fn photographs(url: &str, folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (name, look) in [
        ("phone", Look::phone()),
        ("phone-dark", Look { dark: true, ..Look::phone() }),
        ("laptop", Look::laptop()),
        ("laptop-dark", Look { dark: true, ..Look::laptop() }),
    ] {
        let browser = Browser::start(Look { javascript: false, ..look }).await.unwrap();
        browser.goto(url).await.unwrap();
        browser.wait_for("img").await.unwrap();
        let file = folder.join(format!("letter-{name}.png"));
        browser.screenshot_page(&file).await.unwrap();
        assert!(browser.complaints().await.unwrap().is_empty());
        browser.close().await.unwrap();
        files.push(file);
    }
    files
}

/// The one line that the gate's program answers with.
async fn line(arguments: &[&str]) -> Value {
    let output = kiosk(arguments, &[], b"").await.unwrap();
    assert!(output.status.success(), "kiosk-app {arguments:?}: {}", output.stderr);
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}{}", output.stdout, output.stderr))
}

async fn verdict(gate: &Path, picture: &Path) -> (String, String) {
    let (gate, picture) = (gate.to_str().unwrap(), picture.to_str().unwrap());
    let said = line(&["--config", gate, "--headless", "--frames", picture]).await;
    (said["verdict"].as_str().unwrap().to_owned(), said["reason"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_code_that_chromium_draws_from_the_letter_is_granted_by_the_gate() {
    let mail = mail();
    let world: World = free_world(sends_by(&mail)).await;
    world.book_with_mail("Asha", "9876543210", ASHA).await;
    let letter = letters(&world, &mail, 1).await.remove(0);
    let folder = tempfile::tempdir().unwrap();
    let pictures = photographs(&page(&letter, folder.path()), folder.path()).await;
    if let Some(kept) = std::env::var_os("LETTER_PICTURES") {
        for picture in &pictures {
            fs::copy(picture, Path::new(&kept).join(picture.file_name().unwrap())).unwrap();
        }
    }
    let gate = world.gate("Gate A").await;
    let granted = ("ENTRY GRANTED".to_owned(), "granted".to_owned());
    assert_eq!(verdict(&gate, &pictures[0]).await, granted);
    // And on every other screen it is the same ticket.
    for picture in &pictures[1..] {
        let inside = ("ENTRY REJECTED".to_owned(), "already_inside".to_owned());
        assert_eq!(verdict(&gate, picture).await, inside, "{}", picture.display());
    }
}

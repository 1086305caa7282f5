//! From the first start to the first verdict.

use std::os::unix::fs::PermissionsExt;

use real_parts::camera::{Card, Model, PixelFormat, Scene};
use real_parts::window::Display;

use super::album;
use super::door::{self, Door, Laptop, PIN, announce};
use crate::venue::Venue;

#[tokio::test(flavor = "multi_thread")]
async fn the_organisers_code_shown_to_the_camera_leads_to_the_first_verdict() {
    let venue = Venue::with_tickets(3).await;
    announce(&venue).await;
    let code = venue.folder.path().join("gate-b.png");
    venue.organiser(&["gate", "add", "Gate B", "--qr", code.to_str().unwrap()]).await;

    let laptop = Laptop::new(Display::start().unwrap());
    let camera = laptop.cameras.plug(Model::only(PixelFormat::Mjpg, 1280, 720));
    let window = laptop.open_window(&["--windowed"]).await;
    let door = Door { venue, camera, window, laptop };
    door.is_at("set_up").await;
    // Something else first: a ticket is no set-up code, and that is said. Shown again when the
    // gate is open, it is looked into, however short the time between.
    door.shows(0);
    door.window.wait_for("#set-up-fault:not([hidden])").await.unwrap();
    assert!(door.window.text("#set-up-fault").await.unwrap().contains("ticket"));
    album::keep("set-up", &door.window).await;

    let settings = door::text_of(&code).await;
    door.camera.show(&Scene::blank().with(Card::paper(settings).size(0.85)));
    door.is_at("finish_set_up").await;
    door.shows_nothing();
    album::keep("finish-set-up", &door.window).await;
    door.window.fill("#finish [name=gate]", "North door").await.unwrap();
    door.window.fill("#finish [name=pin]", PIN).await.unwrap();
    door.window.fill("#finish [name=again]", PIN).await.unwrap();
    door.window.click("#finish button.main").await.unwrap();
    door.is_at("gate").await;
    let shown = door.scan(0, "granted").await;
    assert_eq!(shown.name, "Asha");
    album::keep("granted", &door.window).await;

    for file in std::fs::read_dir(door.laptop.settings().parent().unwrap()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.file_name());
    }
    let gate: (String,) = door.venue.row("SELECT ADMITTED_GATE FROM tickets WHERE PRESENT = 1").await;
    assert_eq!(gate.0, "North door");
    door.had_no_faults().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_broken_are_said_in_the_window_and_not_only_in_a_log() {
    let laptop = Laptop::new(Display::start().unwrap());
    let file = laptop.home.path().join("gate.toml");
    std::fs::write(&file, "gate = \"Gate B\"\n").unwrap();
    let window = laptop.open_window(&["--windowed", "--config", file.to_str().unwrap()]).await;
    window.wait_for("html[data-stage=set_up]").await.unwrap();
    window.wait_for("#settings-fault:not([hidden])").await.unwrap();
    let said = window.text("#settings-fault").await.unwrap();
    assert!(said.contains("database_url") && said.contains("missing"), "{said}");
}

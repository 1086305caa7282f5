//! The desk behind the gate's window, on a real database.

use kiosk_app::desk::choices::Language;
use kiosk_app::desk::news::{News, Way};
use kiosk_app::desk::{Desk, FinishedSetUp};

use crate::venue::Venue;

/// A scanner whose trigger is held, and a camera that sees what it has read.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_was_just_let_in_is_not_called_already_inside() {
    let venue = Venue::with_tickets(1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ets-gate.toml");
    let desk = Desk::open(Some(file.clone()), file, false);
    let settings = venue.settings("Gate A", None).await + "\noffline_folder = 'offline'\nneighbours = false\n";
    desk.present(settings, Way::Scanner, None).unwrap();
    let (gate, pin) = ("Gate A".to_owned(), "471100".to_owned());
    desk.finish_set_up(FinishedSetUp { gate, camera: None, sound: false, language: Language::En, pin }).await.unwrap();
    let mut moments = desk.board().moments();
    for way in [Way::Scanner, Way::Scanner, Way::Camera] {
        desk.present(venue.code(0), way, None).unwrap();
    }
    // Something else, so that there is an end to wait for.
    desk.present("the end".into(), Way::Scanner, None).unwrap();
    let mut verdicts = Vec::new();
    while verdicts.len() < 2 {
        if let News::Verdict { verdict } = moments.recv().await.unwrap() {
            verdicts.push(serde_json::to_value(verdict).unwrap()["reason"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(verdicts, ["granted", "not_a_ticket"]);
    desk.close().await;
}

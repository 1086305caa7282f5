//! A gate without a window that reads a camera, and a door full of tickets.

use std::time::Duration;

use real_parts::camera::{Cameras, FakeCamera, Model, Scene};
use real_parts::child::{self, Orphaned};
use real_parts::programs::built;
use serde_json::Value;

use super::watched::Watched;
use crate::venue::{Venue, unique_id};

/// A code that was out of view for so long is a new scan.
pub(super) const COOL_DOWN: Duration = Duration::from_millis(1500);

/// A computer at the door, and tickets that nobody has used yet.
pub(super) struct Door {
    pub(super) cameras: Cameras,
    pub(super) gate: Watched,
    venue: Venue,
    next: usize,
}

impl Door {
    /// With these cameras plugged in before the gate starts.
    pub(super) async fn with<T>(plug: impl FnOnce(&Cameras) -> T) -> (Self, T) {
        let cameras = Cameras::new().unwrap();
        let plugged = plug(&cameras);
        let venue = Venue::with_tickets(30).await;
        let settings = venue.folder.path().join("gate.toml");
        std::fs::write(&settings, venue.settings("Gate A", None).await).unwrap();
        let program = tokio::task::spawn_blocking(|| &built().kiosk_app).await.unwrap();
        let mut command = child::command(&cameras.wrapper(program), Orphaned::Kill, None);
        command.arg("--headless").arg("--config").arg(settings);
        command.args(["--cool-down-ms", &COOL_DOWN.as_millis().to_string()]);
        (Self { gate: Watched::start(command), cameras, venue, next: 0 }, plugged)
    }

    /// With one camera, at work.
    pub(super) async fn with_camera(model: Model) -> (Self, FakeCamera) {
        let (mut door, camera) = Self::with(|cameras| cameras.plug(model)).await;
        door.gate.says(&["live"]);
        (door, camera)
    }

    /// Holds a ticket up that nobody has used, which is granted; and takes it away again.
    pub(super) fn admits_the_next(&mut self, camera: &FakeCamera) {
        let ticket = self.next;
        self.next += 1;
        self.show(camera, ticket);
        let verdict = self.verdict();
        let (said, id) = (verdict["reason"].as_str(), verdict["unique_id"].as_str());
        assert_eq!((said, id), (Some("granted"), Some(unique_id(ticket).as_str())), "{verdict}");
        camera.show(&Scene::blank());
    }

    pub(super) fn show(&self, camera: &FakeCamera, ticket: usize) {
        camera.show(&Scene::code(self.venue.code(ticket)));
    }

    /// The next verdict.
    pub(super) fn verdict(&mut self) -> Value {
        let verdict = |line: &str| serde_json::from_str::<Value>(line).ok().filter(|it| it.get("verdict").is_some());
        self.gate.waits_for("a verdict", verdict)
    }
}

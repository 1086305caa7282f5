//! A door on an evening: tickets in a database, a laptop with a camera and the
//! gate's window open on it.

use std::path::{Path, PathBuf};

use real_parts::camera::{Cameras, Card, FakeCamera, Model, PixelFormat, Scene};
use real_parts::mariadb::Server;
use real_parts::programs::{built, kiosk};
use real_parts::window::{Display, KioskWindow, Program};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::venue::Venue;

pub(super) const PIN: &str = "471100";

/// Places in the health strip.
pub(super) const CAMERA: u8 = 1;
pub(super) const DATABASE: u8 = 2;

/// Everything at the door.
pub(super) struct Door {
    pub(super) venue: Venue,
    pub(super) camera: FakeCamera,
    pub(super) window: KioskWindow,
    pub(super) laptop: Laptop,
}

/// A computer with a screen, and its user's home.
pub(super) struct Laptop {
    pub(super) cameras: Cameras,
    pub(super) display: Display,
    pub(super) home: TempDir,
}

/// Writes each verdict down as it appears: a good one is gone in two seconds.
const WATCH: &str = "
    const verdict = document.getElementById('verdict');
    const text = part => document.getElementById('verdict-' + part).textContent;
    window.verdictsShown = [];
    new MutationObserver(() => {
        const kind = verdict.dataset.kind;
        if (!kind || kind === 'checking') return;
        const [title, name, sentence, phone] = ['title', 'name', 'sentence', 'phone'].map(text);
        window.verdictsShown.push({ kind, title, name, sentence, phone });
    }).observe(verdict, { attributeFilter: ['data-turn'] });";

/// What the verdict's screen said.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) name: String,
    pub(super) sentence: String,
    pub(super) phone: String,
}

impl Laptop {
    pub(super) fn new(display: Display) -> Self {
        Self { cameras: Cameras::new().unwrap(), display, home: tempfile::tempdir().unwrap() }
    }

    pub(super) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(self.cameras.wrapper(&built().kiosk_app))
            .arguments(arguments.iter().copied())
            .env("KIOSK_LOG", "warn,kiosk_app=debug")
            .at_home(self.home.path())
    }

    pub(super) async fn open_window(&self, arguments: &[&str]) -> KioskWindow {
        let window = KioskWindow::start(&self.display, &self.program(arguments)).await.unwrap();
        window.execute(WATCH, vec![]).await.unwrap();
        window
    }

    /// The settings file that the set-up makes.
    pub(super) fn settings(&self) -> PathBuf {
        self.home.path().join(".config/kiosk-app/ets-gate.toml")
    }
}

impl Door {
    /// Set up and open.
    pub(super) async fn open(tickets: usize) -> Self {
        Self::of(Venue::with_tickets(tickets).await, None).await
    }

    /// On a server of its own, which may be stopped.
    pub(super) async fn on(server: &Server, tickets: usize) -> Self {
        Self::of(Venue::on(server, tickets).await, None).await
    }

    pub(super) async fn of(venue: Venue, proxy: Option<u16>) -> Self {
        announce(&venue).await;
        let laptop = Laptop::new(Display::start().unwrap().managed().unwrap());
        let camera = laptop.cameras.plug(Model::only(PixelFormat::Mjpg, 1280, 720));
        let window = laptop.open_window(&["--windowed"]).await;
        let settings = venue.settings("Gate B", proxy).await;
        window.invoke("present", json!({"text": settings, "way": "scanner"})).await.unwrap().unwrap();
        window.invoke("finish_set_up", last_step()).await.unwrap().unwrap();
        let door = Self { venue, camera, window, laptop };
        door.is_at("gate").await;
        door.is_well(CAMERA).await;
        door.is_well(DATABASE).await;
        door
    }

    /// Waits until the window is at this stage.
    pub(super) async fn is_at(&self, stage: &str) {
        self.window.wait_for(&format!("html[data-stage={stage}]")).await.unwrap();
    }

    /// Waits until a part of the health strip is well.
    pub(super) async fn is_well(&self, part: u8) {
        self.window.wait_for(&format!("#health > :nth-child({part})[data-health=good]")).await.unwrap();
    }

    /// Waits until it is not, whether that stops the work or not.
    pub(super) async fn is_unwell(&self, part: u8) {
        let unwell = format!("#health > :nth-child({part}):is([data-health=warn], [data-health=bad])");
        self.window.wait_for(&unwell).await.unwrap();
    }

    /// Holds a ticket up.
    pub(super) fn shows(&self, ticket: usize) {
        self.shows_text(&self.venue.code(ticket));
    }

    pub(super) fn shows_text(&self, text: &str) {
        self.camera.show(&Scene::blank().with(Card::phone(text)).moving());
    }

    pub(super) fn shows_nothing(&self) {
        self.camera.show(&Scene::blank());
    }

    /// Holds a ticket up and waits for this kind of verdict.
    pub(super) async fn scan(&self, ticket: usize, kind: &str) -> Shown {
        self.scan_text(&self.venue.code(ticket), kind).await
    }

    pub(super) async fn scan_text(&self, text: &str, kind: &str) -> Shown {
        let before = self.scans().await;
        self.shows_text(text);
        let shown = self.verdict_after(before, kind).await;
        self.shows_nothing();
        shown
    }

    /// How many verdicts were on the screen so far.
    pub(super) async fn scans(&self) -> usize {
        self.shown().await.len()
    }

    /// Waits for the verdict after so many others; it must be of this kind.
    pub(super) async fn verdict_after(&self, before: usize, kind: &str) -> Shown {
        self.window.wait_until(&format!("return window.verdictsShown.length > {before}")).await.unwrap();
        let mut shown = self.shown().await;
        assert_eq!(shown[before].kind, kind, "{shown:#?}");
        shown.swap_remove(before)
    }

    async fn shown(&self) -> Vec<Shown> {
        let shown = self.window.execute("return window.verdictsShown ?? []", vec![]).await;
        serde_json::from_value(shown.unwrap()).unwrap()
    }

    /// Waits until the verdict has gone and the preview is back.
    pub(super) async fn is_scanning(&self) {
        self.window.wait_until("return !document.getElementById('verdict').dataset.kind").await.unwrap();
    }

    /// The window never did what it may not.
    pub(super) async fn had_no_faults(&self) {
        let mut faults = self.window.faults().await.unwrap();
        // While the camera is away there is no picture of it to show.
        faults.retain(|fault| !fault.message.starts_with("preview://"));
        assert!(faults.is_empty(), "{faults:?}");
    }
}

/// What the operator says in the last step of the set-up.
pub(super) fn last_step() -> Value {
    json!({"gate": "Gate B", "camera": null, "sound": true, "language": "en", "pin": PIN})
}

/// Says what the event is.
pub(super) async fn announce(venue: &Venue) {
    let event = ["--name", "Diwali Night", "--venue", "Town Hall, Bengaluru", "--starts-at", "2036-11-22T19:30"];
    let numbers = ["--price-paise", "49900", "--capacity", "500"];
    venue.organiser(&[&["event", "set"][..], &event, &numbers].concat()).await;
}

/// The text of the code in a picture.
pub(super) async fn text_of(picture: &Path) -> String {
    let said = kiosk(&["decode", picture.to_str().unwrap()], &[], b"").await.unwrap().stdout;
    let said: Value = serde_json::from_str(&said).unwrap();
    said["text"].as_str().unwrap_or_else(|| panic!("no code: {said}")).to_owned()
}

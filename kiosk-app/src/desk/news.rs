//! What the page is told. Names and shapes are those of `kiosk-ui/protocol.d.ts`.

mod camera;
mod offline;
mod verdict;

use chrono::{DateTime, Utc};
use common::ScanId;
use common::passages::Step;
use serde::{Deserialize, Serialize};

use super::choices::{Choices, Language};
use crate::camera::{CameraId, CameraState};
pub use camera::ShownCamera;
pub use offline::{Conflicts, Neighbourhood, Offline, Passed, ShownConflict, Stand, SyncProgress};
pub use verdict::{Recent, ShownVerdict, Way, masked_phone};

/// A message to the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// The whole state.
    Screen {
        /// It.
        screen: Box<Screen>,
    },
    /// A scan has begun; its verdict follows.
    Checking {
        /// The scan.
        scan_id: ScanId,
    },
    /// A scan has ended.
    Verdict {
        /// How.
        verdict: Box<ShownVerdict>,
    },
    /// A code is in view.
    Outline(Outline),
    /// What was shown for setting up is no set-up code.
    SetUpFault {
        /// Why, with the remedy.
        fault: String,
    },
}

/// Where a code is, in pixels of a frame of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// The code's corners, in its own order.
    pub corners: [(i32, i32); 4],
    /// The frame's width.
    pub width: u32,
    /// The frame's height.
    pub height: u32,
}

/// Everything the page shows that lasts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Screen {
    /// How far the gate is.
    pub stage: Stage,
    /// Why the settings that are there cannot be used, a line each.
    pub settings_fault: Option<String>,
    /// The gate's name.
    pub gate: Option<String>,
    /// The event.
    pub event: Option<Event>,
    /// What a code that is shown now means.
    pub direction: Direction,
    /// A developer's window: it may simply be closed.
    pub windowed: bool,
    /// The camera.
    pub camera: ShownCamera,
    /// The database.
    pub database: DatabaseHealth,
    /// The clock.
    pub clock: Clock,
    /// How many are where.
    pub counts: Option<Counts>,
    /// When they came.
    pub arrivals: Option<Arrivals>,
    /// The last scans, the newest first.
    pub recent: Vec<Recent>,
    /// Whom an undo would take back.
    pub undo: Option<Undo>,
    /// The gate without the network.
    pub offline: Offline,
    /// Tickets that went in twice.
    pub conflicts: Conflicts,
    /// From frame to verdict, the last time.
    pub last_scan_ms: Option<f64>,
    /// What the operator chose.
    pub choices: ShownChoices,
    /// The program's version.
    pub version: &'static str,
}

/// How far the gate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It waits for the organiser's set-up code.
    SetUp,
    /// It waits for its name, camera, sound and PIN.
    FinishSetUp,
    /// At work.
    Gate,
}

/// Which way guests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// In.
    Entry,
    /// Out, to come in again.
    Exit,
}

impl From<Direction> for Step {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Entry => Self::Entry,
            Direction::Exit => Self::Exit,
        }
    }
}

/// The event's row, as far as a gate shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What it is called.
    pub name: String,
    /// Where.
    pub venue: String,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// An IANA name.
    pub time_zone: String,
}

/// How the database is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatabaseHealth {
    /// In a word.
    pub state: Reach,
    /// Of the smallest statement.
    pub round_trip_ms: Option<f64>,
    /// What is wrong and what to do, for whoever mends it.
    pub detail: Option<String>,
}

/// Whether the database can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It was not yet.
    Connecting,
    /// It answers.
    Up,
    /// It does not.
    Away,
    /// It answers, but not to this gate.
    Refused,
}

/// This computer's clock beside the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Clock {
    /// Ours less theirs.
    pub difference_ms: Option<i64>,
    /// Whether that is too much.
    pub warn: bool,
}

/// How many guests are where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// In the house.
    pub inside: u64,
    /// Let in at any time.
    pub admitted: u64,
    /// With a ticket that is good.
    pub expected: u64,
    /// When that was so.
    pub at: DateTime<Utc>,
}

/// First entries over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrivals {
    /// The length of a slot.
    pub slot_minutes: u32,
    /// When the first slot begins.
    pub starts_at: DateTime<Utc>,
    /// Entries in each slot.
    pub counts: Vec<u64>,
}

/// Whom an undo would take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undo {
    /// The guest.
    pub first_name: Option<String>,
    /// Let in at this time.
    pub at: DateTime<Utc>,
}

/// What the operator chose; the PIN itself is nobody's business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownChoices {
    /// Of the page.
    pub language: Language,
    /// Whether verdicts are heard.
    pub sound: bool,
    /// Whether the preview is a mirror.
    pub mirror: bool,
    /// The camera to prefer.
    pub camera: Option<CameraId>,
    /// Whether there is a PIN.
    pub has_pin: bool,
    /// Whether the gate opens when the computer starts.
    pub autostart: bool,
    /// Whether it looks for the other gates of its network.
    pub neighbours: bool,
}

impl Screen {
    /// Before anything is known.
    #[must_use]
    pub fn new(windowed: bool, settings_fault: Option<String>, choices: &Choices, has_pin: bool) -> Self {
        Self {
            stage: Stage::SetUp,
            settings_fault,
            gate: None,
            event: None,
            direction: Direction::Entry,
            windowed,
            camera: ShownCamera::from(&CameraState::Off),
            database: DatabaseHealth { state: Reach::Connecting, round_trip_ms: None, detail: None },
            clock: Clock::default(),
            counts: None,
            arrivals: None,
            recent: Vec::new(),
            undo: None,
            offline: Offline::default(),
            conflicts: Conflicts::default(),
            last_scan_ms: None,
            choices: ShownChoices::new(choices, has_pin),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Back to before the set-up; the camera goes on.
    pub(super) fn forget_the_gate(&mut self) {
        let (camera, choices) = (self.camera.clone(), self.choices.clone());
        let fresh = Self::new(self.windowed, None, &Choices::default(), choices.has_pin);
        *self = Self { camera, choices, ..fresh };
    }
}

impl ShownChoices {
    pub(super) fn new(choices: &Choices, has_pin: bool) -> Self {
        let Choices { language, sound, mirror, autostart, neighbours, camera } = choices.clone();
        Self { language, sound, mirror, camera, has_pin, autostart, neighbours }
    }
}

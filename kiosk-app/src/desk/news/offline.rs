//! The gate without the network, as the page shows it.

use chrono::{DateTime, Utc};
use common::Mode;
use serde::Serialize;

/// How the gate stands with the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offline {
    /// Whether verdicts may be given without the database.
    pub on: bool,
    /// What the next one will rest on.
    pub mode: Mode,
    /// Since when there has been no network.
    pub since: Option<DateTime<Utc>>,
    /// When the tickets were last known to the last one.
    pub synced_at: Option<DateTime<Utc>>,
    /// How many are known here.
    pub tickets: Option<u64>,
    /// The first look at all of them, while it goes on.
    pub progress: Option<SyncProgress>,
    /// Scans that are not in the database yet.
    pub unsent: u64,
    /// The oldest of them.
    pub unsent_since: Option<DateTime<Utc>>,
    /// Those that the database would not take.
    pub set_aside: u64,
    /// Whether guests can be looked for without the network.
    pub list: bool,
    /// The other gates of this network.
    pub neighbours: Neighbourhood,
    /// Why the local store cannot be used.
    pub fault: Option<String>,
}

impl Default for Offline {
    fn default() -> Self {
        Self {
            on: false,
            mode: Mode::Online,
            since: None,
            synced_at: None,
            tickets: None,
            progress: None,
            unsent: 0,
            unsent_since: None,
            set_aside: 0,
            list: false,
            neighbours: Neighbourhood { state: Stand::Off, gates: Vec::new() },
            fault: None,
        }
    }
}

/// How far the first look at the tickets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SyncProgress {
    /// So many.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// The other gates of this network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Neighbourhood {
    /// In a word.
    pub state: Stand,
    /// Their names.
    pub gates: Vec<String>,
}

/// Whether there are others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// Nobody is looked for.
    Off,
    /// Nobody was found.
    Alone,
    /// There are.
    Together,
}

/// Tickets that went in twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Conflicts {
    /// How many.
    pub count: usize,
    /// The newest of them.
    pub newest: Vec<ShownConflict>,
}

/// A ticket that went in twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownConflict {
    /// Whose.
    pub first_name: String,
    /// Masked.
    pub phone: Option<String>,
    /// The admission.
    pub first: Passed,
    /// The one too many.
    pub second: Passed,
    /// Whether this gate is one of the two.
    pub ours: bool,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Through which gate.
    pub gate: String,
    /// When, by the database's clock.
    pub at: DateTime<Utc>,
}

//! The desk at the door: everything the gate's window shows and can do, without the window.
//!
//! Reading order: [`news`] (what the page is told) → here (what can be asked)
//! → `before` (what was in view before the gate was open) → `gate` (a gate at
//! work, one guest after another) → `board` (where it is all written up) →
//! `health` (the look-out) → `guarded` (what stands behind the PIN) → [`set_up`], [`choices`], [`pin`], [`one_instance`],
//! [`autostart`] (what is kept between two evenings) → [`timing`].

pub mod autostart;
mod before;
mod board;
pub mod choices;
mod fault;
mod found;
mod gate;
mod guarded;
mod health;
pub mod news;
mod offline;
pub mod one_instance;
pub mod pin;
mod private_file;
pub mod set_up;
pub mod timing;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use common::{ScanId, UniqueId};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

pub use board::Board;
pub use fault::Fault;
pub use found::Found;
pub use guarded::{Changes, FinishedSetUp};

use crate::camera::{CameraId, CameraState};
use crate::database::Query;
use crate::picture;
use crate::reader::{Budget, read};
use crate::scan::Sighting;
use crate::settings::Settings;
use before::Before;
use choices::Choices;
use gate::{Gate, Wish};
use news::{Direction, News, Outline, Screen, Stage, Way};
use pin::PinDoor;
use timing::Seen;

/// The desk. A handle: clone it for whoever needs it.
#[derive(Clone, Debug)]
pub struct Desk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The settings file as named on the command line.
    named: Option<PathBuf>,
    /// Where the settings are or will be.
    file: PathBuf,
    board: Board,
    pin: Mutex<PinDoor>,
    choices: Mutex<Choices>,
    /// The settings that were read or set up, until the gate opens by them.
    settings: Mutex<Option<Settings>>,
    before: Mutex<Before>,
    gate: Mutex<Option<Gate>>,
    runtime: Handle,
}

impl Desk {
    /// Opens the desk with the settings that are there, and the gate with it if
    /// they are complete. Call it inside a tokio runtime.
    #[must_use]
    pub fn open(named: Option<PathBuf>, file: PathBuf, windowed: bool) -> Self {
        let (settings, fault) = match Settings::read(named.as_deref()) {
            Ok(settings) => (Some(settings), None),
            // A first start: nothing is wrong, there is just nothing yet.
            Err(_) if nothing_is_said(&file) => (None, None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        let (pin, choices) = (PinDoor::read(&file), Choices::read(&file));
        let stage = match settings {
            None => Stage::SetUp,
            Some(_) if !pin.is_set() => Stage::FinishSetUp,
            Some(_) => Stage::Gate,
        };
        let desk = Self(Arc::new(Inner {
            board: Board::new(Screen::new(windowed, fault, &choices, pin.is_set())),
            named,
            file,
            pin: Mutex::new(pin),
            choices: Mutex::new(choices),
            settings: Mutex::new(settings),
            before: Mutex::new(Before::default()),
            gate: Mutex::new(None),
            runtime: Handle::current(),
        }));
        desk.enter(stage);
        desk
    }

    /// Where everything is written up.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.0.board
    }

    /// The camera to use: the one picked, else the one the settings name.
    #[must_use]
    pub fn wanted_camera(&self) -> Option<CameraId> {
        let picked = held(&self.0.choices).camera.clone();
        let named = || held(&self.0.settings).as_ref()?.camera.clone();
        picked.or_else(|| named().map(|name| CameraId { name, bus: String::new() }))
    }

    /// The camera does something else now.
    pub fn camera_is(&self, state: &CameraState) {
        self.board().change(|screen| screen.camera = state.into());
    }

    /// The camera sees a code.
    pub fn sees(&self, sighting: &Sighting<'_>) {
        let Sighting { code, frame, .. } = sighting;
        let (width, height) = frame.luma.dimensions();
        self.board().say(News::Outline(Outline { corners: code.corners, width, height }));
        let stage = self.board().now().stage;
        if held(&self.0.before).is_scan(&code.text, sighting.is_new, stage) {
            let seen = Seen { taken_at: frame.taken_at, read_at: sighting.read_at };
            if let Err(fault) = self.present(code.text.clone(), Way::Camera, Some(seen)) {
                tracing::warn!("a code was not looked into: {}", fault.code);
            }
        }
    }

    /// A code is presented: a ticket at the gate, the organiser's code while setting up.
    ///
    /// # Errors
    /// `busy`: too many wait already.
    pub fn present(&self, text: String, way: Way, seen: Option<Seen>) -> Result<(), Fault> {
        let (stage, direction) = {
            let screen = self.board().now();
            (screen.stage, screen.direction)
        };
        match stage {
            Stage::SetUp => self.set_up(&text),
            // The code may still be in view while its settings are completed.
            Stage::FinishSetUp => {}
            Stage::Gate => self.ask(Wish::Code { text: text.into_bytes(), direction, way, seen })?,
        }
        Ok(())
    }

    /// A picture file was dropped on the window.
    ///
    /// # Errors
    /// `not_a_picture`, `no_code`, or as [`present`](Self::present).
    pub async fn read_picture(&self, bytes: Vec<u8>) -> Result<(), Fault> {
        let look = move || match picture::from_bytes(&bytes) {
            Ok(luma) => read(&luma, Budget::Everything).ok_or_else(|| Fault::of("no_code")),
            Err(why) => Err(Fault::new("not_a_picture", why)),
        };
        let code = spawn_blocking(look).await.unwrap_or_else(|error| Err(Fault::new("not_a_picture", error)))?;
        self.present(code.text, Way::Picture, None)
    }

    /// Tickets by a name, or by the last digits of a phone number.
    ///
    /// # Errors
    /// `query_too_short`, the database's, or without it `offline_no_list`.
    pub async fn search(&self, query: &str) -> Result<Vec<Found>, Fault> {
        let parts =
            held(&self.0.gate).as_ref().map(|gate| (gate.works().database.clone(), gate.works().memory.clone()));
        let (database, memory) = parts.ok_or_else(|| Fault::of("not_set_up"))?;
        let query = Query::parse(query).map_err(|error| Fault::new("query_too_short", error))?;
        if memory.contact().is_likely() || !memory.counts() {
            match database.search(&query).await {
                Ok(found) => return Ok(found.into_iter().map(Found::from).collect()),
                Err(fault) if fault.may_pass() && memory.counts() => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        if !memory.keeps_a_list() {
            return Err(Fault::of("offline_no_list"));
        }
        let listed = memory.search(query).await.map_err(|fault| Fault::new("offline_no_list", fault))?;
        Ok(listed.into_iter().map(Found::from).collect())
    }

    /// Lets in (or out) a guest whom the operator found and has confirmed.
    ///
    /// # Errors
    /// `unknown_guest`, `busy`.
    pub fn admit_by_hand(&self, unique_id: &str) -> Result<(), Fault> {
        let ticket = UniqueId::parse(unique_id).map_err(|error| Fault::new("unknown_guest", error))?;
        let direction = self.board().now().direction;
        self.ask(Wish::Guest { ticket, direction })
    }

    /// From now on guests go this way.
    pub fn set_direction(&self, direction: Direction) {
        self.board().change(|screen| screen.direction = direction);
    }

    /// The verdict of this scan is on the screen.
    pub fn painted(&self, scan: ScanId) {
        self.board().timings().painted(scan);
    }

    /// Writes down what is unwritten and leaves the database.
    pub async fn close(&self) {
        let gate = held(&self.0.gate).take();
        if let Some(gate) = gate {
            gate.close().await;
        }
    }

    fn ask(&self, wish: Wish) -> Result<(), Fault> {
        match held(&self.0.gate).as_ref() {
            Some(gate) if gate.ask(wish) => Ok(()),
            Some(_) => Err(Fault::of("busy")),
            None => Err(Fault::of("not_set_up")),
        }
    }

    /// A text that was shown before there are settings.
    fn set_up(&self, text: &str) {
        match set_up::accept(text, &self.0.file) {
            Ok(settings) => {
                *held(&self.0.settings) = Some(settings);
                held(&self.0.before).was_set_up_by(text);
                self.enter(Stage::FinishSetUp);
            }
            Err(fault) => self.board().say(News::SetUpFault { fault: fault.to_string() }),
        }
    }

    /// Goes on to a stage. At the last the gate opens.
    fn enter(&self, stage: Stage) {
        let settings = held(&self.0.settings).clone();
        if let (Stage::Gate, Some(settings)) = (stage, &settings) {
            let neighbourly = held(&self.0.choices).neighbours;
            let _inside = self.0.runtime.enter();
            *held(&self.0.gate) = Some(Gate::open(settings, neighbourly, self.board().clone()));
        }
        self.board().change(|screen| {
            screen.stage = stage;
            if let Some(settings) = settings {
                screen.gate = Some(settings.gate.as_str().to_owned());
                screen.settings_fault = None;
            }
        });
    }

    fn file(&self) -> &Path {
        &self.0.file
    }
}

/// Neither the file nor the environment says anything of a gate.
fn nothing_is_said(file: &Path) -> bool {
    let variables = ["KIOSK_GATE", "KIOSK_DATABASE_URL", "KIOSK_PUBLIC_KEYS"];
    !file.exists() && variables.iter().all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty()))
}

/// Nothing in this module can panic with one of its locks in hand.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

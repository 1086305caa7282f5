//! What stands behind the operator's PIN: finishing the set-up (which sets it),
//! choosing, undoing, setting up anew, leaving.

use chrono::Utc;
use common::Reason;
use serde::{Deserialize, Deserializer};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::choices::{Choices, Language};
use super::gate::Wish;
use super::news::{Screen, ShownChoices, Stage};
use super::pin::{Pin, PinAnswer};
use super::{Desk, Fault, autostart, held, set_up};
use crate::camera::CameraId;
use crate::settings::{GateName, Settings};

/// What the last step of the set-up asks.
#[derive(Debug)]
pub struct FinishedSetUp {
    /// The gate's name.
    pub gate: String,
    /// The camera, if one was picked.
    pub camera: Option<CameraId>,
    /// Whether verdicts are heard.
    pub sound: bool,
    /// Of the page.
    pub language: Language,
    /// What undoing, choosing and leaving will stand behind.
    pub pin: String,
}

/// Choices to change; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    language: Option<Language>,
    sound: Option<bool>,
    mirror: Option<bool>,
    autostart: Option<bool>,
    neighbours: Option<bool>,
    /// Given and null: no camera in particular.
    #[serde(default, deserialize_with = "given")]
    camera: Option<Option<CameraId>>,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<CameraId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Desk {
    /// The last step: name, camera, sound, language and PIN. Then the gate opens.
    ///
    /// # Errors
    /// `not_set_up`, `bad_gate_name`, `pin_too_short`, `cannot_save`. What was
    /// asked for can be asked again.
    pub async fn finish_set_up(&self, asked: FinishedSetUp) -> Result<(), Fault> {
        if self.board().now().stage != Stage::FinishSetUp {
            return Err(Fault::of("not_set_up"));
        }
        let name = GateName::parse(&asked.gate).map_err(|error| Fault::new("bad_gate_name", error))?;
        let pin = Pin::parse(&asked.pin).map_err(|error| Fault::new("pin_too_short", error))?;
        let desk = self.clone();
        let keep = move || {
            desk.rename(&name)?;
            let changes = Changes {
                language: Some(asked.language),
                sound: Some(asked.sound),
                camera: Some(asked.camera),
                ..Changes::default()
            };
            desk.change(&changes)?;
            held(&desk.0.pin).set(&pin).map_err(|error| Fault::new("cannot_save", error))?;
            desk.show_choices();
            desk.enter(Stage::Gate);
            Ok(())
        };
        in_the_background(keep).await
    }

    /// Changes choices, and the PIN if there is a new one.
    ///
    /// # Errors
    /// `wrong_pin`, `pin_locked`, `pin_too_short`, `cannot_save`.
    pub async fn choose(&self, pin: &str, changes: Changes, new_pin: Option<String>) -> Result<(), Fault> {
        self.check(pin).await?;
        let new_pin = new_pin.map(|typed| Pin::parse(&typed)).transpose();
        let new_pin = new_pin.map_err(|error| Fault::new("pin_too_short", error))?;
        let desk = self.clone();
        let keep = move || {
            let outcome = desk.change(&changes);
            desk.show_choices();
            outcome?;
            if let Some(pin) = new_pin {
                held(&desk.0.pin).set(&pin).map_err(|error| Fault::new("cannot_save", error))?;
            }
            Ok(())
        };
        in_the_background(keep).await
    }

    /// Takes the last admission at this gate back.
    ///
    /// # Errors
    /// `wrong_pin`, `pin_locked`, `nothing_to_undo`, `undo_too_late`,
    /// `database_unreachable`, `gate_refused`, `busy`.
    pub async fn undo(&self, pin: &str) -> Result<(), Fault> {
        self.check(pin).await?;
        let (answer, outcome) = oneshot::channel();
        self.ask(Wish::Undo { answer })?;
        match outcome.await.ok().flatten() {
            None => Err(Fault::of("nothing_to_undo")),
            Some(Reason::Undone) => Ok(()),
            Some(reason @ (Reason::DatabaseUnreachable | Reason::GateRefused | Reason::NotRecorded)) => {
                Err(Fault::of(reason.as_str()))
            }
            Some(_) => Err(Fault::of("undo_too_late")),
        }
    }

    /// Closes the gate and waits for a set-up code. The settings stay until
    /// another one is accepted, and so does what is unsent, for the day when
    /// this event's code is shown again.
    ///
    /// # Errors
    /// `wrong_pin`, `pin_locked`; `unsent_scans` unless that is well.
    pub async fn set_up_again(&self, pin: &str, unsent_ok: bool) -> Result<(), Fault> {
        self.check(pin).await?;
        self.warn_of_unsent(unsent_ok).await?;
        self.enter(Stage::SetUp);
        self.close().await;
        self.board().change(Screen::forget_the_gate);
        Ok(())
    }

    /// Whether the program may be ended: a developer's window always, and one
    /// that waits to be set up.
    ///
    /// # Errors
    /// `wrong_pin`, `pin_locked`; `unsent_scans` unless that is well.
    pub async fn may_leave(&self, pin: &str, unsent_ok: bool) -> Result<(), Fault> {
        if !self.board().now().windowed && held(&self.0.pin).is_set() {
            self.check(pin).await?;
        }
        self.warn_of_unsent(unsent_ok).await
    }

    /// Whoever goes now leaves scans behind that the database does not have.
    async fn warn_of_unsent(&self, unsent_ok: bool) -> Result<(), Fault> {
        let store = held(&self.0.gate).as_ref().map(|gate| gate.works().memory.store().clone());
        match store {
            Some(store) if !unsent_ok => match store.backlog().await {
                Ok(backlog) if backlog.unsent > 0 => Err(Fault::new("unsent_scans", backlog.unsent)),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether this is the PIN. Hashing takes its time, elsewhere.
    async fn check(&self, typed: &str) -> Result<(), Fault> {
        let (desk, typed) = (self.clone(), typed.to_owned());
        let answer = move || match held(&desk.0.pin).answer(&typed, Utc::now()) {
            PinAnswer::Right => Ok(()),
            PinAnswer::Wrong { left } => Err(Fault::new("wrong_pin", left)),
            PinAnswer::Locked { seconds } => Err(Fault::new("pin_locked", seconds)),
            PinAnswer::NotSet => Err(Fault::of("not_set_up")),
        };
        in_the_background(answer).await
    }

    /// Gives the gate another name than the organiser did.
    fn rename(&self, name: &GateName) -> Result<(), Fault> {
        let cannot = |error: set_up::SetUpFault| Fault::new("cannot_save", error);
        if held(&self.0.settings).as_ref().is_some_and(|settings| settings.gate != *name) {
            set_up::rename_gate(self.file(), name).map_err(cannot)?;
            let renamed = Settings::read(self.0.named.as_deref()).map_err(|error| Fault::new("cannot_save", error))?;
            *held(&self.0.settings) = Some(renamed);
        }
        Ok(())
    }

    /// Keeps changed choices, and makes them so.
    fn change(&self, changes: &Changes) -> Result<(), Fault> {
        let mut choices = held(&self.0.choices);
        let changed = changes.applied_to(&choices);
        if changed.autostart != choices.autostart {
            autostart::set(changed.autostart, self.0.named.as_deref())
                .map_err(|error| Fault::new("cannot_save", error))?;
        }
        changed.save(self.file()).map_err(|error| Fault::new("cannot_save", error))?;
        if changed.neighbours != choices.neighbours
            && let Some(gate) = held(&self.0.gate).as_ref()
        {
            let _inside = self.0.runtime.enter();
            gate.works().company.seek(changed.neighbours);
        }
        *choices = changed;
        Ok(())
    }

    fn show_choices(&self) {
        let shown = ShownChoices::new(&held(&self.0.choices), held(&self.0.pin).is_set());
        self.board().change(|screen| screen.choices = shown);
    }
}

impl Changes {
    fn applied_to(&self, choices: &Choices) -> Choices {
        Choices {
            language: self.language.unwrap_or(choices.language),
            sound: self.sound.unwrap_or(choices.sound),
            mirror: self.mirror.unwrap_or(choices.mirror),
            autostart: self.autostart.unwrap_or(choices.autostart),
            neighbours: self.neighbours.unwrap_or(choices.neighbours),
            camera: self.camera.clone().unwrap_or_else(|| choices.camera.clone()),
        }
    }
}

/// Files and hashes are not waited for where frames and guests are.
async fn in_the_background(work: impl FnOnce() -> Result<(), Fault> + Send + 'static) -> Result<(), Fault> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(Fault::new("cannot_save", error)))
}

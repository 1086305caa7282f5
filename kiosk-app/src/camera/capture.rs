//! The capture thread: it finds a camera, opens it, owns it, and puts the
//! newest frame in its place, for ever.
//!
//! A camera is judged by its last real picture. Opening one proves nothing: a
//! broken one opens well and fails at the first frame, so only a picture makes
//! the state Live and the pause between two tries short again. What went wrong
//! stays said until then; a word that changes with each try helps nobody.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::choice::{Found, to_try};
use super::driver::{Device, Driver, fenced};
use super::fault::{Fault, FaultKind};
use super::film::{Film, Shot};
use super::format::Format;
use super::raw::RawFrame;
use super::shared::{NO_PICTURES, Order, Shared};
use super::{CameraState, Live};

pub(super) struct Capture<'a, D> {
    shared: &'a Shared,
    driver: D,
    film: Film,
    pause: Duration,
    /// The order of the round before.
    last_edition: Option<u64>,
}

/// Why a camera is given up.
enum End {
    /// Somebody wants something else.
    Ordered,
    /// It failed before its first picture.
    NeverLive(Fault),
    /// It failed.
    Lost(Fault),
}

impl<'a, D: Driver> Capture<'a, D> {
    pub(super) fn new(shared: &'a Shared, driver: D) -> Self {
        let film = Film::default();
        Self { shared, driver, film, pause: shared.patience.first_pause, last_edition: None }
    }

    /// Goes on until told to stop.
    pub(super) fn run(&mut self) {
        loop {
            let order = self.shared.order();
            if order.stop {
                return;
            }
            self.round(&order);
            self.shared.newest.clear();
            if self.shared.is_current(&order) {
                self.shared.rest(&order, self.pause);
                self.pause = (self.pause * 2).min(self.shared.patience.longest_pause);
            } else {
                self.pause = self.shared.patience.first_pause;
            }
        }
    }

    /// Tries each camera that will do, until one gave pictures and gave up.
    fn round(&mut self, order: &Order) {
        let is_new = self.last_edition.replace(order.edition) != Some(order.edition);
        let there = fenced("looking for cameras", || self.driver.list()).unwrap_or_default();
        let candidates = to_try(order.wanted.as_ref(), there);
        if candidates.is_empty() {
            self.shared.say(when_none_is_there(self.shared.said()));
            return;
        }
        let say_opening = is_new || !self.shared.said().is_trouble();
        let mut first_fault = None;
        for camera in &candidates {
            if say_opening && first_fault.is_none() {
                self.shared.say(CameraState::Opening(camera.id.clone()));
            }
            match self.use_camera(camera, order) {
                End::Ordered => return,
                End::Lost(fault) => return self.shared.say(fault.of(&camera.id.name)),
                End::NeverLive(fault) => drop(first_fault.get_or_insert(fault.of(&camera.id.name))),
            }
        }
        if let Some(fault) = first_fault {
            self.shared.say(fault);
        }
    }

    /// From opening to closing. It is closed before anything else is tried: a
    /// second handle would share the fate of the first.
    fn use_camera(&mut self, camera: &Found, order: &Order) -> End {
        self.shared.opening(&camera.id.name);
        let opened = fenced("opening", || self.driver.open(camera)).flatten();
        self.shared.awake();
        let mut device = match opened {
            Ok(device) => device,
            Err(fault) => return End::NeverLive(fault),
        };
        let end = self.stream(camera, &mut device, order);
        self.shared.newest.clear();
        // Why it did not close matters to nobody: it is gone either way.
        drop(fenced("closing", || drop(device)));
        end
    }

    fn is_there(&mut self, name: &str) -> bool {
        let look = || self.driver.has(name) && self.driver.list().iter().any(|found| found.id.name == name);
        fenced("looking for cameras", look).unwrap_or_default()
    }

    fn stream(&mut self, camera: &Found, device: &mut D::Device, order: &Order) -> End {
        let patience = self.shared.patience;
        let mut stream = Stream::new(self.shared, camera, device.format());
        let mut looked_at = Instant::now();
        let stands_in_for = order.wanted.as_ref().map(|wanted| &wanted.name).filter(|name| **name != camera.id.name);
        loop {
            if let Some(wanted) = stands_in_for
                && looked_at.elapsed() >= patience.look
            {
                looked_at = Instant::now();
                if self.is_there(wanted) {
                    return End::Ordered;
                }
            }
            let wait = if stream.was_live { patience.silence } else { patience.first_frame };
            self.shared.waiting(&camera.id.name, order, wait);
            let got = fenced("reading", || device.frame()).flatten();
            self.shared.awake();
            if !self.shared.is_current(order) {
                return End::Ordered;
            }
            let fault = match got {
                Ok((format, buffer)) => stream.take(&format, self.film.take(&format, buffer)),
                Err(Fault { kind: FaultKind::Silent, .. }) => Err(Fault::silent(NO_PICTURES)),
                Err(fault) => Err(fault),
            };
            match fault {
                Ok(()) if stream.was_live => self.pause = patience.first_pause,
                Ok(()) => {}
                Err(fault) if stream.was_live => return End::Lost(fault),
                Err(fault) => return End::NeverLive(fault),
            }
        }
    }
}

/// A camera that is open, and what it has given.
struct Stream<'a> {
    shared: &'a Shared,
    live: Live,
    was_live: bool,
    /// What the state says now.
    is_live: bool,
    /// Since when frames come that show nothing new.
    barren_since: Option<Instant>,
}

impl<'a> Stream<'a> {
    fn new(shared: &'a Shared, camera: &Found, format: Format) -> Self {
        let Format { width, height, frames_per_second, .. } = format;
        let live = Live { id: camera.id.clone(), width, height, frames_per_second };
        Self { shared, live, was_live: false, is_live: false, barren_since: None }
    }

    fn take(&mut self, format: &Format, shot: Shot) -> Result<(), Fault> {
        match shot {
            Shot::New(frame) => {
                self.show(format, frame);
                Ok(())
            }
            Shot::Identical => {
                self.shared.tally.identical.add(1);
                self.no_picture("each picture is the same; is its shutter closed?")
            }
            Shot::Damaged => {
                self.shared.tally.damaged.add(1);
                self.no_picture("its pictures are damaged")
            }
        }
    }

    fn show(&mut self, format: &Format, frame: Arc<RawFrame>) {
        self.barren_since = None;
        let tally = &self.shared.tally;
        if !self.was_live && tally.captured.get() > 0 {
            tally.reopened.add(1);
        }
        // Counted and said before anybody can have seen it.
        tally.captured.add(1);
        if !self.is_live || (self.live.width, self.live.height) != (format.width, format.height) {
            (self.live.width, self.live.height) = (format.width, format.height);
            self.shared.say(CameraState::Live(self.live.clone()));
        }
        self.shared.newest.put(frame);
        (self.is_live, self.was_live) = (true, true);
    }

    /// A frame came that shows nothing. That is no sign of life.
    fn no_picture(&mut self, why: &str) -> Result<(), Fault> {
        let patience = self.shared.patience;
        let barren_for = self.barren_since.get_or_insert_with(Instant::now).elapsed();
        if barren_for >= patience.frozen {
            return Err(Fault::silent(why));
        }
        if barren_for >= patience.silence {
            self.is_live = false;
            self.shared.newest.clear();
            self.shared.say(Fault::silent(why).of(&self.live.id.name));
        }
        Ok(())
    }
}

/// One that gave pictures is missed by name; else there is just none.
fn when_none_is_there(said: CameraState) -> CameraState {
    match said {
        CameraState::Lost { .. } => said,
        CameraState::Live(Live { id, .. }) => gone(id.name),
        CameraState::Stalled { name, .. } => gone(name),
        _ => CameraState::Searching,
    }
}

fn gone(name: String) -> CameraState {
    CameraState::Lost { name, detail: "it is no longer there".into() }
}

#[cfg(test)]
mod tests;

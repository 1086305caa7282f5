//! Cameras that do what they are told.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use crate::camera::CameraId;
use crate::camera::choice::Found;
use crate::camera::driver::{Device, Driver, Waker};
use crate::camera::fault::Fault;
use crate::camera::format::{Format, Pixels};

pub(super) const FRAME_TIME: Duration = Duration::from_millis(5);
pub(super) const TIME_OF_A_SLOW_OPEN: Duration = Duration::from_millis(300);

/// What a camera does when it is asked for something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mood {
    Well,
    Silent,
    Frozen,
    Short,
    Broken,
    Busy,
    SlowToOpen,
    PanicsWhenOpened,
    PanicsWhenRead,
    PanicsWhenClosed,
}

/// The sockets, by number, with what is plugged in.
#[derive(Default)]
pub(super) struct World {
    sockets: Mutex<BTreeMap<u32, (&'static str, Mood)>>,
    open: Mutex<BTreeMap<u32, u32>>,
    waker: Mutex<bool>,
    woken: Condvar,
}

impl World {
    pub(super) fn plug(&self, number: u32, name: &'static str, mood: Mood) {
        self.sockets.lock().unwrap().insert(number, (name, mood));
    }

    pub(super) fn unplug(&self, number: u32) {
        self.sockets.lock().unwrap().remove(&number);
    }

    fn mood(&self, number: u32) -> Option<Mood> {
        self.sockets.lock().unwrap().get(&number).map(|(_, mood)| *mood)
    }

    pub(super) fn handles(&self) -> u32 {
        self.open.lock().unwrap().values().sum()
    }
}

pub(super) struct Fakes(pub(super) Arc<World>);

pub(super) struct Fake {
    world: Arc<World>,
    number: u32,
    shade: u8,
    bytes: Vec<u8>,
}

const FORMAT: Format = Format { pixels: Pixels::Grey, width: 8, height: 8, frames_per_second: 30 };

impl Driver for Fakes {
    type Device = Fake;

    fn list(&mut self) -> Vec<Found> {
        let sockets = self.0.sockets.lock().unwrap();
        let found =
            |(number, (name, _)): (&u32, &(&str, Mood))| Found { id: id(name, *number), number: *number, usable: true };
        sockets.iter().map(found).collect()
    }

    fn has(&mut self, name: &str) -> bool {
        self.0.sockets.lock().unwrap().values().any(|(is, _)| *is == name)
    }

    fn open(&mut self, camera: &Found) -> Result<Fake, Fault> {
        let number = camera.number;
        match self.0.mood(number) {
            None => return Err(Fault::said("No such device (os error 19)")),
            Some(Mood::Busy) => return Err(Fault::said("Device or resource busy (os error 16)")),
            Some(Mood::PanicsWhenOpened) => panic!("opened"),
            Some(Mood::SlowToOpen) => thread::sleep(TIME_OF_A_SLOW_OPEN),
            _ => {}
        }
        *self.0.open.lock().unwrap().entry(number).or_default() += 1;
        assert_eq!(self.0.handles(), 1, "a second handle while the first is open");
        Ok(Fake { world: Arc::clone(&self.0), number, shade: 0, bytes: vec![0; 64] })
    }

    fn waker(&mut self) -> Waker {
        let world = Arc::clone(&self.0);
        Box::new(move || {
            *world.waker.lock().unwrap() = true;
            world.woken.notify_all();
        })
    }
}

impl Device for Fake {
    fn format(&self) -> Format {
        FORMAT
    }

    fn frame(&mut self) -> Result<(Format, &[u8]), Fault> {
        thread::sleep(FRAME_TIME);
        match self.world.mood(self.number) {
            None => return Err(Fault::said("No such device (os error 19)")),
            Some(Mood::Broken) => return Err(Fault::said("Input/output error (os error 5)")),
            Some(Mood::PanicsWhenRead) => panic!("read"),
            Some(Mood::Silent) => {
                let waker = self.world.waker.lock().unwrap();
                let mut waker = self.world.woken.wait_while(waker, |woken| !*woken).unwrap();
                *waker = false;
                return Err(Fault::said("Interrupted system call (os error 4)"));
            }
            Some(Mood::Short) => return Ok((FORMAT, &self.bytes[..9])),
            Some(Mood::Frozen) => {}
            Some(_) => self.shade = self.shade.wrapping_add(1),
        }
        self.bytes.fill(self.shade);
        Ok((FORMAT, &self.bytes))
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        *self.world.open.lock().unwrap().get_mut(&self.number).unwrap() -= 1;
        if self.world.mood(self.number) == Some(Mood::PanicsWhenClosed) {
            panic!("closed");
        }
    }
}

pub(super) fn id(name: &str, number: u32) -> CameraId {
    CameraId { name: name.to_owned(), bus: format!("usb-{number}") }
}

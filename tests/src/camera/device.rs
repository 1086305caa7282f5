//! A camera, and everything that can happen to it.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::bail;

use super::model::{MetadataNode, Mode, Model};
use super::scene::Scene;
use super::{Computer, WRITABLE};

/// A camera. Dropped, it goes on as it is: plugged in, or not.
#[derive(Debug)]
pub struct FakeCamera {
    computer: Arc<Computer>,
    model: Model,
    folder: PathBuf,
    plugged: Mutex<Option<Plugged>>,
    /// The scenes in its folder, the oldest first.
    scenes: Mutex<Vec<PathBuf>>,
}

/// One plugging-in.
#[derive(Debug)]
struct Plugged {
    /// The number of the node with the pictures.
    number: u32,
    first: u32,
    /// One folder for each node.
    nodes: Vec<PathBuf>,
}

/// What a camera can suffer from, until it recovers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This user may not open it.
    Denied,
    /// It is open and sends nothing.
    Silent,
    /// Every frame is an error on the bus.
    IoError,
    /// Frames are lost on the bus; the driver hands over buffers as they were
    /// four frames ago.
    Empty,
    /// It repeats its last picture, byte for byte.
    Frozen,
    /// It cannot be told to stop.
    OffFails,
}

impl Fault {
    fn file(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Silent => "silent",
            Self::IoError => "io_error",
            Self::Empty => "empty",
            Self::Frozen => "frozen",
            Self::OffFails => "off_fails",
        }
    }
}

/// When a scene was put before the camera.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// By the clock that measures.
    pub at: Instant,
    /// By the clock on the wall, which other programs share.
    pub wall: SystemTime,
}

/// Another program that streams from the camera, until it is dropped.
#[derive(Debug)]
pub struct OtherProgram {
    _lock: File,
}

impl FakeCamera {
    pub(super) fn new(computer: Arc<Computer>, model: Model) -> Self {
        let folder = computer.path("cameras").join(computer.number().to_string());
        fs::create_dir(&folder).expect(WRITABLE);
        for (file, text) in [("name", &model.name), ("bus", &model.bus), ("modes", &model.modes_text())] {
            fs::write(folder.join(file), text).expect(WRITABLE);
        }
        Self { computer, model, folder, plugged: Mutex::new(None), scenes: Mutex::new(Vec::new()) }
    }

    /// What kind of camera it is.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// N of `/dev/videoN`, while it is plugged in.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.plugged().as_ref().map(|plugged| plugged.number)
    }

    /// Plugs it in; it gets the lowest free number. Plugged in already, it is
    /// pulled out first: programs that had it open have nothing any more.
    ///
    /// # Panics
    /// As everything here: when the temporary folder cannot be written.
    pub fn plug(&self) {
        self.plug_in(None);
    }

    /// Plugs it in; its first node gets this number.
    ///
    /// # Panics
    /// When another camera has the number.
    pub fn plug_as(&self, number: u32) {
        self.plug_in(Some(number));
    }

    fn plug_in(&self, wanted: Option<u32>) {
        self.unplug();
        let is_metadata: &[bool] = match self.model.metadata {
            MetadataNode::None => &[false],
            MetadataNode::After => &[false, true],
            MetadataNode::Before => &[true, false],
        };
        let nodes: Vec<_> = is_metadata.iter().map(|metadata| self.node(*metadata)).collect();
        let first = self.computer.plug_in(&nodes, wanted);
        let number = if is_metadata[0] { first + 1 } else { first };
        *self.plugged() = Some(Plugged { number, first, nodes });
    }

    fn node(&self, metadata: bool) -> PathBuf {
        let node = self.computer.path("plugs").join(self.computer.number().to_string());
        fs::create_dir(&node).expect(WRITABLE);
        symlink(&self.folder, node.join("camera")).expect(WRITABLE);
        // Where the system tells it, for those who do not open the camera.
        symlink("camera/name", node.join("name")).expect(WRITABLE);
        if metadata {
            fs::write(node.join("metadata"), "").expect(WRITABLE);
        }
        node
    }

    /// Pulls it out. Its faults stay.
    ///
    /// # Panics
    /// When the temporary folder cannot be written.
    pub fn unplug(&self) {
        let Some(plugged) = self.plugged().take() else { return };
        for (number, node) in (plugged.first..).zip(&plugged.nodes) {
            fs::write(node.join("gone"), "").expect(WRITABLE);
            fs::remove_file(self.computer.path("dev").join(format!("video{number}"))).expect(WRITABLE);
        }
    }

    /// Puts the camera into a mode, as another program may have left it.
    /// Programs that open it from now on find it so.
    ///
    /// # Panics
    /// When it is not plugged in, or has no such mode or rate.
    pub fn left_in(&self, mode: &Mode, interval: (u32, u32)) {
        let same = |it: &Mode| (it.format, it.width, it.height) == (mode.format, mode.width, mode.height);
        let place = self.model.modes.iter().position(same).expect("a mode that the camera has");
        let rates = &self.model.modes[place].intervals;
        let rate = rates.iter().position(|it| *it == interval).expect("a rate that the mode has");
        fs::write(self.node_with_pictures().join("mode"), format!("{place} {rate}\n")).expect(WRITABLE);
    }

    /// Lets another program stream from it, which must find it free.
    ///
    /// # Errors
    /// When the program under test has it already and does not let go.
    ///
    /// # Panics
    /// When it is not plugged in.
    pub fn busy(&self) -> anyhow::Result<OtherProgram> {
        let lock = File::options().create(true).append(true).open(self.node_with_pictures().join("lock"))?;
        let began = Instant::now();
        // The shim takes the lock for a moment each time it is asked for a mode.
        while lock.try_lock().is_err() {
            if began.elapsed() > Duration::from_secs(2) {
                bail!("the camera is in use");
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(OtherProgram { _lock: lock })
    }

    /// Lets the camera suffer from something, from now on.
    ///
    /// # Panics
    /// When the temporary folder cannot be written.
    pub fn suffer(&self, fault: Fault) {
        fs::write(self.folder.join(fault.file()), "").expect(WRITABLE);
    }

    /// Takes a fault away.
    pub fn recover(&self, fault: Fault) {
        let _ = fs::remove_file(self.folder.join(fault.file()));
    }

    /// Puts a scene before the camera. Frames that a program takes from now on
    /// show it, and none shows what was before.
    ///
    /// # Panics
    /// When the temporary folder cannot be written.
    pub fn show(&self, scene: &Scene) -> Shown {
        let folder = self.folder.join(format!("scene-{}", self.computer.number()));
        for mode in &self.model.modes {
            write_frames(&folder.join(mode.folder()), mode, scene);
        }
        let link = folder.with_extension("link");
        symlink(&folder, &link).expect(WRITABLE);
        let mut scenes = self.scenes.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = Shown { at: Instant::now(), wall: SystemTime::now() };
        fs::rename(link, self.folder.join("scene")).expect(WRITABLE);
        scenes.push(folder);
        if scenes.len() > 2 {
            // The last but one may just be being read.
            let _ = fs::remove_dir_all(scenes.remove(0));
        }
        shown
    }

    fn plugged(&self) -> MutexGuard<'_, Option<Plugged>> {
        self.plugged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn node_with_pictures(&self) -> PathBuf {
        let plugged = self.plugged();
        let plugged = plugged.as_ref().expect("it is plugged in");
        plugged.nodes[(plugged.number - plugged.first) as usize].clone()
    }
}

fn write_frames(folder: &Path, mode: &Mode, scene: &Scene) {
    if folder.exists() {
        return; // Two modes that differ in their rates alone.
    }
    fs::create_dir_all(folder).expect(WRITABLE);
    for (number, frame) in scene.frames(mode).iter().enumerate() {
        fs::write(folder.join(number.to_string()), frame).expect(WRITABLE);
    }
}

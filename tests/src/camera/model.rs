//! What a camera can do.

use std::fmt::Write;

/// How a camera writes its pixels down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// A JPEG for each frame.
    Mjpg,
    /// The same without Huffman tables, as many cameras send it: the tables of the standard are meant.
    BareMjpg,
    /// Brightness and colour by turns.
    Yuyv,
    /// All brightness, then a quarter as much colour.
    Nv12,
    /// Brightness alone.
    Grey,
    /// Colour and brightness by turns. nokhwa does not know it.
    Uyvy,
    /// A film. No single frame of it is a picture, and here it is only noise.
    H264,
}

impl PixelFormat {
    /// The four letters that V4L2 knows it by.
    #[must_use]
    pub fn fourcc(self) -> &'static str {
        match self {
            Self::Mjpg | Self::BareMjpg => "MJPG",
            Self::Yuyv => "YUYV",
            Self::Nv12 => "NV12",
            Self::Grey => "GREY",
            Self::Uyvy => "UYVY",
            Self::H264 => "H264",
        }
    }
}

/// A format and size, and how fast the camera goes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// How its pixels are written down.
    pub format: PixelFormat,
    /// Pixels across; even.
    pub width: u32,
    /// Pixels down; even.
    pub height: u32,
    /// Its rates, the first being the usual one: seconds a frame, as a fraction.
    pub intervals: Vec<(u32, u32)>,
}

impl Mode {
    /// A mode with whole numbers of frames a second.
    #[must_use]
    pub fn new(format: PixelFormat, width: u32, height: u32, frames_a_second: &[u32]) -> Self {
        let intervals = frames_a_second.iter().map(|rate| (1, *rate)).collect();
        Self { format, width, height, intervals }
    }

    /// With one more rate, such as `(2, 15)` or `(1001, 30000)`.
    #[must_use]
    pub fn and_interval(mut self, seconds: u32, frames: u32) -> Self {
        self.intervals.push((seconds, frames));
        self
    }

    /// The folder of a scene's frames in this mode.
    pub(super) fn folder(&self) -> String {
        format!("{}_{}x{}", self.format.fourcc(), self.width, self.height)
    }
}

/// Where the second node of a USB camera is, which has no pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataNode {
    /// Behind the camera's own, as with all real ones.
    After,
    /// Before it: the first node is none to read from.
    Before,
    /// There is none.
    None,
}

/// A kind of camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What it calls itself; 31 bytes at most.
    pub name: String,
    /// The socket it is plugged into; 31 bytes at most.
    pub bus: String,
    /// What it offers; what it starts in comes first.
    pub modes: Vec<Mode>,
    /// Its second node.
    pub metadata: MetadataNode,
}

impl Default for Model {
    /// A usual webcam: 1280 × 720 at 30 frames a second as JPEG, smaller without.
    fn default() -> Self {
        let modes = [
            Mode::new(PixelFormat::Mjpg, 1280, 720, &[30, 15]),
            Mode::new(PixelFormat::Yuyv, 640, 480, &[30, 15]),
            Mode::new(PixelFormat::Yuyv, 1280, 720, &[10]),
        ];
        Self::new("Fake Webcam", &modes)
    }
}

impl Model {
    /// A camera of this name with these modes.
    #[must_use]
    pub fn new(name: &str, modes: &[Mode]) -> Self {
        let bus = "usb-0000:00:14.0-1".to_owned();
        Self { name: name.to_owned(), bus, modes: modes.to_vec(), metadata: MetadataNode::After }
    }

    /// A camera with one mode at 30 frames a second.
    #[must_use]
    pub fn only(format: PixelFormat, width: u32, height: u32) -> Self {
        Self::new("Fake Webcam", &[Mode::new(format, width, height, &[30])])
    }

    /// The same camera in another socket.
    #[must_use]
    pub fn at(mut self, bus: &str) -> Self {
        bus.clone_into(&mut self.bus);
        self
    }

    /// The same camera with its second node elsewhere.
    #[must_use]
    pub fn metadata(mut self, metadata: MetadataNode) -> Self {
        self.metadata = metadata;
        self
    }

    /// As the shim reads them.
    pub(super) fn modes_text(&self) -> String {
        let mut text = String::new();
        for mode in &self.modes {
            let _ = write!(text, "{} {} {}", mode.format.fourcc(), mode.width, mode.height);
            for (seconds, frames) in &mode.intervals {
                let _ = write!(text, " {seconds}/{frames}");
            }
            text.push('\n');
        }
        text
    }
}

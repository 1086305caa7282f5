//! Which of the nodes in `/dev` are cameras.
//!
//! Every USB camera makes two nodes, one for pictures and one for data about
//! them; encoders and outputs look the same from outside. nokhwa lists them
//! all, and panics at a name it does not expect, so it is not asked: each node
//! is asked what it is. That needs no more than its right to be opened.

use std::fs;
use std::io;

use v4l::Device;
use v4l::capability::Flags;
use v4l::video::Capture;

use super::mode;
use crate::camera::CameraId;
use crate::camera::choice::Found;
use crate::camera::driver::fenced;

pub(in super::super) fn list() -> Vec<Found> {
    let mut there: Vec<Found> = numbers().into_iter().filter_map(look_at).collect();
    // Two closed nodes of one name are one camera's; which is for pictures cannot be told.
    there.dedup_by(|later, first| later.id == first.id && later.id.bus.is_empty());
    there
}

/// By its name alone, without touching a device.
pub(in super::super) fn has(name: &str) -> bool {
    numbers().into_iter().any(|number| name_of(number).is_some_and(|is| is == name))
}

fn numbers() -> Vec<u32> {
    let Ok(nodes) = fs::read_dir("/dev") else { return Vec::new() };
    let number = |name: &str| name.strip_prefix("video")?.parse().ok();
    let mut numbers: Vec<u32> = nodes.flatten().filter_map(|node| number(node.file_name().to_str()?)).collect();
    numbers.sort_unstable();
    numbers
}

/// The name as the system has it, also for a camera that may not be opened.
fn name_of(number: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/sys/class/video4linux/video{number}/name")).ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn look_at(number: u32) -> Option<Found> {
    // The library panics at a name that is not UTF-8.
    let node = fenced("looking at a camera", || ask(number)).unwrap_or(Node::Closed);
    let name = |name: Option<String>| name_of(number).or(name).unwrap_or_else(|| format!("/dev/video{number}"));
    match node {
        Node::Camera { card, bus, usable } => {
            Some(Found { id: CameraId { name: name(Some(card)), bus }, number, usable })
        }
        Node::Closed => Some(Found { id: CameraId { name: name(None), bus: String::new() }, number, usable: false }),
        Node::Other => None,
    }
}

enum Node {
    /// It takes pictures.
    Camera { card: String, bus: String, usable: bool },
    /// It does not let itself be looked at, now or by this user. Opening it will say why.
    Closed,
    /// It takes no pictures, or is gone.
    Other,
}

fn ask(number: u32) -> Node {
    let answer = || -> io::Result<Node> {
        let device = Device::new(number as usize)?;
        let is = device.query_caps()?;
        let formats = device.enum_formats()?;
        if !is.capabilities.contains(Flags::VIDEO_CAPTURE) || formats.is_empty() {
            return Ok(Node::Other);
        }
        let usable = formats.iter().any(|format| mode::is_known(format.fourcc));
        Ok(Node::Camera { card: is.card, bus: is.bus, usable })
    };
    answer().unwrap_or_else(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy => Node::Closed,
        _ => Node::Other,
    })
}

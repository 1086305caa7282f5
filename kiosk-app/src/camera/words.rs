//! The camera's state in words, for logs and for `--headless`. The window has
//! its own, in the operator's language.

use std::fmt;

use super::{CameraState, Live};

impl CameraState {
    /// Whether something is wrong with a camera.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        !matches!(self, Self::Off | Self::Searching | Self::Opening(_) | Self::Live(_))
    }

    /// What whoever stands at the gate can do about it; none if there is nothing to do.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Off | Self::Opening(_) | Self::Live(_) => None,
            Self::Searching => Some("plug in a camera"),
            Self::Busy { .. } => Some("close the other program that uses it"),
            Self::Denied { .. } if cfg!(target_os = "linux") => {
                Some("let this user use cameras: sudo usermod -aG video USER, then log in anew")
            }
            Self::Denied { .. } => Some("let this program use the camera in the system's privacy settings"),
            Self::Unsupported { .. } => Some("use another camera"),
            Self::Stalled { .. } => Some("if it does not recover, unplug it and plug it in again"),
            Self::Lost { .. } => Some("check its cable; it is used again when it is back"),
        }
    }
}

impl fmt::Display for CameraState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, what, detail) = match self {
            Self::Off => return f.write_str("the camera is off"),
            Self::Searching => return f.write_str("there is no camera"),
            Self::Opening(id) => return write!(f, "{}: opening", id.name),
            Self::Live(Live { id, width, height, frames_per_second }) => {
                return write!(f, "{}: live, {width}x{height} at {frames_per_second} a second", id.name);
            }
            Self::Busy { name, detail } => (name, "another program has it", detail),
            Self::Denied { name, detail } => (name, "this user may not use it", detail),
            Self::Unsupported { name, detail } => (name, "it offers no picture that can be read here", detail),
            Self::Stalled { name, detail } => (name, "it does not answer", detail),
            Self::Lost { name, detail } => (name, "it went away or failed", detail),
        };
        let name = if name.is_empty() { "camera" } else { name };
        write!(f, "{name}: {what} ({detail})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_is_said_with_its_camera_and_a_remedy() {
        let (name, detail) = ("Cam".to_owned(), "os error 16".to_owned());
        let busy = CameraState::Busy { name, detail };
        assert_eq!(busy.to_string(), "Cam: another program has it (os error 16)");
        assert!(busy.is_trouble());
        assert!(busy.remedy().is_some_and(|remedy| remedy.contains("close")));
        assert!(!CameraState::Searching.is_trouble());
        assert!(CameraState::Searching.remedy().is_some());
    }
}

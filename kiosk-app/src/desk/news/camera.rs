//! The camera's state as the page shows it.

use serde::Serialize;

use crate::camera::{CameraId, CameraState};

/// The camera, flat.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct ShownCamera {
    state: &'static str,
    name: Option<String>,
    bus: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    frames_per_second: Option<u32>,
    detail: Option<String>,
}

impl From<&CameraState> for ShownCamera {
    fn from(state: &CameraState) -> Self {
        // One shape for both: the state's own JSON is the page's, with holes.
        let with = |state, id: &CameraId| Self {
            state,
            name: Some(id.name.clone()),
            bus: Some(id.bus.clone()),
            ..Self::default()
        };
        let trouble = |state, name: &str, detail: &str| Self {
            state,
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            detail: Some(detail.to_owned()),
            ..Self::default()
        };
        match state {
            CameraState::Off => Self { state: "off", ..Self::default() },
            CameraState::Searching => Self { state: "searching", ..Self::default() },
            CameraState::Opening(id) => with("opening", id),
            CameraState::Live(live) => Self {
                width: Some(live.width),
                height: Some(live.height),
                frames_per_second: Some(live.frames_per_second),
                ..with("live", &live.id)
            },
            CameraState::Busy { name, detail } => trouble("busy", name, detail),
            CameraState::Denied { name, detail } => trouble("denied", name, detail),
            CameraState::Unsupported { name, detail } => trouble("unsupported", name, detail),
            CameraState::Stalled { name, detail } => trouble("stalled", name, detail),
            CameraState::Lost { name, detail } => trouble("lost", name, detail),
        }
    }
}

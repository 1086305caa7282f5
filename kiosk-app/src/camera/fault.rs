//! What is wrong with a camera, found out of what its driver said.

use super::CameraState;

/// What is wrong with a camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which kind of wrong.
    pub kind: FaultKind,
    /// The system's own words.
    pub detail: String,
}

/// Which kind of wrong. Each has a remedy of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Another program has it.
    Busy,
    /// This user may not use it.
    Denied,
    /// It offers no picture that can be read.
    Unsupported,
    /// It is there and says nothing.
    Silent,
    /// It is gone, or something else failed.
    Failed,
}

impl Fault {
    /// From the driver's words.
    #[must_use]
    pub fn said(words: impl Into<String>) -> Self {
        let detail = words.into();
        Self { kind: kind_of(&detail), detail }
    }

    /// It says nothing.
    #[must_use]
    pub fn silent(detail: impl Into<String>) -> Self {
        Self { kind: FaultKind::Silent, detail: detail.into() }
    }

    /// The state of a camera of that name.
    pub(super) fn of(self, name: &str) -> CameraState {
        let (name, detail) = (name.to_owned(), self.detail);
        match self.kind {
            FaultKind::Busy => CameraState::Busy { name, detail },
            FaultKind::Denied => CameraState::Denied { name, detail },
            FaultKind::Unsupported => CameraState::Unsupported { name, detail },
            FaultKind::Silent => CameraState::Stalled { name, detail },
            FaultKind::Failed => CameraState::Lost { name, detail },
        }
    }
}

/// nokhwa's errors are texts. What can be relied on in them is the system's
/// number of the error; its words are in the system's language.
fn kind_of(words: &str) -> FaultKind {
    if let Some(number) = linux_number(words) {
        return match number {
            // EPERM, EACCES
            1 | 13 => FaultKind::Denied,
            // EINTR: the watchdog's doing.
            4 => FaultKind::Silent,
            // EBUSY
            16 => FaultKind::Busy,
            _ => FaultKind::Failed,
        };
    }
    let contains = |any: &[&str]| any.iter().any(|what| words.contains(what));
    // Windows: access denied; sharing violation, in use, taken over by another program.
    if contains(&["0x80070005"]) {
        FaultKind::Denied
    } else if contains(&["0x80070020", "0xC00D3704", "0xC00D3EA3"]) {
        FaultKind::Busy
    } else if contains(NO_FORMAT) {
        FaultKind::Unsupported
    } else {
        FaultKind::Failed
    }
}

/// nokhwa's own words (sic) for a camera none of whose formats it knows.
const NO_FORMAT: &[&str] = &["Failed to Fufill", "Failed to fufill", "FrameFormat: unsupported", "not whole number"];

fn linux_number(words: &str) -> Option<u32> {
    let (_, rest) = words.rsplit_once("(os error ")?;
    rest.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_known_by_the_number_whatever_the_language() {
        for (words, kind) in [
            ("Could not open device stream: Device or resource busy (os error 16)", FaultKind::Busy),
            ("Could not open device 0: V4L2 Error: Permission denied (os error 13)", FaultKind::Denied),
            ("Could not open device 0: V4L2 Error: Keine Berechtigung (os error 13)", FaultKind::Denied),
            ("Could not capture frame: No such device (os error 19)", FaultKind::Failed),
            ("Could not capture frame: Input/output error (os error 5)", FaultKind::Failed),
            ("Could not capture frame: Interrupted system call (os error 4)", FaultKind::Silent),
            ("Could not get device property CameraFormat: Failed to Fufill", FaultKind::Unsupported),
            ("Could not get device property FrameFormat: unsupported", FaultKind::Unsupported),
            ("… V4L2 FrameRate: Framerate not whole number: 15 / 2", FaultKind::Unsupported),
            ("Access is denied. (0x80070005)", FaultKind::Denied),
            ("the hardware MFT failed to start streaming (0xC00D3704)", FaultKind::Busy),
            ("Not same/Rejected", FaultKind::Failed),
            ("(os error x)", FaultKind::Failed),
            ("", FaultKind::Failed),
        ] {
            assert_eq!(Fault::said(words).kind, kind, "{words}");
        }
    }

    #[test]
    fn a_fault_keeps_the_system_s_own_words() {
        let state = Fault::said("busy (os error 16)").of("Cam");
        assert_eq!(state, CameraState::Busy { name: "Cam".into(), detail: "busy (os error 16)".into() });
    }
}

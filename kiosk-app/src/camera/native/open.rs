//! A camera that nokhwa has opened.

use std::borrow::Cow;
use std::sync::Once;

use nokhwa::utils::{
    CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType as Request, Resolution,
};
use nokhwa::{NokhwaError, nokhwa_check, nokhwa_initialize};

use crate::camera::driver::Device;
use crate::camera::fault::{Fault, FaultKind};
use crate::camera::format::{Format, Pixels, best_first};

/// An open camera. It is not to leave its thread.
pub(super) struct Open {
    camera: nokhwa::Camera,
    format: Format,
    /// The last frame, where the system hands it over instead of lending it.
    kept: Vec<u8>,
}

/// So many formats are tried; a camera that refuses what it offers refuses the rest as well.
const TRIES: usize = 8;

const EVERY_FORMAT: &[FrameFormat] = &[
    FrameFormat::MJPEG,
    FrameFormat::YUYV,
    FrameFormat::NV12,
    FrameFormat::GRAY,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
];

/// Opens it in the best format that it takes, and starts it.
pub(super) fn open(number: u32) -> Result<Open, Fault> {
    be_allowed()?;
    // The other requests forget half of what they are asked for.
    let any = RequestedFormat::with_formats(Request::None, EVERY_FORMAT);
    let mut camera = nokhwa::Camera::new(CameraIndex::Index(number), any).map_err(fault)?;
    let format = settle(&mut camera)?;
    camera.open_stream().map_err(fault)?;
    Ok(Open { camera, format, kept: Vec::new() })
}

fn settle(camera: &mut nokhwa::Camera) -> Result<Format, Fault> {
    let offered = camera.compatible_camera_formats().map_err(fault)?;
    for format in best_first(offered.into_iter().map(ours).collect()).into_iter().take(TRIES) {
        let wanted = theirs(&format);
        if camera.camera_format() == wanted {
            return Ok(format);
        }
        match camera.set_camera_requset(RequestedFormat::with_formats(Request::Exact(wanted), EVERY_FORMAT)) {
            Ok(_) if camera.camera_format() == wanted => return Ok(format),
            Ok(_) => {}
            Err(error) => {
                let fault = fault(error);
                if fault.kind == FaultKind::Busy {
                    return Err(fault);
                }
            }
        }
    }
    // It keeps its own way. Each frame is checked for its size.
    camera.refresh_camera_format().map(ours).map_err(fault)
}

impl Device for Open {
    fn format(&self) -> Format {
        self.format
    }

    fn frame(&mut self) -> Result<(Format, &[u8]), Fault> {
        match self.camera.frame_raw().map_err(fault)? {
            Cow::Borrowed(lent) => Ok((self.format, lent)),
            Cow::Owned(given) => {
                self.kept = given;
                Ok((self.format, &self.kept))
            }
        }
    }
}

/// macOS asks the user, once, and answers here until then that it is not allowed. Others allow it always.
fn be_allowed() -> Result<(), Fault> {
    static ASKED: Once = Once::new();
    if nokhwa_check() {
        return Ok(());
    }
    ASKED.call_once(|| nokhwa_initialize(|granted| tracing::info!(granted, "asked for the use of the camera")));
    Err(Fault { kind: FaultKind::Denied, detail: "the system does not let this program use the camera yet".into() })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn fault(error: NokhwaError) -> Fault {
    Fault::said(error.to_string())
}

fn ours(format: CameraFormat) -> Format {
    let pixels = match format.format() {
        FrameFormat::MJPEG => Pixels::Mjpeg,
        FrameFormat::YUYV => Pixels::Yuyv,
        FrameFormat::NV12 => Pixels::Nv12,
        FrameFormat::GRAY => Pixels::Grey,
        FrameFormat::RAWRGB => Pixels::Rgb,
        FrameFormat::RAWBGR => Pixels::Bgr,
    };
    Format { pixels, width: format.width(), height: format.height(), frames_per_second: format.frame_rate() }
}

fn theirs(format: &Format) -> CameraFormat {
    let pixels = match format.pixels {
        Pixels::Mjpeg => FrameFormat::MJPEG,
        Pixels::Yuyv => FrameFormat::YUYV,
        Pixels::Nv12 => FrameFormat::NV12,
        Pixels::Grey => FrameFormat::GRAY,
        Pixels::Rgb => FrameFormat::RAWRGB,
        Pixels::Bgr => FrameFormat::RAWBGR,
    };
    CameraFormat::new(Resolution::new(format.width, format.height), pixels, format.frames_per_second)
}

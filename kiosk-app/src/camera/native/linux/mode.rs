//! The mode in which a camera is.
//!
//! A camera keeps the mode in which the last program left it. nokhwa asks for
//! that mode before it sets its own, and gives up if it does not know it: after
//! a video call in H264, or at 7.5 frames a second, no gate would open. So such
//! a camera is first put into a mode that nokhwa knows.

use std::io;

use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC};

use crate::camera::driver::fenced;
use crate::camera::fault::{Fault, FaultKind};

/// The formats that nokhwa knows on Linux. (It misspells V4L2's grey.)
const KNOWN: [&[u8; 4]; 5] = [b"MJPG", b"YUYV", b"NV12", b"RGB3", b"BGR3"];

pub(super) fn is_known(fourcc: FourCC) -> bool {
    KNOWN.contains(&&fourcc.repr)
}

/// Makes sure that nokhwa can open it.
pub(in super::super) fn prepare(number: u32) -> Result<(), Fault> {
    let device = Device::new(number as usize).map_err(|error| Fault::said(error.to_string()))?;
    match leave_foreign_mode(&device) {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => Err(Fault::said(error.to_string())),
        // Whatever else is wrong with it, opening it will say.
        _ => Ok(()),
    }
}

fn leave_foreign_mode(device: &Device) -> io::Result<()> {
    let is_whole = |rate: v4l::Fraction| rate.numerator == 1 && rate.denominator > 0;
    if is_known(device.format()?.fourcc) && is_whole(device.params()?.interval) {
        return Ok(());
    }
    for fourcc in KNOWN.map(FourCC::new) {
        if !device.enum_formats()?.iter().any(|format| format.fourcc == fourcc) {
            continue;
        }
        if let Some((width, height, rate)) = any_mode(device, fourcc)? {
            device.set_format(&Format::new(width, height, fourcc))?;
            device.set_params(&Parameters::with_fps(rate))?;
            return Ok(());
        }
    }
    Ok(())
}

/// Any mode with a whole rate; the best one is set later.
fn any_mode(device: &Device, fourcc: FourCC) -> io::Result<Option<(u32, u32, u32)>> {
    for size in device.enum_framesizes(fourcc)? {
        let (width, height) = match size.size {
            FrameSizeEnum::Discrete(size) => (size.width, size.height),
            FrameSizeEnum::Stepwise(sizes) => (sizes.min_width, sizes.min_height),
        };
        let rates = device.enum_frameintervals(fourcc, width, height)?;
        let whole = rates.into_iter().find_map(|rate| match rate.interval {
            FrameIntervalEnum::Discrete(rate) if rate.numerator == 1 => Some(rate.denominator),
            _ => None,
        });
        if let Some(rate) = whole {
            return Ok(Some((width, height, rate)));
        }
    }
    Ok(None)
}

/// Adds to “no format” those that there are.
pub(in super::super) fn explain(number: u32, fault: Fault) -> Fault {
    if fault.kind != FaultKind::Unsupported {
        return fault;
    }
    match fenced("asking for formats", || offers(number)) {
        Ok(Ok(offers)) if !offers.is_empty() => Fault { detail: format!("it offers {offers}"), ..fault },
        _ => fault,
    }
}

/// Enough to tell which camera it is.
const SIZES_SAID: usize = 3;

fn offers(number: u32) -> io::Result<String> {
    let device = Device::new(number as usize)?;
    let mut offers = Vec::new();
    for format in device.enum_formats()? {
        let sizes = device.enum_framesizes(format.fourcc).unwrap_or_default();
        let sizes: Vec<_> =
            sizes.iter().take(SIZES_SAID).map(|size| said(&device, format.fourcc, &size.size)).collect();
        offers.push(format!("{} {}", format.fourcc, sizes.join(", ")).trim_end().to_owned());
    }
    Ok(offers.join("; "))
}

fn said(device: &Device, fourcc: FourCC, size: &FrameSizeEnum) -> String {
    let FrameSizeEnum::Discrete(size) = size else { return size.to_string() };
    let rates = device.enum_frameintervals(fourcc, size.width, size.height).unwrap_or_default();
    let rates = rates.iter().filter_map(|rate| match &rate.interval {
        FrameIntervalEnum::Discrete(rate) if rate.numerator == 1 => Some(rate.denominator.to_string()),
        FrameIntervalEnum::Discrete(rate) => Some(format!("{}/{}", rate.denominator, rate.numerator)),
        FrameIntervalEnum::Stepwise(_) => None,
    });
    let rates: Vec<String> = rates.collect();
    format!("{}x{} at {}", size.width, size.height, rates.join("/"))
}

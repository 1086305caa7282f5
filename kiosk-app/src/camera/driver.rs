//! What the capture thread asks of a system's cameras. The real ones are in
//! `native`; tests bring their own.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use super::choice::Found;
use super::fault::Fault;
use super::format::Format;

/// A system's cameras. Made, used and dropped on one thread.
pub trait Driver {
    /// A camera that is open.
    type Device: Device;

    /// Those that are there, in a steady order.
    fn list(&mut self) -> Vec<Found>;

    /// Whether one of this name is there, at the least cost. Asked while another one gives pictures.
    fn has(&mut self, name: &str) -> bool;

    /// Opens one, so that it gives pictures.
    ///
    /// # Errors
    /// It cannot be opened now.
    fn open(&mut self, camera: &Found) -> Result<Self::Device, Fault>;

    /// What ends the wait in [`Device::frame`] on the thread that asks for it here.
    /// It is called from other threads, and again if the first call came too early.
    fn waker(&mut self) -> Waker;
}

/// Ends the wait for a frame.
pub type Waker = Box<dyn Fn() + Send + Sync>;

/// A camera that is open. Dropping it closes it.
pub trait Device {
    /// What it gives.
    fn format(&self) -> Format;

    /// Waits for the next frame, without limit unless it is woken.
    ///
    /// # Errors
    /// It gives no more; it has to be opened anew.
    fn frame(&mut self) -> Result<(Format, &[u8]), Fault>;
}

/// A fence: the libraries below are known to panic where the system answers
/// what they did not expect. It costs a camera for a moment, not the gate.
pub(super) fn fenced<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, Fault> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let why = words_of(&*panic);
        tracing::warn!("the camera library failed while {what}: {why}");
        Fault::said(format!("the camera library failed while {what}: {why}"))
    })
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no word why")
}

#[cfg(test)]
mod tests {
    use super::super::fault::FaultKind;
    use super::*;

    #[test]
    fn a_panic_becomes_a_fault_with_its_words() {
        let fault = fenced::<()>("closing", || panic!("{}", "Os { code: 5 }")).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Failed);
        assert!(fault.detail.contains("closing") && fault.detail.contains("code: 5"), "{}", fault.detail);
    }
}

//! How the page is drawn on a computer without a graphics card.
//!
//! WebKit draws by the graphics card, and where there is none by a program
//! that pretends to be one: a verdict then takes five times as long to appear
//! (97 ms instead of 20 ms, measured side by side on two cores). WebKit's
//! simpler way is chosen by a variable of the environment, which must be there
//! when the program starts.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

const SIMPLY: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts this program anew with the variable, as the same process; does
/// nothing if there is a card, or if somebody has decided already.
pub(super) fn draw_simply_without_a_card() {
    if std::env::var_os(SIMPLY).is_some() || has_card() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // It comes back only with an error; then the page is drawn slowly.
    let error = Command::new(program).args(std::env::args_os().skip(1)).env(SIMPLY, "1").exec();
    tracing::warn!("the page is drawn slowly: {error}");
}

/// Whether a card offers to draw: its devices are called `renderD128` and so on.
fn has_card() -> bool {
    let devices = fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    devices.into_iter().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

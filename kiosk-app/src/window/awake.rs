//! The screen stays on: an evening has pauses, and a gate that has gone dark is
//! taken for one that is closed.

use std::thread;

use keepawake::{Builder, KeepAwake};

/// Asks the system, in a thread of its own since its answer may take a while,
/// and holds on to it until the program ends. A system without such a service
/// keeps its own settings.
pub(super) fn keep_the_screen_on() {
    let hold = || {
        // Two services, each of which may be missing: the desktop's for the
        // screen, the login manager's for the computer.
        let _held = [asked(Builder::default().display(true)), asked(Builder::default().idle(true))];
        loop {
            thread::park();
        }
    };
    if let Err(error) = thread::Builder::new().name("awake".into()).spawn(hold) {
        tracing::info!("the screen may go dark by the system's own settings: {error}");
    }
}

fn asked(what: &mut Builder) -> Option<KeepAwake> {
    let what = what.reason("Guests are let in").app_name("Entry Gate").app_reverse_domain("org.entry-tickets.gate");
    let held = what.create();
    held.inspect_err(|error| tracing::info!("the screen may go dark by the system's own settings: {error}")).ok()
}

//! The screen stays on: an evening has pauses, and a gate that has gone dark is
//! taken for one that is closed.

use std::thread;

/// Asks the system, in a thread of its own since its answer may take a while,
/// and holds on to it until the program ends. A system without such a service
/// keeps its own settings.
pub(super) fn keep_the_screen_on() {
    let hold = || {
        let asked = keepawake::Builder::default()
            .display(true)
            .idle(true)
            .reason("Guests are let in")
            .app_name("Entry Gate")
            .app_reverse_domain("org.entry-tickets.gate")
            .create();
        match asked {
            Ok(_held) => loop {
                thread::park();
            },
            Err(error) => tracing::info!("the screen may go dark by the system's own settings: {error}"),
        }
    };
    if let Err(error) = thread::Builder::new().name("awake".into()).spawn(hold) {
        tracing::info!("the screen may go dark by the system's own settings: {error}");
    }
}

//! The window: a thin shell of Tauri around the [`Desk`].
//!
//! It opens the one window there is, hands the page's questions to the desk
//! (`commands`) and the desk's news to the page (`follow`), serves the
//! camera's picture (`preview`), and ties the camera to the desk (`eye`). It
//! decides nothing, so nothing that decides needs it.

mod awake;
mod commands;
mod eye;
mod follow;
#[cfg(target_os = "linux")]
mod graphics;
mod preview;
mod shell;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tauri::async_runtime::{block_on, spawn};
use tauri::{App, AppHandle, RunEvent, Runtime, WebviewWindowBuilder, WindowEvent};

use crate::camera::Camera;
use crate::desk::Desk;
use crate::desk::one_instance::OneInstance;
use crate::settings;
pub use shell::Shell;

/// Runs the window until it is left; the exit status.
///
/// # Errors
/// When it cannot be opened.
pub fn run(config: Option<PathBuf>, windowed: bool) -> anyhow::Result<i32> {
    need_a_display()?;
    #[cfg(target_os = "linux")]
    graphics::draw_simply_without_a_card();
    let file = config.clone().or_else(settings::default_file);
    let file = file.context("this user has no folder for settings; name a settings file with --config")?;
    let _only = OneInstance::take(&file)?;
    let desk = block_on(async { Desk::open(config, file, windowed) });
    let camera = Arc::new(Camera::start(desk.wanted_camera()));
    eye::open(&desk, &camera).context("no thread to look at frames")?;
    let served = Arc::clone(&camera);
    let app = with_commands(tauri::Builder::default())
        .manage(Shell::new(desk.clone(), Some(camera)))
        .register_asynchronous_uri_scheme_protocol("preview", move |_, _, responder| {
            spawn(preview::answer(Arc::clone(&served), responder));
        })
        .setup(move |app| Ok(open_window(app, windowed)?))
        .build(tauri::generate_context!())
        .context("the window cannot be opened")?;
    awake::keep_the_screen_on();
    spawn(end_when_asked(app.handle().clone()));
    let status = app.run_return(move |_, event| {
        // A developer's window may be closed by its frame; the kiosk's only by its PIN.
        if let RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } = event
            && !windowed
        {
            api.prevent_close();
        }
    });
    // What was scanned is written down before the program ends.
    block_on(desk.close());
    Ok(status)
}

/// The same commands for the real window and for a test without one.
#[must_use]
pub fn with_commands<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    builder.invoke_handler(tauri::generate_handler![
        commands::admit_by_hand,
        commands::cameras,
        commands::choose,
        commands::finish_set_up,
        commands::follow,
        commands::leave,
        commands::painted,
        commands::present,
        commands::read_picture,
        commands::search,
        commands::set_direction,
        commands::set_up_again,
        commands::undo,
    ])
}

fn open_window(app: &App, windowed: bool) -> tauri::Result<()> {
    let config = &app.config().app.windows[0];
    WebviewWindowBuilder::from_config(app.handle(), config)?
        // Whatever a page could be made to do, it stays this page.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .fullscreen(!windowed)
        .decorations(windowed)
        .always_on_top(!windowed)
        .build()?;
    Ok(())
}

/// Without one, the toolkit would panic.
fn need_a_display() -> anyhow::Result<()> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let there = !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    anyhow::ensure!(there, "there is no display to open a window on; use --headless, or start it from a desktop");
    Ok(())
}

/// The system's own way of asking a program to end.
#[cfg(unix)]
async fn end_when_asked(app: AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    app.exit(0);
}

#[cfg(not(unix))]
async fn end_when_asked(app: AppHandle) {
    if tokio::signal::ctrl_c().await.is_ok() {
        app.exit(0);
    }
}

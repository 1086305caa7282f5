//! What the page may ask, one function each. `kiosk-ui/protocol.d.ts` is their
//! reference; `capabilities/main.json` names them one by one.

use tauri::ipc::{Channel, InvokeBody, Request};
use tauri::{AppHandle, Runtime, State};

use super::shell::Shell;
use crate::camera::{self, CameraId, CameraInfo};
use crate::desk::choices::Language;
use crate::desk::news::{Direction, News, Way};
use crate::desk::{Changes, Fault, FinishedSetUp, Found};

/// From now on the page is told everything.
#[tauri::command]
pub(super) async fn follow(shell: State<'_, Shell>, channel: Channel<News>) -> Result<(), Fault> {
    let board = shell.desk().board().clone();
    shell.followed_by(tauri::async_runtime::spawn(super::follow::follow(board, channel)));
    Ok(())
}

/// A text from a scanner, or pasted.
#[tauri::command]
pub(super) async fn present(shell: State<'_, Shell>, text: String, way: Way) -> Result<(), Fault> {
    shell.desk().present(text, way, None)
}

/// A picture file's bytes.
#[tauri::command]
pub(super) async fn read_picture(shell: State<'_, Shell>, request: Request<'_>) -> Result<(), Fault> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(Fault::new("not_a_picture", "no bytes"));
    };
    shell.desk().read_picture(bytes.clone()).await
}

/// Tickets by name, or by the last digits of the phone.
#[tauri::command]
pub(super) async fn search(shell: State<'_, Shell>, query: String) -> Result<Vec<Found>, Fault> {
    shell.desk().search(&query).await
}

/// Lets in a guest whom the operator found.
#[tauri::command(rename_all = "snake_case")]
pub(super) async fn admit_by_hand(shell: State<'_, Shell>, unique_id: String) -> Result<(), Fault> {
    shell.desk().admit_by_hand(&unique_id)
}

/// Entry or exit.
#[tauri::command]
pub(super) async fn set_direction(shell: State<'_, Shell>, direction: Direction) -> Result<(), Fault> {
    shell.desk().set_direction(direction);
    Ok(())
}

/// Takes the last admission back.
#[tauri::command]
pub(super) async fn undo(shell: State<'_, Shell>, pin: String) -> Result<(), Fault> {
    shell.desk().undo(&pin).await
}

/// Which cameras there are.
#[tauri::command]
pub(super) async fn cameras() -> Result<Vec<CameraInfo>, Fault> {
    let listed = tauri::async_runtime::spawn_blocking(camera::cameras).await;
    listed.map_err(|error| Fault::new("cannot_list", error))
}

/// The last step of the set-up.
#[tauri::command]
pub(super) async fn finish_set_up(
    shell: State<'_, Shell>,
    gate: String,
    camera: Option<CameraId>,
    sound: bool,
    language: Language,
    pin: String,
) -> Result<(), Fault> {
    shell.desk().finish_set_up(FinishedSetUp { gate, camera, sound, language, pin }).await?;
    shell.want_camera(shell.desk().wanted_camera());
    Ok(())
}

/// Changes choices.
#[tauri::command(rename_all = "snake_case")]
pub(super) async fn choose(
    shell: State<'_, Shell>,
    pin: String,
    choices: Changes,
    new_pin: Option<String>,
) -> Result<(), Fault> {
    shell.desk().choose(&pin, choices, new_pin).await?;
    shell.want_camera(shell.desk().wanted_camera());
    Ok(())
}

/// Begins the set-up anew.
#[tauri::command(rename_all = "snake_case")]
pub(super) async fn set_up_again(shell: State<'_, Shell>, pin: String, unsent_ok: bool) -> Result<(), Fault> {
    shell.desk().set_up_again(&pin, unsent_ok).await
}

/// Ends the program.
#[tauri::command(rename_all = "snake_case")]
pub(super) async fn leave<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    pin: String,
    unsent_ok: bool,
) -> Result<(), Fault> {
    shell.desk().may_leave(&pin, unsent_ok).await?;
    app.exit(0);
    Ok(())
}

/// The verdict of this scan is on the screen.
#[tauri::command(rename_all = "snake_case")]
pub(super) async fn painted(shell: State<'_, Shell>, scan_id: uuid::Uuid) -> Result<(), Fault> {
    shell.desk().painted(scan_id.into());
    Ok(())
}

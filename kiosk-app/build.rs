//! Tells Tauri which commands there are, so that each must be granted by name
//! in `capabilities/main.json`. Without the window there is nothing to do.

fn main() {
    #[cfg(feature = "window")]
    window();
}

#[cfg(feature = "window")]
fn window() {
    const COMMANDS: &[&str] = &[
        "admit_by_hand",
        "cameras",
        "choose",
        "finish_set_up",
        "follow",
        "leave",
        "painted",
        "present",
        "read_picture",
        "search",
        "set_direction",
        "set_up_again",
        "undo",
    ];
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("tauri.conf.json and capabilities/main.json fit together");
}

//! The window's commands on a runtime without a screen: what the page asks
//! goes through the framework's own parsing, as in the real window.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kiosk_app::desk::Desk;
use kiosk_app::desk::news::Stage;
use kiosk_app::window::{Shell, with_commands};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{WebviewWindow, WebviewWindowBuilder};

const CODE: &str = "gate = \"Gate A\"\ndatabase_url = \"mysql://g:p@127.0.0.1:9/tix\"\naccept_unsigned = true\n\
    offline_folder = \"offline\"\nneighbours = false\n";

/// A window nobody sees, in a folder of its own.
struct Window {
    webview: WebviewWindow<MockRuntime>,
    desk: Desk,
    folder: tempfile::TempDir,
    _app: tauri::App<MockRuntime>,
}

impl Window {
    fn open() -> Self {
        Self::over(tempfile::tempdir().unwrap())
    }

    fn over(folder: tempfile::TempDir) -> Self {
        let file = folder.path().join("ets-gate.toml");
        let desk = tauri::async_runtime::block_on(async { Desk::open(Some(file.clone()), file, false) });
        let builder = with_commands(mock_builder()).manage(Shell::new(desk.clone(), None));
        let app = builder.build(mock_context(noop_assets())).unwrap();
        let webview = WebviewWindowBuilder::new(&app, "main", Default::default()).build().unwrap();
        Self { webview, desk, folder, _app: app }
    }

    fn send(&self, command: &str, body: InvokeBody) -> Result<Value, Value> {
        let request = InvokeRequest {
            cmd: command.into(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: "tauri://localhost".parse().unwrap(),
            body,
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_string(),
        };
        get_ipc_response(&self.webview, request).map(|answer| answer.deserialize().unwrap())
    }

    fn ask(&self, command: &str, parameters: Value) -> Result<Value, Value> {
        self.send(command, InvokeBody::Json(parameters))
    }

    fn fault(&self, command: &str, parameters: Value) -> String {
        self.ask(command, parameters).unwrap_err()["code"].as_str().unwrap().to_owned()
    }

    fn stage(&self) -> Stage {
        self.desk.board().now().stage
    }

    /// Set up with the PIN 4711.
    fn set_up(&self) {
        self.ask("present", json!({"text": CODE, "way": "scanner"})).unwrap();
        self.ask("finish_set_up", finish("4711")).unwrap();
        assert_eq!(self.stage(), Stage::Gate);
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("ets-gate.toml")
    }
}

fn finish(pin: &str) -> Value {
    json!({"gate": "North door", "camera": null, "sound": false, "language": "hi", "pin": pin})
}

#[test]
fn a_first_start_leads_from_the_organisers_code_to_an_open_gate() {
    let window = Window::open();
    assert_eq!(window.stage(), Stage::SetUp);
    assert_eq!(window.desk.board().now().settings_fault, None, "nothing is wrong, there is just nothing yet");
    let mut moments = window.desk.board().moments();
    window.ask("present", json!({"text": "https://example.com", "way": "scanner"})).unwrap();
    assert!(format!("{:?}", moments.try_recv().unwrap()).contains("SetUpFault"));
    assert_eq!(window.fault("finish_set_up", finish("4711")), "not_set_up");

    window.ask("present", json!({"text": CODE, "way": "camera"})).unwrap();
    assert_eq!(window.stage(), Stage::FinishSetUp);
    assert_eq!(window.fault("finish_set_up", finish("12")), "pin_too_short");
    assert_eq!(window.stage(), Stage::FinishSetUp);
    window.ask("finish_set_up", finish("4711")).unwrap();
    let screen = window.desk.board().now().clone();
    assert_eq!((screen.stage, screen.gate.as_deref()), (Stage::Gate, Some("North door")));
    assert!(screen.choices.has_pin && !screen.choices.sound);

    // And the next start opens at the gate.
    let again = Window::over(window.folder);
    assert_eq!(again.stage(), Stage::Gate);
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let window = Window::open();
    window.set_up();
    for entry in std::fs::read_dir(window.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.file_name());
    }
    assert!(!std::fs::read_to_string(window.settings()).unwrap().contains("4711"));
}

#[test]
fn settings_that_cannot_be_used_are_said_and_a_new_code_mends_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ets-gate.toml"), "gate = 7\n").unwrap();
    let window = Window::over(folder);
    assert_eq!(window.stage(), Stage::SetUp);
    assert!(window.desk.board().now().settings_fault.as_ref().unwrap().contains("gate"));
    window.set_up();
    assert_eq!(window.desk.board().now().settings_fault, None);
}

#[test]
fn leaving_undoing_choosing_and_a_new_set_up_stand_behind_the_pin() {
    let window = Window::open();
    window.set_up();
    let choose = json!({"pin": "0000", "choices": {"language": "en"}, "new_pin": null});
    for (command, parameters) in [
        ("leave", json!({"pin": "0000", "unsent_ok": false})),
        ("undo", json!({"pin": "0000"})),
        ("choose", choose),
        ("set_up_again", json!({"pin": "0000", "unsent_ok": false})),
    ] {
        assert_eq!(window.fault(command, parameters), "wrong_pin", "{command}");
    }
    assert_eq!(window.fault("leave", json!({"pin": "1111", "unsent_ok": false})), "pin_locked");
    assert_eq!(
        window.fault("leave", json!({"pin": "4711", "unsent_ok": false})),
        "pin_locked",
        "not even the right one"
    );
}

#[test]
fn what_is_chosen_is_seen_at_once_and_kept() {
    let window = Window::open();
    window.set_up();
    assert_eq!(window.fault("undo", json!({"pin": "4711"})), "nothing_to_undo");
    let choices = json!({"language": "en", "mirror": false, "camera": {"name": "Webcam", "bus": "usb-1"}});
    window.ask("choose", json!({"pin": "4711", "choices": choices, "new_pin": "123456"})).unwrap();
    let wanted = window.desk.wanted_camera().unwrap();
    assert_eq!((wanted.name.as_str(), wanted.bus.as_str()), ("Webcam", "usb-1"));
    assert!(!window.desk.board().now().choices.mirror);
    assert_eq!(window.fault("set_up_again", json!({"pin": "4711", "unsent_ok": false})), "wrong_pin");
    // No camera in particular is a choice, too; one that is left out is none.
    window.ask("choose", json!({"pin": "123456", "choices": {}, "new_pin": null})).unwrap();
    assert!(window.desk.wanted_camera().is_some());
    window.ask("choose", json!({"pin": "123456", "choices": {"camera": null}, "new_pin": null})).unwrap();
    assert_eq!(window.desk.wanted_camera(), None);
    window.ask("set_up_again", json!({"pin": "123456", "unsent_ok": false})).unwrap();
    assert_eq!(window.stage(), Stage::SetUp);
    assert!(Path::new(&window.settings()).exists(), "until another code is accepted");
}

#[test]
fn bad_questions_are_refused_and_said() {
    let window = Window::open();
    assert_eq!(window.fault("search", json!({"query": "Asha"})), "not_set_up");
    window.set_up();
    assert_eq!(window.fault("search", json!({"query": "A"})), "query_too_short");
    assert_eq!(window.fault("admit_by_hand", json!({"unique_id": "nobody"})), "unknown_guest");
    assert_eq!(
        window.send("read_picture", InvokeBody::Raw(b"no picture".to_vec())).unwrap_err()["code"],
        "not_a_picture"
    );
    assert_eq!(window.send("read_picture", InvokeBody::Raw(white())).unwrap_err()["code"], "no_code");
    for (command, parameters) in [
        ("present", json!({"text": 7, "way": "scanner"})),
        ("present", json!({"text": "x", "way": "telepathy"})),
        ("set_direction", json!({"direction": "sideways"})),
        ("choose", json!({"pin": "4711", "choices": {"has_pin": false}, "new_pin": null})),
        ("no_such_command", json!({})),
    ] {
        assert!(window.ask(command, parameters).is_err(), "{command}");
    }
}

#[test]
fn a_database_that_is_not_there_is_doubt_and_never_a_welcome() {
    let window = Window::open();
    window.set_up();
    let mut moments = window.desk.board().moments();
    window.ask("present", json!({"text": "Asha9198765432102026-11-22", "way": "scanner"})).unwrap();
    let began = Instant::now();
    let verdict = loop {
        assert!(began.elapsed() < Duration::from_secs(30), "no verdict");
        match moments.try_recv().map(|news| serde_json::to_value(news).unwrap()) {
            Ok(news) if news["kind"] == "verdict" => break news,
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    assert_eq!(verdict["verdict"]["verdict"], "CANNOT CHECK");
    assert_eq!(verdict["verdict"]["clears_after_ms"], Value::Null, "the operator has to see it");
    assert_eq!(verdict["verdict"]["way"], "scanner");
}

/// The four lists of commands are one.
#[test]
fn each_command_is_named_where_it_must_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let capability: Value = serde_json::from_str(&read("capabilities/main.json")).unwrap();
    let granted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            it.as_str().unwrap().strip_prefix("allow-").expect("nothing of the framework's own").replace('-', "_")
        })
        .collect();
    let protocol = read("../kiosk-ui/protocol.d.ts");
    let commands = protocol.split("export interface Commands {").nth(1).unwrap().split("\n}").next().unwrap();
    let named = commands.lines().filter_map(|line| line.trim().split_once('(').map(|(name, _)| name.to_owned()));
    let named: BTreeSet<String> =
        named.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
    assert_eq!(granted, named);
    let window = read("src/window.rs");
    let build = read("build.rs");
    for name in &named {
        assert!(window.contains(&format!("commands::{name},")), "{name}");
        assert!(build.contains(&format!("\"{name}\"")), "{name}");
    }
}

/// A white PNG picture.
fn white() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(64, 64, image::Luma([255])).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

//! The look at the cameras (`kiosk-app/examples/camera.rs`), which counts frames and can pretend to be slow.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use real_parts::camera::Cameras;
use real_parts::child::{self, Orphaned};
use real_parts::programs::{built, forget_our_package};
use real_parts::scratch::target_folder;

use super::watched::Watched;

/// One line of counts: what has come, and what came and was dropped in the last second.
pub(super) struct Counts {
    pub(super) captured: u64,
    pub(super) a_second: u64,
    pub(super) dropped_a_second: u64,
}

pub(super) fn at(cameras: &Cameras, arguments: &[&str]) -> Watched {
    let mut command = child::command(&cameras.wrapper(program()), Orphaned::Kill, None);
    command.args(arguments);
    Watched::start(command)
}

/// `…  captured 120 (+30), shown +30, dropped 90 (+25), …`
pub(super) fn counts(line: &str) -> Option<Counts> {
    let (_, rest) = line.split_once(" captured ")?;
    let number = |text: &str| text.split(|it: char| !it.is_ascii_digit()).find(|it| !it.is_empty())?.parse().ok();
    let (captured, rest) = rest.split_once(" (+")?;
    let (_, dropped) = rest.split_once("dropped ")?.1.split_once("(+")?;
    Some(Counts { captured: number(captured)?, a_second: number(rest)?, dropped_a_second: number(dropped)? })
}

/// Built beside the programs, from the same parts.
fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let beside = built();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command: Command = child::command(cargo.as_ref(), Orphaned::Terminate, None);
        command.args(["build", "--quiet", "--workspace", "--example", "camera", "--target-dir"]).arg(target_folder());
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        forget_our_package(&mut command);
        let output = child::run(command, b"", Duration::from_secs(3600)).unwrap();
        assert!(output.status.success(), "{}", output.stderr);
        beside.kiosk_app.with_file_name("examples").join("camera")
    })
}

//! The gate's camera on the real driver: plugged in, torn out, taken, frozen.
//!
//! These need a Linux to be built first, which takes some minutes, so they run
//! when asked for: `cargo xtask test --real-driver`. What they show is tried
//! in a moment, in every test run, against a pretended camera; here is the
//! proof that the pretended one pretends well.
// What does not unwrap here has failed, and says where.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use real_parts::camera::{Mode, PixelFormat, Scene};
use real_parts::programs::forget_our_package;
use real_parts::real_driver::{self, Machine};
use real_parts::scratch::target_folder;

/// Also on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(60);
/// What an operator takes for "at once", on such a machine.
const AT_ONCE: Duration = Duration::from_secs(2);

const CODE: &str = "ETS1:Asha9198765432102026-11-22:NOT-A-SIGNATURE-BUT-AS-LONG-AS-ONE-IS";

/// A machine, and an operator in front of it.
fn machine() -> Machine {
    real_driver::prepare().expect("a Linux with the real driver");
    let seen = Scene::code(CODE).moving().frames(&Mode::new(PixelFormat::Mjpg, 1280, 720, &[30]));
    let mut machine = Machine::boot(&seen, &watcher()).expect("a machine that boots");
    machine.tell("watch operator").unwrap();
    machine.hears("operator: there is no camera", PATIENCE).unwrap();
    machine
}

/// The gate's camera without the rest of the gate, built the first time it is asked for.
fn watcher() -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--package", "kiosk-app", "--no-default-features", "--features", "camera"]);
        cargo
            .args(["--example", "camera", "--target-dir"])
            .arg(target_folder())
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        forget_our_package(&mut cargo);
        assert!(cargo.status().expect("cargo runs us").success(), "kiosk-app/examples/camera.rs does not build");
    });
    target_folder().join("debug/examples/camera")
}

fn live_and_read(machine: &Machine, who: &str) {
    let live = machine.hears(&format!("{who}: Test Camera: live, 1280x720 at 30"), PATIENCE).unwrap();
    let read = machine.hears(&format!("{who}: read {CODE}"), PATIENCE).unwrap();
    println!("{who} sees pictures after {:.1?} and a code after {:.1?}.", live.after, read.after);
}

#[test]
#[ignore = "builds a Linux; run by `cargo xtask test --real-driver`"]
fn a_camera_that_is_plugged_in_is_seen_through_and_its_second_node_is_passed_by() {
    let mut machine = machine();
    machine.tell("plug").unwrap();
    live_and_read(&machine, "operator");
    // A webcam has two: the pictures, and data about them.
    machine.tell("echo /dev/video*").unwrap();
    machine.hears("/dev/video0 /dev/video1", PATIENCE).unwrap();
    machine.tell("watch support").unwrap();
    let listed = machine.hears("support: Test Camera [", PATIENCE).unwrap();
    println!("{}", listed.line);
    machine.hears("support: another program has it", PATIENCE).unwrap();
    assert_eq!(machine.count("support: Test Camera ["), 1, "the second is no camera");
    println!("{}", machine.hears("operator: captured", PATIENCE).unwrap().line);
}

#[test]
#[ignore = "builds a Linux; run by `cargo xtask test --real-driver`"]
fn torn_out_it_is_missed_at_once_and_plugged_in_again_it_goes_on_by_itself() {
    let mut machine = machine();
    for _ in 0..3 {
        machine.tell("plug").unwrap();
        live_and_read(&machine, "operator");
        machine.tell("unplug").unwrap();
        let lost = machine.hears("operator: Test Camera: it went away or failed", PATIENCE).unwrap();
        println!("Missed after {:.1?}: {}", lost.after, lost.line);
        assert!(lost.after < AT_ONCE, "{lost:?}");
        // Shown again sooner, the code would count as never lowered.
        thread::sleep(Duration::from_secs(4));
    }
}

#[test]
#[ignore = "builds a Linux; run by `cargo xtask test --real-driver`"]
fn a_camera_that_another_program_has_is_waited_for() {
    let mut machine = machine();
    machine.tell("plug").unwrap();
    live_and_read(&machine, "operator");
    machine.tell("watch second").unwrap();
    machine.hears("second: Test Camera: another program has it", PATIENCE).unwrap();
    machine.tell("leave operator").unwrap();
    live_and_read(&machine, "second");
}

#[test]
#[ignore = "builds a Linux; run by `cargo xtask test --real-driver`"]
fn a_camera_whose_firmware_hangs_is_said_to_be_silent_and_used_again_when_it_recovers() {
    let mut machine = machine();
    machine.tell("plug").unwrap();
    live_and_read(&machine, "operator");
    machine.tell("freeze").unwrap();
    let silent = machine.hears("operator: Test Camera: it does not answer", PATIENCE).unwrap();
    println!("Silent after {:.1?}: {}", silent.after, silent.line);
    // Long enough for the driver's own patience to end while it is being opened again.
    thread::sleep(Duration::from_secs(8));
    machine.tell("thaw").unwrap();
    live_and_read(&machine, "operator");
}

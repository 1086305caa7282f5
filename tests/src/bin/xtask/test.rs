//! `cargo xtask test`: what CI runs, from a clean clone.

use std::process::Command;

use anyhow::Context;
use nix::sys::statvfs::statvfs;
use real_parts::{install, real_driver, say};

use crate::assets;
use crate::steps::{cargo, openly, quietly, root};

/// The window's commands are tested on a runtime without a screen, too.
const FEATURES: [&str; 3] = ["--workspace", "--features", "kiosk-app/mock"];

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long the gate's window is watched for leaks; before a release, let it be ten
    #[arg(long, value_name = "MINUTES", default_value_t = 3.0)]
    soak_minutes: f64,
    /// How long a fuzzer tries each door that strangers can knock at
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    fuzz_seconds: u32,
    /// How long the gates' network comes and goes
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    flap_seconds: u32,
    /// Also try the camera on Linux's own driver: builds a kernel, some minutes the first time
    #[arg(long)]
    real_driver: bool,
}

/// What a run leaves behind from cold, without what makes building again faster.
const LEAVES_GIGABYTES: u64 = 13;

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    say_room()?;
    openly("Checking the format", cargo().args(["fmt", "--all", "--check"]))?;
    quietly(
        "And that of the fuzz targets",
        cargo().args(["fmt", "--manifest-path", "tests/fuzz/Cargo.toml", "--check"]),
    )?;
    let graphical = [install::BROWSER, install::WINDOW_BUILD, install::WINDOW_TEST, install::PAGES];
    for set in [install::DATABASE, install::MAIL, install::PAPER].into_iter().chain(graphical) {
        install::packages(set)?;
    }
    assets::build()?;
    check_the_windows_page()?;
    build_and_lint()?;
    let flap = args.flap_seconds.to_string();
    openly("Running the tests", cargo().arg("test").args(FEATURES).env("FLAP_SECONDS", flap))?;
    openly("Asking an outside judge of webhooks", &mut on_request("carbon"))?;
    let seconds = args.fuzz_seconds.to_string();
    openly("Letting strangers invent", on_request("fuzz").env("FUZZ_SECONDS", seconds))?;
    openly("Testing the gate's packages", &mut on_request("package"))?;
    openly("Selling ten thousand seats to twenty thousand buyers", &mut on_request("sale"))?;
    openly("Testing the money in chaos", &mut on_request("chaos"))?;
    watch_for_leaks(args.soak_minutes)?;
    if args.real_driver {
        real_driver::prepare()?;
        openly("Testing the camera on Linux's own driver", &mut on_request("real_driver"))?;
    }
    Ok(())
}

/// A full disk breaks builds in ways that do not say so.
fn say_room() -> anyhow::Result<()> {
    let disk = statvfs(&root()).context("the disk does not say how full it is")?;
    let free = disk.blocks_available() * disk.fragment_size() / 1_000_000_000;
    say::line(format!("{free} GB are free here; a first run takes {LEAVES_GIGABYTES}"));
    Ok(())
}

/// Types, and what it decides for itself; what it looks like is for the tests to see.
fn check_the_windows_page() -> anyhow::Result<()> {
    let page = root().join("kiosk-ui");
    install::npm(&page)?;
    let npm = |task: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(task).current_dir(&page);
        npm
    };
    quietly("Checking the window's page", &mut npm(&["run", "check"]))?;
    quietly("Testing the window's page", &mut npm(&["test"]))
}

fn build_and_lint() -> anyhow::Result<()> {
    openly("Building the programs", cargo().args(["build", "--workspace", "--bins"]))?;
    let mut clippy = cargo();
    clippy.arg("clippy").args(FEATURES).args(["--all-targets", "--", "--deny", "warnings"]);
    openly("Checking the lints", &mut clippy)?;
    // For turnstiles and small computers, which have neither screen nor camera. Chosen from
    // the workspace, so that what the lints have looked through is not looked through again.
    let mut alone = cargo();
    alone.args(["check", "--workspace", "--bin", "kiosk-app", "--no-default-features"]);
    openly("Checking the gate without its window", &mut alone)?;
    let mut doc = cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    openly("Building the documentation", doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// Tests that take too long to be run with the others.
fn on_request(tests: &str) -> Command {
    let mut cargo = cargo();
    cargo.arg("test").args(FEATURES).args(["--test", tests, "--", "--ignored", "--nocapture"]);
    cargo
}

/// As with the other tests, but for long enough to see a leak.
fn watch_for_leaks(minutes: f64) -> anyhow::Result<()> {
    let mut soak = cargo();
    soak.arg("test").args(FEATURES).args(["--test", "all", "--", "--ignored", "--nocapture", "window::soak"]);
    openly(&format!("Watching the gate for {minutes} minutes"), soak.env("SOAK_MINUTES", minutes.to_string()))
}

//! `cargo xtask assets`: Bootstrap from npm, cut down to what the pages use.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use real_parts::install;

use crate::steps::{quietly, root};

/// What the style sheets are made from; see `booking-web/assets/build.mjs`.
const SOURCES: [&str; 7] = [
    "assets/build.mjs",
    "assets/package-lock.json",
    "assets/scss",
    "assets/js",
    "templates",
    "src/pages",
    "src/organiser",
];
/// The guests' and the desk's.
const BUILT: [&str; 2] = ["assets/dist/site.css", "assets/dist/organiser.css"];

/// Builds the style sheets, unless they are newer than everything they are made from.
pub(crate) fn build() -> anyhow::Result<()> {
    let booking_web = root().join("booking-web");
    let built = BUILT.iter().map(|sheet| newest(&booking_web.join(sheet))).min().flatten();
    let changed = SOURCES.iter().filter_map(|source| newest(&booking_web.join(source))).max();
    if built.is_some() && built >= changed {
        return Ok(());
    }
    let assets = booking_web.join("assets");
    install::packages(install::PAGES)?;
    install::npm(&assets)?;
    quietly("Building the style sheets", Command::new("npm").args(["run", "build"]).current_dir(assets))
}

/// When a file, or the newest file in a folder, was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    if path.is_dir() {
        return fs::read_dir(path).ok()?.flatten().filter_map(|entry| newest(&entry.path())).max();
    }
    fs::metadata(path).ok()?.modified().ok()
}

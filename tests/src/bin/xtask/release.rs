//! Ourselves, built for release.
//!
//! Who measures a server from the same machine takes its processors away: a
//! load made by a debug build, and a simulator in one, would measure mostly themselves.

use crate::steps::{cargo, openly};

/// Whether we are.
pub(crate) fn is_this() -> bool {
    !cfg!(debug_assertions)
}

/// Does the same again, as we should be.
pub(crate) fn run_again() -> anyhow::Result<()> {
    again("Building what makes the load for release", &[])
}

/// As [`run_again`], with features of this package that nothing else asks for.
///
/// Of this package alone: with the whole workspace the gate's library would come with its window.
pub(crate) fn run_again_with(features: &[&str]) -> anyhow::Result<()> {
    again("Building for release", &["--package", "tests", "--features", &features.join(",")])
}

fn again(what: &str, options: &[&str]) -> anyhow::Result<()> {
    let mut again = cargo();
    again.args(["run", "--release", "--quiet", "--bin", "xtask"]).args(options).arg("--");
    openly(&format!("{what}: some minutes the first time"), again.args(std::env::args_os().skip(1)))
}

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
    let mut again = cargo();
    again.args(["run", "--release", "--quiet", "--bin", "xtask", "--"]).args(std::env::args_os().skip(1));
    openly("Building what makes the load for release: some minutes the first time", &mut again)
}

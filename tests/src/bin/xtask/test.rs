//! `cargo xtask test`: what CI runs, from a clean clone.

use real_parts::install;

use crate::assets;
use crate::steps::{cargo, openly};

pub(crate) fn run() -> anyhow::Result<()> {
    openly("Checking the format", cargo().args(["fmt", "--all", "--check"]))?;
    install::packages(install::DATABASE)?;
    install::packages(install::BROWSER)?;
    assets::build()?;
    // The gate is built without its window too: for turnstiles and small computers.
    openly("Building the programs", cargo().args(["build", "--workspace", "--bins"]))?;
    openly("Checking the lints", cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    openly(
        "Building the documentation",
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    openly("Running the tests", cargo().args(["test", "--workspace"]))
}

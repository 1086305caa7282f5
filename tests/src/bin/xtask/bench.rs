//! `cargo xtask bench`: figures, each measured in release mode in one run.

mod gate;
mod spread;

use real_parts::install;
use real_parts::programs;
use real_parts::say;

use crate::assets;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
    /// One JSON object on the last line of standard output
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// From a code before the camera to the verdict on the screen
    Gate(gate::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    for packages in [install::DATABASE, install::WINDOW_BUILD, install::WINDOW_TEST] {
        install::packages(packages)?;
    }
    assets::build()?;
    programs::measure_release_builds();
    say::step("Building booking-web and kiosk-app for release", || {
        programs::built();
        Ok(())
    })?;
    // Somebody may have done it already; then that is well, too.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new()?;
    let figures = match &args.what {
        What::Gate(gate) => runtime.block_on(gate::measure(gate))?,
    };
    if args.json {
        println!("{figures}");
    }
    Ok(())
}

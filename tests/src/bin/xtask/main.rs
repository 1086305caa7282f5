//! The two commands of the README, and the one that builds the style sheet.
//! Each brings what the machine lacks and says what it does.

mod assets;
mod demo;
mod steps;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything a newcomer needs, from a clean clone.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the whole thing on this machine: database, payment page, booking site, a gate
    Demo(demo::Args),
    /// Everything that CI runs: format, lints, documentation, all tests
    Test,
    /// Build the booking site's style sheet
    Assets,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Test => test::run(),
        Command::Assets => assets::build(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

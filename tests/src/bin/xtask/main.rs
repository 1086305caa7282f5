//! The two commands of the README, and those for makers.
//! Each brings what the machine lacks and says what it does.

mod assets;
mod bench;
mod demo;
mod guards;
mod package;
mod release;
mod sale;
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
    Test(test::Args),
    /// Measure, in release mode
    Bench(bench::Args),
    /// Sell ten thousand seats to twenty thousand simulated buyers who come at once
    Sale(sale::Args),
    /// Take the guards of money and seats out, one by one, and see the chaos see it: many minutes
    Guards(guards::Args),
    /// Build the booking site's style sheet
    Assets,
    /// Build the gate as people install it: a `.deb` and an `.rpm`
    Package,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Sale(args) => sale::run(&args),
        Command::Guards(args) => guards::run(&args),
        Command::Assets => assets::build(),
        Command::Package => package::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

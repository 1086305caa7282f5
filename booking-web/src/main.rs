//! The program: settings in, one command, an exit status out.

use std::io::IsTerminal;
use std::process::ExitCode;

use booking_web::commands::{Cli, Outcome, run};
use booking_web::config::Faults;
use clap::Parser;
use tracing_subscriber::EnvFilter;

/// Settings are wrong: nothing was begun.
const BAD_SETTINGS: u8 = 2;
/// It was done, and found what somebody should look at.
const LOOK_AT_IT: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
        // In one line like all others, wherever it happened.
        std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a mistake of ours")));
    }
    // One provider for the whole process: two in the tree would make the first connection panic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(cli).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs | Outcome::Conflicts) => ExitCode::from(LOOK_AT_IT),
        Err(error) => {
            eprintln!("booking-web: {error:#}");
            if error.is::<Faults>() { ExitCode::from(BAD_SETTINGS) } else { ExitCode::FAILURE }
        }
    }
}

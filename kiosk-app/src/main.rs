//! The program: sets the stage and hands over to [`kiosk_app::commands`].

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use kiosk_app::commands::{self, Cli};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // Before any TLS: should a dependency bring a second provider, rustls
    // would otherwise not know which to take, and panic at the first connect.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("another TLS provider is installed already");
    }
    let cli = Cli::parse();
    // Verdicts are on stdout, everything else is on stderr.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(EnvFilter::try_from_env("KIOSK_LOG").unwrap_or_else(|_| EnvFilter::new("warn,kiosk_app=info")))
        .with_target(false)
        .init();
    commands::run(&cli)
}

//! What an organiser types.

pub mod event;
pub mod gate;
pub mod keygen;
pub mod serve;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::config::Typed;
use crate::db::Db;
use crate::migrate::migrate;

/// Sells tickets for one event: a form, Razorpay's payment page, a QR code.
#[derive(Parser)]
#[command(name = "booking-web", version)]
pub struct Cli {
    #[command(flatten)]
    pub settings: Typed,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the schema up to date and answer requests
    Serve,
    /// Bring the schema up to date
    Migrate,
    /// Make the key that signs tickets
    Keygen,
    /// The event: what, where, when, for how much
    #[command(subcommand)]
    Event(event::EventCommand),
    /// The gates and their database accounts
    #[command(subcommand)]
    Gate(gate::GateCommand),
}

/// Runs one command to its end.
///
/// # Errors
/// What went wrong and what to do, for the person at the terminal.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = &cli.settings;
    match cli.command {
        Command::Serve => serve::serve(settings.check_serve()?).await,
        Command::Keygen => keygen::keygen(&settings.check_signing_key_file()?),
        Command::Migrate => {
            let db = open(settings)?;
            let applied = migrate(&db).await?;
            for name in &applied {
                println!("applied {name}");
            }
            if applied.is_empty() {
                println!("the schema is up to date");
            }
            db.close().await;
            Ok(())
        }
        Command::Event(command) => event::run(&open(settings)?, command).await,
        Command::Gate(command) => gate::run(settings, command).await,
    }
}

fn open(settings: &Typed) -> anyhow::Result<Db> {
    Db::open(&settings.check_database()?).context("DATABASE_URL")
}

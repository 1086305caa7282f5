//! What an organiser types.

pub mod conflicts;
pub mod event;
pub mod gate;
pub mod keygen;
pub mod order;
pub mod organiser;
pub mod privacy;
pub mod reconcile;
pub mod refund;
pub mod revoke;
pub mod serve;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::config::Typed;
use crate::db::Db;
use crate::gates;
use crate::metrics::ApiCalls;
use crate::migrate::migrate;
use crate::payment::client::Client;

const NO_TLS: &str =
    "RAZORPAY_API_URL: no TLS on this machine; is its list of authorities (ca-certificates) installed?";

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
    /// Tickets that were let in twice while a gate was cut off
    #[command(after_help = "Exit status: 0 none, 3 some, 1 they could not be looked for")]
    Conflicts(conflicts::ConflictsArgs),
    /// The gates and their database accounts
    #[command(subcommand)]
    Gate(gate::GateCommand),
    /// Who may sit at the organiser's desk, /organiser
    #[command(subcommand)]
    Organiser(organiser::OrganiserCommand),
    /// Show an order, its money, its ticket and its story
    Order(order::OrderArgs),
    /// What is kept of a person, and forgetting it
    #[command(subcommand)]
    Privacy(privacy::PrivacyCommand),
    /// Compare orders, payments, refunds and tickets with Razorpay's side
    #[command(after_help = "Exit status: 0 both agree, 3 they differ, 1 they could not be compared")]
    Reconcile(reconcile::ReconcileArgs),
    /// Take tickets back and give their money back
    Refund(refund::RefundArgs),
    /// Take tickets away; their money stays
    Revoke(revoke::RevokeArgs),
    /// Let revoked tickets stand again, if there are seats
    Restore(revoke::RestoreArgs),
}

/// How a command that did its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The ledger and Razorpay's do not agree.
    Differs,
    /// Tickets were let in twice.
    Conflicts,
}

/// Runs one command to its end.
///
/// # Errors
/// What went wrong and what to do, for the person at the terminal.
pub async fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let settings = &cli.settings;
    let done = match cli.command {
        Command::Serve => serve::serve(settings.check_serve()?).await,
        Command::Keygen => keygen::keygen(&settings.check_signing_key_file()?),
        Command::Migrate => {
            let db = open(settings)?;
            let applied = migrate(&db).await?;
            prepare_gates(&db).await?;
            for name in &applied {
                println!("applied {name}");
            }
            if applied.is_empty() {
                println!("the schema is up to date");
            }
            db.close().await;
            Ok(())
        }
        Command::Conflicts(args) => return conflicts::run(&open(settings)?, &args).await,
        Command::Event(command) => event::run(&open(settings)?, command).await,
        Command::Gate(command) => gate::run(settings, command).await,
        Command::Organiser(command) => organiser::run(&open(settings)?, command).await,
        Command::Order(args) => order::show(&open(settings)?, args).await,
        Command::Privacy(command) => privacy::run(&open(settings)?, command).await,
        Command::Reconcile(args) => return reconcile::run(settings, &args).await,
        Command::Refund(args) => refund::refund(settings, args).await,
        Command::Revoke(args) => revoke::revoke(&open(settings)?, args).await,
        Command::Restore(args) => revoke::restore(&open(settings)?, args).await,
    };
    done.map(|()| Outcome::Done)
}

/// What a newer version gives to gates that are there already.
async fn prepare_gates(db: &Db) -> anyhow::Result<()> {
    gates::keys::make(db).await.context("the gates' keys could not be made")?;
    gates::renew(db).await.context("the gates' rights could not be renewed")
}

fn open(settings: &Typed) -> anyhow::Result<Db> {
    Db::open(&settings.check_database()?).context("DATABASE_URL")
}

fn open_with_razorpay(settings: &Typed) -> anyhow::Result<(Db, Client)> {
    let (database, razorpay) = settings.check_razorpay()?;
    let client = Client::new(razorpay, ApiCalls::default()).context(NO_TLS)?;
    Ok((Db::open(&database).context("DATABASE_URL")?, client))
}

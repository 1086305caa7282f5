//! `booking-web gate add | revoke | list`: a database account for each door.

use std::fs::{OpenOptions, Permissions};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use common::{PublicKey, TicketSigner};
use indicatif::{ProgressBar, ProgressStyle};

use crate::chain;
use crate::commands::keygen::read_signer;
use crate::config::{DatabaseSettings, Typed};
use crate::db::Db;
use crate::gates::set_up::{self, SetUp, SetUpFault, gate_name};
use crate::gates::{self, Added, codes};

#[derive(Debug, Subcommand)]
pub enum GateCommand {
    /// Make a gate's account and print its settings as TOML
    Add(NewGate),
    /// Take a gate's account away, at once
    Revoke {
        /// As given to `gate add`
        name: String,
    },
    /// Show every gate
    List,
}

#[derive(Debug, Args)]
pub struct NewGate {
    /// What the door is called, such as "Gate B"
    name: String,
    /// Also write the set-up code, to be shown to the gate's camera, as a PNG picture
    #[arg(long, value_name = "FILE")]
    qr: Option<PathBuf>,
    /// The database's HOST:PORT as the gate reaches it [default: as in DATABASE_URL]
    #[arg(long, value_name = "HOST:PORT")]
    database_address: Option<String>,
    /// Let codes of an older system in: a bare UNIQUE_ID, which anyone could write
    #[arg(long)]
    accept_unsigned: bool,
    /// Let this gate keep names and numbers in the clear, to find guests by hand while the network is down
    #[arg(long)]
    offline_list: bool,
}

/// Runs `gate …`.
///
/// # Errors
/// Naming what is wrong and the remedy.
pub async fn run(settings: &Typed, command: GateCommand) -> anyhow::Result<()> {
    let database = settings.check_database()?;
    let db = Db::open(&database).context("DATABASE_URL")?;
    match command {
        GateCommand::Add(gate) => {
            let signer = read_signer(&settings.check_signing_key_file()?)?;
            add(gate, signer.public_key(), &database, &db).await?;
            fill_codes(&db, &signer).await;
        }
        GateCommand::Revoke { name } => {
            let name = gate_name(&name)?;
            if !gates::revoke(&db, &name).await? {
                bail!("there is no gate {name} in use; `booking-web gate list` shows them");
            }
            println!("{name} can no longer reach the database");
        }
        GateCommand::List => {
            for gate in gates::list(&db).await? {
                let state = if gate.revoked { "revoked" } else { "in use" };
                println!("{:<20} {:<8} {:<24} last scan {}", gate.name, state, gate.account, gate.last_scan);
            }
        }
    }
    db.close().await;
    Ok(())
}

async fn add(gate: NewGate, key: PublicKey, database: &DatabaseSettings, db: &Db) -> anyhow::Result<()> {
    let address = gate.database_address.as_deref();
    let set_up = SetUp::new(&gate.name, address, gate.accept_unsigned, key, database).map_err(named)?;
    let set_up = set_up.with_a_list(gate.offline_list);
    if gate.qr.is_some() && !set_up.fits_into_a_code() {
        bail!(
            "--qr: with the certificates of DATABASE_CA the settings do not fit into a code; \
             leave --qr out and take what is printed to the gate as a file, to be pasted when it is set up"
        );
    }
    let account = match gates::add(db, set_up.name(), !database.loopback).await? {
        Added::Account(account) => account,
        Added::NameTaken => {
            bail!("there is a gate {} already; choose another name, or revoke it first", set_up.name())
        }
    };
    let text = set_up.text(&account)?;
    print!("{text}");
    if let Some(file) = gate.qr {
        let png = set_up::code(&text).context("--qr")?.png();
        write_private(&file, &png).with_context(|| format!("--qr: cannot write {}", file.display()))?;
    }
    Ok(())
}

/// A gate is told of the tickets there are, also where no server runs. Without it the gate works while it is online.
async fn fill_codes(db: &Db, signer: &TicketSigner) {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("codes of {pos} tickets").expect("the template is well formed"));
    let filled = codes::fill(db, signer, |seen| bar.inc(seen as u64)).await;
    bar.finish_and_clear();
    if let Err(error) = filled {
        tracing::warn!(
            error = chain(&error),
            "not all tickets' codes are written; `booking-web serve` goes on with it"
        );
    }
}

/// With the option that it was typed after.
fn named(fault: SetUpFault) -> anyhow::Error {
    match fault {
        SetUpFault::Address { .. } => anyhow::Error::new(fault).context("--database-address"),
        fault => fault.into(),
    }
}

/// The set-up code holds the gate's password.
fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    // One that was there before keeps its mode otherwise.
    out.set_permissions(Permissions::from_mode(0o600))?;
    out.write_all(bytes)
}

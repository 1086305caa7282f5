//! `booking-web gate add | revoke | list`: a database account for each door.

use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use common::PublicKey;
use serde::Serialize;
use url::Url;

use crate::commands::keygen::read_signer;
use crate::config::{DatabaseSettings, Typed};
use crate::db::Db;
use crate::gates::{self, Account, Added};
use crate::ticket::qr;

#[derive(Debug, Subcommand)]
pub enum GateCommand {
    /// Make a gate's account and print its settings as TOML
    Add {
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
    },
    /// Take a gate's account away, at once
    Revoke {
        /// As given to `gate add`
        name: String,
    },
    /// Show every gate
    List,
}

/// What a gate needs to know; its file and its set-up code are this as TOML.
#[derive(Serialize)]
struct GateSettings<'a> {
    gate: &'a str,
    database_url: String,
    accept_unsigned: bool,
    public_keys: [PublicKey; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    database_ca: Option<String>,
}

/// Runs `gate …`.
///
/// # Errors
/// Naming what is wrong and the remedy.
pub async fn run(settings: &Typed, command: GateCommand) -> anyhow::Result<()> {
    let database = settings.check_database()?;
    let db = Db::open(&database).context("DATABASE_URL")?;
    match command {
        GateCommand::Add { name, qr, database_address, accept_unsigned } => {
            let key = read_signer(&settings.check_signing_key_file()?)?.public_key();
            let name = gate_name(&name)?;
            let address = address(&database, database_address.as_deref())?;
            let database_ca = authority(&database)?;
            let account = match gates::add(&db, &name, !database.loopback).await? {
                Added::Account(account) => account,
                Added::NameTaken => bail!("there is a gate {name} already; choose another name, or revoke it first"),
            };
            let public_keys = [key];
            let database_url = gate_url(&database, address, &account)?;
            let settings = GateSettings { gate: &name, database_url, accept_unsigned, public_keys, database_ca };
            let text = toml::to_string(&settings).context("the gate's settings")?;
            print!("{text}");
            if let Some(file) = qr {
                let code = qr::Symbol::of(&text).context("--qr: the database's certificates do not fit into a code")?;
                write_private(&file, &code.png()).with_context(|| format!("--qr: cannot write {}", file.display()))?;
            }
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

/// The set-up code holds the gate's password.
fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    // One that was there before keeps its mode otherwise.
    out.set_permissions(Permissions::from_mode(0o600))?;
    out.write_all(bytes)
}

fn gate_name(typed: &str) -> anyhow::Result<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 50 || name.chars().any(char::is_control) {
        bail!("a gate's name has 1 to 50 characters, such as \"Gate B\"");
    }
    Ok(name)
}

/// The host and port a gate connects to.
fn address(database: &DatabaseSettings, typed: Option<&str>) -> anyhow::Result<(String, u16)> {
    let url = match typed {
        Some(typed) => Url::parse(&format!("mysql://{typed}"))
            .with_context(|| format!("--database-address {typed}: write it as db.example.com:3306"))?,
        None => Url::parse(database.exposed_url()).context("DATABASE_URL")?,
    };
    let host = url.host_str().filter(|host| !host.is_empty()).context("--database-address names no host")?;
    Ok((host.to_owned(), url.port().unwrap_or(3306)))
}

fn gate_url(database: &DatabaseSettings, (host, port): (String, u16), account: &Account) -> anyhow::Result<String> {
    let own = Url::parse(database.exposed_url()).context("DATABASE_URL")?;
    let name = own.path().trim_start_matches('/');
    Ok(format!("mysql://{}:{}@{host}:{port}/{name}", account.user, account.password))
}

/// The authority goes along in the settings, so that one file or one code sets a gate up.
fn authority(database: &DatabaseSettings) -> anyhow::Result<Option<String>> {
    let Some(file) = &database.ca_file else { return Ok(None) };
    let pem = std::fs::read_to_string(file).with_context(|| format!("DATABASE_CA: cannot read {}", file.display()))?;
    Ok(Some(pem))
}

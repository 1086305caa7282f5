//! `booking-web gate add | revoke | list`: a database account for each door.

use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use common::PublicKey;
use serde::Serialize;
use url::Url;

use crate::commands::keygen::read_signer;
use crate::config::{DatabaseSettings, Typed};
use crate::db::Db;
use crate::gates::{self, Account, Added};
use crate::ticket::qr::Symbol;

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
}

/// What a gate needs to know; its file and its set-up code are this as TOML.
#[derive(Serialize)]
struct GateSettings<'a> {
    gate: &'a str,
    database_url: String,
    accept_unsigned: bool,
    public_keys: [PublicKey; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    database_ca: Option<&'a str>,
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
            let key = read_signer(&settings.check_signing_key_file()?)?.public_key();
            add(gate, key, &database, &db).await?;
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
    let name = gate_name(&gate.name)?;
    let address = address(database, gate.database_address.as_deref())?;
    let database_ca = authority(database)?;
    let text_for = |account: &Account| {
        let settings = GateSettings {
            gate: &name,
            database_url: gate_url(database, &address, account)?,
            accept_unsigned: gate.accept_unsigned,
            public_keys: [key],
            database_ca: database_ca.as_deref(),
        };
        toml::to_string(&settings).context("the gate's settings")
    };
    if gate.qr.is_some() {
        // Said before there is an account that nobody could use.
        set_up_code(&text_for(&longest_account())?)?;
    }
    let account = match gates::add(db, &name, !database.loopback).await? {
        Added::Account(account) => account,
        Added::NameTaken => bail!("there is a gate {name} already; choose another name, or revoke it first"),
    };
    let text = text_for(&account)?;
    print!("{text}");
    if let Some(file) = gate.qr {
        let png = set_up_code(&text)?.png();
        write_private(&file, &png).with_context(|| format!("--qr: cannot write {}", file.display()))?;
    }
    Ok(())
}

/// The same text as in the file, for a camera. Certificates rarely fit into what a webcam can read.
fn set_up_code(text: &str) -> anyhow::Result<Symbol> {
    Symbol::shown(text).context(
        "--qr: with the certificates of DATABASE_CA the settings do not fit into a code; \
         leave --qr out and take what is printed to the gate as a file, to be pasted when it is set up",
    )
}

/// As long as every account, in letters, which take the most room in a code.
fn longest_account() -> Account {
    Account { user: format!("gate_{}", "f".repeat(12)), password: "f".repeat(32) }
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

fn gate_url(database: &DatabaseSettings, (host, port): &(String, u16), account: &Account) -> anyhow::Result<String> {
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

#[cfg(test)]
mod tests {
    use common::TicketSigner;

    use super::*;

    /// What `gate add` prints for a database at Amazon.
    fn text(database_ca: Option<&str>) -> String {
        let Account { user, password } = longest_account();
        let host = "diwali-night.c9akciq32xyz.ap-south-1.rds.amazonaws.com";
        let database_url = format!("mysql://{user}:{password}@{host}:3306/diwali_night");
        let public_keys = [TicketSigner::from_seed(&[7; 32]).public_key()];
        let settings = GateSettings { gate: "Gate B", database_url, accept_unsigned: false, public_keys, database_ca };
        toml::to_string(&settings).unwrap()
    }

    /// PEM with a certificate of so many bytes.
    fn certificate(bytes: usize) -> String {
        let body = data_encoding::BASE64.encode(&vec![0x5a; bytes]);
        let lines: Vec<_> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    #[test]
    fn a_set_up_code_has_large_modules() {
        // Version 11: seven pixels each, where the code fills three fifths of 720 lines.
        assert_eq!(set_up_code(&text(None)).unwrap().side(), 61 + 8);
    }

    #[test]
    fn one_small_certificate_fits_and_any_other_is_told_the_other_way() {
        // A P-256 authority with a short name; one of RSA with 2048 bits.
        assert!(set_up_code(&text(Some(&certificate(400)))).is_ok());
        let fault = set_up_code(&text(Some(&certificate(790)))).err().unwrap();
        assert!(fault.to_string().contains("leave --qr out"), "{fault}");
    }
}

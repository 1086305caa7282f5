//! `booking-web organiser add | password | list | remove`: who may sit at the desk.
//!
//! At a terminal the password is typed twice and not shown; elsewhere it comes
//! from a file or from standard input. Never from the command line, where
//! everybody on the machine could read it.

use std::io::{IsTerminal, Read, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

use crate::db::Db;
use crate::organiser::account::{self, Name};
use crate::organiser::password::{Kept, Password};

/// More than any password; whoever names a picture is told so at once.
const FILE_BYTES: u64 = 16 << 10;

#[derive(Debug, Subcommand)]
pub enum OrganiserCommand {
    /// Make an account
    Add(Account),
    /// Set another password; whoever is signed in by the old one is signed out
    Password(Account),
    /// Show every account
    List,
    /// Take an account away, and sign it out; what it did stays in the audit
    Remove {
        /// As given to `organiser add`
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct Account {
    /// Such as asha or asha@example.com
    name: String,
    /// File whose first line is the password [default: asked for, or the first line of standard input]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Runs `organiser …`.
///
/// # Errors
/// Naming what is wrong and the remedy.
pub async fn run(db: &Db, command: OrganiserCommand) -> anyhow::Result<()> {
    match command {
        OrganiserCommand::Add(Account { name, password_file }) => {
            let name = Name::parse(&name)?;
            let taken = || {
                format!(
                    "there is an organiser {name} already; `booking-web organiser password {name}` sets another password"
                )
            };
            // Before somebody thinks of a password twice.
            ensure!(account::find(db, name.as_str()).await?.is_none(), taken());
            ensure!(account::add(db, &name, &password(password_file).await?).await?, taken());
            println!("{name} can sign in at /organiser");
        }
        OrganiserCommand::Password(Account { name, password_file }) => {
            let name = Name::parse(&name)?;
            let missing = || format!("there is no organiser {name}; `booking-web organiser list` shows them");
            ensure!(account::find(db, name.as_str()).await?.is_some(), missing());
            ensure!(account::set_password(db, &name, &password(password_file).await?).await?, missing());
            println!("{name} has a new password, and was signed out everywhere");
        }
        OrganiserCommand::Remove { name } => {
            let name = Name::parse(&name)?;
            ensure!(
                account::remove(db, &name).await?,
                "there is no organiser {name}; `booking-web organiser list` shows them"
            );
            println!("{name} can no longer sign in, and was signed out everywhere");
        }
        OrganiserCommand::List => list(db).await?,
    }
    Ok(())
}

async fn list(db: &Db) -> anyhow::Result<()> {
    let said = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let accounts = account::list(db).await?;
    for one in &accounts {
        let seen = one.seen_at.map_or_else(|| "not signed in".to_owned(), |at| format!("seen {}", said(at)));
        println!("{:<30} since {}, password of {}, {seen}", one.name, said(one.created_at), said(one.password_of));
    }
    if accounts.is_empty() {
        println!("there is no organiser yet; `booking-web organiser add NAME` makes an account");
    }
    Ok(())
}

/// What is to be kept of the new password.
async fn password(file: Option<PathBuf>) -> anyhow::Result<Kept> {
    // A person who thinks must not keep anything else waiting.
    let typed = tokio::task::spawn_blocking(move || match file {
        Some(file) => first_line_of(&file),
        None if stdin().is_terminal() => typed_twice(),
        None => first_line(stdin().lock()),
    });
    Ok(Password::choose(&typed.await??)?.keep().await?)
}

fn typed_twice() -> anyhow::Result<String> {
    let ask = |prompt| rpassword::prompt_password(prompt).context("the terminal shows no prompt; use --password-file");
    let password = ask("Password: ")?;
    // Said before it is typed a second time.
    Password::choose(&password)?;
    ensure!(ask("Once more: ")? == password, "the two are not the same; nothing was changed");
    Ok(password)
}

fn first_line_of(file: &Path) -> anyhow::Result<String> {
    let open = std::fs::File::open(file).with_context(|| format!("--password-file: cannot read {}", file.display()))?;
    first_line(open).with_context(|| format!("--password-file {}", file.display()))
}

fn first_line(from: impl Read) -> anyhow::Result<String> {
    let mut text = String::new();
    from.take(FILE_BYTES).read_to_string(&mut text).context("the password is not text")?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!("there is no password in its first line"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_without_its_end() {
        assert_eq!(first_line(&b"four words nobody says\r\nmore\n"[..]).unwrap(), "four words nobody says");
        assert_eq!(first_line(&b" with spaces "[..]).unwrap(), " with spaces ");
        for bytes in [&b""[..], b"\n", b"\xff\xfe"] {
            assert!(first_line(bytes).is_err(), "{bytes:?}");
        }
    }
}

//! Gates, added and taken away at the desk.
//!
//! Accounts of the database know no transaction. So what an organiser wishes
//! is written down before it is tried, and once more if it came to nothing:
//! no gate is ever there that nobody is known to have made.

use super::audit::note_alone;
use crate::db::{Db, DbError};
use crate::gates::set_up::{SetUp, SetUpFault};
use crate::gates::{self, Added};

/// What became of a wish for a gate.
pub enum NewGate {
    /// What it is told, this once: it holds the gate's password.
    Made(String),
    NameTaken,
    /// Our own account may not make accounts; the server's words.
    NoRights,
}

/// Why it is not known what became of it, or why it cannot be.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    #[error("the gate could not be made")]
    Db(#[from] DbError),
    #[error("the gate was made, and nothing can be told to it")]
    SetUp(#[from] SetUpFault),
}

/// Makes a gate; with `tls`, the database refuses it without encryption.
///
/// # Errors
/// [`GateError`]; then there is no such gate.
pub async fn add(db: &Db, organiser: &str, set_up: &SetUp, tls: bool) -> Result<NewGate, GateError> {
    note_alone(db, organiser, "gate_add", Some(set_up.name()), None).await?;
    match gates::add(db, set_up.name(), tls).await {
        Ok(Added::Account(account)) => Ok(NewGate::Made(set_up.text(&account)?)),
        Ok(Added::NameTaken) => {
            note_alone(db, organiser, "gate_add_failed", Some(set_up.name()), Some("the name is taken")).await?;
            Ok(NewGate::NameTaken)
        }
        Err(error) => {
            let code = error.code().map_or_else(|| "no answer".into(), |code| format!("database error {code}"));
            note_alone(db, organiser, "gate_add_failed", Some(set_up.name()), Some(&code)).await?;
            if may_not(&error) { Ok(NewGate::NoRights) } else { Err(error.into()) }
        }
    }
}

/// What became of a wish to be rid of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    Done,
    /// There is no such gate in use.
    NotThere,
    NoRights,
}

/// Takes a gate's account away, at once.
///
/// # Errors
/// [`DbError`]; then the gate may still work.
pub async fn revoke(db: &Db, organiser: &str, name: &str) -> Result<Revoked, DbError> {
    note_alone(db, organiser, "gate_revoke", Some(name), None).await?;
    let (revoked, why) = match gates::revoke(db, name).await {
        Ok(true) => return Ok(Revoked::Done),
        Ok(false) => (Ok(Revoked::NotThere), "there is no such gate in use"),
        Err(error) if may_not(&error) => (Ok(Revoked::NoRights), "the site's account may not drop accounts"),
        Err(error) => (Err(error), "the database did not do it"),
    };
    note_alone(db, organiser, "gate_revoke_failed", Some(name), Some(why)).await?;
    revoked
}

/// The server says that our own account lacks a right: to a database, a
/// table, a column, a user's account, or to hand rights on.
fn may_not(error: &DbError) -> bool {
    matches!(error.code(), Some(1044 | 1045 | 1142 | 1143 | 1227 | 1410))
}

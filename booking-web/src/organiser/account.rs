//! Accounts: a name, and what is kept of a password.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts};

use super::audit;
use super::password::Kept;
use crate::db::{Db, DbError, column};
use crate::order::random_hex;

/// Who did it, when it was not at the desk.
const BY_COMMAND: &str = "by command";
const LONGEST: usize = 50;

/// An organiser's name in the form it is kept in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

/// What was typed is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an organiser's name has 1 to {LONGEST} letters (a to z), digits or . _ - @, such as asha or asha@example.com")]
pub struct NotAName;

/// An account, as a sign-in needs it.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: Name,
    pub password: Kept,
    /// Another one with each password: what a session was begun under.
    pub epoch: String,
}

/// An account as the list shows it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub password_of: DateTime<Utc>,
    /// Of sessions that stand.
    pub seen_at: Option<DateTime<Utc>>,
}

impl Name {
    /// Reads what was typed; capitals are small letters here.
    ///
    /// # Errors
    /// [`NotAName`].
    pub fn parse(typed: &str) -> Result<Self, NotAName> {
        let name = typed.trim().to_ascii_lowercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(fits) {
            return Err(NotAName);
        }
        Ok(Self(name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes an account. `false`: the name is taken, as the primary key says.
///
/// # Errors
/// [`DbError`].
pub async fn add(db: &Db, name: &Name, password: &Kept) -> Result<bool, DbError> {
    let (name, epoch) = (name.as_str(), &random_hex());
    let added = db
        .work(|mut conn| async move {
            let mut tx = conn.start_transaction(TxOpts::default()).await?;
            let insert = "INSERT INTO organisers (name, password_hash, epoch, created_at, changed_at)
                          VALUES (?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))";
            tx.exec_drop(insert, (name, password.as_str(), epoch)).await?;
            audit::note(&mut tx, name, "account_added", Some(name), Some(BY_COMMAND)).await?;
            Ok(tx.commit().await?)
        })
        .await;
    match added {
        Err(error) if error.is_duplicate() => Ok(false),
        result => result.map(|()| true),
    }
}

/// Sets another password: every session of before is over, and a lock-out of
/// the name, too. `false`: there is no such account.
///
/// # Errors
/// [`DbError`].
pub async fn set_password(db: &Db, name: &Name, password: &Kept) -> Result<bool, DbError> {
    let (account, epoch) = (&super::lock::Subject::account(name.as_str()), &random_hex());
    let name = name.as_str();
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let update = "UPDATE organisers SET password_hash = ?, epoch = ?, changed_at = UTC_TIMESTAMP(6) WHERE name = ?";
        tx.exec_drop(update, (password.as_str(), epoch, name)).await?;
        if tx.affected_rows() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.exec_drop("DELETE FROM organiser_sessions WHERE organiser = ?", (name,)).await?;
        super::lock::forgive_account(&mut tx, account).await?;
        audit::note(&mut tx, name, "password_set", Some(name), Some(BY_COMMAND)).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Takes an account away, and its sessions with it; what it did stays
/// written. `false`: there is no such account.
///
/// # Errors
/// [`DbError`].
pub async fn remove(db: &Db, name: &Name) -> Result<bool, DbError> {
    let name = name.as_str();
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        tx.exec_drop("DELETE FROM organisers WHERE name = ?", (name,)).await?;
        if tx.affected_rows() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        audit::note(&mut tx, name, "account_removed", Some(name), Some(BY_COMMAND)).await?;
        tx.commit().await?;
        Ok(true)
    })
    .await
}

/// Finds one account.
///
/// # Errors
/// [`DbError`].
pub async fn find(db: &Db, name: &str) -> Result<Option<Account>, DbError> {
    let row: Option<(String, String, String)> = db
        .work(|mut conn| async move {
            let query = "SELECT name, password_hash, epoch FROM organisers WHERE name = ?";
            Ok(conn.exec_first(query, (name,)).await?)
        })
        .await?;
    row.map(|(name, hash, epoch)| {
        let password = Kept::parse(&hash).ok_or(DbError::Column { column: "password_hash" })?;
        Ok(Account { name: Name(name), password, epoch })
    })
    .transpose()
}

/// Every account, by name.
///
/// # Errors
/// [`DbError`].
pub async fn list(db: &Db) -> Result<Vec<Listed>, DbError> {
    let rows: Vec<Row> = db
        .work(|mut conn| async move {
            let query = "SELECT o.name, o.created_at, o.changed_at, MAX(s.seen_at) AS seen_at FROM organisers o
                         LEFT JOIN organiser_sessions s ON s.organiser = o.name AND s.epoch = o.epoch
                         GROUP BY o.name, o.created_at, o.changed_at ORDER BY o.name";
            Ok(conn.query(query).await?)
        })
        .await?;
    let listed = |row: &Row| {
        let instant = |name| column::<NaiveDateTime>(row, name).map(|at| at.and_utc());
        Ok(Listed {
            name: column(row, "name")?,
            created_at: instant("created_at")?,
            password_of: instant("changed_at")?,
            seen_at: column::<Option<NaiveDateTime>>(row, "seen_at")?.map(|at| at.and_utc()),
        })
    };
    rows.iter().map(listed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_capitals() {
        assert_eq!(Name::parse(" Asha@Example.com ").unwrap().as_str(), "asha@example.com");
        for typed in ["", " ", "आशा", "a b", "a\u{202e}b", "<script>", &"x".repeat(51)] {
            assert!(Name::parse(typed).is_err(), "{typed:?}");
        }
    }
}

//! How often a guess is looked at.
//!
//! Each try is counted *before* the password is compared, by one conditional
//! UPDATE per subject: many guesses at the same moment are as many tries one
//! after the other, on however many servers. After a few there is a pause,
//! and each try after it makes the next pause longer. A name that nobody has
//! is counted like any other, so that the answer does not tell which it is.
//!
//! Two subjects are counted: the name, against many computers that guess at
//! one account; and the address, against one computer that guesses at many.

use std::net::IpAddr;
use std::time::Duration;

use mysql_async::TxOpts;
use mysql_async::prelude::Queryable;
use sha2::{Digest, Sha256};

use crate::db::{Db, DbError};

/// Tries of a name before the first pause. A person who has forgotten which
/// of their passwords it was needs about as many.
pub const OF_A_NAME: u32 = 5;
/// Tries from an address: a whole office may share one.
pub const OF_AN_ADDRESS: u32 = 20;
/// Doubled with each further try …
const FIRST_PAUSE_SECONDS: u32 = 30;
/// … up to this.
const LONGEST_PAUSE_SECONDS: u32 = 15 * 60;
/// Then all is forgotten, unless something was tried meanwhile.
const FORGOTTEN_AFTER_HOURS: u32 = 24;

/// Who is counted: the hash of a name as typed, or of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

/// Whether a guess is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is, and was counted.
    Look,
    /// It is not, until this has passed.
    Wait(Duration),
}

impl Subject {
    /// Whatever was typed as a name, whether it could be one or not.
    #[must_use]
    pub fn account(typed: &str) -> Self {
        Self::of("name", &typed.trim().to_ascii_lowercase())
    }

    #[must_use]
    pub fn address(address: IpAddr) -> Self {
        Self::of("address", &address.to_string())
    }

    fn of(kind: &str, text: &str) -> Self {
        Self(data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{kind}:{text}"))))
    }
}

/// Counts a try, if one may be made now.
///
/// # Errors
/// [`DbError`]; then nothing may be tried.
pub async fn count(db: &Db, account: &Subject, address: &Subject) -> Result<Turn, DbError> {
    db.work(|mut conn| async move {
        let forget = format!(
            "DELETE FROM organiser_failures WHERE last_at < UTC_TIMESTAMP(6) - INTERVAL {FORGOTTEN_AFTER_HOURS} HOUR
             AND blocked_until < UTC_TIMESTAMP(6) LIMIT 100"
        );
        conn.query_drop(forget).await?;
        let rows = "INSERT IGNORE INTO organiser_failures (subject, blocked_until, last_at)
                    VALUES (?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)), (?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))";
        conn.exec_drop(rows, (&account.0, &address.0)).await?;
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        for (subject, free) in [(account, OF_A_NAME), (address, OF_AN_ADDRESS)] {
            tx.exec_drop(one_more(free), (&subject.0,)).await?;
            if tx.affected_rows() == 0 {
                tx.rollback().await?;
                return wait(&mut conn, subject).await;
            }
        }
        tx.commit().await?;
        Ok(Turn::Look)
    })
    .await
}

/// One more try, unless there is a pause. The columns are set in an order in
/// which each reads the others as they were: MySQL assigns from left to right.
fn one_more(free: u32) -> String {
    let doubled = format!("{FIRST_PAUSE_SECONDS} * POW(2, LEAST(tries + 1 - {free}, 10))");
    format!(
        "UPDATE organiser_failures SET
             blocked_until = IF(tries + 1 < {free}, blocked_until,
                 UTC_TIMESTAMP(6) + INTERVAL CAST(LEAST({LONGEST_PAUSE_SECONDS}, {doubled}) AS SIGNED) SECOND),
             tries = tries + 1,
             last_at = UTC_TIMESTAMP(6)
         WHERE subject = ? AND blocked_until <= UTC_TIMESTAMP(6)"
    )
}

async fn wait(conn: &mut impl Queryable, subject: &Subject) -> Result<Turn, DbError> {
    let query =
        "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), blocked_until) FROM organiser_failures WHERE subject = ?";
    let seconds: Option<i64> = conn.exec_first(query, (&subject.0,)).await?;
    // A pause that ended this very moment is still told: the try was not made.
    Ok(Turn::Wait(Duration::from_secs(seconds.and_then(|it| u64::try_from(it).ok()).unwrap_or(0) + 1)))
}

/// The password was right: the name begins anew, and its address has one try
/// less against it (others behind it may be guessing).
///
/// # Errors
/// [`DbError`].
pub async fn forgive(tx: &mut impl Queryable, account: &Subject, address: &Subject) -> Result<(), DbError> {
    forgive_account(tx, account).await?;
    let less = "UPDATE organiser_failures SET
                    blocked_until = IF(tries <= ?, UTC_TIMESTAMP(6), blocked_until), tries = GREATEST(tries - 1, 0)
                WHERE subject = ?";
    tx.exec_drop(less, (OF_AN_ADDRESS, &address.0)).await?;
    Ok(())
}

/// Whoever may set a password at a terminal needs no pause.
pub(super) async fn forgive_account(tx: &mut impl Queryable, account: &Subject) -> Result<(), DbError> {
    tx.exec_drop("DELETE FROM organiser_failures WHERE subject = ?", (&account.0,)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_counted_however_it_is_written_and_is_no_address() {
        assert_eq!(Subject::account(" Asha "), Subject::account("asha"));
        assert_ne!(Subject::account("asha"), Subject::account("ravi"));
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        assert_ne!(Subject::account("192.0.2.1"), Subject::address(address));
    }
}

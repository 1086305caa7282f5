//! Sessions: that somebody has signed in, known to every server.
//!
//! The browser holds 256 random bits; the table holds their hash, whose
//! account it is, and under which password. A session ends when it was not
//! used for half a day, after a week in any case, when its organiser signs
//! out, and when the account's password changes or the account goes.

use std::fmt;

use mysql_async::Row;
use mysql_async::prelude::Queryable;
use sha2::{Digest, Sha256};

use super::account::Account;
use crate::db::{Db, DbError, column};
use crate::order::random_hex;

/// Not used for so long, it is over.
const IDLE_HOURS: u32 = 12;
/// Used or not.
const LONGEST_DAYS: u32 = 7;
/// How exactly it is known when one was last used: not each click is a write.
const NOTED_EVERY_MINUTES: u32 = 1;

/// What the browser holds. Its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Made at the sign-in and never before: what a browser brought along is nobody's.
    pub(super) fn fresh() -> Self {
        Self(random_hex() + &random_hex())
    }

    /// Reads a cookie.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        whole.then(|| Self(text.to_owned()))
    }

    /// For the cookie, and for nothing else.
    #[must_use]
    pub fn exposed(&self) -> &str {
        &self.0
    }

    /// What forms of this session carry, so that no other site's page can send
    /// one. It follows from the token and does not give it away.
    #[must_use]
    pub fn csrf(&self) -> String {
        self.digest("form")
    }

    fn kept(&self) -> String {
        self.digest("session")
    }

    fn digest(&self, purpose: &str) -> String {
        data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{purpose}:{}", self.0)))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Begins one for an account as it was when its password was compared: if
/// that has changed since, the session is over before it begins.
pub(super) async fn begin(tx: &mut impl Queryable, token: &Token, account: &Account) -> Result<(), DbError> {
    let over = format!(
        "DELETE FROM organiser_sessions WHERE seen_at < UTC_TIMESTAMP(6) - INTERVAL {IDLE_HOURS} HOUR LIMIT 100"
    );
    tx.query_drop(over).await?;
    let insert = "INSERT INTO organiser_sessions (token_hash, organiser, epoch, created_at, seen_at)
                  VALUES (?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))";
    tx.exec_drop(insert, (token.kept(), account.name.as_str(), &account.epoch)).await?;
    Ok(())
}

/// Whose session it is; `None` when it is over, or never was.
///
/// # Errors
/// [`DbError`].
pub async fn find(db: &Db, token: &Token) -> Result<Option<String>, DbError> {
    let kept = &token.kept();
    db.work(|mut conn| async move {
        let query = format!(
            "SELECT s.organiser, s.seen_at < UTC_TIMESTAMP(6) - INTERVAL {NOTED_EVERY_MINUTES} MINUTE AS stale
             FROM organiser_sessions s JOIN organisers o ON o.name = s.organiser AND o.epoch = s.epoch
             WHERE s.token_hash = ? AND s.seen_at > UTC_TIMESTAMP(6) - INTERVAL {IDLE_HOURS} HOUR
               AND s.created_at > UTC_TIMESTAMP(6) - INTERVAL {LONGEST_DAYS} DAY"
        );
        let row: Option<Row> = conn.exec_first(query, (kept,)).await?;
        let Some(row) = row else { return Ok(None) };
        if column::<bool>(&row, "stale")? {
            let used = "UPDATE organiser_sessions SET seen_at = UTC_TIMESTAMP(6) WHERE token_hash = ?";
            conn.exec_drop(used, (kept,)).await?;
        }
        Ok(Some(column(&row, "organiser")?))
    })
    .await
}

/// Ends one.
///
/// # Errors
/// [`DbError`].
pub async fn end(tx: &mut impl Queryable, token: &Token) -> Result<(), DbError> {
    tx.exec_drop("DELETE FROM organiser_sessions WHERE token_hash = ?", (token.kept(),)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_and_the_forms_hold_is_not_the_token() {
        let token = Token::fresh();
        assert_eq!(Token::parse(token.exposed()), Some(token.clone()));
        let all = [token.exposed(), &token.csrf(), &token.kept()].map(str::to_owned);
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert_ne!(token, Token::fresh());
        assert!(!format!("{token:?}").contains(token.exposed()));
        for text in ["", "x", &token.exposed()[1..], &token.exposed().to_uppercase(), &format!("{}0", token.exposed())]
        {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }
}

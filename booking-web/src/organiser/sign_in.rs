//! Signing in, and out.

use std::net::IpAddr;
use std::time::Duration;

use mysql_async::TxOpts;

use super::account::{self, Account};
use super::audit;
use super::lock::{self, Subject, Turn};
use super::password::{self, Password};
use super::session::{self, Token};
use crate::db::{Db, DbError};

/// What became of it.
#[derive(Clone, Debug)]
pub enum SignIn {
    Welcome(Token),
    /// The name, the password, or both: which of them is not said.
    Wrong,
    /// Not looked at: too many were wrong.
    Locked(Duration),
    /// Not looked at: too many at the same moment.
    Busy,
}

/// Looks at what was typed. `before` is the session that the browser had: it
/// ends with the sign-in, whoever's it was.
///
/// # Errors
/// [`DbError`].
pub async fn sign_in(
    db: &Db,
    name: &str,
    password: Password,
    address: IpAddr,
    before: Option<&Token>,
) -> Result<SignIn, DbError> {
    let Some(_turn) = password::turn().await else { return Ok(SignIn::Busy) };
    let (by_name, by_address) = (Subject::account(name), Subject::address(address));
    if let Turn::Wait(wait) = lock::count(db, &by_name, &by_address).await? {
        tracing::warn!(wait = wait.as_secs(), "a sign-in was not looked at: too many were wrong");
        return Ok(SignIn::Locked(wait));
    }
    let account = account::find(db, &name.trim().to_ascii_lowercase()).await?;
    let right = password.is(account.as_ref().map(|account| account.password.clone())).await;
    let Some(account) = account.filter(|_| right) else { return Ok(SignIn::Wrong) };
    let token = Token::fresh();
    welcome(db, &account, &token, before, (&by_name, &by_address)).await?;
    Ok(SignIn::Welcome(token))
}

async fn welcome(
    db: &Db,
    account: &Account,
    token: &Token,
    before: Option<&Token>,
    (by_name, by_address): (&Subject, &Subject),
) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        if let Some(before) = before {
            session::end(&mut tx, before).await?;
        }
        session::begin(&mut tx, token, account).await?;
        lock::forgive(&mut tx, by_name, by_address).await?;
        audit::note(&mut tx, account.name.as_str(), "signed_in", None, None).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Ends a session.
///
/// # Errors
/// [`DbError`].
pub async fn sign_out(db: &Db, organiser: &str, token: &Token) -> Result<(), DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        session::end(&mut tx, token).await?;
        audit::note(&mut tx, organiser, "signed_out", None, None).await?;
        Ok(tx.commit().await?)
    })
    .await
}

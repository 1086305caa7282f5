//! `booking-web revoke` and `restore`: a ticket without its money.

use clap::Args;

use super::order::close::{Closed, Word};
use super::order::each::{Said, each};
use super::order::reason::reason;
use super::order::which::Meant;
use crate::db::Db;
use crate::order::OrderState;
use crate::organiser::said::either;
use crate::payment::books::Books;
use crate::payment::closing::Wish;

#[derive(Debug, Args)]
pub struct RevokeArgs {
    #[arg(required = true, value_name = "ORDER", help = super::order::which::HELP)]
    orders: Vec<String>,
    /// Why, for the order's story; nothing personal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// Also for a guest who was let in
    #[arg(long)]
    even_if_inside: bool,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[arg(required = true, value_name = "ORDER", help = super::order::which::HELP)]
    orders: Vec<String>,
    /// Why, for the order's story; nothing personal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

/// Takes tickets away; their money stays.
///
/// # Errors
/// When one of the orders could not be revoked.
pub async fn revoke(db: &Db, args: RevokeArgs) -> anyhow::Result<()> {
    let RevokeArgs { orders, reason, even_if_inside } = args;
    let word = Word { wish: Wish::Revoke, even_inside: even_if_inside, reason: reason.as_deref() };
    each(db, &orders, async |meant| {
        let text = match word.close(db, &meant).await? {
            Closed::Now(_) => either(
                meant.order.seats(),
                "revoked: every gate refuses the ticket from now on, the seat is free again, the money stays",
                "revoked: every gate refuses the tickets from now on, the seats are free again, the money stays",
            ),
            Closed::Before(OrderState::Revoked) => "was revoked already",
            Closed::Before(_) => "is no ticket any more: its money goes back, or went",
        };
        Ok(Said::done(format!(
            "{text}{}",
            beside_a_dispute(db, &meant, "even if that is won, the ticket stays away").await?
        )))
    })
    .await
}

/// Lets revoked tickets stand again.
///
/// # Errors
/// When one of the orders could not be restored.
pub async fn restore(db: &Db, args: RestoreArgs) -> anyhow::Result<()> {
    let RestoreArgs { orders, reason } = args;
    let word = Word { wish: Wish::Restore, even_inside: false, reason: reason.as_deref() };
    each(db, &orders, async |meant| {
        let text = match word.close(db, &meant).await? {
            Closed::Now(_) => either(
                meant.order.seats(),
                "restored: the ticket is valid again, and every gate takes it",
                "restored: the tickets are valid again, and every gate takes them",
            ),
            Closed::Before(_) => "is valid already",
        };
        Ok(Said::done(format!(
            "{text}{}",
            beside_a_dispute(db, &meant, "only if that is lost does the ticket go again").await?
        )))
    })
    .await
}

/// A bank has a say in it, too.
async fn beside_a_dispute(db: &Db, meant: &Meant, then: &str) -> anyhow::Result<String> {
    let books = Books::of(db, meant.order.id).await?;
    Ok(match books.quarrel() {
        Some(dispute) => {
            format!("; but the bank disputes its payment ({}, {}): {then}", dispute.id, dispute.status.as_str())
        }
        None => String::new(),
    })
}

//! `booking-web refund`: the ticket goes first, at the gate at once; then the money.
//!
//! What Razorpay cannot do now stays written down, and `serve` goes on with it.

mod all;
mod ask;
mod plan;
mod said;

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;

use super::open_with_razorpay;
use super::order::close::{Closed, Word};
use super::order::each::{Said, each};
use super::order::reason::reason;
use super::order::which::Meant;
use crate::config::Typed;
use crate::db::Db;
use crate::order::{OrderId, OrderState};
use crate::organiser::said::either;
use crate::payment::PaymentError;
use crate::payment::books::Books;
use crate::payment::client::{Client, RazorpayError};
use crate::payment::closing::Wish;
use crate::payment::refund::{pursue, try_again};

/// Before each further try, for whoever waits at a terminal.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

#[derive(Debug, Args)]
pub struct RefundArgs {
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "ORDER", help = super::order::which::HELP)]
    orders: Vec<String>,
    /// Every paid order, because the event is cancelled; a second run goes on where the first one ended
    #[arg(long)]
    all: bool,
    /// Really all; without it --all only says how many and how much
    #[arg(long, requires = "all")]
    yes: bool,
    /// Why, for the order's story; nothing personal
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// Also for a guest who was let in
    #[arg(long)]
    even_if_inside: bool,
    /// Take up refunds that failed for good; no ticket is touched
    #[arg(long, conflicts_with_all = ["reason", "even_if_inside"])]
    again: bool,
}

/// Runs `refund`.
///
/// # Errors
/// When something did not go back, and is not on its way.
pub async fn refund(settings: &Typed, args: RefundArgs) -> anyhow::Result<()> {
    let (db, razorpay) = open_with_razorpay(settings)?;
    let RefundArgs { orders, all, yes, reason, even_if_inside, again } = args;
    let word = Word { wish: Wish::Refund, even_inside: even_if_inside, reason: reason.as_deref() };
    let result = match (all, again) {
        (true, false) => all::close_and_ask(&db, &razorpay, &word, yes).await,
        (true, true) => all::ask_again(&db, &razorpay, yes).await,
        (false, false) => each(&db, &orders, async |meant| close_and_ask(&db, &razorpay, &word, meant).await).await,
        (false, true) => each(&db, &orders, async |meant| ask_again(&db, &razorpay, meant).await).await,
    };
    db.close().await;
    result
}

async fn close_and_ask(db: &Db, razorpay: &Client, word: &Word<'_>, meant: Meant) -> anyhow::Result<Said> {
    let ticket = match word.close(db, &meant).await? {
        Closed::Now(_) => either(
            meant.order.seats(),
            "the ticket is revoked and its seat free; the money goes back",
            "the tickets are revoked and their seats free; the money goes back",
        ),
        Closed::Before(OrderState::Refunded) => "was refunded before",
        Closed::Before(_) => "is being refunded already",
    };
    ask(db, razorpay, &meant, ticket).await
}

async fn ask_again(db: &Db, razorpay: &Client, meant: Meant) -> anyhow::Result<Said> {
    let taken_up = try_again(db, meant.order.id, None).await?;
    if !taken_up && Books::of(db, meant.order.id).await?.refunds().next().is_none() {
        bail!("nothing of it goes back, so there is no refund to try again; without --again its ticket is refunded");
    }
    let before = if taken_up { "what had failed is tried again" } else { "no refund of it has failed for good" };
    ask(db, razorpay, &meant, before).await
}

/// Asks Razorpay at once, and says how each payment stands then.
async fn ask(db: &Db, razorpay: &Client, meant: &Meant, before: &str) -> anyhow::Result<Said> {
    let asked = ask_patiently(db, razorpay, meant.order.id).await;
    let books = Books::of(db, meant.order.id).await.context("it is written down, but not how it stands")?;
    let zone = super::order::when::zone(db).await?;
    let fault = asked.err().map(|error| crate::chain(&error));
    let mut said = Said::done(before);
    for (payment, refund) in books.refunds() {
        said.text.push_str("\n  ");
        said.text.push_str(&said::standing(payment, refund, fault.as_deref(), zone));
        said.done &= said::is_on_its_way(refund.state);
    }
    Ok(said)
}

/// A moment later Razorpay may be less busy, or whoever asks for the same at this moment be done.
async fn ask_patiently(db: &Db, razorpay: &Client, order: OrderId) -> Result<(), PaymentError> {
    for pause in PAUSES {
        match pursue(db, razorpay, order).await {
            Err(PaymentError::Razorpay(RazorpayError::Busy { .. } | RazorpayError::NoAnswer(_))) => {
                tokio::time::sleep(razorpay.pause().unwrap_or_default().max(pause)).await;
            }
            result => return result,
        }
    }
    pursue(db, razorpay, order).await
}

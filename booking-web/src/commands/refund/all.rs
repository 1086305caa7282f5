//! `booking-web refund --all`: the event is cancelled.
//!
//! Every ticket goes first, which needs nobody but our database; then
//! Razorpay is asked for one order after the other. Both halves begin with
//! what the rows say, so that a second run goes on where the first one ended.

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};

use super::super::order::close::{Closed, Word};
use super::super::order::which::Meant;
use super::ask::{self, Asked};
use super::plan::{self, Plan, Sum};
use crate::db::{Db, DbError};
use crate::order::{By, Order, OrderId};
use crate::payment::client::Client;
use crate::payment::refund::try_again;

/// Rows read at once.
const BATCH: u32 = 500;

/// What became of the tickets.
#[derive(Default)]
struct Tickets {
    closed: u64,
    /// Orders left as they are, and why.
    left: Vec<String>,
}

/// Takes every paid ticket back and gives its money back.
///
/// # Errors
/// When something is left to do.
pub(super) async fn close_and_ask(db: &Db, razorpay: &Client, word: &Word<'_>, yes: bool) -> anyhow::Result<()> {
    let plan = Plan::of(db).await?;
    println!("{}", plan.said());
    if !yes {
        bail!("nothing was done; add --yes to do it");
    }
    let tickets = close(db, word, plan.paid.orders).await?;
    println!("revoked {} tickets", tickets.closed);
    for left in &tickets.left {
        eprintln!("{left}");
    }
    let asked = money(db, razorpay).await?;
    summary(db, &asked).await?;
    match tickets.left.len() {
        0 => Ok(()),
        left => bail!("{left} orders were left as they are, see above"),
    }
}

/// Has every refund tried again that failed for good.
///
/// # Errors
/// When something is left to do.
pub(super) async fn ask_again(db: &Db, razorpay: &Client, yes: bool) -> anyhow::Result<()> {
    let failed = plan::orders_with_refunds(db, "failed").await?;
    println!("refunds of {} orders failed for good", failed.len());
    if !yes {
        bail!("nothing was done; add --yes to do it");
    }
    for order in failed {
        try_again(db, order, None).await?;
    }
    summary(db, &money(db, razorpay).await?).await
}

async fn close(db: &Db, word: &Word<'_>, orders: u64) -> anyhow::Result<Tickets> {
    let progress = bar("tickets", orders);
    let (mut tickets, mut last) = (Tickets::default(), None);
    loop {
        let batch = plan::paid_orders_after(db, last, BATCH).await?;
        let Some(newest) = batch.last() else { break };
        last = Some(*newest);
        for id in batch {
            match close_one(db, word, id).await {
                Ok(seats) => tickets.closed += u64::from(seats),
                Err(error) => tickets.left.push(format!("{id}: {error:#}")),
            }
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    Ok(tickets)
}

/// How many tickets went.
async fn close_one(db: &Db, word: &Word<'_>, id: OrderId) -> anyhow::Result<u32> {
    let order = Order::find(db, By::Id(id)).await?.ok_or(DbError::Column { column: "id" })?;
    let seats = order.seats();
    match word.close(db, &Meant { order, payment: None }).await? {
        Closed::Now(_) => Ok(seats),
        Closed::Before(_) => Ok(0),
    }
}

async fn money(db: &Db, razorpay: &Client) -> anyhow::Result<Asked> {
    let orders = plan::orders_with_refunds(db, "intended").await?;
    let progress = bar("money", orders.len() as u64);
    let asked = ask::all(db, razorpay, orders, &progress).await;
    progress.finish_and_clear();
    Ok(asked)
}

/// What the rows say now: the server, or another run, may have done a part of it.
async fn summary(db: &Db, asked: &Asked) -> anyhow::Result<()> {
    let stand = plan::refunds(db).await?;
    println!("went back             {}", stand.processed);
    println!("asked for, pending    {} (5 to 7 working days)", stand.pending);
    println!("not asked for yet     {}", stand.intended);
    println!("failed for good       {}", stand.failed);
    for (fault, orders) in &asked.faults {
        eprintln!("{orders} orders: {fault}");
    }
    if asked.gave_up {
        eprintln!("Razorpay did none of the last {}, so the others were not tried", ask::IN_A_ROW);
    }
    if stand.intended != Sum::default() {
        bail!("not all could be asked for now; the server goes on by itself, or run this again");
    }
    if stand.failed != Sum::default() {
        bail!("some refunds failed for good; look at Razorpay's dashboard, and then `refund --all --again --yes`");
    }
    Ok(())
}

/// Seen on a terminal only.
fn bar(what: &'static str, orders: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:8} {bar:40} {pos}/{len} {elapsed} left {eta}  {msg}");
    let style = style.expect("a template that was tried");
    ProgressBar::new(orders).with_style(style).with_prefix(what)
}

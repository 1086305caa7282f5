//! Reads Razorpay's side: its long lists first, then whose the money is that
//! we have no row of.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

use super::patience::{for_each, patiently};
use super::theirs::{Account, TheirPayment};
use super::whose::{Owner, whose};
use super::{Sides, rows};
use crate::db::DbError;
use crate::order::OrderId;
use crate::payment::PaymentError;
use crate::payment::client::Page;

/// Payments looked for in our rows at once.
const BATCH: usize = 500;

/// All that was captured for this site in a stretch of time.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    /// What we have a row of.
    pub(super) account: Account,
    /// What we have no row of, by the order that it was for.
    pub(super) unbooked: HashMap<OrderId, Vec<TheirPayment>>,
    /// With its link.
    pub(super) unowned: Vec<(TheirPayment, String)>,
    /// Payments of other businesses of the same account.
    pub(super) strangers: u64,
}

/// Reads all payments and refunds that began between two moments. The end is
/// fixed, so that what comes meanwhile does not move the parts of the lists.
///
/// # Errors
/// [`PaymentError`].
pub(super) async fn fetch(
    sides: &Sides,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    since: Option<DateTime<Utc>>,
    bar: &ProgressBar,
) -> Result<Fetched, PaymentError> {
    let razorpay = &sides.razorpay;
    let mut account = Account::default();
    // Newest first: how far we are is how far back in time.
    let far = |at: Option<i64>| bar.set_position(at.map_or(0, |at| (to.timestamp() - at).unsigned_abs()));
    bar.set_length((to - from).num_seconds().unsigned_abs());
    bar.set_message("Razorpay's payments");
    let mut page = Page::first(from, to);
    loop {
        let part = patiently(razorpay, || razorpay.payments(&page)).await?;
        part.iter().for_each(|payment| account.add_payment(payment));
        far(part.last().map(|payment| payment.created_at));
        if part.len() < Page::SIZE {
            break;
        }
        page = page.next();
    }
    bar.set_message("Razorpay's refunds");
    let mut page = Page::first(from, to);
    loop {
        let part = patiently(razorpay, || razorpay.refunds(&page)).await?;
        let (count, oldest) = (part.len(), part.last().map(|refund| refund.created_at));
        part.into_iter().for_each(|refund| account.add_refund(refund));
        far(oldest);
        if count < Page::SIZE {
            break;
        }
        page = page.next();
    }
    sort_out(sides, account, since, bar).await
}

/// Parts what we have no row of by whose it is.
async fn sort_out(
    sides: &Sides,
    account: Account,
    since: Option<DateTime<Utc>>,
    bar: &ProgressBar,
) -> Result<Fetched, PaymentError> {
    let mut fetched = Fetched { account, ..Fetched::default() };
    let mut unknown = without_row(sides, &fetched.account).await?;
    let all = unknown.len();
    unknown.retain(|(payment, _)| !sides.strangers.know(payment));
    fetched.strangers = (all - unknown.len()) as u64;
    bar.set_message("whose payments those are");
    bar.set_length(unknown.len() as u64);
    bar.set_position(0);
    let answers = for_each(unknown, |(payment, began_at)| {
        let (sides, bar) = (sides.clone(), bar.clone());
        async move {
            let owner = whose(&sides, since, &payment, began_at).await;
            bar.inc(1);
            owner.map(|owner| (payment, owner))
        }
    });
    for (id, owner) in answers.await? {
        let Some(payment) = fetched.account.take(&id) else { continue };
        match owner {
            Owner::Order(order) => fetched.unbooked.entry(order).or_default().push(payment),
            Owner::Nobody { link } => fetched.unowned.push((payment, link)),
            Owner::Stranger => fetched.strangers += 1,
            Owner::Earlier => {}
        }
    }
    Ok(fetched)
}

async fn without_row(sides: &Sides, account: &Account) -> Result<Vec<(String, i64)>, DbError> {
    let mut unknown = Vec::new();
    let mut left = account.left().peekable();
    while left.peek().is_some() {
        let batch: Vec<(&str, i64)> = left.by_ref().take(BATCH).collect();
        let ids: Vec<&str> = batch.iter().map(|(id, _)| *id).collect();
        let booked: HashSet<String> = rows::booked(&sides.db, &ids).await?.into_iter().collect();
        let others = batch.into_iter().filter(|(id, _)| !booked.contains(*id));
        unknown.extend(others.map(|(id, began_at)| (id.to_owned(), began_at)));
    }
    Ok(unknown)
}

//! A ledger one can check: our orders, payments, refunds and tickets held
//! against what Razorpay says it took and gave back.
//!
//! Normally nothing is found. Whatever is found names the order and both
//! sides' words, with what to do about it; `--settle` first sends each order of
//! that kind through money's one door, so that only what a person must decide
//! is left.
//!
//! Both sides go on living while they are compared. So the lists are asked for
//! up to one moment; an order that took a step after it is left for the next
//! time; and whatever seems to differ is looked at once more after a pause,
//! with fresh rows and fresh answers, and must differ then in the same way.
//! Nothing is written but a row that says how the comparison ended.
//!
//! Razorpay's lists are kept as about a hundred bytes for each payment; our
//! rows come and go in pages.
//!
//! Reading order: `difference` (what can be wrong) → `ours`, `theirs` (the
//! two sides of an order) → `judge` (pure) → `rows`, `fetch` and `whose` (how
//! the sides are read) → `look` (the two looks) → `seats` (the counter) →
//! `record` and `by_itself`.

mod by_itself;
mod difference;
mod fetch;
mod judge;
mod look;
mod ours;
mod patience;
mod record;
mod rows;
mod seats;
mod sums;
mod theirs;
mod whose;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use indicatif::ProgressBar;
use serde::Serialize;

pub use self::by_itself::run;
pub use self::difference::{Difference, Kind};
use self::look::{Found, first_look, look_again};
use self::ours::OurOrder;
use self::patience::for_each;
pub use self::record::{Last, last};
pub use self::sums::{Money, Totals};
use self::whose::Strangers;
use crate::chain;
use crate::db::{Db, DbError};
use crate::event::Event;
use crate::order::OrderId;
use crate::payment::PaymentError;
use crate::payment::client::Client;
use crate::payment::settle::settle;

/// Razorpay's clock and ours, and a payment that began before we knew of its order.
const BEFORE: TimeDelta = TimeDelta::days(1);
/// How far back money is looked for that no order is left of.
const WITHOUT_ORDERS: TimeDelta = TimeDelta::days(30);
/// Attempts to bring one order up to date.
const ATTEMPTS: usize = 3;

/// The two sides, and how to know our own money among others'.
#[derive(Clone, Debug)]
pub struct Sides {
    db: Db,
    razorpay: Client,
    /// The beginning of every order page's address.
    our_pages: String,
    strangers: Strangers,
}

/// How to compare.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Only orders made from then on.
    pub since: Option<DateTime<Utc>>,
    /// Bring differing orders up to date first.
    pub settle: bool,
    /// What seems to differ may be under way: time to get there.
    pub grace: Duration,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub orders: u64,
    pub payments: u64,
    pub refunds: u64,
    pub tickets: u64,
    /// From an older system, say: no difference.
    pub tickets_without_order: u64,
    /// Orders that moved while we looked: left for the next time.
    pub under_way: u64,
    /// Payments of other businesses that sell by the same account.
    pub of_other_businesses: u64,
}

/// What a comparison found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub since: Option<DateTime<Utc>>,
    pub as_of: DateTime<Utc>,
    pub counts: Counts,
    pub totals: Totals,
    /// Orders that were brought up to date, if that was asked for.
    pub settled: Option<usize>,
    pub differences: Vec<Difference>,
}

/// Compares, and writes down how that ended.
///
/// # Errors
/// [`PaymentError`] when one side does not answer.
pub async fn reconcile(sides: &Sides, terms: &Terms, bar: &ProgressBar) -> Result<Report, PaymentError> {
    let row = record::begin(&sides.db, Utc::now()).await?;
    let outcome = compare(sides, terms, bar).await;
    if let Err(error) = record::end(&sides.db, row, &outcome).await {
        tracing::warn!(error = chain(&error), "how the comparison ended could not be written down");
    }
    outcome
}

async fn compare(sides: &Sides, terms: &Terms, bar: &ProgressBar) -> Result<Report, PaymentError> {
    let as_of = Utc::now();
    let mut look = first_look(sides, terms.since, as_of, bar).await?;
    let mut settled = None;
    if terms.settle {
        settled = Some(settle_all(sides, &look, bar).await);
        look = look_again(sides, look, false, bar).await?;
    }
    if look.is_suspicious() {
        bar.set_message("a pause for what is under way");
        tokio::time::sleep(terms.grace).await;
        look = look_again(sides, look, true, bar).await?;
    }
    let (since, counts, totals) = (terms.since, look.counts, look.totals());
    Ok(Report { since, as_of, counts, totals, settled, differences: look.differences() })
}

/// Through the one door, as any knock would. How many orders could be.
async fn settle_all(sides: &Sides, look: &Found, bar: &ProgressBar) -> usize {
    // The money of a ticket whose payment's row is lost would be taken for a second payment, and go back.
    let safe = |differences: &[Difference]| differences.iter().all(|it| it.kind != Kind::PaidWithoutPayment);
    let orders = look.orders.iter().filter(|suspect| safe(&suspect.differences));
    let orders: Vec<OrderId> = orders.map(|suspect| suspect.order).collect();
    bar.set_message("bringing orders up to date");
    bar.set_length(orders.len() as u64);
    bar.set_position(0);
    let done = for_each(orders, |order| {
        let (sides, bar) = (sides.clone(), bar.clone());
        async move {
            let done = settle_one(&sides, order).await;
            bar.inc(1);
            Ok::<bool, std::convert::Infallible>(done)
        }
    });
    match done.await {
        Ok(done) => done.into_iter().filter(|done| *done).count(),
        Err(never) => match never {},
    }
}

async fn settle_one(sides: &Sides, order: OrderId) -> bool {
    for attempt in 1..=ATTEMPTS {
        while let Some(pause) = sides.razorpay.pause() {
            tokio::time::sleep(pause).await;
        }
        match settle(&sides.db, &sides.razorpay, order, Utc::now()).await {
            Ok(state) => return state.is_some(),
            Err(error) => tracing::warn!(%order, attempt, error = chain(&error), "could not be brought up to date"),
        }
    }
    false
}

impl Sides {
    #[must_use]
    pub fn new(db: Db, razorpay: Client, our_pages: String) -> Self {
        Self { db, razorpay, our_pages, strangers: Strangers::default() }
    }

    /// From when on money can have come, if any can; and how many orders there are.
    async fn window(
        &self,
        since: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(Option<DateTime<Utc>>, u64), DbError> {
        let (first, orders) = rows::extent(&self.db, since).await?;
        let from = match first {
            Some(first) => Some(first - BEFORE),
            // A database that was begun anew may have had another before it.
            None => {
                let sells = Event::load(&self.db).await?.is_some_and(|event| !event.is_free());
                sells.then(|| since.unwrap_or(now - WITHOUT_ORDERS))
            }
        };
        Ok((from, orders))
    }
}

impl Counts {
    fn add(&mut self, order: &OurOrder) {
        self.orders += 1;
        self.payments += order.payments.len() as u64;
        self.refunds += order.payments.iter().filter(|payment| payment.refund.is_some()).count() as u64;
    }
}

impl Report {
    /// Nothing is left to do.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.differences.is_empty()
    }
}

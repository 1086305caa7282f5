//! The two looks. The first goes over everything and only suspects; the second
//! looks again at each suspect, with fresh rows and fresh answers, because
//! both sides go on living while they are compared.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

use super::difference::{Difference, Kind};
use super::fetch::{Fetched, fetch};
use super::judge::{judge, sum_of};
use super::ours::OurOrder;
use super::patience::{for_each, found, patiently};
use super::sums::Totals;
use super::theirs::{TheirPayment, TheirRefund, TheirSide};
use super::{Counts, Sides, rows, seats};
use crate::order::OrderId;
use crate::payment::PaymentError;
use crate::payment::wire::DisputeStatus;

/// What a look found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) counts: Counts,
    /// Of all that agrees.
    pub(super) agreed: Totals,
    pub(super) orders: Vec<Suspect>,
    pub(super) unowned: Vec<Unowned>,
    /// Not about one order.
    pub(super) house: Vec<Difference>,
}

/// An order on which the sides seem to disagree.
#[derive(Debug)]
pub(super) struct Suspect {
    pub(super) order: OrderId,
    /// Payments for it that we had no row of.
    unbooked: Vec<String>,
    pub(super) differences: Vec<Difference>,
    totals: Totals,
}

/// Money for this site that no order knows.
#[derive(Debug)]
pub(super) struct Unowned {
    payment: String,
    link: String,
    difference: Difference,
    totals: Totals,
}

impl Found {
    pub(super) fn is_suspicious(&self) -> bool {
        !(self.orders.is_empty() && self.unowned.is_empty() && self.house.is_empty())
    }

    pub(super) fn totals(&self) -> Totals {
        let mut totals = self.agreed;
        let suspects = self.orders.iter().map(|suspect| suspect.totals);
        suspects.chain(self.unowned.iter().map(|unowned| unowned.totals)).for_each(|more| totals += more);
        totals
    }

    /// In the order in which they are told.
    pub(super) fn differences(self) -> Vec<Difference> {
        let of_orders = self.orders.into_iter().flat_map(|suspect| suspect.differences);
        let unowned = self.unowned.into_iter().map(|unowned| unowned.difference);
        let mut all: Vec<Difference> = of_orders.chain(unowned).chain(self.house).collect();
        all.sort();
        all
    }
}

/// Goes over both sides once.
///
/// # Errors
/// [`PaymentError`].
pub(super) async fn first_look(
    sides: &Sides,
    since: Option<DateTime<Utc>>,
    as_of: DateTime<Utc>,
    bar: &ProgressBar,
) -> Result<Found, PaymentError> {
    let (window, orders) = sides.window(since, as_of).await?;
    let mut theirs = match window {
        Some(from) => fetch(sides, (from, as_of), since, bar).await?,
        None => Fetched::default(),
    };
    let mut look = Found { house: seats::look(&sides.db, as_of).await?, ..Found::default() };
    (look.counts.tickets, look.counts.tickets_without_order) = rows::tickets(&sides.db, since).await?;
    look.counts.of_other_businesses = theirs.strangers;
    look.unowned =
        std::mem::take(&mut theirs.unowned).into_iter().filter_map(|(it, link)| unowned(&it, link)).collect();
    bar.set_message("orders");
    bar.set_length(orders);
    bar.set_position(0);
    let mut after = None;
    loop {
        let page = rows::page(&sides.db, after, since).await?;
        let Some(last) = page.last() else { return Ok(look) };
        after = Some(last.id);
        for order in page {
            look.hold_against(sides, &order, &mut theirs, as_of).await?;
            bar.inc(1);
        }
    }
}

impl Found {
    /// An order of the first look against what the lists say.
    async fn hold_against(
        &mut self,
        sides: &Sides,
        order: &OurOrder,
        theirs: &mut Fetched,
        as_of: DateTime<Utc>,
    ) -> Result<(), PaymentError> {
        let mut side = theirs.account.side_of(order);
        let unbooked = theirs.unbooked.remove(&order.id).unwrap_or_default();
        // It took a step after Razorpay was asked: the next comparison is in time for it.
        if order.stepped_at > as_of {
            self.counts.under_way += 1;
            return Ok(());
        }
        self.counts.add(order);
        let ids = unbooked.iter().map(|payment| payment.id.clone()).collect();
        side.payments.extend(unbooked);
        side.disputes = disputes_of(sides, order).await?;
        let differences = judge(order, &side, as_of);
        let totals = Totals::of(order, &side);
        if differences.is_empty() {
            self.agreed += totals;
        } else {
            self.orders.push(Suspect { order: order.id, unbooked: ids, differences, totals });
        }
        Ok(())
    }
}

/// Open disputes as they are now: they are few.
async fn disputes_of(sides: &Sides, order: &OurOrder) -> Result<HashMap<String, Option<DisputeStatus>>, PaymentError> {
    let mut told = HashMap::new();
    for dispute in order.disputes.iter().filter(|dispute| !dispute.status.is_final()) {
        let answer = found(patiently(&sides.razorpay, || sides.razorpay.dispute(&dispute.id)).await)?;
        told.insert(dispute.id.clone(), answer.map(|dispute| dispute.status));
    }
    Ok(told)
}

/// Nothing when all of it went back: then nobody has lost anything.
fn unowned(payment: &TheirPayment, link: String) -> Option<Unowned> {
    let gone = !payment.captured || payment.given_back() >= payment.amount;
    let says = format!("{} {}, by {link}", sum_of(payment), payment.status);
    let difference = Difference::of_site(Kind::Unowned).payment(&payment.id).ours("no such order").razorpay(says);
    let totals = Totals::of_unowned(payment);
    (!gone).then(|| Unowned { payment: payment.id.clone(), link, difference, totals })
}

/// Looks again at each suspect. What agrees now was under way; `only_still`
/// leaves of the others what was there before, too.
///
/// # Errors
/// [`PaymentError`].
pub(super) async fn look_again(
    sides: &Sides,
    before: Found,
    only_still: bool,
    bar: &ProgressBar,
) -> Result<Found, PaymentError> {
    let mut look = Found { counts: before.counts, agreed: before.agreed, ..Found::default() };
    bar.set_message("looking again");
    bar.set_length((before.orders.len() + before.unowned.len()) as u64);
    bar.set_position(0);
    let still = |differences: Vec<Difference>, before: &[Difference]| -> Vec<Difference> {
        let seen = |it: &Difference| !only_still || before.iter().any(|before| it.is_still(before));
        differences.into_iter().filter(seen).collect()
    };
    let orders = for_each(before.orders, |suspect| {
        let (sides, bar) = (sides.clone(), bar.clone());
        async move {
            let now = order_now(&sides, suspect.order, &suspect.unbooked).await;
            bar.inc(1);
            now.map(|now| (suspect, now))
        }
    });
    for (suspect, now) in orders.await? {
        let Some((order, side)) = now else { continue };
        let differences = still(judge(&order, &side, Utc::now()), &suspect.differences);
        let totals = Totals::of(&order, &side);
        if differences.is_empty() {
            look.agreed += totals;
        } else {
            look.orders.push(Suspect { differences, totals, ..suspect });
        }
    }
    let payments = for_each(before.unowned, |suspect| {
        let (sides, bar) = (sides.clone(), bar.clone());
        async move {
            let now = payment_now(&sides, &suspect.payment).await;
            bar.inc(1);
            now.map(|now| now.and_then(|payment| unowned(&payment, suspect.link)))
        }
    });
    look.unowned = payments.await?.into_iter().flatten().collect();
    look.house = match before.house.is_empty() && only_still {
        true => Vec::new(),
        false => still(seats::look(&sides.db, Utc::now()).await?, &before.house),
    };
    Ok(look)
}

/// One order and its money as both are now; nothing if it is gone.
async fn order_now(
    sides: &Sides,
    id: OrderId,
    unbooked: &[String],
) -> Result<Option<(OurOrder, TheirSide)>, PaymentError> {
    let Some(order) = rows::one(&sides.db, id).await? else { return Ok(None) };
    let mut side = TheirSide { disputes: disputes_of(sides, &order).await?, ..TheirSide::default() };
    let booked = order.payments.iter().map(|payment| &payment.id);
    let unbooked = unbooked.iter().filter(|id| order.payments.iter().all(|payment| payment.id != **id));
    for payment in booked.chain(unbooked) {
        side.payments.extend(payment_now(sides, payment).await?);
    }
    Ok(Some((order, side)))
}

/// One payment and its refunds; nothing if Razorpay knows of none.
async fn payment_now(sides: &Sides, id: &str) -> Result<Option<TheirPayment>, PaymentError> {
    let razorpay = &sides.razorpay;
    let Some(payment) = found(patiently(razorpay, || razorpay.payment(id)).await)? else { return Ok(None) };
    let refunds = match payment.was_captured() {
        true => patiently(razorpay, || razorpay.refunds_of(id)).await?,
        false => Vec::new(),
    };
    Ok(Some(TheirPayment::of(&payment, refunds.into_iter().map(TheirRefund::of).collect())))
}

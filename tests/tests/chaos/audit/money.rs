//! Every captured rupee is a ticket, or went back, once.

use std::collections::HashMap;

use booking_web::order::OrderState;
use real_parts::razorpay::LedgerEntry;

use super::books::{Books, OrderRow, PaymentRow};
use super::{Finding, Kind};

pub(super) fn judge(books: &Books) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entry in &books.ledger {
        findings.extend(of_payment(books, entry).map(|(kind, why)| Finding { kind, what: told(entry, why) }));
    }
    let captured: HashMap<&str, &LedgerEntry> = books.ledger.iter().map(|it| (it.payment.id.as_str(), it)).collect();
    for id in books.payments.keys().filter(|id| !captured.contains_key(id.as_str())) {
        findings.push(Finding { kind: Kind::Books, what: format!("{id} is booked and was never captured") });
    }
    findings
}

/// What is wrong with one payment, if anything is.
fn of_payment(books: &Books, entry: &LedgerEntry) -> Option<(Kind, &'static str)> {
    let Some(row) = books.payments.get(&entry.payment.id) else {
        return Some((Kind::Books, "is captured and not booked"));
    };
    let order = &books.orders[&row.order];
    if row.order != entry.reference_id {
        return Some((Kind::Books, "is booked for another's order"));
    }
    if entry.kept() < 0 {
        return Some((Kind::GivenBackTwice, "was given back, and more"));
    }
    if entry.refunded() != entry.processed() || row.refund.as_deref().is_some_and(|state| state != "processed") {
        return Some((Kind::OpenRefund, "is still on its way back"));
    }
    match (entry.kept() > 0, row.refund.is_none()) {
        (true, true) => of_ticket(books, row, order, entry),
        (true, false) => Some((Kind::MoneyKept, "did not go back, and is called given back")),
        (false, true) if order.state == OrderState::Paid => {
            Some((Kind::TicketUnpaid, "went back, and the ticket is valid"))
        }
        (false, true) => Some((Kind::MoneyKept, "went back, and is not called given back")),
        (false, false) => None,
    }
}

/// Money that was kept, and that our books call a ticket's.
fn of_ticket(books: &Books, row: &PaymentRow, order: &OrderRow, entry: &LedgerEntry) -> Option<(Kind, &'static str)> {
    let (payment, of_this_order) = (&entry.payment, |it: &&PaymentRow| it.order == row.order && it.refund.is_none());
    if payment.amount != order.owed || payment.currency != "INR" {
        return Some((Kind::WrongAmount, "pays for a ticket that costs something else"));
    }
    if books.payments.values().filter(of_this_order).count() > 1 {
        return Some((Kind::MoneyKept, "is one of two that pay for one ticket"));
    }
    match order.state {
        OrderState::Paid => None,
        // Taken away without the money, by the organiser's own word.
        OrderState::Revoked if was_revoked_by_the_organiser(books, &row.order) => None,
        _ => Some((Kind::MoneyKept, "is neither a ticket nor a refund")),
    }
}

fn was_revoked_by_the_organiser(books: &Books, order: &str) -> bool {
    let last = books.stories.get(order).and_then(|story| story.iter().rev().find(|told| told.what == "revoked"));
    last.is_some_and(|told| told.detail.starts_with("organiser"))
}

fn told(entry: &LedgerEntry, why: &str) -> String {
    let LedgerEntry { reference_id, payment, refunds, disputes } = entry;
    let refunds: Vec<_> = refunds.iter().map(|it| format!("{} {} {:?}", it.id, it.amount, it.status)).collect();
    let disputes: Vec<_> = disputes.iter().map(|it| format!("{} {:?}", it.id, it.status)).collect();
    format!(
        "{} ({} {}) of order {reference_id} {why}; refunds {refunds:?}, disputes {disputes:?}",
        payment.id, payment.amount, payment.currency
    )
}

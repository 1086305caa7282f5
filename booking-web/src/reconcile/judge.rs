//! Holds one order against what Razorpay says of it. Pure.
//!
//! What is merely under way is no difference here: a refund younger than a
//! day, a hold that ended a moment ago. One cause should show as one
//! difference: where money is told of that Razorpay never took, nothing more is
//! asked of that payment.

use chrono::{DateTime, TimeDelta, Utc};
use common::Paise;

use super::difference::{Difference, Kind, take_away};
use super::ours::{OurOrder, OurPayment, OurRefund, OurTicket, TicketRow};
use super::theirs::{RefundStatus, TheirPayment, TheirRefund, TheirSide};
use crate::order::OrderState;
use crate::payment::books::{Amount, RefundState};
use crate::payment::decision::Reason;
use crate::payment::wire::DisputeStatus;

/// A refund is asked after at least every hour.
const REFUND_TAKES: TimeDelta = TimeDelta::days(1);
/// The look-up closes a link half a minute after its hold, if it can.
pub(super) const LATE: TimeDelta = TimeDelta::minutes(15);

/// Everything on which the two sides of an order disagree.
pub(super) fn judge(order: &OurOrder, theirs: &TheirSide, now: DateTime<Utc>) -> Vec<Difference> {
    let mut found = Vec::new();
    for payment in &order.payments {
        match theirs.payment(&payment.id).filter(|there| there.captured) {
            Some(there) => found.extend(booked(order, payment, there, theirs, now)),
            None => found.push(not_captured(order, payment, theirs)),
        }
    }
    for there in &theirs.payments {
        if there.captured && order.payments.iter().all(|payment| payment.id != there.id) {
            let missing = Difference::of_order(Kind::CapturedNotBooked, order.id).payment(&there.id);
            found.push(missing.ours("no such payment").razorpay(format!("{}, {}", sum_of(there), there.status)));
        }
    }
    found.extend(use_of_money(order, theirs));
    found.extend(tickets(order));
    found.extend(disputes(order, theirs));
    found.extend(hold(order, now));
    found
}

pub(super) fn sum_of(there: &TheirPayment) -> Amount {
    Amount { paise: there.amount, currency: there.currency.clone() }
}

fn sum(payment: &OurPayment) -> Amount {
    Amount { paise: payment.amount, currency: payment.currency.clone() }
}

fn not_captured(order: &OurOrder, payment: &OurPayment, theirs: &TheirSide) -> Difference {
    let says = theirs.payment(&payment.id).map_or("no such payment", |there| there.status.as_str());
    Difference::of_order(Kind::NotCapturedThere, order.id)
        .payment(&payment.id)
        .ours(format!("{}, captured", sum(payment)))
        .razorpay(says)
}

/// A payment that both sides know.
fn booked(
    order: &OurOrder,
    payment: &OurPayment,
    there: &TheirPayment,
    theirs: &TheirSide,
    now: DateTime<Utc>,
) -> Vec<Difference> {
    let of = |kind| Difference::of_order(kind, order.id).payment(&payment.id);
    let mut found = Vec::new();
    if (payment.amount, &payment.currency) != (there.amount, &there.currency) {
        let differs = of(Kind::AmountDiffers);
        found.push(differs.ours(sum(payment).to_string()).razorpay(sum_of(there).to_string()));
    }
    let to_the_bank = lost_to_the_bank(order, payment, theirs);
    let back = there.given_back() + to_the_bank;
    if let Some(refund) = &payment.refund {
        found.extend(refund_of_ours(order, payment, refund, there, to_the_bank, now));
    }
    if back > there.amount {
        let twice = of(Kind::GivenBackTwice).ours(payment.refund.as_ref().map_or("none", |it| it.state.as_str()));
        let all = Amount { paise: back, currency: there.currency.clone() };
        found.push(twice.razorpay(format!("{all} given back of {}", sum_of(there))));
        return found;
    }
    let unknown = there.live_refunds().filter(|refund| !is_known(payment, refund));
    found.extend(unknown.map(|refund| {
        let says = Amount { paise: refund.amount, currency: there.currency.clone() };
        of(Kind::RefundUnknownHere).refund(&refund.id).ours("no such refund").razorpay(format!(
            "{says} of {}, {}",
            sum_of(there),
            refund.status.as_str()
        ))
    }));
    found
}

/// Paise that a bank took back in a dispute, as far as we were told.
pub(super) fn lost_to_the_bank(order: &OurOrder, payment: &OurPayment, theirs: &TheirSide) -> i64 {
    let of_payment = order.disputes.iter().filter(|dispute| dispute.payment == payment.id);
    let lost = of_payment.filter(|dispute| {
        let there = theirs.disputes.get(&dispute.id).copied().flatten();
        there.unwrap_or(dispute.status) == DisputeStatus::Lost
    });
    lost.map(|dispute| dispute.amount).sum()
}

/// Whether a refund there is the one that we have of the payment.
fn is_known(payment: &OurPayment, there: &TheirRefund) -> bool {
    payment.refund.as_ref().is_some_and(|ours| is_ours(ours, there) || is_on_dashboard(ours))
}

fn is_ours(ours: &OurRefund, there: &TheirRefund) -> bool {
    ours.razorpay_id.as_ref() == Some(&there.id) || there.receipt.as_ref() == Some(&ours.id)
}

/// Seen when it was done: by whom and in how many parts is the dashboard's matter.
fn is_on_dashboard(ours: &OurRefund) -> bool {
    ours.reason == Reason::OnDashboard && ours.razorpay_id.is_none()
}

/// The refund that we have of a payment, against what Razorpay gave back of it.
fn refund_of_ours(
    order: &OurOrder,
    payment: &OurPayment,
    ours: &OurRefund,
    there: &TheirPayment,
    to_the_bank: i64,
    now: DateTime<Utc>,
) -> Option<Difference> {
    let says = |paise| Amount { paise, currency: there.currency.clone() };
    let of = |kind| {
        let difference = Difference::of_order(kind, order.id).payment(&payment.id).refund(ours.name());
        difference.ours(format!("{}, {}", says(ours.amount), ours.state.as_str()))
    };
    let whole = |paise| match paise {
        0 => Some(of(Kind::RefundUnknownThere).razorpay("nothing given back")),
        paise if paise != ours.amount => Some(of(Kind::RefundDiffers).razorpay(format!("{} given back", says(paise)))),
        _ => None,
    };
    if ours.reason == Reason::DisputeLost {
        return whole(to_the_bank);
    }
    if is_on_dashboard(ours) {
        return whole(there.given_back());
    }
    let known = there.refunds.iter().find(|refund| is_ours(ours, refund));
    let told = known.map(|refund| format!("{}, {}", says(refund.amount), refund.status.as_str()));
    let told = told.unwrap_or_else(|| "no such refund".to_owned());
    let kind = match (ours.state, known) {
        (RefundState::Failed, _) => Kind::RefundFailed,
        (_, Some(refund)) if refund.amount != ours.amount => Kind::RefundDiffers,
        (_, Some(refund)) if ours.razorpay_id.as_ref().is_some_and(|id| *id != refund.id) => Kind::RefundUnknownThere,
        (RefundState::Pending | RefundState::Processed, None) => Kind::RefundUnknownThere,
        (RefundState::Processed, Some(refund)) => match refund.status {
            RefundStatus::Processed => return None,
            RefundStatus::Failed => Kind::RefundFailed,
            RefundStatus::Pending => Kind::RefundDiffers,
        },
        (RefundState::Intended | RefundState::Pending, _) if now - ours.decided_at > REFUND_TAKES => {
            Kind::RefundOverdue
        }
        (RefundState::Intended | RefundState::Pending, _) => return None,
    };
    let differs = of(kind).razorpay(told);
    let done_here = kind == Kind::RefundFailed && ours.state == RefundState::Processed;
    Some(if done_here { differs.remedy("give it back on Razorpay's dashboard") } else { differs })
}

/// Every payment pays for the ticket or goes back, and every ticket is paid for.
fn use_of_money(order: &OurOrder, theirs: &TheirSide) -> Vec<Difference> {
    let has_ticket = matches!(order.state, OrderState::Paid | OrderState::Revoked);
    let captured = |payment: &OurPayment| theirs.payment(&payment.id).is_some_and(|there| there.captured);
    let mut kept: Vec<&OurPayment> = order.payments.iter().filter(|payment| payment.refund.is_none()).collect();
    // Real money pays, before any that we only have a row of.
    kept.sort_by_key(|payment| !captured(payment));
    let (paying, unused) = kept.split_at(usize::from(has_ticket).min(kept.len()));
    let mut found = Vec::new();
    if order.state == OrderState::Paid && order.amount > 0 && paying.is_empty() {
        found.push(Difference::of_order(Kind::PaidWithoutPayment, order.id).ours("paid, and by no payment"));
    }
    for payment in paying {
        let there = theirs.payment(&payment.id).filter(|there| there.captured);
        // Where the two sides differ about it, that has been said already.
        let alike = there.is_some_and(|there| there.amount == payment.amount && there.currency == payment.currency);
        if alike && (payment.amount != order.amount || payment.currency != Paise::CURRENCY) {
            let asked = Amount { paise: order.amount, currency: Paise::CURRENCY.to_owned() };
            let differs = Difference::of_order(Kind::AmountDiffers, order.id).payment(&payment.id);
            found.push(differs.ours(format!("an order of {asked}")).razorpay(sum(payment).to_string()));
        }
    }
    for payment in unused {
        // Money that is not there needs no use, and of what went back the refund is what we do not know.
        let there = theirs.payment(&payment.id).filter(|there| there.captured && there.given_back() < there.amount);
        if let Some(there) = there {
            let unused = Difference::of_order(Kind::PaymentUnused, order.id).payment(&payment.id);
            let ours = format!("{}, of an order that is {}", sum(payment), order.state.as_str());
            found.push(unused.ours(ours).razorpay(there.status.clone()));
        }
    }
    found
}

/// Each attendee of a paid order has a valid ticket, and nobody else has one. However many of an order's are wrong,
/// it is one difference, which says whose: by their places, which are nobody's name.
fn tickets(order: &OurOrder) -> Option<Difference> {
    let state = order.state.as_str();
    let is_wrong = |ticket: &&OurTicket| match order.state {
        OrderState::Paid => ticket.row != TicketRow::Valid,
        _ => ticket.row == TicketRow::Valid && !ticket.superseded,
    };
    let wrong: Vec<&OurTicket> = order.tickets.iter().filter(is_wrong).collect();
    let whole = order.tickets.len();
    let ours = match (order.state, whole, &*wrong) {
        (OrderState::Paid, 0, _) => "paid, and no guest stands in it".to_owned(),
        (_, _, []) => return None,
        (_, 1, [one]) => format!("{state}, and {}", said(one, "there is no ticket", "the ticket")),
        (_, _, some) => {
            let each = |it: &&OurTicket| {
                let (none, other) =
                    (format!("guest {} has no ticket", it.place), format!("guest {}'s ticket", it.place));
                said(it, &none, &other)
            };
            format!("{state}, and of {whole} guests: {}", some.iter().map(each).collect::<Vec<_>>().join(", "))
        }
    };
    Some(match order.state {
        OrderState::Paid => Difference::of_order(Kind::PaidWithoutTicket, order.id).ours(ours),
        _ => {
            let places = wrong.iter().map(|it| it.place);
            Difference::of_order(Kind::TicketUnpaid, order.id).ours(ours).remedy(take_away(order.id, places))
        }
    })
}

fn said(ticket: &OurTicket, none: &str, other: &str) -> String {
    match ticket.row {
        TicketRow::None => none.to_owned(),
        TicketRow::Revoked => format!("{other} is revoked"),
        TicketRow::Valid => format!("{other} is valid"),
    }
}

fn disputes<'a>(order: &'a OurOrder, theirs: &'a TheirSide) -> impl Iterator<Item = Difference> + 'a {
    let open = order.disputes.iter().filter(|dispute| !dispute.status.is_final());
    open.filter_map(|dispute| {
        let there = *theirs.disputes.get(&dispute.id)?;
        let says = match there {
            Some(status) if !status.is_final() => return None,
            Some(status) => status.as_str(),
            None => "no such dispute",
        };
        let differs = Difference::of_order(Kind::DisputeDiffers, order.id).payment(&dispute.payment);
        Some(differs.ours(format!("{} {}", dispute.id, dispute.status.as_str())).razorpay(says))
    })
}

fn hold(order: &OurOrder, now: DateTime<Utc>) -> Option<Difference> {
    let late = order.state == OrderState::Held && now - order.hold_until > LATE;
    let ended = order.hold_until.format("%Y-%m-%dT%H:%MZ");
    late.then(|| Difference::of_order(Kind::HeldTooLong, order.id).ours(format!("held; its hold ended {ended}")))
}

#[cfg(test)]
mod tests;

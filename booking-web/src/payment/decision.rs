//! What to do, given what we know and what Razorpay says. Pure.
//!
//! A decision names where the order goes and what becomes of each payment.
//! What that means for seat and ticket follows from the step alone
//! ([`super::arrow`]).

use common::Paise;

use super::wire::Payment;
use crate::order::OrderState;

/// What our rows say of an order.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    pub state: OrderState,
    pub owed: Paise,
    pub payments: &'a [Booked],
}

impl Known<'_> {
    /// What was asked for, and still there.
    fn asked_for(&self, payment: &Payment) -> bool {
        let right = payment.amount == self.owed.get() && payment.currency == Paise::CURRENCY;
        right && !payment.is_refunded()
    }
}

/// A payment that we have written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    pub id: String,
    pub amount: i64,
    /// It goes back, or went.
    pub given_back: bool,
    /// It is still on its way back.
    pub under_way: bool,
}

/// What Razorpay says of an order's money, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Money {
    /// There is nothing to pay: the event is free.
    NotNeeded,
    /// Every payment that was ever captured, and whether more can come:
    /// a link that is expired or cancelled, or was never made, takes none.
    Looked { captured: Vec<Payment>, payable: bool },
}

/// Whether the order may have a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    Try,
    /// Tried already: sold out, or the guest has another ticket.
    None,
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What was paid is not what was asked for.
    WrongAmount,
    /// It came when every seat was gone.
    NoSeatLeft,
    /// The ticket was paid for before.
    PaidTwice,
    /// It came for an order that was closed.
    OrderClosed,
    /// The organiser said so.
    Organiser,
    /// It went back by Razorpay's dashboard, not by us.
    OnDashboard,
    /// The bank took it back.
    DisputeLost,
}

impl Reason {
    pub const ALL: [Self; 7] = [
        Self::WrongAmount,
        Self::NoSeatLeft,
        Self::PaidTwice,
        Self::OrderClosed,
        Self::Organiser,
        Self::OnDashboard,
        Self::DisputeLost,
    ];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WrongAmount => "wrong_amount",
            Self::NoSeatLeft => "no_seat_left",
            Self::PaidTwice => "paid_twice",
            Self::OrderClosed => "order_closed",
            Self::Organiser => "organiser",
            Self::OnDashboard => "on_dashboard",
            Self::DisputeLost => "dispute_lost",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// A payment that goes back, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveBack {
    pub payment: String,
    pub amount: i64,
    pub reason: Reason,
    /// The bank has done it: there is nothing left to ask for.
    pub done: bool,
}

/// The one step to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where the order stands then.
    pub to: OrderState,
    /// Payments seen for the first time.
    pub book: Vec<Payment>,
    /// Payments, new or known, that do not pay for the ticket.
    pub give_back: Vec<GiveBack>,
}

impl Decision {
    pub(crate) fn stay(state: OrderState) -> Self {
        Self { to: state, book: Vec::new(), give_back: Vec::new() }
    }

    /// Whether there is anything to write for an order in `state`.
    #[must_use]
    pub fn changes(&self, state: OrderState) -> bool {
        self.to != state || !self.book.is_empty() || !self.give_back.is_empty()
    }
}

/// Decides. Money that was captured is never ignored: it pays for the ticket,
/// or it goes back.
#[must_use]
pub fn decide(known: &Known<'_>, money: &Money, seat: Seat) -> Decision {
    let (captured, payable) = match money {
        Money::NotNeeded => return free_of_charge(known.state, seat),
        Money::Looked { captured, payable } => (captured, *payable),
    };
    let is_new = |payment: &&Payment| known.payments.iter().all(|booked| booked.id != payment.id);
    let fresh: Vec<&Payment> = captured.iter().filter(is_new).collect();
    match known.state {
        OrderState::Held | OrderState::Expired => unpaid(known, captured, &fresh, payable, seat),
        OrderState::Paid | OrderState::Revoked => settled(known, captured, &fresh),
        OrderState::Refunding | OrderState::Refunded => closed(known, captured, &fresh),
    }
}

/// A second look at a free order finds its ticket there already.
fn free_of_charge(state: OrderState, seat: Seat) -> Decision {
    let to = match (state, seat) {
        (OrderState::Held, Seat::Try) => OrderState::Paid,
        (OrderState::Held, Seat::None) => OrderState::Expired,
        _ => state,
    };
    Decision::stay(to)
}

/// The first payment as asked for becomes the ticket while there is a seat;
/// the others go back.
fn unpaid(known: &Known<'_>, captured: &[Payment], fresh: &[&Payment], payable: bool, seat: Seat) -> Decision {
    let mut give_back = unused(known, captured, None, Reason::OrderClosed);
    if fresh.is_empty() && give_back.is_empty() {
        let over = known.state == OrderState::Held && !payable;
        return Decision::stay(if over { OrderState::Expired } else { known.state });
    }
    let ticket = fresh.iter().position(|payment| seat == Seat::Try && known.asked_for(payment));
    let not_the_tickets = fresh.iter().enumerate().filter(|(place, _)| Some(*place) != ticket);
    give_back.extend(not_the_tickets.map(|(_, payment)| {
        let reason = match (known.asked_for(payment), ticket) {
            (true, Some(_)) => Reason::PaidTwice,
            (true, None) => Reason::NoSeatLeft,
            (false, _) => Reason::WrongAmount,
        };
        returned(payment, reason)
    }));
    let to = match ticket {
        Some(_) => OrderState::Paid,
        None => OrderState::Refunding,
    };
    Decision { to, book: owned(fresh), give_back }
}

/// There is a ticket, or there was one until it was revoked: whatever comes
/// beside its payment goes back, and the order ends when that payment did.
fn settled(known: &Known<'_>, captured: &[Payment], fresh: &[&Payment]) -> Decision {
    let ticket = known.payments.iter().find(|booked| !booked.given_back);
    // Our row of it is lost, but not what it paid for.
    let adopted = fresh.iter().position(|payment| ticket.is_none() && known.asked_for(payment));
    let beside = fresh.iter().enumerate().filter(|(place, _)| Some(*place) != adopted);
    let mut give_back: Vec<GiveBack> = beside.map(|(_, payment)| returned(payment, Reason::PaidTwice)).collect();
    give_back.extend(unused(known, captured, ticket, Reason::PaidTwice));
    let gone = ticket.filter(|booked| went_back(captured, booked));
    let mut to = known.state;
    if let Some(booked) = gone {
        give_back.push(taken(booked, captured, Reason::OnDashboard));
        to = OrderState::Refunding;
    }
    Decision { to, book: owned(fresh), give_back }
}

fn closed(known: &Known<'_>, captured: &[Payment], fresh: &[&Payment]) -> Decision {
    let mut give_back: Vec<GiveBack> = fresh.iter().map(|payment| returned(payment, Reason::OrderClosed)).collect();
    give_back.extend(unused(known, captured, None, Reason::OrderClosed));
    let to = if give_back.is_empty() { known.state } else { OrderState::Refunding };
    Decision { to, book: owned(fresh), give_back }
}

/// Payments of ours that pay for nothing and have no refund: a row of theirs
/// was lost. They go back like any other.
fn unused(known: &Known<'_>, captured: &[Payment], ticket: Option<&Booked>, reason: Reason) -> Vec<GiveBack> {
    let kept = known.payments.iter().filter(|booked| !booked.given_back && Some(*booked) != ticket);
    kept.map(|booked| taken(booked, captured, reason)).collect()
}

fn taken(booked: &Booked, captured: &[Payment], reason: Reason) -> GiveBack {
    let reason = if went_back(captured, booked) { Reason::OnDashboard } else { reason };
    GiveBack { payment: booked.id.clone(), amount: booked.amount, reason, done: false }
}

fn went_back(captured: &[Payment], booked: &Booked) -> bool {
    captured.iter().any(|seen| seen.id == booked.id && seen.is_refunded())
}

fn returned(payment: &Payment, reason: Reason) -> GiveBack {
    // Razorpay says "refunded" while the refund is under way, and it may still
    // fail: it is followed like one of ours, which asking for it again finds.
    let reason = if payment.is_refunded() { Reason::OnDashboard } else { reason };
    GiveBack { payment: payment.id.clone(), amount: payment.amount, reason, done: false }
}

fn owned(payments: &[&Payment]) -> Vec<Payment> {
    payments.iter().map(|payment| (*payment).clone()).collect()
}

#[cfg(test)]
mod tests;

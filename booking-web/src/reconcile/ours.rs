//! Our side: an order with all that hangs on it.

use chrono::{DateTime, Utc};

use crate::order::{OrderId, OrderState};
use crate::payment::books::RefundState;
use crate::payment::decision::Reason;
use crate::payment::wire::DisputeStatus;

/// An order, its tickets and its money.
#[derive(Clone, Debug)]
pub(super) struct OurOrder {
    pub(super) id: OrderId,
    pub(super) state: OrderState,
    /// Paise.
    pub(super) amount: i64,
    pub(super) hold_until: DateTime<Utc>,
    /// When it last took a step.
    pub(super) stepped_at: DateTime<Utc>,
    /// One for each attendee, in their order.
    pub(super) tickets: Vec<OurTicket>,
    /// In the order in which we heard of them.
    pub(super) payments: Vec<OurPayment>,
    pub(super) disputes: Vec<OurDispute>,
}

/// The ticket of one attendee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OurTicket {
    /// The attendee's place in the order; the first is 1.
    pub(super) place: u8,
    pub(super) row: TicketRow,
    /// A paid order of the same guest and day, or a newer one, answers for the ticket.
    pub(super) superseded: bool,
}

/// The row of a guest and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TicketRow {
    None,
    Revoked,
    Valid,
}

#[derive(Clone, Debug)]
pub(super) struct OurPayment {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) refund: Option<OurRefund>,
}

#[derive(Clone, Debug)]
pub(super) struct OurRefund {
    /// Razorpay has it as the refund's receipt.
    pub(super) id: String,
    pub(super) razorpay_id: Option<String>,
    pub(super) amount: i64,
    pub(super) reason: Reason,
    pub(super) state: RefundState,
    pub(super) decided_at: DateTime<Utc>,
}

impl OurRefund {
    /// The number to look it up by.
    pub(super) fn name(&self) -> &str {
        self.razorpay_id.as_deref().unwrap_or(&self.id)
    }
}

#[derive(Clone, Debug)]
pub(super) struct OurDispute {
    pub(super) id: String,
    pub(super) payment: String,
    pub(super) amount: i64,
    pub(super) status: DisputeStatus,
}

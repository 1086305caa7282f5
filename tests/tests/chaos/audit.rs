//! The auditor: Razorpay's own ledger on one side, the rows of the database on
//! the other, and nobody's word in between.

mod books;
mod money;
mod order_paths;
pub(crate) mod reconcile;
mod seats;
pub(crate) mod webhooks;

use std::fmt;

use booking_web::payment::arrow::Arrow;

use self::books::Books;
use crate::stage::Stage;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) kind: Kind,
    pub(crate) what: String,
}

/// The ways in which it can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// More seats than there are.
    Oversold,
    /// The seat counter says other than the orders' guests.
    Counter,
    /// One person is in two live orders.
    TwoOrders,
    /// A captured payment is neither a ticket nor a refund.
    MoneyKept,
    /// More went back than was paid.
    GivenBackTwice,
    /// Captured there and not written down here, or the other way round.
    Books,
    /// A valid ticket that nobody pays for.
    TicketUnpaid,
    /// A guest of a paid order without a valid ticket.
    TicketMissing,
    /// A ticket for other than what was asked for.
    WrongAmount,
    /// Money that is still on its way back.
    OpenRefund,
    /// An order, or a guest, that comes to no end.
    InDoubt,
    /// A link that takes money for an order that is over.
    OpenLink,
    /// A step that no order can take.
    NoSuchStep,
    /// A dispute's last word was not the last.
    DisputeReopened,
    /// A webhook was thanked for, and nothing done.
    HeardNotDone,
    /// The same form, pressed again, did not lead to its order.
    SentAway,
    NoWayToPay,
    /// Guests were told that the site is unable, not how it is.
    Unable,
    OddAnswer,
    /// Two servers did the same.
    WorkDoubled,
    /// `booking-web reconcile` sees what the auditor does not.
    Reconcile,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.what)
    }
}

/// All that is wrong, when nothing is under way.
pub(crate) async fn audit(stage: &Stage) -> Vec<Finding> {
    let books = Books::read(stage).await;
    let mut findings = crate::watch::look(stage).await;
    findings.extend(money::judge(&books));
    findings.extend(seats::judge(&books));
    findings.extend(order_paths::judge(&books));
    findings
}

/// Every step that was taken by any order.
pub(crate) async fn steps_taken(stage: &Stage) -> Vec<Arrow> {
    order_paths::taken(&Books::read(stage).await)
}

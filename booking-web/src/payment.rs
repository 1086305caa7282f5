//! Money has one door.
//!
//! The browser's return, Razorpay's webhook and our own periodic look-up are
//! three knocks at it: each only names an order, and [`settle`](settle::settle)
//! asks Razorpay what is true, decides once and writes order, payments, seat
//! and ticket in one transaction. Every payment that Razorpay ever captured for
//! an order is a row; it pays for the ticket, or it has a refund.
//!
//! ```text
//!           link dead, unpaid
//!   held ───────────────────────▶ expired
//!     │                              │
//!     │ paid                         │ paid after all, seat left
//!     ▼                              │
//!   paid ◀───────────────────────────┘
//!     │ ▲
//!     │ │ won, or restored; seat left
//!     ▼ │
//!   revoked
//!
//!   held, expired, paid, revoked ──▶ refunding ◀──▶ refunded
//! ```
//!
//! | from | to | when |
//! |---|---|---|
//! | held | paid | captured as asked for, or the event is free |
//! | held | expired | the link is dead and nothing was captured |
//! | held | refunding | captured, but not what was asked for |
//! | expired | paid | captured late, and there is a seat |
//! | expired | refunding | captured late, and there is none |
//! | paid | revoked | the bank disputes the payment, or the organiser says so |
//! | paid | refunding | the organiser gives the money back, here or on the dashboard |
//! | paid | refunded | lost to the bank |
//! | revoked | paid | the dispute is won, or the organiser says so, and there is a seat |
//! | revoked | refunding | the dispute is won and there is no seat, or the organiser gives the money back |
//! | revoked | refunded | the dispute is lost |
//! | refunding | refunded | the last refund is processed |
//! | refunded | refunding | yet another payment was captured |
//!
//! There is no other step, and a test holds this table against [`arrow`]. A
//! failed attempt, an expiry or a late answer never takes a paid ticket away.
//! A second payment of a paid order goes back by itself and leaves the order
//! as it is. Calls to Razorpay are never made while a transaction is open:
//! each starts from a row and can be repeated.
//!
//! Reading order: [`wire`] (Razorpay's shapes) → [`client`] → [`signature`] → [`link`] (the
//! page to pay on) → [`decision`] and [`arrow`] (pure) → `ledger` (the rows of
//! each, and their [`story`]) → [`settle`] → [`refund`]; the knocks are
//! [`webhook`] and [`look_up`], the latter by [`schedule`]. What people decide
//! is in [`closing`], what banks do in [`dispute`]; [`books`] is for those who
//! only read.

pub mod arrow;
pub mod books;
pub mod client;
pub mod closing;
pub mod decision;
pub mod dispute;
pub(crate) mod ledger;
pub mod link;
pub mod look_up;
pub mod refund;
pub mod schedule;
pub mod settle;
pub mod signature;
pub mod story;
mod throttle;
pub mod webhook;
pub mod wire;

use crate::db::DbError;
use client::RazorpayError;

/// Why a payment could not be looked at now. Neither is the guest's fault, and both mend with time.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("our database")]
    Db(#[from] DbError),
    #[error("Razorpay")]
    Razorpay(#[from] RazorpayError),
}

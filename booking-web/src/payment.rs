//! Money has one door.
//!
//! The browser's return, Razorpay's webhook and our own periodic look-up are
//! three knocks at it: each only names an order, and [`settle`](settle::settle)
//! asks Razorpay what is true, decides once and writes order, payment, seat
//! and ticket in one transaction.
//!
//! ```text
//!            link dead, unpaid
//!   Held ───────────────────────▶ Expired
//!     │                              │
//!     │ paid                         │ paid after all
//!     ▼            seat left         ▼
//!   Paid ◀──────────────────────── (late) ──── no seat ───▶ Refunding ──▶ Refunded
//!                                                              ▲
//!   Held ── paid, but not what was asked for ──────────────────┘
//! ```
//!
//! Nothing leads back out of `Paid` here, so no late failure or expiry can
//! take a paid ticket away. Calls to Razorpay are never made while a
//! transaction is open.
//!
//! Reading order: [`wire`] (Razorpay's shapes) → [`client`] → [`signature`] → [`link`] (the
//! page to pay on) → [`decision`] (pure) → `ledger` (the rows of each) →
//! [`settle`] → [`refund`]; the knocks are [`webhook`] and [`look_up`], the
//! latter by [`schedule`].

pub mod client;
pub mod decision;
pub(crate) mod ledger;
pub mod link;
pub mod look_up;
pub mod refund;
pub mod schedule;
pub mod settle;
pub mod signature;
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

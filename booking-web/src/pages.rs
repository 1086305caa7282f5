//! What guests see. Every page is complete without a script, and holds only
//! what it shows: typed values, which it says itself in words.
//!
//! Reading order, as a guest meets them: [`form`] → [`refusal`] → [`order`]
//! (and [`refund`]) → [`error`]; each shows the [`event`], says its times with [`when`],
//! is [`spoken`] in the guest's language, and stands in `templates/shell.html` with the files of [`assets`]. No
//! sentence stands in a template or here: [`words`](crate::words) has them all.
//!
//! The pages keep to a policy without inline script, and with no style but our
//! own, known by its hash, so that a hostile name stays text even if an escape
//! were forgotten.

pub mod assets;
pub mod error;
pub mod event;
pub mod form;
pub mod order;
pub mod organiser;
pub mod refund;
pub mod refusal;
pub mod spoken;
pub mod when;

pub use askama::Template;
pub use error::ErrorPage;
pub use form::{FormPage, Notice};
pub use order::{Admitted, MailAgain, MailAsked, OrderPage, RevokedBy, Stage, Ticket, Waiting};
pub use refund::{MoneyBack, Refund, RefundCause, Step};
pub use refusal::{DuplicatePage, NoEventPage, SalesClosed, SalesClosedPage, SoldOutPage};
pub use spoken::Spoken;

//! The organiser's desk: who may sit at it, and what it reads and does.
//!
//! Reading order: [`account`] (who) → [`password`] (what they know) →
//! [`lock`] (how often a guess is looked at) → [`session`] (that they have
//! said it) → [`sign_in`] (all of it in one step); [`audit`] writes down what
//! they do. Then the desk itself: [`orders`] finds, [`story`] tells, [`wish`]
//! acts, [`export`] (by way of [`csv`]), [`mod@json`] and [`door_list`] hand out.
//! [`numbers`] counts how the evening stands and [`charts`] draws it; [`gates`],
//! [`settings`] and [`books`] are the doors, the event and the ledger.
//! [`crate::http`] brings the browser to it.
//!
//! Two rules hold everywhere. What decides (whether a guess is tried, whether
//! a session stands, whether a ticket goes) the database decides, so that
//! several servers are one desk. And whatever changes something is written
//! down in the same transaction, in the name of whoever did it.

pub mod account;
pub mod audit;
pub mod books;
pub mod charts;
pub mod csv;
pub mod door_list;
pub mod export;
pub mod file;
pub mod gates;
pub mod json;
pub mod lock;
pub mod numbers;
pub mod orders;
pub mod password;
pub mod said;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod story;
pub mod wish;

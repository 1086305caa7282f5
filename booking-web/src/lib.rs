//! The booking site, by the buyer's journey: form → seat → payment → ticket.
//!
//! Reading order: [`config`] → [`form`] → [`hold`] → [`payment`] →
//! [`ticket`]; [`http`] brings requests to them and [`pages`] draws the
//! answers in the [`words`] of the guest's [`language`]; [`delivery`] is what goes out beside
//! them; [`conflicts`] is what gates did apart; [`organiser`] is their desk and [`commands`] what they type; [`privacy`] forgets people; [`event`] and [`order`]
//! are the rows, [`db`] the way to them; [`server`] is the listener.

pub mod commands;
pub mod config;
pub mod conflicts;
pub mod db;
pub mod delivery;
pub mod duty;
pub mod event;
pub mod form;
pub mod gates;
pub mod hold;
pub mod http;
pub mod language;
pub mod metrics;
pub mod migrate;
pub mod order;
pub mod organiser;
pub mod pages;
pub mod payment;
pub mod privacy;
pub mod reconcile;
pub mod server;
pub mod silence;
pub mod ticket;
pub mod words;

/// An error and everything beneath it, in one line for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(beneath) = cause {
        text.push_str(": ");
        text.push_str(&beneath.to_string());
        cause = beneath.source();
    }
    text
}

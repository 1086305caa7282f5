//! Money on its way back.

use super::Told;
use crate::pages::RefundCause;

#[derive(Debug)]
pub struct RefundWords {
    pub underway: &'static str,
    pub stuck: &'static str,
    pub done: &'static str,
    pub taken_by_bank: &'static str,
    pub cause: fn(RefundCause) -> &'static str,
    pub ask_the_organiser: Told,
    pub nothing_to_do: &'static str,
    pub some_days: &'static str,
    pub back: &'static str,
    pub part: PartWords,
    pub again: PaidAgainWords,
}

/// One payment that goes back, as a list of facts.
#[derive(Debug)]
pub struct PartWords {
    pub payment: &'static str,
    pub refund: &'static str,
    pub to: &'static str,
    pub your_account: &'static str,
    pub now: &'static str,
    pub being_asked: &'static str,
    pub not_sent: &'static str,
    pub asked: &'static str,
    pub arrives: &'static str,
    pub working_days: &'static str,
    pub taken_back: &'static str,
    pub sent_back: &'static str,
}

/// A payment beside the ticket's own: each with its amount, and with when, where something was done.
#[derive(Debug)]
pub struct PaidAgainWords {
    pub title: &'static str,
    pub not_yet: fn(&str) -> String,
    pub asked: fn(&str, &str) -> String,
    pub done: fn(&str, &str) -> String,
    pub stuck: fn(&str) -> String,
}

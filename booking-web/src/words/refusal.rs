//! Why there is no booking, and what to do instead.

use super::{Around, Told};
use crate::pages::error::Trouble;

/// This name and phone have a live booking today.
#[derive(Debug)]
pub struct DuplicateWords {
    pub title: &'static str,
    pub text: &'static str,
    /// In its place, around the names of those in a group that it is about.
    pub of_group: Around,
    pub open_mine: &'static str,
    pub what_to_do: &'static str,
    /// Each a question, and what to do if the answer is yes.
    pub mine_with_mail: Told,
    pub mine_without_mail: Told,
    pub mine: Told,
    pub paid: Told,
    pub not_paid: &'static str,
    /// With the time by which an unpaid booking is let go.
    pub not_paid_then: fn(&str) -> String,
    /// The group without them.
    pub for_others: Told,
    pub for_another: Told,
    pub back: &'static str,
}

#[derive(Debug)]
pub struct SoldOutWords {
    pub title: &'static str,
    pub text: &'static str,
    /// In its place while seats are held and not paid for.
    pub some_may_return: &'static str,
    pub look_again: &'static str,
    pub link_still_works: &'static str,
}

#[derive(Debug)]
pub struct ClosedWords {
    pub not_yet: &'static str,
    /// Around the day and time.
    pub opens: Around,
    pub over: &'static str,
    /// With the day and time.
    pub closed_on: fn(&str) -> String,
}

#[derive(Debug)]
pub struct NoEventWords {
    pub title: &'static str,
    pub text: &'static str,
}

/// Any other refusal.
#[derive(Debug)]
pub struct ErrorWords {
    pub told: fn(Trouble) -> Told,
    pub try_again: &'static str,
    pub to_the_form: &'static str,
}

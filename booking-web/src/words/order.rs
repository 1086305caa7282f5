//! The order's page, from the held seat to the ticket.

use super::{Around, Counted, Told};
use crate::pages::RevokedBy;

/// What several stages say.
#[derive(Debug)]
pub struct OrderWords {
    pub confirming: &'static str,
    pub held: Counted,
    pub ticket: Counted,
    pub expired: Counted,
    pub not_valid: &'static str,
    pub book_again: &'static str,
}

/// A seat is held; there is no money yet.
#[derive(Debug)]
pub struct WaitingWords {
    pub a_few_seconds: &'static str,
    pub not_again: &'static str,
    pub appears_here: Counted,
    pub check_again: &'static str,
    pub not_paid_yet: &'static str,
    /// Before a time, a countdown, or a moment more.
    pub yours: Counted,
    /// With the time.
    pub until: fn(&str) -> String,
    /// With minutes and seconds, which a script counts down.
    pub counting: fn(&str) -> String,
    /// In the countdown's place once it is over.
    pub moment_more: &'static str,
    /// With the amount.
    pub pay: fn(&str) -> String,
    pub how_it_goes: Counted,
    pub preparing: &'static str,
    pub ready_soon: Counted,
    pub your_booking: &'static str,
    pub name: Counted,
    pub seats: &'static str,
    pub to_pay: &'static str,
}

/// There is a ticket.
#[derive(Debug)]
pub struct TicketWords {
    /// With the time.
    pub entered_at: fn(&str) -> String,
    /// Around the gate.
    pub through: Around,
    /// The same in one line, where there are several tickets.
    pub and_through: Around,
    pub one_for_each: &'static str,
    /// Read out before the guests' names, and before their tickets.
    pub guests: &'static str,
    pub tickets: &'static str,
    /// With the guest's name.
    pub ticket_of: fn(&str) -> String,
    /// Read out in place of the code.
    pub code: &'static str,
    /// Where the page is a copy that was kept for want of reception; around when.
    pub no_connection: &'static str,
    pub kept_at: Around,
    pub show_this: &'static str,
    /// Which one, of how many.
    pub number: fn(usize, usize) -> String,
    pub save_picture: &'static str,
    pub save_this_picture: &'static str,
    pub add_to_calendar: &'static str,
    pub print: &'static str,
    pub share: &'static str,
    pub copied: &'static str,
    pub keep_link: Counted,
}

/// The ticket's e-mail once more.
#[derive(Debug)]
pub struct MailAgainWords {
    pub queued: &'static str,
    /// Around the address.
    pub queued_to: Around,
    pub too_often: Told,
    pub not: Told,
    /// Around the address.
    pub button: Around,
}

/// The seat was let go.
#[derive(Debug)]
pub struct ExpiredWords {
    pub text: Counted,
    pub money_gone: Told,
}

/// The ticket was taken away.
#[derive(Debug)]
pub struct RevokedWords {
    pub text: fn(RevokedBy) -> &'static str,
    pub not_you: Told,
}

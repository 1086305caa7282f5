//! E-mails, and the calendar's file.

use super::Counted;

/// All letters.
#[derive(Debug)]
pub struct MailWords {
    /// With the guest's name.
    pub hello: fn(&str) -> String,
    /// Read out in place of the code, with the name on the ticket.
    pub picture_of: fn(&str) -> String,
    pub show_this: &'static str,
    pub no_picture: &'static str,
    pub keep_it: Counted,
    pub why_you: &'static str,
    pub when: &'static str,
    pub doors: &'static str,
    pub place: &'static str,
    /// With the event's name, and how many tickets.
    pub ticket: fn(&str, usize) -> Said,
    /// With the event's name, until when the seats are held, and how many.
    pub held: fn(&str, &str, usize) -> Said,
    /// With the event's name.
    pub money_back: fn(&str) -> Said,
}

/// What is said in one kind of letter.
#[derive(Clone, Debug)]
pub struct Said {
    pub subject: String,
    pub heading: String,
    pub lines: Vec<String>,
    /// On the button that leads to the order's page.
    pub link: &'static str,
}

/// The event in a calendar.
#[derive(Debug)]
pub struct CalendarWords {
    /// With the time.
    pub doors_open: fn(&str) -> String,
    /// With the address of the order's page.
    pub ticket: fn(&str) -> String,
}

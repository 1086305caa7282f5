//! The event and the form.

use common::email::EmailFault;
use common::phone::PhoneFault;

use super::Counted;
use crate::form::GuestFault;
use crate::pages::Notice;

/// The event, as each page shows it.
#[derive(Debug)]
pub struct EventWords {
    /// Read out before it.
    pub label: &'static str,
    /// With the time.
    pub doors_open: fn(&str) -> String,
    /// In place of a price.
    pub free: &'static str,
    pub last_seat: &'static str,
    /// With a number from two up.
    pub only_left: fn(u32) -> String,
}

/// The form.
#[derive(Debug)]
pub struct FormWords {
    /// The browser's title when something is to be mended.
    pub check_details: &'static str,
    /// Above the list of so many faults.
    pub check_these: fn(usize) -> String,
    pub for_one_seat: &'static str,
    pub first_name: &'static str,
    pub first_name_hint: &'static str,
    /// Beyond the first guest: with the number.
    pub name_of_guest: fn(&str) -> String,
    pub remove_guest: fn(&str) -> String,
    pub add_guest: &'static str,
    /// With the number.
    pub seats: fn(&str) -> String,
    /// With the number and the amount.
    pub seats_together: fn(&str, &str) -> String,
    pub phone_number: &'static str,
    pub phone_number_hint: &'static str,
    pub email: &'static str,
    pub optional: &'static str,
    pub email_hint: &'static str,
    pub book: Counted,
    pub go_on_to_payment: &'static str,
    /// On the button while the form is sent.
    pub busy: &'static str,
    pub then_free: &'static str,
    pub then_paid: &'static str,
    pub what_for: &'static str,
    pub who_takes_money: &'static str,
    /// With the days after the event on which they are erased.
    pub forgotten: fn(u32) -> String,
    pub whom_to_ask: &'static str,
}

/// What is wrong with a field.
#[derive(Debug)]
pub struct FaultWords {
    /// Read out before a fault.
    pub label: &'static str,
    pub guest: fn(GuestFault) -> String,
    pub phone: fn(PhoneFault) -> String,
    pub email: fn(EmailFault) -> String,
}

/// Why a form was not taken, though all that was typed may be right.
#[derive(Debug)]
pub struct NoticeWords {
    pub title: fn(Notice) -> &'static str,
    /// What happened.
    pub why: fn(Notice) -> String,
    /// What to do, with the seconds to wait.
    pub then: fn(u64) -> String,
    /// What to do where seats are left, but too few.
    pub then_fewer: &'static str,
}

//! An order's file for people.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::when::local;
use crate::order::OrderState;
use crate::organiser::file::{File, masked};
use crate::organiser::said::{said_dispute, said_payment, said_refund, said_story, said_ticket};

/// Writing to a `String` cannot fail.
const NEVER: &str = "a String takes every text";

pub(super) fn view(file: &File) -> String {
    let File { order, books, tickets, story, zone } = file;
    let at = |instant: DateTime<Utc>| local(instant, *zone);
    let mut text = String::new();
    let mut line = |name: &str, value: String| writeln!(text, "{name:<10} {value}").expect(NEVER);
    line("order", order.id.to_string());
    line("state", state(file));
    line("guest", format!("{}, phone {}", order.name, masked(order.phone.as_str())));
    for with in order.attendees.iter().skip(1) {
        line("  with", with.name.to_string());
    }
    line("booked", format!("{} (times are of {zone})", at(order.created_at)));
    line("price", order.amount.to_string());
    if let Some(link) = &order.link {
        line("link", link.id.clone());
    }
    if tickets.is_empty() {
        line("ticket", "none".into());
    }
    for ticket in tickets {
        let whose = if tickets.len() > 1 { format!("{}: ", ticket.name) } else { String::new() };
        line("ticket", whose + &said_ticket(ticket, &at));
    }
    for payment in &books.payments {
        line("payment", said_payment(payment, &at));
        if let Some(refund) = &payment.refund {
            line("  refund", said_refund(refund, &at));
        }
    }
    for dispute in &books.disputes {
        line("dispute", said_dispute(dispute, &at));
    }
    for told in story {
        line("story", format!("{}  {}", at(told.at), said_story(told)));
    }
    text
}

fn state(file: &File) -> String {
    let word = file.order.state.as_str();
    match file.order.state {
        OrderState::Held => format!("{word}, until {}", local(file.order.hold_until, file.zone)),
        _ => word.into(),
    }
}

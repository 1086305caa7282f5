//! An order's file in sentences, for the desk and for `booking-web order`.
//! Each instant is said by `at`, as the reader likes it.

use chrono::{DateTime, Utc};

use super::file::TicketFile;
use crate::order::OrderState;
use crate::payment::books::{DisputeEntry, PaymentEntry, RefundEntry, RefundState};
use crate::payment::decision::Reason;
use crate::payment::story::Told;

/// One sentence for who came alone, another for friends.
#[must_use]
pub fn either<'a>(seats: u32, alone: &'a str, several: &'a str) -> &'a str {
    if seats == 1 { alone } else { several }
}

pub fn said_ticket(ticket: &TicketFile, at: &impl Fn(DateTime<Utc>) -> String) -> String {
    if let Some(other) = ticket.taken_over_by {
        return format!("none any more; the guest's ticket belongs to a later order, {other}");
    }
    let valid = match ticket.revoked_at {
        Some(revoked) => format!("revoked {}", at(revoked)),
        None => "valid".into(),
    };
    match (ticket.present, ticket.admitted_at, &ticket.admitted_gate) {
        (true, Some(admitted), gate) => {
            format!("{valid}; the guest is inside since {}, through {}", at(admitted), gate.as_deref().unwrap_or("?"))
        }
        (true, None, _) => format!("{valid}; the guest is inside"),
        (false, Some(admitted), gate) => {
            format!("{valid}; the guest left, let in {} through {}", at(admitted), gate.as_deref().unwrap_or("?"))
        }
        (false, None, _) => format!("{valid}; the guest was not let in"),
    }
}

pub fn said_payment(payment: &PaymentEntry, at: &impl Fn(DateTime<Utc>) -> String) -> String {
    let PaymentEntry { id, amount, method, seen_at, refund } = payment;
    let method = method.as_deref().map_or_else(String::new, |method| format!(" by {method}"));
    let end = if refund.is_none() { ", pays for the ticket" } else { "" };
    format!("{id} {amount}{method}, seen {}{end}", at(*seen_at))
}

pub fn said_refund(refund: &RefundEntry, at: &impl Fn(DateTime<Utc>) -> String) -> String {
    let state = match refund.state {
        RefundState::Intended => "to be asked for",
        RefundState::Pending => "asked for, pending",
        RefundState::Processed => "went back",
        RefundState::Failed => "failed for good; `refund --again` tries again",
    };
    let id = refund.razorpay_id.as_deref().unwrap_or("-");
    format!("{id} {state}, {}; because {}", at(refund.updated_at), because(refund.reason))
}

pub fn said_dispute(dispute: &DisputeEntry, at: &impl Fn(DateTime<Utc>) -> String) -> String {
    let DisputeEntry { id, payment_id, status, took_ticket, updated_at, .. } = dispute;
    let took = if *took_ticket { ", took the ticket" } else { "" };
    format!("{id} of {payment_id}: {}, {}{took}", status.as_str(), at(*updated_at))
}

fn because(reason: Reason) -> &'static str {
    match reason {
        Reason::WrongAmount => "it was not what was asked for",
        Reason::NoSeatLeft => "there was no seat for it",
        Reason::PaidTwice => "the ticket was paid for before",
        Reason::OrderClosed => "the order was closed",
        Reason::Organiser => "the organiser said so",
        Reason::OnDashboard => "somebody gave it back on Razorpay's dashboard",
        Reason::DisputeLost => "the bank took it",
    }
}

/// A line of the story; one of a kind that is not known here is shown as it stands.
pub fn said_story(told: &Told) -> String {
    let (subject, detail) = (told.subject.as_deref().unwrap_or("?"), told.detail.as_deref().unwrap_or("?"));
    if OrderState::parse(&told.what).is_some() {
        return format!("{}, by {detail}", told.what);
    }
    let why = match Reason::parse(detail) {
        Some(reason) => because(reason),
        None => detail,
    };
    match told.what.as_str() {
        "payment" => format!("{subject} was captured"),
        "goes_back" => format!("{subject} shall go back: {why}"),
        "went_back" => format!("{subject} went back: {why}"),
        "refund_failed" => format!("the refund of {subject} failed at Razorpay ({detail})"),
        "dispute" => format!("{subject} is {}", detail.replace('_', " ")),
        other => [Some(other), told.subject.as_deref(), told.detail.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(what: &str, subject: Option<&str>, detail: Option<&str>) -> String {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        said_story(&Told {
            at: DateTime::UNIX_EPOCH,
            what: what.into(),
            subject: owned(subject),
            detail: owned(detail),
        })
    }

    #[test]
    fn the_story_is_told_in_sentences() {
        assert_eq!(
            told("refunding", None, Some("organiser, by command: ill")),
            "refunding, by organiser, by command: ill"
        );
        assert_eq!(
            told("goes_back", Some("pay_1"), Some("paid_twice")),
            "pay_1 shall go back: the ticket was paid for before"
        );
        assert_eq!(told("went_back", Some("pay_1"), Some("rfnd_1")), "pay_1 went back: rfnd_1");
        assert_eq!(told("dispute", Some("disp_1"), Some("under_review")), "disp_1 is under review");
    }

    #[test]
    fn what_is_not_known_here_is_shown_as_it_stands() {
        assert_eq!(told("looked_up", None, None), "looked_up");
        assert_eq!(told("looked_up", Some("pay_1"), Some("twice")), "looked_up pay_1 twice");
    }
}

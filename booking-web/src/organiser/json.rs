//! An order's file for programs: one JSON object, times in the event's zone.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::file::{File, TicketFile, masked};
use crate::payment::books::{DisputeEntry, PaymentEntry, RefundEntry};
use crate::payment::story::Told;

/// All of it, but the number's end.
#[must_use]
pub fn view(file: &File) -> Value {
    let File { order, books, tickets, story, zone } = file;
    let at = |instant: DateTime<Utc>| instant.with_timezone(zone).to_rfc3339();
    json!({
        "order": order.id.to_string(),
        "state": order.state.as_str(),
        "first_name": order.name.as_str(),
        "attendees": order.attendees.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        "phone": masked(order.phone.as_str()),
        "amount_paise": order.amount.get(),
        "created_at": at(order.created_at),
        "updated_at": at(order.updated_at),
        "hold_until": at(order.hold_until),
        "link": order.link.as_ref().map(|link| &link.id),
        "tickets": tickets.iter().map(|ticket| view_ticket(ticket, &at)).collect::<Vec<_>>(),
        "payments": books.payments.iter().map(|payment| view_payment(payment, &at)).collect::<Vec<_>>(),
        "disputes": books.disputes.iter().map(|dispute| view_dispute(dispute, &at)).collect::<Vec<_>>(),
        "story": story.iter().map(|told| view_told(told, &at)).collect::<Vec<_>>(),
    })
}

fn view_ticket(ticket: &TicketFile, at: &impl Fn(DateTime<Utc>) -> String) -> Value {
    json!({
        "first_name": ticket.name.as_str(),
        "valid": ticket.revoked_at.is_none() && ticket.taken_over_by.is_none(),
        "present": ticket.present,
        "admitted_at": ticket.admitted_at.map(at),
        "admitted_gate": ticket.admitted_gate,
        "revoked_at": ticket.revoked_at.map(at),
        "taken_over_by": ticket.taken_over_by.map(|id| id.to_string()),
    })
}

fn view_payment(payment: &PaymentEntry, at: &impl Fn(DateTime<Utc>) -> String) -> Value {
    json!({
        "id": payment.id,
        "amount_paise": payment.amount.paise,
        "currency": payment.amount.currency,
        "method": payment.method,
        "seen_at": at(payment.seen_at),
        "refund": payment.refund.as_ref().map(|refund| view_refund(refund, at)),
    })
}

fn view_refund(refund: &RefundEntry, at: &impl Fn(DateTime<Utc>) -> String) -> Value {
    json!({
        "id": refund.id,
        "razorpay_id": refund.razorpay_id,
        "state": refund.state.as_str(),
        "reason": refund.reason.as_str(),
        "decided_at": at(refund.decided_at),
        "updated_at": at(refund.updated_at),
    })
}

fn view_dispute(dispute: &DisputeEntry, at: &impl Fn(DateTime<Utc>) -> String) -> Value {
    json!({
        "id": dispute.id,
        "payment": dispute.payment_id,
        "status": dispute.status.as_str(),
        "took_ticket": dispute.took_ticket,
        "seen_at": at(dispute.seen_at),
        "updated_at": at(dispute.updated_at),
    })
}

fn view_told(told: &Told, at: &impl Fn(DateTime<Utc>) -> String) -> Value {
    json!({ "at": at(told.at), "what": told.what, "subject": told.subject, "detail": told.detail })
}

//! The shapes on the wire, as Razorpay sends them: nulls, zeroes and empty lists included.

use serde_json::{Value, json};

use super::account::Account;
use super::model::{Dispute, Link, LinkStatus, Order, Payment, PaymentStatus, Refund};
use super::table::Name;

/// A payment link.
pub(super) fn link(account: &Account, link: &Link) -> Value {
    json!({
        "accept_partial": link.accept_partial,
        "amount": link.amount,
        "amount_paid": link.amount_paid,
        "callback_method": if link.callback_url.is_empty() { "" } else { "get" },
        "callback_url": link.callback_url,
        "cancelled_at": link.cancelled_at,
        "created_at": link.created_at,
        "currency": link.currency,
        "customer": link.customer,
        "description": link.description,
        "expire_by": link.expire_by,
        "expired_at": link.expired_at,
        "first_min_partial_amount": 0,
        "id": link.id,
        "notes": link.notes,
        "notify": link.notify,
        "order_id": link.order_id,
        "payments": captured_payments(account, link),
        "reference_id": link.reference_id,
        "reminder_enable": link.reminder_enable,
        "reminders": [],
        "short_url": account.short_url(link),
        "status": link.status,
        "updated_at": link.updated_at,
        "upi_link": false,
        "user_id": "",
        "whatsapp_link": false,
    })
}

/// Null before the first attempt, an empty list after failed ones, then what was captured.
fn captured_payments(account: &Account, link: &Link) -> Value {
    let mut attempts = account.payments.named(Name::Link, &link.id).peekable();
    if attempts.peek().is_none() {
        return Value::Null;
    }
    let captured = attempts.filter(|payment| payment.is_captured());
    captured
        .map(|payment| {
            json!({
                "amount": payment.amount,
                "created_at": payment.created_at,
                "method": "upi",
                "payment_id": payment.id,
                "plink_id": link.id,
                "status": "captured",
                "updated_at": payment.created_at,
            })
        })
        .collect()
}

/// A payment.
pub(super) fn payment(payment: &Payment) -> Value {
    let captured = payment.is_captured();
    let failed = payment.status == PaymentStatus::Failed;
    let if_failed = |text: &str| if failed { json!(text) } else { Value::Null };
    json!({
        "id": payment.id,
        "entity": "payment",
        "amount": payment.amount,
        "currency": payment.currency,
        "status": payment.status,
        "order_id": payment.order_id,
        "invoice_id": null,
        "international": false,
        "method": "upi",
        "amount_refunded": payment.amount_refunded,
        "refund_status": match payment.amount_refunded {
            0 => Value::Null,
            all if all == payment.amount => json!("full"),
            _ => json!("partial"),
        },
        "captured": captured,
        // Razorpay writes the link's id here, without its prefix.
        "description": format!("#{}", payment.link_id.trim_start_matches("plink_")),
        "card_id": null,
        "bank": null,
        "wallet": null,
        "vpa": "success@razorpay",
        "email": "void@razorpay.com",
        "contact": "+919876543210",
        "notes": [],
        "fee": if captured { json!(payment.amount / 50) } else { Value::Null },
        "tax": if captured { json!(0) } else { Value::Null },
        "error_code": if_failed("BAD_REQUEST_ERROR"),
        "error_description": if_failed("Payment was unsuccessful due to a temporary issue."),
        "error_source": if_failed("bank"),
        "error_step": if_failed("payment_authorization"),
        "error_reason": if_failed("payment_failed"),
        "acquirer_data": { "rrn": if captured { json!("033814379298") } else { Value::Null } },
        "created_at": payment.created_at,
        "upi": { "vpa": "success@razorpay" },
    })
}

/// An order.
pub(super) fn order(order: &Order) -> Value {
    let paid = order.amount_paid >= order.amount;
    json!({
        "id": order.id,
        "entity": "order",
        "amount": order.amount,
        "amount_paid": order.amount_paid,
        "amount_due": (order.amount - order.amount_paid).max(0),
        "currency": order.currency,
        "receipt": order.receipt,
        "offer_id": null,
        "status": if paid { "paid" } else { "attempted" },
        "attempts": order.attempts,
        "notes": [],
        "created_at": order.created_at,
    })
}

/// A refund.
pub(super) fn refund(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "entity": "refund",
        "amount": refund.amount,
        "currency": refund.currency,
        "payment_id": refund.payment_id,
        "notes": refund.notes,
        "receipt": refund.receipt,
        "acquirer_data": { "arn": null },
        "created_at": refund.created_at,
        "batch_id": null,
        "status": refund.status,
        "speed_processed": "normal",
        "speed_requested": refund.speed,
    })
}

/// A dispute.
pub(super) fn dispute(dispute: &Dispute) -> Value {
    json!({
        "id": dispute.id,
        "entity": "dispute",
        "payment_id": dispute.payment_id,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "amount_deducted": dispute.amount_deducted,
        "reason_code": dispute.reason_code,
        "respond_by": dispute.respond_by,
        "status": dispute.status,
        "phase": dispute.phase,
        "created_at": dispute.created_at,
        "evidence": { "amount": dispute.amount, "summary": null, "others": null, "submitted_at": null },
    })
}

/// What a list is wrapped in, unless it is one of links.
pub(super) fn collection(items: impl Iterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.collect();
    json!({ "entity": "collection", "count": items.len(), "items": items })
}

/// The body of a webhook: what happened, and a picture of the things at that moment.
pub(super) fn event(name: &str, parts: &[(&str, Value)], now: i64) -> Value {
    let contains: Vec<&str> = parts.iter().map(|(kind, _)| *kind).collect();
    let payload: serde_json::Map<String, Value> =
        parts.iter().map(|(kind, entity)| ((*kind).to_owned(), json!({ "entity": entity }))).collect();
    json!({
        "entity": "event",
        "account_id": "acc_Simulator00001",
        "event": name,
        "contains": contains,
        "payload": payload,
        "created_at": now,
    })
}

/// The name of the event that tells of a link's new status.
pub(super) fn link_event(status: LinkStatus) -> &'static str {
    match status {
        LinkStatus::Created => "payment_link.created",
        LinkStatus::PartiallyPaid => "payment_link.partially_paid",
        LinkStatus::Paid => "payment_link.paid",
        LinkStatus::Cancelled => "payment_link.cancelled",
        LinkStatus::Expired => "payment_link.expired",
    }
}

//! Tickets and guests, one for one; and no order that hangs in the air.

use std::collections::HashMap;

use booking_web::order::OrderState;
use real_parts::razorpay::LinkStatus;

use super::books::Books;
use super::{Finding, Kind};
use crate::stage::PRICE;

pub(super) fn judge(books: &Books) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut paid: HashMap<&str, u32> = HashMap::new();
    for (id, order) in &books.orders {
        let price = PRICE * i64::try_from(order.guests.len()).expect("few");
        if order.owed != price {
            let what = format!("order {id} of {} guests costs {} and not {price}", order.guests.len(), order.owed);
            findings.push((Kind::WrongAmount, what));
        }
        match order.state {
            OrderState::Paid => {
                for guest in &order.guests {
                    *paid.entry(guest.as_str()).or_default() += 1;
                }
            }
            OrderState::Held | OrderState::Refunding => {
                findings.push((Kind::InDoubt, format!("order {id} is {} for ever", order.state.as_str())));
            }
            OrderState::Expired | OrderState::Refunded | OrderState::Revoked => {}
        }
    }
    for ticket in &books.tickets {
        match paid.remove(ticket.as_str()) {
            Some(1) => {}
            Some(orders) => findings.push((Kind::TwoOrders, format!("{orders} orders pay for the ticket {ticket}"))),
            None => findings.push((Kind::TicketUnpaid, format!("no paid order stands behind the ticket {ticket}"))),
        }
    }
    let missing = paid.into_keys().map(|ticket| (Kind::TicketMissing, format!("{ticket} is paid for and not valid")));
    findings.extend(missing);
    findings.extend(unpaid(books));
    findings.extend(links(books));
    findings.into_iter().map(|(kind, what)| Finding { kind, what }).collect()
}

/// Paid orders without a payment of their own.
fn unpaid(books: &Books) -> Vec<(Kind, String)> {
    let pays = |order: &str| books.payments.values().any(|row| row.order == order && row.refund.is_none());
    let paid = books.orders.iter().filter(|(_, order)| order.state == OrderState::Paid);
    paid.filter(|(id, _)| !pays(id))
        .map(|(id, _)| (Kind::TicketUnpaid, format!("nothing pays for order {id}")))
        .collect()
}

/// A link that can still be paid, while its order waits for no money. One that
/// was paid in part is no longer to be cancelled, and its order is looked at for days.
fn links(books: &Books) -> Vec<(Kind, String)> {
    let open = books.links.iter().filter(|link| link.status == LinkStatus::Created);
    open.filter_map(|link| match books.orders.get(&link.reference_id) {
        Some(order) if order.state == OrderState::Held => None,
        Some(order) => {
            Some((Kind::OpenLink, format!("{} takes money for an order that is {}", link.id, order.state.as_str())))
        }
        None => Some((Kind::OpenLink, format!("{} takes money for no order", link.id))),
    })
    .collect()
}

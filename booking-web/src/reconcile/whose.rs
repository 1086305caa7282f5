//! Whose money is that? Payments of the account that we have no row of: of one
//! of our orders, of this site and no order's, or of another business that
//! sells by the same account.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::Sides;
use super::patience::{found, patiently};
use crate::order::{By, Order, OrderId};
use crate::payment::PaymentError;

/// Whose a payment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Order(OrderId),
    /// Its link leads to our pages, and there is no such order.
    Nobody {
        link: String,
    },
    /// Of an order that is not compared this time: it was made before the day that was asked for.
    Earlier,
    /// None of ours.
    Stranger,
}

/// Payments known to be none of ours. A payment's link never changes, so none
/// is asked about twice, and a busy neighbour costs one question a payment.
#[derive(Clone, Debug, Default)]
pub(super) struct Strangers(Arc<Mutex<HashSet<Box<str>>>>);

impl Strangers {
    pub(super) fn know(&self, payment: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(payment)
    }

    /// Not in its first day, when Razorpay's own parts may not know of each other yet.
    fn remember(&self, payment: &str, began_at: i64) {
        if Utc::now().timestamp() - began_at > 86_400 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(payment.into());
        }
    }
}

/// Asks Razorpay which link a payment was made by, and our rows whose that is.
///
/// # Errors
/// [`PaymentError`].
pub(super) async fn whose(
    sides: &Sides,
    since: Option<DateTime<Utc>>,
    payment: &str,
    began_at: i64,
) -> Result<Owner, PaymentError> {
    let link = found(patiently(&sides.razorpay, || sides.razorpay.link_of_payment(payment)).await)?.flatten();
    let Some(link) = link else {
        sides.strangers.remember(payment, began_at);
        return Ok(Owner::Stranger);
    };
    if let Some(id) = OrderId::parse(&link.reference_id)
        && let Some(order) = Order::find(&sides.db, By::Id(id)).await?
    {
        let compared = since.is_none_or(|since| order.created_at >= since);
        return Ok(if compared { Owner::Order(id) } else { Owner::Earlier });
    }
    if link.callback_url.starts_with(&sides.our_pages) {
        return Ok(Owner::Nobody { link: link.id });
    }
    sides.strangers.remember(payment, began_at);
    Ok(Owner::Stranger)
}

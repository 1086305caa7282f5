//! How a refund stands, in words.

use chrono_tz::Tz;

use super::super::order::when::local;
use crate::payment::books::{PaymentEntry, RefundEntry, RefundState};

/// Razorpay has taken it on, or done it.
pub(super) fn is_on_its_way(state: RefundState) -> bool {
    matches!(state, RefundState::Pending | RefundState::Processed)
}

/// One line. `fault` is why Razorpay could not be asked now.
pub(super) fn standing(payment: &PaymentEntry, refund: &RefundEntry, fault: Option<&str>, zone: Tz) -> String {
    let PaymentEntry { id, amount, .. } = payment;
    let at = local(refund.updated_at, zone);
    let known_as = refund.razorpay_id.as_deref().map_or_else(String::new, |id| format!(" ({id})"));
    match refund.state {
        RefundState::Pending => {
            format!("{amount} of {id}{known_as}: asked for; Razorpay says pending, 5 to 7 working days")
        }
        RefundState::Processed => format!("{amount} of {id}{known_as}: went back, {at}"),
        RefundState::Intended => format!(
            "{amount} of {id}: not asked for yet: {}; the server goes on by itself",
            fault.unwrap_or("Razorpay failed the refund before, and is asked anew")
        ),
        RefundState::Failed => format!(
            "{amount} of {id}{known_as}: Razorpay could not give it back, however often it was asked; look at its \
             dashboard, and then `booking-web refund --again`"
        ),
    }
}

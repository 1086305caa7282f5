//! An order's books, as its guest's page tells them.

use crate::pages::{MoneyBack, Refund, RefundCause, RevokedBy, Step};
use crate::payment::books::{Books, PaymentEntry, RefundEntry, RefundState};
use crate::payment::decision::Reason;

/// Why the order is no ticket, and what goes back.
pub(super) fn refund(books: &Books) -> Refund {
    Refund { cause: cause(books), parts: parts(books) }
}

/// Each payment that goes back; of a paid order those beside the ticket's own.
pub(super) fn parts(books: &Books) -> Vec<MoneyBack> {
    books.refunds().map(part).collect()
}

pub(super) fn revoked_by(books: &Books) -> RevokedBy {
    let bank = books.disputes.iter().any(|dispute| dispute.took_ticket && !dispute.status.is_final());
    if bank { RevokedBy::Bank } else { RevokedBy::Organiser }
}

fn part((payment, refund): (&PaymentEntry, &RefundEntry)) -> MoneyBack {
    let step = match refund.state {
        RefundState::Intended => Step::NotYet,
        RefundState::Pending => Step::Asked(refund.updated_at),
        RefundState::Processed => Step::Done(refund.updated_at),
        RefundState::Failed => Step::Stuck,
    };
    MoneyBack { amount: payment.amount.to_string(), step }
}

/// What closed the order, whatever else was paid before or after.
fn cause(books: &Books) -> RefundCause {
    let reasons = || books.refunds().map(|(_, refund)| refund.reason);
    let beside = |reason: &Reason| matches!(reason, Reason::PaidTwice | Reason::OrderClosed);
    match reasons().find(|reason| !beside(reason)).or_else(|| reasons().next()) {
        Some(Reason::WrongAmount) => RefundCause::WrongAmount,
        Some(Reason::Organiser | Reason::OnDashboard) => RefundCause::Organiser,
        Some(Reason::DisputeLost) => RefundCause::Bank,
        Some(Reason::NoSeatLeft) if !books.disputes.is_empty() => RefundCause::SeatGoneInDispute,
        Some(Reason::NoSeatLeft) => RefundCause::PaidTooLate,
        Some(Reason::PaidTwice | Reason::OrderClosed) | None => RefundCause::BookingOver,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::payment::books::{Amount, DisputeEntry};
    use crate::payment::wire::DisputeStatus;

    fn books(reasons: &[Reason]) -> Books {
        let entry = |reason: &Reason| PaymentEntry {
            id: "pay_1".into(),
            amount: Amount { paise: 100, currency: "INR".into() },
            method: None,
            seen_at: DateTime::UNIX_EPOCH,
            refund: Some(RefundEntry {
                id: "0".into(),
                razorpay_id: None,
                reason: *reason,
                state: RefundState::Intended,
                decided_at: DateTime::UNIX_EPOCH,
                updated_at: DateTime::UNIX_EPOCH,
            }),
        };
        Books { payments: reasons.iter().map(entry).collect(), disputes: Vec::new() }
    }

    fn disputed(status: DisputeStatus, reasons: &[Reason]) -> Books {
        let dispute = DisputeEntry {
            id: "disp_1".into(),
            payment_id: "pay_1".into(),
            status,
            took_ticket: true,
            seen_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        Books { disputes: vec![dispute], ..books(reasons) }
    }

    #[test]
    fn the_page_tells_what_closed_the_order_and_not_what_came_beside() {
        assert_eq!(cause(&books(&[Reason::PaidTwice, Reason::Organiser])), RefundCause::Organiser);
        assert_eq!(cause(&books(&[Reason::WrongAmount, Reason::OrderClosed])), RefundCause::WrongAmount);
        assert_eq!(cause(&books(&[Reason::OrderClosed])), RefundCause::BookingOver);
        assert_eq!(refund(&books(&[Reason::PaidTwice, Reason::Organiser])).parts.len(), 2);
    }

    #[test]
    fn who_lost_the_seat_in_a_dispute_did_not_pay_too_late() {
        assert_eq!(cause(&books(&[Reason::NoSeatLeft])), RefundCause::PaidTooLate);
        assert_eq!(cause(&disputed(DisputeStatus::Won, &[Reason::NoSeatLeft])), RefundCause::SeatGoneInDispute);
        assert_eq!(cause(&disputed(DisputeStatus::Lost, &[Reason::DisputeLost])), RefundCause::Bank);
    }

    #[test]
    fn a_bank_revokes_until_it_has_decided() {
        assert_eq!(revoked_by(&disputed(DisputeStatus::UnderReview, &[])), RevokedBy::Bank);
        assert_eq!(revoked_by(&disputed(DisputeStatus::Won, &[])), RevokedBy::Organiser);
        assert_eq!(revoked_by(&books(&[])), RevokedBy::Organiser);
    }
}

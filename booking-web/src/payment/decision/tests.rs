use super::*;
use crate::payment::arrow::Arrow;
use OrderState::{Expired, Held, Paid, Refunded, Refunding, Revoked};

const OWED: i64 = 49_900;

fn payment(id: &str, amount: i64, currency: &str, status: &str) -> Payment {
    serde_json::from_value(serde_json::json!({ "id": id, "amount": amount, "currency": currency, "status": status }))
        .unwrap()
}

fn right(id: &str) -> Payment {
    payment(id, OWED, "INR", "captured")
}

fn booked(id: &str, given_back: bool) -> Booked {
    Booked { id: id.into(), amount: OWED, given_back, under_way: false }
}

fn decided(state: OrderState, payments: &[Booked], captured: &[Payment], payable: bool, seat: Seat) -> Decision {
    let known = Known { state, owed: Paise::try_from(OWED).unwrap(), payments };
    decide(&known, &Money::Looked { captured: captured.to_vec(), payable }, seat)
}

fn reasons(decision: &Decision) -> Vec<(&str, Reason)> {
    decision.give_back.iter().map(|it| (it.payment.as_str(), it.reason)).collect()
}

#[test]
fn money_in_time_is_a_ticket_and_money_too_late_is_one_while_seats_last() {
    for state in [Held, Expired] {
        let decision = decided(state, &[], &[right("pay_1")], state == Held, Seat::Try);
        assert_eq!((decision.to, reasons(&decision)), (Paid, vec![]));
        assert_eq!(decision.book, [right("pay_1")]);
        let decision = decided(state, &[], &[right("pay_1")], state == Held, Seat::None);
        assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_1", Reason::NoSeatLeft)]));
    }
}

#[test]
fn money_of_the_wrong_amount_or_currency_goes_back() {
    for (amount, currency) in [(OWED - 1, "INR"), (OWED + 1, "INR"), (OWED, "USD"), (0, "INR")] {
        let wrong = payment("pay_1", amount, currency, "captured");
        let decision = decided(Held, &[], &[wrong], true, Seat::Try);
        assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_1", Reason::WrongAmount)]));
        assert_eq!(decision.give_back[0].amount, amount);
    }
}

#[test]
fn of_several_payments_the_first_right_one_is_the_tickets_and_the_others_go_back() {
    let captured = [payment("pay_1", 100, "INR", "captured"), right("pay_2"), right("pay_3")];
    let decision = decided(Held, &[], &captured, true, Seat::Try);
    assert_eq!(decision.to, Paid);
    assert_eq!(reasons(&decision), [("pay_1", Reason::WrongAmount), ("pay_3", Reason::PaidTwice)]);
}

#[test]
fn a_second_payment_of_a_paid_order_goes_back_and_leaves_the_ticket_alone() {
    let decision = decided(Paid, &[booked("pay_1", false)], &[right("pay_1"), right("pay_2")], true, Seat::Try);
    assert_eq!((decision.to, reasons(&decision)), (Paid, vec![("pay_2", Reason::PaidTwice)]));
}

#[test]
fn a_refund_on_the_dashboard_closes_a_paid_order_and_is_followed() {
    let refunded = payment("pay_1", OWED, "INR", "refunded");
    for state in [Paid, Revoked] {
        let decision = decided(state, &[booked("pay_1", false)], std::slice::from_ref(&refunded), false, Seat::Try);
        assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_1", Reason::OnDashboard)]));
    }
    // Given back before we ever saw it: there is no ticket to make of it.
    let decision = decided(Held, &[], &[refunded], false, Seat::Try);
    assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_1", Reason::OnDashboard)]));
}

#[test]
fn money_for_a_closed_order_goes_back() {
    for state in [Refunding, Refunded] {
        let decision = decided(state, &[booked("pay_1", true)], &[right("pay_1"), right("pay_2")], false, Seat::Try);
        assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_2", Reason::OrderClosed)]));
    }
}

/// A database put back to an earlier day, or mended by hand.
#[test]
fn rows_that_were_lost_are_made_up_for() {
    // The ticket's own payment is not in our books any more: it still paid for the ticket.
    let decision = decided(Paid, &[], &[right("pay_1"), right("pay_2")], true, Seat::Try);
    assert_eq!((decision.to, reasons(&decision)), (Paid, vec![("pay_2", Reason::PaidTwice)]));
    assert_eq!(decision.book.len(), 2);
    // A refund's row is gone: the money is owed again, unless Razorpay says that it went.
    for (state, captured) in [(Refunding, right("pay_1")), (Refunded, right("pay_1")), (Expired, right("pay_1"))] {
        let decision = decided(state, &[booked("pay_1", false)], &[captured], false, Seat::Try);
        assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_1", Reason::OrderClosed)]));
    }
    let refunded = payment("pay_1", OWED, "INR", "refunded");
    let decision = decided(Refunded, &[booked("pay_1", false)], &[refunded], false, Seat::Try);
    assert_eq!((decision.to, reasons(&decision)), (Refunding, vec![("pay_1", Reason::OnDashboard)]));
    // Two payments for one ticket, and only one of them is needed.
    let rows = [booked("pay_1", false), booked("pay_2", false)];
    let decision = decided(Paid, &rows, &[right("pay_1"), right("pay_2")], true, Seat::Try);
    assert_eq!((decision.to, reasons(&decision)), (Paid, vec![("pay_2", Reason::PaidTwice)]));
}

#[test]
fn only_a_dead_link_without_money_frees_a_seat() {
    assert_eq!(decided(Held, &[], &[], true, Seat::Try), Decision::stay(Held));
    assert_eq!(decided(Held, &[], &[], false, Seat::Try), Decision::stay(Expired));
    assert_eq!(decided(Expired, &[], &[], false, Seat::Try), Decision::stay(Expired));
}

#[test]
fn a_free_order_needs_no_money_and_a_second_ticket_is_not_made() {
    let known = |state| Known { state, owed: Paise::ZERO, payments: &[] };
    assert_eq!(decide(&known(Held), &Money::NotNeeded, Seat::Try).to, Paid);
    assert_eq!(decide(&known(Held), &Money::NotNeeded, Seat::None).to, Expired);
    for state in [Paid, Expired, Revoked] {
        assert_eq!(decide(&known(state), &Money::NotNeeded, Seat::Try), Decision::stay(state));
    }
}

/// Payments as Razorpay may show them, of which none, one or two are there.
fn shown() -> Vec<Vec<Payment>> {
    let kinds = |id: &str| {
        vec![
            right(id),
            payment(id, 100, "INR", "captured"),
            payment(id, OWED, "USD", "captured"),
            payment(id, OWED, "INR", "refunded"),
        ]
    };
    let mut all = vec![Vec::new()];
    for one in kinds("pay_1") {
        all.push(vec![one.clone()]);
        all.extend(kinds("pay_2").into_iter().map(|other| vec![one.clone(), other]));
    }
    all
}

/// What may stand in our rows for an order in this state.
fn rows(state: OrderState) -> Vec<Vec<Booked>> {
    match state {
        Held | Expired => vec![vec![]],
        Paid | Revoked => vec![vec![booked("pay_1", false)], vec![booked("pay_1", false), booked("pay_2", true)]],
        Refunding | Refunded => vec![vec![booked("pay_1", true)], vec![booked("pay_1", true), booked("pay_2", true)]],
    }
}

/// Every state with everything that can be seen of it: some two thousand situations.
#[test]
fn whatever_is_seen_every_captured_rupee_is_a_ticket_or_goes_back() {
    let mut taken = std::collections::HashSet::new();
    for state in OrderState::ALL {
        for (rows, captured) in rows(state).iter().flat_map(|rows| shown().into_iter().map(move |it| (rows, it))) {
            for (payable, seat) in [(true, Seat::Try), (false, Seat::Try), (true, Seat::None), (false, Seat::None)] {
                let decision = decided(state, rows, &captured, payable, seat);
                let situation = format!("{state:?} {rows:?} {captured:?} {payable} {seat:?}: {decision:?}");
                check(state, rows, &captured, &decision, &situation);
                taken.insert(Arrow { from: state, to: decision.to });
            }
        }
    }
    // All that money alone can bring about was brought about; the others are for people, banks and refunds.
    let by_money = Arrow::ALL
        .into_iter()
        .filter(|arrow| !matches!((arrow.from, arrow.to), (Paid, Revoked) | (Revoked, Paid) | (_, Refunded)));
    for arrow in by_money {
        assert!(taken.contains(&arrow), "{arrow:?} never happened");
    }
}

fn check(state: OrderState, rows: &[Booked], captured: &[Payment], decision: &Decision, situation: &str) {
    let arrow = Arrow { from: state, to: decision.to };
    assert!(decision.to == state || Arrow::ALL.contains(&arrow), "no such step: {situation}");
    // Everything captured is in the books, once.
    let mut books: Vec<&str> = rows.iter().map(|it| it.id.as_str()).collect();
    books.extend(decision.book.iter().map(|it| it.id.as_str()));
    for payment in captured {
        assert_eq!(books.iter().filter(|id| **id == payment.id).count(), 1, "{situation}");
    }
    // What goes back is in the books and goes back once.
    let mut back: Vec<&str> = rows.iter().filter(|it| it.given_back).map(|it| it.id.as_str()).collect();
    back.extend(decision.give_back.iter().map(|it| it.payment.as_str()));
    for id in &back {
        assert!(books.contains(id) && back.iter().filter(|it| *it == id).count() == 1, "{situation}");
    }
    // A ticket has one payment; without a ticket no money is kept, but what a revoked one was paid with.
    let kept = books.len() - back.len();
    let expected = usize::from(matches!(decision.to, Paid | Revoked));
    assert_eq!(kept, expected, "{situation}");
    // An order that is done owes nothing.
    if decision.to == Refunded {
        assert!(decision.give_back.is_empty(), "{situation}");
    }
}

//! A table: each kind made from an order on which both sides agree.

use std::collections::HashMap;

use super::*;
use crate::order::OrderId;
use crate::reconcile::ours::OurDispute;
use Kind::{
    AmountDiffers, CapturedNotBooked, DisputeDiffers, GivenBackTwice, HeldTooLong, NotCapturedThere,
    PaidWithoutPayment, PaidWithoutTicket, PaymentUnused, RefundDiffers, RefundFailed, RefundOverdue,
    RefundUnknownHere, RefundUnknownThere, TicketUnpaid,
};

const PRICE: i64 = 49_900;

fn now() -> DateTime<Utc> {
    "2026-11-22T14:00:00Z".parse().unwrap()
}

/// Both sides of one order.
#[derive(Clone)]
struct Pair {
    ours: OurOrder,
    theirs: TheirSide,
}

fn our_payment(id: &str) -> OurPayment {
    OurPayment { id: id.into(), amount: PRICE, currency: "INR".into(), refund: None }
}

fn their_payment(id: &str) -> TheirPayment {
    TheirPayment {
        id: id.into(),
        amount: PRICE,
        currency: "INR".into(),
        status: "captured".into(),
        captured: true,
        refunds: Vec::new(),
    }
}

/// Our `r_1`, which Razorpay has as `rfnd_1`.
fn our_refund(state: RefundState) -> OurRefund {
    OurRefund {
        id: "r_1".into(),
        razorpay_id: (state != RefundState::Intended).then(|| "rfnd_1".into()),
        amount: PRICE,
        reason: Reason::OrderClosed,
        state,
        decided_at: now() - TimeDelta::hours(1),
    }
}

fn their_refund(status: RefundStatus) -> TheirRefund {
    TheirRefund { id: "rfnd_1".into(), amount: PRICE, status, receipt: Some("r_1".into()) }
}

fn ticket(place: u8, row: TicketRow) -> OurTicket {
    OurTicket { place, row, superseded: false }
}

fn unpaid(state: OrderState) -> Pair {
    let ours = OurOrder {
        id: OrderId::parse("018f0000-0000-7000-8000-000000000000").unwrap(),
        state,
        amount: PRICE,
        hold_until: now(),
        stepped_at: now() - TimeDelta::hours(1),
        tickets: vec![ticket(1, TicketRow::None)],
        payments: Vec::new(),
        disputes: Vec::new(),
    };
    Pair { ours, theirs: TheirSide::default() }
}

fn paid() -> Pair {
    let mut pair = unpaid(OrderState::Paid);
    pair.ours.tickets[0].row = TicketRow::Valid;
    pair.ours.payments.push(our_payment("pay_1"));
    pair.theirs.payments.push(their_payment("pay_1"));
    pair
}

fn closed(state: OrderState, ours: RefundState, theirs: RefundStatus) -> Pair {
    let mut pair = paid();
    (pair.ours.state, pair.ours.tickets[0].row) = (state, TicketRow::Revoked);
    pair.ours.payments[0].refund = Some(our_refund(ours));
    pair.theirs.payments[0].refunds.push(their_refund(theirs));
    pair
}

fn refunded() -> Pair {
    closed(OrderState::Refunded, RefundState::Processed, RefundStatus::Processed)
}

fn refunding() -> Pair {
    closed(OrderState::Refunding, RefundState::Pending, RefundStatus::Pending)
}

fn disputed(status: DisputeStatus, there: Option<DisputeStatus>) -> Pair {
    let mut pair = paid();
    (pair.ours.state, pair.ours.tickets[0].row) = (OrderState::Revoked, TicketRow::Revoked);
    let dispute = OurDispute { id: "disp_1".into(), payment: "pay_1".into(), amount: PRICE, status };
    pair.ours.disputes.push(dispute);
    pair.theirs.disputes = HashMap::from([("disp_1".to_owned(), there)]);
    pair
}

fn on_dashboard() -> Pair {
    let mut pair = refunded();
    let refund = pair.ours.payments[0].refund.as_mut().unwrap();
    (refund.reason, refund.razorpay_id) = (Reason::OnDashboard, None);
    let part = |id: &str| TheirRefund {
        id: id.into(),
        amount: PRICE / 2,
        receipt: None,
        ..their_refund(RefundStatus::Processed)
    };
    pair.theirs.payments[0].refunds = vec![part("rfnd_1"), part("rfnd_2")];
    pair
}

fn lost() -> Pair {
    let mut pair = disputed(DisputeStatus::Lost, None);
    pair.ours.state = OrderState::Refunded;
    let refund = OurRefund { razorpay_id: None, reason: Reason::DisputeLost, ..our_refund(RefundState::Processed) };
    pair.ours.payments[0].refund = Some(refund);
    pair
}

fn kinds(pair: &Pair) -> Vec<Kind> {
    judge(&pair.ours, &pair.theirs, now()).into_iter().map(|difference| difference.kind).collect()
}

/// `pair`, after something went wrong with it.
fn with(mut pair: Pair, wrong: impl Fn(&mut Pair)) -> Pair {
    assert_eq!(kinds(&pair), [], "before anything went wrong");
    wrong(&mut pair);
    pair
}

fn refund_of(pair: &mut Pair) -> &mut OurRefund {
    pair.ours.payments[0].refund.as_mut().unwrap()
}

#[test]
fn what_agrees_or_is_under_way_is_no_difference() {
    use DisputeStatus::{Open, UnderReview, Won};
    let mut twice = paid();
    twice.ours.payments.push(OurPayment { refund: Some(our_refund(RefundState::Intended)), ..our_payment("pay_2") });
    twice.theirs.payments.push(their_payment("pay_2"));
    let mut failed_once = refunding();
    failed_once.theirs.payments[0].refunds[0].status = RefundStatus::Failed;
    let mut attempted = unpaid(OrderState::Expired);
    let failed = TheirPayment { status: "failed".into(), captured: false, ..their_payment("pay_1") };
    attempted.theirs.payments.push(failed);
    let mut rebooked = unpaid(OrderState::Expired);
    rebooked.ours.tickets[0] = OurTicket { superseded: true, ..ticket(1, TicketRow::Valid) };
    for (what, pair) in [
        ("held", unpaid(OrderState::Held)),
        ("expired", unpaid(OrderState::Expired)),
        ("paid", paid()),
        ("paid twice, the second going back", twice),
        ("refunding", refunding()),
        ("done there a moment ago", closed(OrderState::Refunding, RefundState::Pending, RefundStatus::Processed)),
        ("failed there a moment ago", failed_once),
        ("asked for, and not heard yet", closed(OrderState::Refunding, RefundState::Intended, RefundStatus::Pending)),
        ("refunded", refunded()),
        ("given back in parts on the dashboard", on_dashboard()),
        ("disputed", disputed(Open, Some(UnderReview))),
        ("won, and then revoked by the organiser", disputed(Won, None)),
        ("lost to the bank", lost()),
        ("a failed attempt", attempted),
        ("booked again after an expiry", rebooked),
    ] {
        assert_eq!(kinds(&pair), [], "{what}");
    }
}

#[test]
fn each_way_of_disagreeing_about_a_payment_is_named_alone() {
    let captured = |pair: &mut Pair| pair.theirs.payments.push(their_payment("pay_9"));
    for (pair, kind) in [
        (with(unpaid(OrderState::Held), captured), CapturedNotBooked),
        (with(unpaid(OrderState::Expired), captured), CapturedNotBooked),
        (with(paid(), captured), CapturedNotBooked),
        (with(refunded(), captured), CapturedNotBooked),
        (with(paid(), |it| it.theirs.payments.clear()), NotCapturedThere),
        (with(refunded(), |it| it.theirs.payments.clear()), NotCapturedThere),
        (with(paid(), |it| it.theirs.payments[0].captured = false), NotCapturedThere),
        (with(paid(), |it| it.ours.payments.push(our_payment("pay_9"))), NotCapturedThere),
        (with(paid(), |it| it.ours.payments[0].amount = 1), AmountDiffers),
        (with(paid(), |it| it.theirs.payments[0].currency = "USD".into()), AmountDiffers),
        (with(paid(), |it| it.ours.amount = 1), AmountDiffers),
    ] {
        assert_eq!(kinds(&pair), [kind], "{:?}\n{:?}", pair.ours, pair.theirs);
    }
}

#[test]
fn each_way_of_leaving_money_or_a_ticket_without_the_other_is_named_alone() {
    let mut second = paid();
    second.ours.payments.push(our_payment("pay_2"));
    second.theirs.payments.push(their_payment("pay_2"));
    assert_eq!(kinds(&second), [PaymentUnused]);
    for (pair, kind) in [
        (with(unpaid(OrderState::Held), |it| it.ours.hold_until -= TimeDelta::hours(1)), HeldTooLong),
        (with(paid(), |it| it.ours.tickets[0].row = TicketRow::None), PaidWithoutTicket),
        (with(paid(), |it| it.ours.tickets[0].row = TicketRow::Revoked), PaidWithoutTicket),
        (with(unpaid(OrderState::Expired), |it| it.ours.tickets[0].row = TicketRow::Valid), TicketUnpaid),
        (with(refunded(), |it| it.ours.tickets[0].row = TicketRow::Valid), TicketUnpaid),
        (
            with(disputed(DisputeStatus::Open, Some(DisputeStatus::Open)), |it| {
                it.ours.tickets[0].row = TicketRow::Valid;
            }),
            TicketUnpaid,
        ),
        (
            with(paid(), |it| {
                it.ours.payments.clear();
                it.theirs.payments.clear();
            }),
            PaidWithoutPayment,
        ),
        (
            with(refunded(), |it| {
                it.ours.payments[0].refund = None;
                it.theirs.payments[0].refunds.clear();
            }),
            PaymentUnused,
        ),
    ] {
        assert_eq!(kinds(&pair), [kind], "{:?}\n{:?}", pair.ours, pair.theirs);
    }
    let free = with(paid(), |it| {
        it.ours.amount = 0;
        it.ours.payments.clear();
        it.theirs.payments.clear();
    });
    assert_eq!(kinds(&free), [], "nothing is owed for a free ticket");
}

#[test]
fn each_way_of_disagreeing_about_a_refund_is_named_alone() {
    let part = |it: &mut Pair| {
        let part =
            TheirRefund { id: "rfnd_9".into(), amount: 100, receipt: None, ..their_refund(RefundStatus::Pending) };
        it.theirs.payments[0].refunds.push(part);
    };
    let old = |it: &mut Pair| refund_of(it).decided_at -= TimeDelta::days(2);
    for (pair, kind) in [
        (with(paid(), part), RefundUnknownHere),
        (with(refunded(), |it| it.ours.payments[0].refund = None), RefundUnknownHere),
        (with(refunded(), part), GivenBackTwice),
        (with(refunded(), |it| it.theirs.payments[0].refunds.clear()), RefundUnknownThere),
        (with(refunded(), |it| refund_of(it).razorpay_id = Some("rfnd_9".into())), RefundUnknownThere),
        (with(refunding(), |it| it.theirs.payments[0].refunds.clear()), RefundUnknownThere),
        (with(on_dashboard(), |it| it.theirs.payments[0].refunds.clear()), RefundUnknownThere),
        (with(on_dashboard(), |it| it.theirs.payments[0].refunds.truncate(1)), RefundDiffers),
        (with(refunded(), |it| refund_of(it).amount = 1), RefundDiffers),
        (with(refunded(), |it| it.theirs.payments[0].refunds[0].status = RefundStatus::Pending), RefundDiffers),
        (with(refunded(), |it| it.theirs.payments[0].refunds[0].status = RefundStatus::Failed), RefundFailed),
        (with(refunding(), |it| refund_of(it).state = RefundState::Failed), RefundFailed),
        (with(refunding(), old), RefundOverdue),
        (with(closed(OrderState::Refunding, RefundState::Intended, RefundStatus::Failed), old), RefundOverdue),
    ] {
        assert_eq!(kinds(&pair), [kind], "{:?}\n{:?}", pair.ours, pair.theirs);
    }
}

#[test]
fn each_way_of_disagreeing_about_a_dispute_is_named_alone() {
    use DisputeStatus::{Lost, Open, Won};
    let decided = |there| with(disputed(Open, Some(Open)), |it| it.theirs = disputed(Open, there).theirs);
    for there in [Some(Won), Some(Lost), None] {
        assert_eq!(kinds(&decided(there)), [DisputeDiffers], "{there:?}");
    }
    assert_eq!(kinds(&with(lost(), |it| it.ours.disputes.clear())), [RefundUnknownThere]);
    let both = with(refunded(), |it| it.ours.disputes = lost().ours.disputes);
    assert_eq!(kinds(&both), [GivenBackTwice]);
}

/// Of a paid order, or of a closed one, with these tickets: what is said of them.
fn of_group(state: OrderState, rows: [TicketRow; 3]) -> Vec<Difference> {
    let mut pair = if state == OrderState::Paid { paid() } else { refunded() };
    pair.ours.tickets = (1..).zip(rows).map(|(place, row)| ticket(place, row)).collect();
    judge(&pair.ours, &pair.theirs, now())
}

#[test]
fn of_a_group_the_places_are_said_whose_tickets_are_wrong() {
    use TicketRow::{None, Revoked, Valid};
    assert_eq!(of_group(OrderState::Paid, [Valid; 3]), []);
    assert_eq!(of_group(OrderState::Refunded, [None, Revoked, None]), []);
    let found = of_group(OrderState::Paid, [None, Valid, Revoked]);
    assert_eq!((found.len(), found[0].kind), (1, PaidWithoutTicket));
    assert_eq!(found[0].ours, "paid, and of 3 guests: guest 1 has no ticket, guest 3's ticket is revoked");
    let found = of_group(OrderState::Refunded, [Revoked, Valid, Valid]);
    assert_eq!((found.len(), found[0].kind), (1, TicketUnpaid));
    assert_eq!(found[0].ours, "refunded, and of 3 guests: guest 2's ticket is valid, guest 3's ticket is valid");
    assert!(found[0].remedy.ends_with("AND n IN (2, 3))"), "and not of who has another order: {}", found[0].remedy);
    let nobody = with(paid(), |it| it.ours.tickets.clear());
    assert_eq!(kinds(&nobody), [PaidWithoutTicket]);
}

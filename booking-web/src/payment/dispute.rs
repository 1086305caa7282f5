//! A bank wants a payment back: the ticket goes at once, and comes back if
//! the dispute is won while there is a seat. A lost one is a refund that the
//! bank made: ours, if there was to be one, is not asked for any more.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, TxOpts};

use super::client::{Client, Page};
use super::decision::{Booked, Decision, GiveBack, Reason};
use super::wire::{Dispute, DisputeStatus};
use super::{PaymentError, ledger, refund, story};
use crate::db::{Db, DbError, column};
use crate::duty;
use crate::order::{By, Order, OrderId, OrderState};

/// Looks one dispute up and does what follows from it. `None`: its payment is
/// none that we know of.
///
/// # Errors
/// [`PaymentError`]; asking again is safe.
pub async fn follow(
    db: &Db,
    razorpay: &Client,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, PaymentError> {
    let dispute = match razorpay.dispute(id).await {
        Ok(dispute) => dispute,
        // A word about a dispute that Razorpay does not know will not come true by being said again.
        Err(error) if error.is_not_there() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(order) = Order::find(db, By::Payment(&dispute.payment_id)).await? else { return Ok(None) };
    match attempt(db, order.id, &dispute, true, now).await? {
        Some(state) => Ok(Some(state)),
        // Won, but the seat is somebody else's by now.
        None => Ok(attempt(db, order.id, &dispute, false, now).await?),
    }
}

/// Follows every dispute of an order that is not decided yet.
///
/// # Errors
/// [`PaymentError`].
pub async fn follow_all(
    db: &Db,
    razorpay: &Client,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, PaymentError> {
    let open: Vec<String> = db
        .work(|mut conn| async move {
            let query = "SELECT id FROM disputes WHERE order_id = ? AND status NOT IN ('won', 'lost', 'closed')";
            Ok(conn.exec(query, (order,)).await?)
        })
        .await?;
    let mut state = None;
    for id in open {
        state = follow(db, razorpay, &id, now).await?;
    }
    Ok(state)
}

/// How often disputes are asked for whose webhook may never have come.
const LOOK_AROUND_EVERY: Duration = Duration::from_secs(3600);
/// A dispute is raised within months of the payment, and decided within weeks.
const RAISED_WITHIN: TimeDelta = TimeDelta::days(60);

/// Follows disputes that nobody told us of, or whose end we missed; once an
/// hour, by one server.
///
/// # Errors
/// [`PaymentError`].
pub async fn look_around(db: &Db, razorpay: &Client, now: DateTime<Utc>) -> Result<(), PaymentError> {
    if !duty::claim(db, "disputes", LOOK_AROUND_EVERY, now).await? {
        return Ok(());
    }
    let mut page = Page::first(now - RAISED_WITHIN, now);
    loop {
        let disputes = razorpay.disputes(&page).await?;
        let last = disputes.len() < Page::SIZE;
        for dispute in disputes {
            if is_news(db, &dispute).await? {
                follow(db, razorpay, &dispute.id, now).await?;
            }
        }
        if last {
            return Ok(());
        }
        page = page.next();
    }
}

/// About a payment of ours, and not in the state that we know.
async fn is_news(db: &Db, dispute: &Dispute) -> Result<bool, DbError> {
    db.work(|mut conn| async move {
        let news: Option<u8> = conn
            .exec_first(
                "SELECT 1 FROM payments p LEFT JOIN disputes d ON d.id = ?
                 WHERE p.id = ? AND (d.id IS NULL OR d.status <> ? AND d.status NOT IN ('won', 'lost', 'closed'))",
                (&dispute.id, &dispute.payment_id, dispute.status.as_str()),
            )
            .await?;
        Ok(news.is_some())
    })
    .await
}

async fn attempt(
    db: &Db,
    id: OrderId,
    dispute: &Dispute,
    seat_left: bool,
    now: DateTime<Utc>,
) -> Result<Option<OrderState>, DbError> {
    db.work(|mut conn| async move {
        let mut tx = conn.start_transaction(TxOpts::default()).await?;
        let Some(order) = Order::lock(&mut tx, id).await? else { return Err(DbError::Column { column: "id" }) };
        let known = known(&mut tx, &dispute.id).await?;
        // Two may look at once, and the slower one must not bring an old state back.
        if known.status.is_some_and(DisputeStatus::is_final) {
            tx.rollback().await?;
            return Ok(Some(order.state));
        }
        let payments = ledger::booked(&mut tx, &order).await?;
        let decision = consequence(order.state, &payments, dispute, &known, seat_left);
        let stays = decision.to == order.state;
        let takes = !stays && decision.to == OrderState::Revoked || stays && known.took_ticket;
        write_dispute(&mut tx, &order, dispute, takes, now).await?;
        if known.status != Some(dispute.status) {
            story::add(&mut tx, order.id, "dispute", Some(&dispute.id), Some(dispute.status.as_str()), now).await?;
        }
        if dispute.status == DisputeStatus::Lost {
            bank_was_faster(&mut tx, &order, dispute, now).await?;
        }
        let written = match decision.changes(order.state) {
            true => ledger::write(&mut tx, &order, &decision, &dispute.id, now).await?,
            false => Some(order.state),
        };
        match written {
            Some(_) => tx.commit().await?,
            None => tx.rollback().await?,
        }
        if let Some(to) = written.filter(|to| *to != order.state) {
            tracing::warn!(order = %order.id, dispute = dispute.id, to = to.as_str(), "a dispute moved an order");
        }
        Ok(written)
    })
    .await
}

/// A refund of ours that was still to be asked for is done by the bank.
async fn bank_was_faster(
    tx: &mut impl Queryable,
    order: &Order,
    dispute: &Dispute,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let taken = tx
        .exec_iter(
            "UPDATE refunds SET state = 'processed', reason = ?, updated_at = ?
             WHERE payment_id = ? AND (state = 'failed' OR state = 'intended' AND razorpay_id IS NULL)",
            (Reason::DisputeLost.as_str(), now.naive_utc(), &dispute.payment_id),
        )
        .await?;
    let rows = taken.affected_rows();
    taken.drop_result().await?;
    if rows == 1 {
        story::add(tx, order.id, "went_back", Some(&dispute.payment_id), Some(&dispute.id), now).await?;
        refund::end_order(tx, order.id, &dispute.id, now).await?;
    }
    Ok(())
}

/// What follows for the order. Only a dispute about the ticket's own payment
/// touches the ticket: any other is about money that goes back already. The
/// ticket goes when we first hear of it; if the organiser then lets it stand
/// again, that is known better than by us.
fn consequence(
    state: OrderState,
    payments: &[Booked],
    dispute: &Dispute,
    known: &KnownDispute,
    seat_left: bool,
) -> Decision {
    let stay = Decision::stay(state);
    let ticket = payments.iter().find(|booked| !booked.given_back && booked.id == dispute.payment_id);
    let Some(ticket) = ticket else { return stay };
    let back = |reason, done| vec![GiveBack { payment: ticket.id.clone(), amount: ticket.amount, reason, done }];
    match (dispute.status, state) {
        (DisputeStatus::Open | DisputeStatus::UnderReview, OrderState::Paid) if known.status.is_none() => {
            Decision { to: OrderState::Revoked, ..stay }
        }
        (DisputeStatus::Lost, OrderState::Paid | OrderState::Revoked) => {
            Decision { to: OrderState::Refunded, give_back: back(Reason::DisputeLost, true), ..stay }
        }
        (DisputeStatus::Won | DisputeStatus::Closed, OrderState::Revoked) if known.took_ticket && seat_left => {
            Decision { to: OrderState::Paid, ..stay }
        }
        (DisputeStatus::Won | DisputeStatus::Closed, OrderState::Revoked) if known.took_ticket => {
            Decision { to: OrderState::Refunding, give_back: back(Reason::NoSeatLeft, false), ..stay }
        }
        _ => stay,
    }
}

/// What our row says of a dispute; nothing before the first look.
#[derive(Default)]
struct KnownDispute {
    status: Option<DisputeStatus>,
    took_ticket: bool,
}

async fn known(tx: &mut impl Queryable, id: &str) -> Result<KnownDispute, DbError> {
    let row: Option<Row> = tx.exec_first("SELECT status, took_ticket FROM disputes WHERE id = ?", (id,)).await?;
    let Some(row) = row else { return Ok(KnownDispute::default()) };
    let status: String = column(&row, "status")?;
    Ok(KnownDispute { status: Some(DisputeStatus::parse(&status)), took_ticket: column(&row, "took_ticket")? })
}

async fn write_dispute(
    tx: &mut impl Queryable,
    order: &Order,
    dispute: &Dispute,
    took_ticket: bool,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let Dispute { id, payment_id, amount, status } = dispute;
    let (status, now) = (status.as_str(), now.naive_utc());
    tx.exec_drop(
        "INSERT INTO disputes (id, payment_id, order_id, amount_paise, status, took_ticket, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE status = VALUES(status), took_ticket = VALUES(took_ticket),
                                 updated_at = VALUES(updated_at)",
        (id, payment_id, order.id, amount, status, took_ticket, now, now),
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use DisputeStatus::{Closed, Lost, Open, UnderReview, Won};
    use OrderState::{Expired, Held, Paid, Refunded, Refunding, Revoked};

    fn booked(given_back: bool) -> Vec<Booked> {
        vec![Booked { id: "pay_1".into(), amount: 49_900, given_back, under_way: false }]
    }

    fn goes_to(state: OrderState, status: DisputeStatus, took_ticket: bool, seat_left: bool) -> OrderState {
        let dispute = Dispute { id: "disp_1".into(), payment_id: "pay_1".into(), amount: 49_900, status };
        let known = KnownDispute { status: took_ticket.then_some(Open), took_ticket };
        consequence(state, &booked(false), &dispute, &known, seat_left).to
    }

    #[test]
    fn an_open_dispute_takes_the_ticket_and_a_lost_one_ends_the_order() {
        assert_eq!(goes_to(Paid, Open, false, true), Revoked);
        assert_eq!(goes_to(Paid, UnderReview, false, true), Revoked);
        assert_eq!(goes_to(Paid, Lost, false, true), Refunded);
        assert_eq!(goes_to(Revoked, Lost, true, true), Refunded);
        assert_eq!(goes_to(Revoked, UnderReview, true, true), Revoked);
    }

    #[test]
    fn a_won_dispute_gives_the_ticket_back_or_else_the_money() {
        for won in [Won, Closed] {
            assert_eq!(goes_to(Revoked, won, true, true), Paid);
            assert_eq!(goes_to(Revoked, won, true, false), Refunding);
            assert_eq!(goes_to(Paid, won, false, true), Paid);
            // Revoked by the organiser: the bank's word does not undo that.
            assert_eq!(goes_to(Revoked, won, false, true), Revoked);
        }
    }

    #[test]
    fn a_ticket_that_the_organiser_lets_stand_again_is_not_taken_a_second_time() {
        let dispute = Dispute { id: "disp_1".into(), payment_id: "pay_1".into(), amount: 49_900, status: UnderReview };
        let known = KnownDispute { status: Some(Open), took_ticket: false };
        assert_eq!(consequence(Paid, &booked(false), &dispute, &known, true).to, Paid);
    }

    #[test]
    fn a_dispute_about_money_that_goes_back_touches_nothing() {
        for state in [Held, Expired, Paid, Refunding, Refunded, Revoked] {
            for status in [Open, UnderReview, Won, Lost, Closed] {
                let dispute = Dispute { id: "disp_1".into(), payment_id: "pay_1".into(), amount: 1, status };
                let decision = consequence(state, &booked(true), &dispute, &KnownDispute::default(), true);
                assert!(!decision.changes(state), "{state:?} {status:?}");
            }
        }
    }
}

//! Reads our side: page by page, each page of one moment.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, TxOpts};

use super::ours::{OurDispute, OurOrder, OurPayment, OurRefund, OurTicket, TicketRow};
use crate::db::{Db, DbError, column};
use crate::order::{OrderId, OrderState};
use crate::payment::books::RefundState;
use crate::payment::decision::Reason;
use crate::payment::wire::DisputeStatus;

/// Orders read at once.
const PAGE: usize = 500;

/// The orders after `after`, in the order of their ids; none: those were all.
pub(super) async fn page(
    db: &Db,
    after: Option<OrderId>,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<OurOrder>, DbError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    let since = since.unwrap_or(DateTime::UNIX_EPOCH).naive_utc();
    db.work(|conn| {
        let condition = format!("o.id > ? AND o.created_at >= ? ORDER BY o.id LIMIT {PAGE}");
        whole(conn, condition, (after.clone(), since).into())
    })
    .await
}

/// One order as it is now.
pub(super) async fn one(db: &Db, id: OrderId) -> Result<Option<OurOrder>, DbError> {
    let found = db.work(|conn| whole(conn, "o.id = ?".to_owned(), (id,).into())).await?;
    Ok(found.into_iter().next())
}

/// Orders, their tickets and their money in one transaction: no step falls in between.
async fn whole(mut conn: Conn, condition: String, params: mysql_async::Params) -> Result<Vec<OurOrder>, DbError> {
    let mut tx = conn.start_transaction(TxOpts::default()).await?;
    let query =
        format!("SELECT o.id, o.state, o.amount_paise, o.hold_until, o.updated_at FROM orders o WHERE {condition}");
    let rows: Vec<Row> = tx.exec(query, params).await?;
    let mut orders = rows.iter().map(order).collect::<Result<Vec<_>, _>>()?;
    if let (Some(first), Some(last)) = (orders.first().map(|it| it.id), orders.last().map(|it| it.id)) {
        let mut tickets = by_order(&tx.exec(TICKETS, (first, last)).await?, ticket)?;
        let mut payments = by_order(&tx.exec(PAYMENTS, (first, last)).await?, payment)?;
        let mut disputes = by_order(&tx.exec(DISPUTES, (first, last)).await?, dispute)?;
        for order in &mut orders {
            order.tickets = tickets.remove(&order.id).unwrap_or_default();
            order.payments = payments.remove(&order.id).unwrap_or_default();
            order.disputes = disputes.remove(&order.id).unwrap_or_default();
        }
    }
    tx.commit().await?;
    Ok(orders)
}

const TICKETS: &str = "
    SELECT a.order_id, a.n, t.UNIQUE_ID IS NOT NULL AS has_ticket, t.REVOKED_AT IS NOT NULL AS revoked,
           EXISTS (SELECT 1 FROM attendees b JOIN orders s ON s.id = b.order_id
                   WHERE b.unique_id = a.unique_id
                     AND (s.id > a.order_id OR s.state = 'paid' AND s.id <> a.order_id)) AS superseded
    FROM attendees a LEFT JOIN tickets t ON t.UNIQUE_ID = a.unique_id
    WHERE a.order_id BETWEEN ? AND ? ORDER BY a.order_id, a.n";

const PAYMENTS: &str = "
    SELECT p.order_id, p.id, p.amount_paise, p.currency, r.id AS refund, r.razorpay_id,
           r.amount_paise AS refund_amount, r.reason, r.state, r.created_at AS decided_at
    FROM payments p LEFT JOIN refunds r ON r.payment_id = p.id
    WHERE p.order_id BETWEEN ? AND ? ORDER BY p.created_at, p.id";

const DISPUTES: &str = "
    SELECT order_id, id, payment_id, amount_paise, status FROM disputes WHERE order_id BETWEEN ? AND ? ORDER BY id";

fn by_order<T>(rows: &[Row], read: fn(&Row) -> Result<T, DbError>) -> Result<HashMap<OrderId, Vec<T>>, DbError> {
    let mut sorted: HashMap<OrderId, Vec<T>> = HashMap::new();
    for row in rows {
        sorted.entry(order_id(row, "order_id")?).or_default().push(read(row)?);
    }
    Ok(sorted)
}

fn order(row: &Row) -> Result<OurOrder, DbError> {
    let instant = |name| column::<NaiveDateTime>(row, name).map(|at| at.and_utc());
    Ok(OurOrder {
        id: order_id(row, "id")?,
        state: word(row, "state", OrderState::parse)?,
        amount: column(row, "amount_paise")?,
        hold_until: instant("hold_until")?,
        stepped_at: instant("updated_at")?,
        tickets: Vec::new(),
        payments: Vec::new(),
        disputes: Vec::new(),
    })
}

fn ticket(row: &Row) -> Result<OurTicket, DbError> {
    Ok(OurTicket {
        place: column(row, "n")?,
        row: match (column(row, "has_ticket")?, column(row, "revoked")?) {
            (false, _) => TicketRow::None,
            (true, true) => TicketRow::Revoked,
            (true, false) => TicketRow::Valid,
        },
        superseded: column(row, "superseded")?,
    })
}

fn payment(row: &Row) -> Result<OurPayment, DbError> {
    let refund = column::<Option<String>>(row, "refund")?.map(|id| refund(id, row)).transpose()?;
    Ok(OurPayment {
        id: column(row, "id")?,
        amount: column(row, "amount_paise")?,
        currency: column(row, "currency")?,
        refund,
    })
}

fn refund(id: String, row: &Row) -> Result<OurRefund, DbError> {
    Ok(OurRefund {
        id,
        razorpay_id: column(row, "razorpay_id")?,
        amount: column(row, "refund_amount")?,
        reason: word(row, "reason", Reason::parse)?,
        state: word(row, "state", RefundState::parse)?,
        decided_at: column::<NaiveDateTime>(row, "decided_at")?.and_utc(),
    })
}

fn dispute(row: &Row) -> Result<OurDispute, DbError> {
    Ok(OurDispute {
        id: column(row, "id")?,
        payment: column(row, "payment_id")?,
        amount: column(row, "amount_paise")?,
        status: DisputeStatus::parse(&column::<String>(row, "status")?),
    })
}

fn order_id(row: &Row, name: &'static str) -> Result<OrderId, DbError> {
    word(row, name, OrderId::parse)
}

fn word<T>(row: &Row, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
    parse(&column::<String>(row, name)?).ok_or(DbError::Column { column: name })
}

/// When the first order was made that money was asked for, and how many orders there are.
pub(super) async fn extent(db: &Db, since: Option<DateTime<Utc>>) -> Result<(Option<DateTime<Utc>>, u64), DbError> {
    let since = since.unwrap_or(DateTime::UNIX_EPOCH).naive_utc();
    db.work(|mut conn| async move {
        let query = "SELECT created_at FROM orders WHERE created_at >= ? AND amount_paise > 0 ORDER BY id LIMIT 1";
        let first: Option<NaiveDateTime> = conn.exec_first(query, (since,)).await?;
        let count: Option<u64> = conn.exec_first("SELECT COUNT(*) FROM orders WHERE created_at >= ?", (since,)).await?;
        Ok((first.map(|at| at.and_utc()), count.unwrap_or(0)))
    })
    .await
}

/// Of these payments, those that we have a row of.
pub(super) async fn booked(db: &Db, payments: &[&str]) -> Result<Vec<String>, DbError> {
    let query = &format!("SELECT id FROM payments WHERE id IN ({})", vec!["?"; payments.len()].join(", "));
    db.work(|mut conn| async move {
        let ids = mysql_async::Params::Positional(payments.iter().map(Into::into).collect());
        Ok(conn.exec(query, ids).await?)
    })
    .await
}

/// How many tickets there are, and how many of nobody that came by an order: those came from elsewhere.
pub(super) async fn tickets(db: &Db, since: Option<DateTime<Utc>>) -> Result<(u64, u64), DbError> {
    const PART: u64 = 2_000;
    let since = since.unwrap_or(DateTime::UNIX_EPOCH).date_naive();
    let (mut all, mut foreign, mut after) = (0, 0, String::new());
    loop {
        let behind = &after;
        let part: Option<Row> = db
            .work(|mut conn| async move {
                let query = format!(
                    "SELECT COUNT(*) AS tickets, MAX(t.UNIQUE_ID) AS last,
                            CAST(COALESCE(SUM(NOT EXISTS (
                                SELECT 1 FROM attendees a WHERE a.unique_id = t.UNIQUE_ID)), 0) AS SIGNED)
                                AS without_order
                     FROM (SELECT UNIQUE_ID FROM tickets WHERE UNIQUE_ID > ? AND REG_DATE >= ?
                           ORDER BY UNIQUE_ID LIMIT {PART}) t"
                );
                Ok(conn.exec_first(query, (behind, since)).await?)
            })
            .await?;
        let Some(part) = part else { return Ok((all, foreign)) };
        let count: u64 = column(&part, "tickets")?;
        (all, foreign) = (all + count, foreign + column::<u64>(&part, "without_order")?);
        if count < PART {
            return Ok((all, foreign));
        }
        after = column(&part, "last")?;
    }
}

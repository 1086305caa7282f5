//! How many orders, tickets and rupees, as the rows say.

use std::fmt;

use common::Paise;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};
use crate::order::OrderId;

/// So many orders, so much money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) orders: u64,
    paise: i64,
}

/// What a cancelled event comes to, before anything is done.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) paid: Sum,
    /// Guests of those orders.
    tickets: u64,
    inside: u64,
    /// Seats, and free tickets: an order may have several.
    held: u64,
    free: u64,
    revoked: u64,
    /// Refunds that were decided before and not asked for yet.
    open: Sum,
}

/// How all refunds of the event stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stand {
    pub(super) intended: Sum,
    pub(super) pending: Sum,
    pub(super) processed: Sum,
    pub(super) failed: Sum,
}

impl Plan {
    pub(super) async fn of(db: &Db) -> Result<Self, DbError> {
        let row: Option<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT
                        CAST(COALESCE(SUM(IF(state = 'paid' AND amount_paise > 0, seats, 0)), 0) AS SIGNED) AS tickets,
                        CAST(COALESCE(SUM(state = 'paid' AND amount_paise > 0), 0) AS SIGNED) AS paid,
                        CAST(COALESCE(SUM(IF(state = 'paid', amount_paise, 0)), 0) AS SIGNED) AS paise,
                        CAST(COALESCE(SUM(IF(state = 'held', seats, 0)), 0) AS SIGNED) AS held,
                        CAST(COALESCE(SUM(IF(state = 'paid' AND amount_paise = 0, seats, 0)), 0) AS SIGNED) AS free,
                        CAST(COALESCE(SUM(state = 'revoked' AND amount_paise > 0), 0) AS SIGNED) AS revoked,
                        (SELECT COUNT(*) FROM tickets t JOIN attendees a ON a.unique_id = t.UNIQUE_ID
                         JOIN orders p ON p.id = a.order_id
                         WHERE t.PRESENT = 1 AND p.state = 'paid' AND p.amount_paise > 0) AS inside
                    FROM (SELECT o.state, o.amount_paise, (SELECT COUNT(*) FROM attendees a
                                                           WHERE a.order_id = o.id) AS seats FROM orders o) known";
                Ok(conn.query_first(query).await?)
            })
            .await?;
        let row = row.ok_or(DbError::Column { column: "paid" })?;
        Ok(Self {
            paid: Sum { orders: column(&row, "paid")?, paise: column(&row, "paise")? },
            tickets: column(&row, "tickets")?,
            inside: column(&row, "inside")?,
            held: column(&row, "held")?,
            free: column(&row, "free")?,
            revoked: column(&row, "revoked")?,
            open: refunds(db).await?.intended,
        })
    }

    pub(super) fn said(&self) -> String {
        let mut said = format!("to refund             {}", self.paid);
        let mut line = |count: u64, text: &str| {
            if count > 0 {
                said.push_str(&format!("\n{count:>6} {text}"));
            }
        };
        line(self.tickets, if self.tickets == 1 { "ticket goes with it" } else { "tickets go with them" });
        line(self.open.orders, "refunds were decided before and are asked for, too");
        line(
            self.inside,
            "of these guests are inside: what was booked with theirs is left as it is, unless --even-if-inside",
        );
        line(
            self.held,
            "seats are held and may yet be paid: close the sale (event set --sales-until), and run this again",
        );
        line(self.free, "free tickets have nothing to give back: `booking-web revoke` takes them away");
        line(self.revoked, "revoked orders keep their money: `booking-web refund ORDER` gives it back");
        said
    }
}

/// How all refunds of the event stand.
pub(super) async fn refunds(db: &Db) -> Result<Stand, DbError> {
    let rows: Vec<(String, u64, i64)> = db
        .work(|mut conn| async move {
            let query = "SELECT state, COUNT(*), CAST(SUM(amount_paise) AS SIGNED) FROM refunds GROUP BY state";
            Ok(conn.query(query).await?)
        })
        .await?;
    let mut stand = Stand::default();
    for (state, orders, paise) in rows {
        let sum = Sum { orders, paise };
        match state.as_str() {
            "intended" => stand.intended = sum,
            "pending" => stand.pending = sum,
            "processed" => stand.processed = sum,
            _ => stand.failed = sum,
        }
    }
    Ok(stand)
}

/// The next paid orders, by their ids.
pub(super) async fn paid_orders_after(db: &Db, last: Option<OrderId>, at_most: u32) -> Result<Vec<OrderId>, DbError> {
    let after = last.map_or_else(String::new, |id| id.to_string());
    ids(
        db,
        &format!(
            "SELECT id FROM orders WHERE id > ? AND state = 'paid' AND amount_paise > 0 ORDER BY id LIMIT {at_most}"
        ),
        &after,
    )
    .await
}

/// The orders that have a refund in this state.
pub(super) async fn orders_with_refunds(db: &Db, state: &str) -> Result<Vec<OrderId>, DbError> {
    let query = "SELECT DISTINCT p.order_id FROM refunds r JOIN payments p ON p.id = r.payment_id
                 WHERE r.state = ? ORDER BY p.order_id";
    ids(db, query, state).await
}

async fn ids(db: &Db, query: &str, key: &str) -> Result<Vec<OrderId>, DbError> {
    let ids: Vec<String> = db.work(|mut conn| async move { Ok(conn.exec(query, (key,)).await?) }).await?;
    ids.iter().map(|id| OrderId::parse(id).ok_or(DbError::Column { column: "id" })).collect()
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6}", self.orders)?;
        match Paise::try_from(self.paise) {
            Ok(_) if self.orders == 0 => Ok(()),
            Ok(amount) => write!(f, ", {amount}"),
            // More than an amount may be, and no less true.
            Err(_) => write!(f, ", ₹{}", self.paise / 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_says_what_it_leaves_out_and_nothing_of_what_there_is_not() {
        let sum = |orders, paise| Sum { orders, paise };
        let plan =
            Plan { paid: sum(128, 6_387_200), tickets: 131, inside: 3, held: 0, free: 0, revoked: 1, open: sum(0, 0) };
        let said = plan.said();
        assert!(said.contains("128, ₹63,872\n") && said.contains("3 of these guests are inside"), "{said}");
        assert!(said.contains("1 revoked orders") && said.lines().count() == 4, "{said}");
        assert!(said.contains("131 tickets go with them"), "{said}");
    }

    #[test]
    fn a_sum_beyond_any_amount_is_still_said() {
        assert_eq!(Sum { orders: 90_000, paise: 450_000_000_000 }.to_string().trim(), "90000, ₹4500000000");
        assert_eq!(Sum::default().to_string().trim(), "0");
    }
}

//! What the gates have written on an order's tickets, and whether its page has more to tell.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};
use crate::order::Order;

/// When and where a guest went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    pub at: DateTime<Utc>,
    pub gate: String,
}

/// A paid order's tickets, as its page is about to show them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// For each attendee in their order; `None` while the guest is not inside.
    pub admissions: Vec<Option<Admission>>,
    /// Other payments of the order go back, or went.
    pub paid_again: bool,
}

impl Admission {
    fn from_row(row: &Row) -> Result<Option<Self>, DbError> {
        let present: Option<bool> = column(row, "PRESENT")?;
        let at: Option<NaiveDateTime> = column(row, "ADMITTED_AT")?;
        let gate: Option<String> = column(row, "ADMITTED_GATE")?;
        let inside = at.filter(|_| present == Some(true));
        Ok(inside.map(|at| Self { at: at.and_utc(), gate: gate.unwrap_or_default() }))
    }
}

impl Shown {
    /// In one query, because no page is opened as often as this.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(db: &Db, order: &Order) -> Result<Self, DbError> {
        let rows: Vec<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT t.PRESENT, t.ADMITTED_AT, t.ADMITTED_GATE, EXISTS (
                                 SELECT 1 FROM payments p JOIN refunds r ON r.payment_id = p.id
                                 WHERE p.order_id = a.order_id) AS paid_again
                             FROM attendees a LEFT JOIN tickets t ON t.UNIQUE_ID = a.unique_id
                             WHERE a.order_id = ? ORDER BY a.n";
                Ok(conn.exec(query, (order.id,)).await?)
            })
            .await?;
        let paid_again = rows.first().map(|row| column(row, "paid_again")).transpose()?.unwrap_or(false);
        let admissions = rows.iter().map(Admission::from_row).collect::<Result<_, _>>()?;
        Ok(Self { admissions, paid_again })
    }
}

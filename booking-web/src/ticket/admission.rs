//! What the gates have written on a ticket, and whether its page has more to tell.

use chrono::{DateTime, NaiveDateTime, Utc};
use common::UniqueId;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};
use crate::order::Order;

/// When and where the guest went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    pub at: DateTime<Utc>,
    pub gate: String,
}

impl Admission {
    /// `None` while the guest is not inside.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(db: &Db, ticket: &UniqueId) -> Result<Option<Self>, DbError> {
        let row: Option<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT ADMITTED_AT, ADMITTED_GATE FROM tickets WHERE UNIQUE_ID = ? AND PRESENT = 1";
                Ok(conn.exec_first(query, (ticket.as_str(),)).await?)
            })
            .await?;
        row.as_ref().map_or(Ok(None), Self::from_row)
    }

    fn from_row(row: &Row) -> Result<Option<Self>, DbError> {
        let at: Option<NaiveDateTime> = column(row, "ADMITTED_AT")?;
        let gate: Option<String> = column(row, "ADMITTED_GATE")?;
        Ok(at.map(|at| Self { at: at.and_utc(), gate: gate.unwrap_or_default() }))
    }
}

/// A paid order's ticket, as its page is about to show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub admission: Option<Admission>,
    /// Other payments of the order go back, or went.
    pub paid_again: bool,
}

impl Shown {
    /// In one query, because no page is opened as often as this.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(db: &Db, order: &Order) -> Result<Self, DbError> {
        let row: Option<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT PRESENT, ADMITTED_AT, ADMITTED_GATE, EXISTS (
                                 SELECT 1 FROM payments p JOIN refunds r ON r.payment_id = p.id WHERE p.order_id = ?
                             ) AS paid_again FROM tickets WHERE UNIQUE_ID = ?";
                Ok(conn.exec_first(query, (order.id, order.unique_id.as_str())).await?)
            })
            .await?;
        let Some(row) = row else { return Ok(Self::default()) };
        let admission = if column(&row, "PRESENT")? { Admission::from_row(&row)? } else { None };
        Ok(Self { admission, paid_again: column(&row, "paid_again")? })
    }
}

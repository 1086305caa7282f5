//! An order's file: everything that belongs to it, read once.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::when;
use crate::db::{Db, DbError, column};
use crate::order::{Order, OrderId, OrderState};
use crate::payment::books::Books;
use crate::payment::story::{self, Told};

pub(super) struct File {
    pub(super) order: Order,
    pub(super) books: Books,
    /// The order's own; none before it was paid.
    pub(super) ticket: Option<TicketFile>,
    pub(super) story: Vec<Told>,
    pub(super) zone: Tz,
}

/// A ticket's row as gates and we left it.
pub(super) struct TicketFile {
    pub(super) present: bool,
    pub(super) admitted_at: Option<DateTime<Utc>>,
    pub(super) admitted_gate: Option<String>,
    pub(super) revoked_at: Option<DateTime<Utc>>,
    /// A later order of the same guest on the same day has taken the row over.
    pub(super) taken_over_by: Option<OrderId>,
}

impl File {
    pub(super) async fn of(db: &Db, order: Order) -> anyhow::Result<Self> {
        let books = Books::of(db, order.id).await?;
        let story = story::of(db, order.id).await?;
        let had_ticket = matches!(order.state, OrderState::Paid | OrderState::Revoked)
            || story.iter().any(|told| told.what == OrderState::Paid.as_str());
        let ticket = if had_ticket { TicketFile::of(db, &order).await? } else { None };
        Ok(Self { books, ticket, story, zone: when::zone(db).await?, order })
    }
}

impl TicketFile {
    async fn of(db: &Db, order: &Order) -> Result<Option<Self>, DbError> {
        let row: Option<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT PRESENT, ADMITTED_AT, ADMITTED_GATE, REVOKED_AT, (
                                 SELECT o.id FROM orders o
                                 WHERE o.unique_id = tickets.UNIQUE_ID AND o.state = 'paid' AND o.id <> ?
                                 LIMIT 1) AS taken_over_by
                             FROM tickets WHERE UNIQUE_ID = ?";
                Ok(conn.exec_first(query, (order.id, order.unique_id.as_str())).await?)
            })
            .await?;
        let Some(row) = row else { return Ok(None) };
        let instant = |name| Ok::<_, DbError>(column::<Option<NaiveDateTime>>(&row, name)?.map(|at| at.and_utc()));
        let other: Option<String> = column(&row, "taken_over_by")?;
        Ok(Some(Self {
            present: column(&row, "PRESENT")?,
            admitted_at: instant("ADMITTED_AT")?,
            admitted_gate: column(&row, "ADMITTED_GATE")?,
            revoked_at: instant("REVOKED_AT")?,
            taken_over_by: other.as_deref().and_then(OrderId::parse),
        }))
    }
}

/// What tells a guest's number from another's, on a terminal that others may see.
pub(super) fn masked(phone: &common::PhoneNo) -> String {
    let (hidden, shown) = phone.as_str().split_at(phone.as_str().len().saturating_sub(4));
    "•".repeat(hidden.len()) + shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_of_a_number_are_shown() {
        assert_eq!(masked(&common::PhoneNo::parse("98765 43210").unwrap()), "••••••••3210");
    }
}

//! An order's file: everything that belongs to it, read once, for the desk and
//! for `booking-web order`.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use common::{FirstName, UniqueId};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use crate::db::{Db, DbError, column};
use crate::event::Event;
use crate::order::{Order, OrderId, OrderState};
use crate::payment::books::Books;
use crate::payment::story::{self, Told};

#[derive(Clone, Debug)]
pub struct File {
    pub order: Order,
    pub books: Books,
    /// The order's own, in its attendees' order; none before it was paid.
    pub tickets: Vec<TicketFile>,
    pub story: Vec<Told>,
    pub zone: Tz,
}

/// A ticket's row as gates and we left it.
#[derive(Clone, Debug)]
pub struct TicketFile {
    pub unique_id: UniqueId,
    pub name: FirstName,
    pub present: bool,
    pub admitted_at: Option<DateTime<Utc>>,
    pub admitted_gate: Option<String>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// A later order of the same guest on the same day has taken the row over.
    pub taken_over_by: Option<OrderId>,
}

impl File {
    pub async fn of(db: &Db, order: Order) -> Result<Self, DbError> {
        let books = Books::of(db, order.id).await?;
        let story = story::of(db, order.id).await?;
        let had_ticket = matches!(order.state, OrderState::Paid | OrderState::Revoked)
            || story.iter().any(|told| told.what == OrderState::Paid.as_str());
        let tickets = if had_ticket { TicketFile::all_of(db, &order).await? } else { Vec::new() };
        // UTC before there is an event.
        let zone = Event::load(db).await?.map_or(Tz::UTC, |event| event.time_zone);
        Ok(Self { books, tickets, story, zone, order })
    }
}

impl TicketFile {
    async fn all_of(db: &Db, order: &Order) -> Result<Vec<Self>, DbError> {
        let rows: Vec<Row> = db
            .work(|mut conn| async move {
                let query = "SELECT a.unique_id, t.PRESENT, t.ADMITTED_AT, t.ADMITTED_GATE, t.REVOKED_AT, (
                                 SELECT o.id FROM attendees b JOIN orders o ON o.id = b.order_id
                                 WHERE b.unique_id = a.unique_id AND o.state = 'paid' AND o.id <> a.order_id
                                 LIMIT 1) AS taken_over_by
                             FROM attendees a JOIN tickets t ON t.UNIQUE_ID = a.unique_id
                             WHERE a.order_id = ? ORDER BY a.n";
                Ok(conn.exec(query, (order.id,)).await?)
            })
            .await?;
        rows.iter().map(Self::from_row).collect()
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        let instant = |name| Ok::<_, DbError>(column::<Option<NaiveDateTime>>(row, name)?.map(|at| at.and_utc()));
        let other: Option<String> = column(row, "taken_over_by")?;
        let id = UniqueId::parse(&column::<String>(row, "unique_id")?);
        let unique_id = id.map_err(|_| DbError::Column { column: "unique_id" })?;
        Ok(Self {
            name: unique_id.parts().0,
            unique_id,
            present: column(row, "PRESENT")?,
            admitted_at: instant("ADMITTED_AT")?,
            admitted_gate: column(row, "ADMITTED_GATE")?,
            revoked_at: instant("REVOKED_AT")?,
            taken_over_by: other.as_deref().and_then(OrderId::parse),
        })
    }
}

/// What tells a guest's number from another's, on a screen that others may see.
#[must_use]
pub fn masked(phone: &str) -> String {
    let shown = phone.char_indices().rev().nth(3).map_or(0, |(place, _)| place);
    let (hidden, shown) = phone.split_at(shown);
    "•".repeat(hidden.chars().count()) + shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_of_a_number_are_shown() {
        assert_eq!(masked("919876543210"), "••••••••3210");
        assert_eq!(masked("321"), "321");
    }
}

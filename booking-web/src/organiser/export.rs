//! All orders, or all tickets, as a file.
//!
//! Read and handed on a batch at a time, and the next batch only when the one
//! before it is on its way: a hundred thousand orders take as much memory as
//! five hundred, and a slow reader keeps no connection to the database.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::csv::{Csv, instant, phone, rupees};
use crate::db::{Db, DbError, column};
use crate::event::Event;

/// Rows read at once.
const BATCH: usize = 500;

const ORDERS: [&str; 15] = [
    "Order",
    "Booked at",
    "State",
    "Seats",
    "First name",
    "Phone",
    "E-mail",
    "Price (INR)",
    "Paid (INR)",
    "Given back (INR)",
    "Payments",
    "Refunds",
    "Tickets (UNIQUE_ID)",
    "Inside",
    "Changed at",
];
const TICKETS: [&str; 9] = [
    "First name",
    "Phone",
    "E-mail",
    "Ticket (UNIQUE_ID)",
    "Booked on",
    "Inside",
    "Admitted at",
    "Admitted by gate",
    "Revoked at",
];

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Orders,
    Tickets,
}

/// An export under way.
#[derive(Debug)]
pub struct Export {
    db: Db,
    kind: Kind,
    zone: Tz,
    /// The last key that was read; `None` at the beginning.
    last: Option<String>,
    ended: bool,
}

impl Kind {
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Orders => "orders.csv",
            Self::Tickets => "tickets.csv",
        }
    }

    /// By its primary key, so that each batch begins where the one before it ended.
    fn query(self) -> &'static str {
        match self {
            Self::Orders => {
                "SELECT o.id AS row_key, o.created_at, o.updated_at, o.state, o.first_name, o.phone_no, o.email_id,
                        o.amount_paise,
                        (SELECT JSON_OBJECTAGG(a.n, a.unique_id) FROM attendees a WHERE a.order_id = o.id) AS tickets,
                        (SELECT CAST(COALESCE(SUM(p.amount_paise), 0) AS SIGNED) FROM payments p
                         WHERE p.order_id = o.id) AS paid,
                        (SELECT CAST(COALESCE(SUM(r.amount_paise), 0) AS SIGNED) FROM payments p
                         JOIN refunds r ON r.payment_id = p.id
                         WHERE p.order_id = o.id AND r.state = 'processed') AS given_back,
                        (SELECT GROUP_CONCAT(p.id ORDER BY p.id SEPARATOR ' ') FROM payments p
                         WHERE p.order_id = o.id) AS payments,
                        (SELECT GROUP_CONCAT(COALESCE(r.razorpay_id, r.state) ORDER BY r.id SEPARATOR ' ')
                         FROM payments p JOIN refunds r ON r.payment_id = p.id WHERE p.order_id = o.id) AS refunds,
                        IF(o.state = 'paid', (
                            SELECT COUNT(*) FROM attendees a JOIN tickets t ON t.UNIQUE_ID = a.unique_id
                            WHERE a.order_id = o.id AND t.PRESENT = 1), 0) AS inside
                 FROM orders o WHERE o.id > ? ORDER BY o.id LIMIT "
            }
            Self::Tickets => {
                "SELECT UNIQUE_ID AS row_key, FIRST_NAME, PHONE_NO, EMAIL_ID, UNIQUE_ID, REG_DATE, PRESENT, ADMITTED_AT,
                        ADMITTED_GATE, REVOKED_AT
                 FROM tickets WHERE UNIQUE_ID > ? ORDER BY UNIQUE_ID LIMIT "
            }
        }
    }
}

impl Export {
    /// Begins one; its times are of the event's zone.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn begin(db: &Db, kind: Kind) -> Result<Self, DbError> {
        let zone = Event::load(db).await?.map_or(Tz::UTC, |event| event.time_zone);
        Ok(Self { db: db.clone(), kind, zone, last: None, ended: false })
    }

    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    /// [`DbError`]; then the file must be broken off, so that nobody takes it for whole.
    pub async fn next(&mut self) -> Result<Option<String>, DbError> {
        if self.ended {
            return Ok(None);
        }
        let mut csv = match self.last {
            Some(_) => Csv::default(),
            None => Csv::begin(match self.kind {
                Kind::Orders => &ORDERS,
                Kind::Tickets => &TICKETS,
            }),
        };
        let (query, after) = (&format!("{}{BATCH}", self.kind.query()), self.last.clone().unwrap_or_default());
        let after = &after;
        let rows: Vec<Row> = self.db.work(|mut conn| async move { Ok(conn.exec(query, (after,)).await?) }).await?;
        for row in &rows {
            let cells = match self.kind {
                Kind::Orders => order(row, self.zone)?,
                Kind::Tickets => ticket(row, self.zone)?,
            };
            csv.row(cells);
        }
        self.ended = rows.len() < BATCH;
        self.last = rows.last().map(|row| column(row, "row_key")).transpose()?;
        Ok(Some(csv.into_text()))
    }
}

fn order(row: &Row, zone: Tz) -> Result<Vec<String>, DbError> {
    let at = |name| Ok::<_, DbError>(instant(Some(column::<NaiveDateTime>(row, name)?.and_utc()), zone));
    let text = |name| Ok::<_, DbError>(column::<Option<String>>(row, name)?.unwrap_or_default());
    // Not by GROUP_CONCAT, which MySQL cuts off after 1,024 bytes: ten long names.
    let tickets: Option<String> = column(row, "tickets")?;
    let tickets: BTreeMap<u8, String> =
        serde_json::from_str(tickets.as_deref().unwrap_or("{}")).map_err(|_| DbError::Column { column: "tickets" })?;
    Ok(vec![
        text("row_key")?,
        at("created_at")?,
        text("state")?,
        tickets.len().to_string(),
        text("first_name")?,
        phone(&text("phone_no")?),
        text("email_id")?,
        rupees(column(row, "amount_paise")?),
        rupees(column(row, "paid")?),
        rupees(column(row, "given_back")?),
        text("payments")?,
        text("refunds")?,
        tickets.into_values().collect::<Vec<_>>().join("; "),
        column::<u32>(row, "inside")?.to_string(),
        at("updated_at")?,
    ])
}

fn ticket(row: &Row, zone: Tz) -> Result<Vec<String>, DbError> {
    let at = |name| Ok::<_, DbError>(instant(column::<Option<NaiveDateTime>>(row, name)?.map(|at| at.and_utc()), zone));
    let text = |name| Ok::<_, DbError>(column::<Option<String>>(row, name)?.unwrap_or_default());
    Ok(vec![
        text("FIRST_NAME")?,
        phone(&text("PHONE_NO")?),
        text("EMAIL_ID")?,
        text("UNIQUE_ID")?,
        column::<NaiveDate>(row, "REG_DATE")?.to_string(),
        yes_or_no(column(row, "PRESENT")?),
        at("ADMITTED_AT")?,
        text("ADMITTED_GATE")?,
        at("REVOKED_AT")?,
    ])
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.into()
}

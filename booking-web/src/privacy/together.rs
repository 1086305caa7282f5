//! Who is forgotten at once.
//!
//! The guests of an order share its number, its address and its page, and a
//! guest who booked twice on a day has the same ticket id in both orders. So
//! whatever hangs together by orders and ids goes together: nobody is left
//! half forgotten.

use std::collections::BTreeSet;

use mysql_async::prelude::Queryable;
use mysql_async::{Params, Row, Value};

use super::stand_in::PHONE;
use crate::db::{DbError, column};
use crate::order::{OrderId, OrderState};

/// Orders that go together, locked, and the ids of all who are in them.
#[derive(Debug)]
pub(super) struct Together {
    pub(super) orders: Vec<Known>,
    pub(super) ids: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) id: OrderId,
    pub(super) state: OrderState,
}

/// The orders of this id, those of whoever came along by them, and so on. Before any lock: no order gains or loses
/// a guest, and what is booked meanwhile is a booking of its own.
pub(super) async fn orders_around(conn: &mut impl Queryable, id: &str) -> Result<BTreeSet<String>, DbError> {
    let (mut orders, mut ids) = (BTreeSet::new(), BTreeSet::from([id.to_owned()]));
    loop {
        let found = texts(conn, "SELECT order_id FROM attendees WHERE unique_id IN", &ids).await?;
        if found.is_subset(&orders) {
            return Ok(orders);
        }
        ids = texts(conn, "SELECT unique_id FROM attendees WHERE order_id IN", &found).await?;
        orders = found;
    }
}

impl Together {
    /// Locks them, in the order of their ids; who was forgotten meanwhile is not among them.
    pub(super) async fn lock(tx: &mut impl Queryable, id: &str, orders: &BTreeSet<String>) -> Result<Self, DbError> {
        let mut known = Vec::new();
        if !orders.is_empty() {
            let query = format!(
                "SELECT id, state FROM orders WHERE id IN {} AND phone_no <> '{PHONE}' ORDER BY id FOR UPDATE",
                places(orders.len())
            );
            let rows: Vec<Row> = tx.exec(query, values(orders)).await?;
            known = rows.iter().map(Known::from_row).collect::<Result<_, _>>()?;
        }
        // Of an older system: a ticket that no order here was made for.
        let ids = match known.is_empty() {
            true => BTreeSet::from([id.to_owned()]),
            false => texts(tx, "SELECT unique_id FROM attendees WHERE order_id IN", &Self::names(&known)).await?,
        };
        Ok(Self { orders: known, ids })
    }

    fn names(orders: &[Known]) -> BTreeSet<String> {
        orders.iter().map(|order| order.id.to_string()).collect()
    }

    /// The condition `IN (…)` for the orders, and its values.
    pub(super) fn in_orders(&self) -> (String, Vec<Value>) {
        let names = Self::names(&self.orders);
        (format!("IN {}", places(names.len())), names.into_iter().map(Value::from).collect())
    }
}

impl Known {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let (id, state): (String, String) = (column(row, "id")?, column(row, "state")?);
        Ok(Self {
            id: OrderId::parse(&id).ok_or(DbError::Column { column: "id" })?,
            state: OrderState::parse(&state).ok_or(DbError::Column { column: "state" })?,
        })
    }
}

/// `(?, ?, ?)`.
fn places(count: usize) -> String {
    format!("({})", vec!["?"; count].join(", "))
}

fn values(texts: &BTreeSet<String>) -> Params {
    Params::Positional(texts.iter().map(Value::from).collect())
}

/// One column of whatever has one of `keys`.
async fn texts(conn: &mut impl Queryable, query: &str, keys: &BTreeSet<String>) -> Result<BTreeSet<String>, DbError> {
    if keys.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found: Vec<String> = conn.exec(format!("{query} {}", places(keys.len())), values(keys)).await?;
    Ok(found.into_iter().collect())
}

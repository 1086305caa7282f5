//! Who comes by an order: a seat and, once it is paid, a ticket for each.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use common::unique_id::live_key;
use common::{FirstName, PhoneNo, UniqueId};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, Value};

use super::OrderId;
use crate::db::DbError;

/// One of those who come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub name: FirstName,
    pub unique_id: UniqueId,
}

/// For a query of `orders`: each order's ticket ids by their places, in one column.
pub(super) const COLUMN: &str = "
    (SELECT JSON_OBJECTAGG(a.n, a.unique_id) FROM attendees a WHERE a.order_id = orders.id) AS attendees";

impl Attendee {
    #[must_use]
    pub fn new(name: &FirstName, phone: &PhoneNo, booked_on: NaiveDate) -> Self {
        Self { name: name.clone(), unique_id: UniqueId::new(name, phone, booked_on) }
    }

    /// What only one live order can have: this person, on this day.
    #[must_use]
    pub fn live_key(&self) -> String {
        let (name, phone, day) = self.unique_id.parts();
        live_key(&name, &phone, day)
    }

    /// Reads [`COLUMN`]: at least one, in their order.
    pub(super) fn read(column: &str) -> Option<Vec<Self>> {
        let ids: BTreeMap<u8, UniqueId> = serde_json::from_str(column).ok()?;
        let attendee = |unique_id: UniqueId| Self { name: unique_id.parts().0, unique_id };
        (!ids.is_empty()).then(|| ids.into_values().map(attendee).collect())
    }

    /// Writes the rows of a new order. A duplicate says that one of them is in another live order.
    pub(crate) async fn insert(tx: &mut impl Queryable, order: OrderId, attendees: &[Self]) -> Result<(), DbError> {
        let mut rows: Vec<_> = (1_u8..).zip(attendees).map(|(n, it)| (it.live_key(), n, it)).collect();
        // Two groups with the same people in them take the keys in the same order, so that the
        // database need not end one of them because each waits for the other.
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let places = vec!["(?, ?, ?, ?, ?)"; rows.len()].join(", ");
        let statement = format!("INSERT INTO attendees (order_id, n, first_name, unique_id, live_key) VALUES {places}");
        let values = rows.into_iter().flat_map(|(key, n, it)| -> [Value; 5] {
            [order.into(), n.into(), it.name.as_str().into(), it.unique_id.as_str().into(), key.into()]
        });
        tx.exec_drop(statement, Params::Positional(values.collect())).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attendees_are_read_back_in_their_order() {
        let column = r#"{"10": "Zoë9198765432102026-11-22", "2": "रवि9198765432102026-11-22"}"#;
        let read = Attendee::read(column).unwrap();
        assert_eq!(read.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["रवि", "Zoë"]);
        assert_eq!(read[1].unique_id.as_str(), "Zoë9198765432102026-11-22");
        assert_eq!((Attendee::read("{}"), Attendee::read(r#"{"1": "x"}"#)), (None, None));
    }
}

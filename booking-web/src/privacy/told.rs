//! Everything that is kept of a person, for themselves: nothing is masked.

use chrono::{DateTime, Utc};
use common::{PhoneNo, UniqueId};
use mysql_async::prelude::Queryable;
use serde_json::{Value, json};

use super::ids_of;
use crate::db::{Db, DbError};
use crate::order::{By, Order, OrderId};
use crate::organiser::file::File;
use crate::organiser::json;

/// All of it as one JSON object; `None` when nothing is kept under this number.
///
/// # Errors
/// [`DbError`].
pub async fn told(db: &Db, phone: &PhoneNo, now: DateTime<Utc>) -> Result<Option<Value>, DbError> {
    let mut tickets = Vec::new();
    for id in ids_of(db, phone).await? {
        let mut orders = Vec::new();
        for order in orders_of(db, &id).await? {
            orders.push(whole(db, order).await?);
        }
        tickets.push(json!({ "unique_id": id.as_str(), "orders": orders, "scans": scans_of(db, &id).await? }));
    }
    let all = || json!({ "phone": format!("+{phone}"), "exported_at": now.to_rfc3339(), "tickets": tickets });
    Ok((!tickets.is_empty()).then(all))
}

async fn orders_of(db: &Db, id: &UniqueId) -> Result<Vec<Order>, DbError> {
    let query = "SELECT order_id FROM attendees WHERE unique_id = ? ORDER BY order_id";
    let ids: Vec<String> = db.work(|mut conn| async move { Ok(conn.exec(query, (id.as_str(),)).await?) }).await?;
    let mut orders = Vec::new();
    for id in ids.iter().filter_map(|id| OrderId::parse(id)) {
        orders.extend(Order::find(db, By::Id(id)).await?);
    }
    Ok(orders)
}

/// The order's file with its number and address.
async fn whole(db: &Db, order: Order) -> Result<Value, DbError> {
    let (phone, email) = (order.phone.to_string(), order.email.as_ref().map(|email| email.as_str().to_owned()));
    let mut view = json::view(&File::of(db, order).await?);
    view["phone"] = phone.into();
    view["email"] = email.into();
    Ok(view)
}

async fn scans_of(db: &Db, id: &UniqueId) -> Result<Vec<Value>, DbError> {
    let query = "SELECT DATE_FORMAT(server_time, '%Y-%m-%dT%H:%i:%sZ'), gate, kind, verdict,
                        mode FROM scans
                 WHERE unique_id = ? ORDER BY server_time";
    let rows: Vec<(String, String, String, String, String)> =
        db.work(|mut conn| async move { Ok(conn.exec(query, (id.as_str(),)).await?) }).await?;
    let view = |(at, gate, kind, verdict, mode)| json!({ "at": at, "gate": gate, "kind": kind, "verdict": verdict, "mode": mode });
    Ok(rows.into_iter().map(view).collect())
}

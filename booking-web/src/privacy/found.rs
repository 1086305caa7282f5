//! Where a person's data is: by the ids of their tickets, and of those who came along under their number.

use common::{PhoneNo, UniqueId};
use mysql_async::prelude::Queryable;
use mysql_async::{Params, params};

use super::stand_in::PHONE;
use crate::db::{Db, DbError};

/// Ids in attendees and in tickets: an older system's tickets have no orders here.
const OF_A_PERSON: &str = "
    SELECT a.unique_id FROM attendees a JOIN orders o ON o.id = a.order_id WHERE o.phone_no = :phone
    UNION SELECT UNIQUE_ID COLLATE utf8mb4_bin FROM tickets WHERE PHONE_NO = :phone ORDER BY 1";
const HOW_MANY: &str = "
    SELECT COUNT(*) FROM (
        SELECT a.unique_id FROM attendees a JOIN orders o ON o.id = a.order_id WHERE o.phone_no <> ?
        UNION SELECT UNIQUE_ID COLLATE utf8mb4_bin FROM tickets WHERE PHONE_NO <> ?) AS known";
const OF_EVERYBODY: &str = "
    (SELECT a.unique_id AS id FROM attendees a JOIN orders o ON o.id = a.order_id
     WHERE a.unique_id > :after AND o.phone_no <> :nobody ORDER BY a.unique_id LIMIT :most)
    UNION (SELECT UNIQUE_ID COLLATE utf8mb4_bin FROM tickets
           WHERE UNIQUE_ID > :after AND PHONE_NO <> :nobody ORDER BY UNIQUE_ID LIMIT :most)
    ORDER BY id LIMIT :most";

/// How many are known by name.
///
/// # Errors
/// [`DbError`].
pub async fn count(db: &Db) -> Result<u64, DbError> {
    db.work(|mut conn| async move { Ok(conn.exec_first(HOW_MANY, (PHONE, PHONE)).await?.unwrap_or(0)) }).await
}

/// How much is kept of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub orders: u64,
    pub guests: u64,
}

/// `None` when nothing is.
///
/// # Errors
/// [`DbError`].
pub async fn kept(db: &Db, phone: &PhoneNo) -> Result<Option<Kept>, DbError> {
    let guests = ids_of(db, phone).await?.len() as u64;
    let orders = db
        .work(|mut conn| async move {
            Ok(conn.exec_first("SELECT COUNT(*) FROM orders WHERE phone_no = ?", (phone.as_str(),)).await?)
        })
        .await?;
    Ok((guests > 0).then_some(Kept { orders: orders.unwrap_or(0), guests }))
}

/// The ids of every ticket that was ever booked under this number.
///
/// # Errors
/// [`DbError`].
pub async fn ids_of(db: &Db, phone: &PhoneNo) -> Result<Vec<UniqueId>, DbError> {
    ids(db, OF_A_PERSON, params! { "phone" => phone.as_str() }).await
}

/// The ids after this one, in their order, of everybody who was not forgotten yet.
///
/// # Errors
/// [`DbError`].
pub async fn everybodys_ids(db: &Db, after: Option<&UniqueId>, most: u32) -> Result<Vec<UniqueId>, DbError> {
    let after = after.map_or("", UniqueId::as_str);
    ids(db, OF_EVERYBODY, params! { "nobody" => PHONE, "after" => after, "most" => most }).await
}

async fn ids(db: &Db, query: &'static str, params: Params) -> Result<Vec<UniqueId>, DbError> {
    let ids: Vec<String> = db
        .work(|mut conn| {
            let params = params.clone();
            async move { Ok(conn.exec(query, params).await?) }
        })
        .await?;
    let parsed = |id: String| UniqueId::parse(&id).map_err(|_| DbError::Column { column: "unique_id" });
    ids.into_iter().map(parsed).collect()
}

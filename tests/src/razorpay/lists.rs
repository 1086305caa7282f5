//! The API's lists: a part at a time, newest first.
//!
//! As documented under <https://razorpay.com/docs/api/pagination>: `from` and
//! `to` bound the time at which a thing was *made* (a payment captured today may
//! have been begun three days ago), `count` is 10 unless asked for and at most
//! 100, and `skip` counts from the newest, so a thing made between two calls
//! moves all others on by one.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::api::{Answer, Shared};
use super::errors::ApiError;
use super::table::{Name, Row, Table};
use super::wire;

type Asked = Query<HashMap<String, String>>;

/// The moments that Razorpay takes, from 2000 to 2121.
const MOMENTS: std::ops::RangeInclusive<i64> = 946_684_800..=4_765_046_400;

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    from: i64,
    to: i64,
    count: usize,
    skip: usize,
}

impl Part {
    fn asked_for(query: &HashMap<String, String>) -> Result<Self, ApiError> {
        let part = Self {
            from: moment(query, "from")?.unwrap_or(0),
            to: moment(query, "to")?.unwrap_or(i64::MAX),
            count: number(query, "count")?.unwrap_or(10),
            skip: number(query, "skip")?.unwrap_or(0),
        };
        match part.count {
            0 => Err(ApiError::payment("The count must be at least 1.", Some("count"))),
            1..=100 => Ok(part),
            _ => Err(ApiError::payment("The count may not be greater than 100.", Some("count"))),
        }
    }

    fn of<'a, T: Row>(&self, table: &'a Table<T>) -> impl Iterator<Item = &'a T> {
        table.newest_first(self.from, self.to).skip(self.skip).take(self.count)
    }

    /// For the few that share a name; they come newest first already.
    fn of_few<'a, T: Row + 'a>(&self, few: impl Iterator<Item = &'a T>) -> impl Iterator<Item = &'a T> {
        let (from, to) = (self.from, self.to);
        few.filter(move |row| (from..=to).contains(&row.created_at())).skip(self.skip).take(self.count)
    }
}

fn number<T: std::str::FromStr>(query: &HashMap<String, String>, name: &str) -> Result<Option<T>, ApiError> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let refusal = |_| ApiError::payment(format!("The {name} must be an integer."), Some(name));
    text.parse().map(Some).map_err(refusal)
}

fn moment(query: &HashMap<String, String>, name: &str) -> Result<Option<i64>, ApiError> {
    match number(query, name)? {
        Some(moment) if !MOMENTS.contains(&moment) => {
            let refusal = format!("{name} must be between {} and {}", MOMENTS.start(), MOMENTS.end());
            Err(ApiError::payment(refusal, Some(name)))
        }
        moment => Ok(moment),
    }
}

/// Links are wrapped in a list of their own name.
pub(super) async fn links(State(simulator): Shared, Query(query): Asked) -> Answer {
    let part = Part::asked_for(&query)?;
    simulator.look(|account| {
        let show = |link| wire::link(account, link);
        let found: Vec<Value> = match (query.get("reference_id"), query.get("payment_id")) {
            (None, None) => part.of(&account.links).map(show).collect(),
            (Some(reference), None) => {
                part.of_few(account.links.named(Name::Reference, reference).rev()).map(show).collect()
            }
            (reference, Some(payment)) => {
                let link = account.payment(payment).and_then(|payment| account.link(&payment.link_id)).ok();
                let link = link.filter(|link| reference.is_none_or(|reference| link.reference_id == *reference));
                part.of_few(link.into_iter()).map(show).collect()
            }
        };
        Ok(Json(json!({ "payment_links": found })))
    })
}

/// Every attempt to pay, also those that failed.
pub(super) async fn payments(State(simulator): Shared, Query(query): Asked) -> Answer {
    let part = Part::asked_for(&query)?;
    simulator.look(|account| Ok(Json(wire::collection(part.of(&account.payments).map(wire::payment)))))
}

/// The whole account's.
pub(super) async fn refunds(State(simulator): Shared, Query(query): Asked) -> Answer {
    let part = Part::asked_for(&query)?;
    simulator.look(|account| Ok(Json(wire::collection(part.of(&account.refunds).map(wire::refund)))))
}

/// The whole account's. There is no list of one payment's disputes.
pub(super) async fn disputes(State(simulator): Shared, Query(query): Asked) -> Answer {
    let part = Part::asked_for(&query)?;
    simulator.look(|account| Ok(Json(wire::collection(part.of(&account.disputes).map(wire::dispute)))))
}

pub(super) async fn refunds_of_payment(
    State(simulator): Shared,
    Path(id): Path<String>,
    Query(query): Asked,
) -> Answer {
    let part = Part::asked_for(&query)?;
    simulator.look(|account| {
        account.payment(&id)?;
        let of_payment = part.of_few(account.refunds.named(Name::Payment, &id).rev());
        Ok(Json(wire::collection(of_payment.map(wire::refund))))
    })
}

/// Every attempt, also the failed ones that a link's own list leaves out; all of them at once, oldest first.
pub(super) async fn payments_of_order(State(simulator): Shared, Path(id): Path<String>) -> Answer {
    simulator.look(|account| {
        account.order(&id)?;
        Ok(Json(wire::collection(account.payments.named(Name::Order, &id).map(wire::payment))))
    })
}

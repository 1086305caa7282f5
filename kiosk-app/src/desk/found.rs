//! A guest whom the operator looked for.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::news::masked_phone;
use crate::database::FoundTicket;

/// A line of the list of tickets found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    unique_id: String,
    first_name: String,
    phone: String,
    reg_date: NaiveDate,
    inside: bool,
    revoked: bool,
    admitted_at: Option<DateTime<Utc>>,
    admitted_gate: Option<String>,
}

impl From<FoundTicket> for Found {
    fn from(found: FoundTicket) -> Self {
        let FoundTicket { unique_id: ticket, present: inside, revoked, admitted_at, admitted_gate } = found;
        let (name, _, reg_date) = ticket.parts();
        Self {
            unique_id: ticket.as_str().to_owned(),
            first_name: name.to_string(),
            phone: masked_phone(&ticket),
            reg_date,
            inside,
            revoked,
            admitted_at,
            admitted_gate,
        }
    }
}

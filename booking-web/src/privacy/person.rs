//! Forgetting one person, whoever asks for it: at the desk or by command.

use chrono::{DateTime, Utc};
use common::{PhoneNo, UniqueId};

use super::erase::{Erased, Hindrance, erase};
use super::ids_of;
use crate::db::{Db, DbError};
use crate::event::Event;

/// What became of all that was kept under a number.
#[derive(Clone, Debug, Default)]
pub struct Forgotten {
    pub erased: Erased,
    /// Tickets that were left as they are, and why.
    pub left: Vec<(UniqueId, Hindrance)>,
}

/// Forgets all that may be forgotten; `None` when nothing is kept under this number. `organiser` is who does it at
/// the desk, and has it written down there.
///
/// # Errors
/// [`DbError`]; what was forgotten until then stays so.
pub async fn forget(
    db: &Db,
    phone: &PhoneNo,
    organiser: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Forgotten>, DbError> {
    let event = Event::load(db).await?;
    let ids = ids_of(db, phone).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let mut forgotten = Forgotten::default();
    for id in ids {
        match erase(db, &id, event.as_ref(), organiser, now).await? {
            Ok(more) => forgotten.erased += more,
            Err(hindrance) => forgotten.left.push((id, hindrance)),
        }
    }
    Ok(Some(forgotten))
}

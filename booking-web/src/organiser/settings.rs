//! The event's settings as an organiser types them.
//!
//! Two steps: [`TypedEvent`] is what stands in the fields, as text; `check`
//! turns it into an event, or names what is wrong, field by field. Then
//! [`save`] replaces exactly the event that the organiser saw: of two who edit
//! at once, the second is told, and overwrites nothing unseen.

pub mod fields;

use chrono::{DateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Params, TxOpts, Value};
use sha2::{Digest, Sha256};

pub use self::fields::{EventFaults, Field, TypedEvent};
use super::audit;
use crate::db::{Db, DbError};
use crate::event::Event;

/// What became of new settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Done,
    /// They are what they were.
    AsBefore,
    /// Somebody else changed them since they were shown.
    ChangedMeanwhile,
    /// There are more seats sold and held than that.
    BelowSold,
}

/// What an organiser saw, in a hidden field: any change of a setting changes
/// it. A sale does not.
#[must_use]
pub fn seen(event: Option<&Event>) -> String {
    let Some(event) = event else { return "none".into() };
    let mut hash = Sha256::new();
    for (field, value) in described(event) {
        hash.update(format!("{}={value}\0", field.as_str()));
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..16])
}

/// Each setting in words.
fn described(event: &Event) -> [(Field, String); 9] {
    let local = |at: DateTime<Utc>| at.with_timezone(&event.time_zone).format("%Y-%m-%d %H:%M:%S %:z").to_string();
    let maybe = |at: Option<DateTime<Utc>>| at.map_or_else(|| "–".into(), local);
    [
        (Field::Name, event.name.clone()),
        (Field::Venue, event.venue.clone()),
        (Field::TimeZone, event.time_zone.name().to_owned()),
        (Field::StartsAt, local(event.starts_at)),
        (Field::DoorsOpenAt, maybe(event.doors_open_at)),
        (Field::Price, event.price.to_string()),
        (Field::Capacity, event.capacity.to_string()),
        (Field::SalesFrom, maybe(event.sales_from)),
        (Field::SalesUntil, maybe(event.sales_until)),
    ]
}

/// One setting that is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: Field,
    /// `None` where there was no event.
    pub before: Option<String>,
    pub after: String,
}

impl Change {
    /// As the audit has it: short enough for its table.
    fn said(&self) -> String {
        let short = |words: &str| words.chars().take(120).collect::<String>();
        match &self.before {
            Some(before) => format!("{} → {}", short(before), short(&self.after)),
            None => short(&self.after),
        }
    }
}

/// What is different.
#[must_use]
pub fn changes(before: Option<&Event>, after: &Event) -> Vec<Change> {
    let old = before.map(described);
    let changed = described(after).into_iter().enumerate().map(|(number, (field, after))| {
        let before = old.as_ref().map(|old| old[number].1.clone());
        Change { field, before, after }
    });
    changed.filter(|change| change.before.as_ref() != Some(&change.after)).collect()
}

/// Puts `wish` in the place of `before`, if that is still what the database
/// has; each change is written down with it.
///
/// # Errors
/// [`DbError`].
pub async fn save(db: &Db, organiser: &str, before: Option<&Event>, wish: &Event) -> Result<Saved, DbError> {
    let changes = changes(before, wish);
    if changes.is_empty() {
        return Ok(Saved::AsBefore);
    }
    let changes = &changes;
    let saved = db.work(|mut conn| async move { replace(&mut conn, organiser, before, wish, changes).await }).await;
    match saved {
        Err(error) if error.is_check() => Ok(Saved::BelowSold),
        // The first event of this database was made by somebody else just now.
        Err(error) if error.is_duplicate() => Ok(Saved::ChangedMeanwhile),
        Ok(true) => Ok(Saved::Done),
        Ok(false) => Ok(Saved::ChangedMeanwhile),
        Err(error) => Err(error),
    }
}

async fn replace(
    conn: &mut Conn,
    organiser: &str,
    before: Option<&Event>,
    wish: &Event,
    changes: &[Change],
) -> Result<bool, DbError> {
    let mut tx = conn.start_transaction(TxOpts::default()).await?;
    match before {
        None => tx.exec_drop(INSERT, values("new_", wish)).await?,
        Some(before) => tx.exec_drop(REPLACE, both(before, wish)).await?,
    }
    if tx.affected_rows() != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    for change in changes {
        audit::note(&mut tx, organiser, "event_set", Some(change.field.as_str()), Some(&change.said())).await?;
    }
    tx.commit().await?;
    Ok(true)
}

const INSERT: &str = "
    INSERT INTO event (id, name, venue, starts_at, doors_open_at, time_zone, price_paise, currency, capacity,
                       sales_from, sales_until)
    VALUES (1, :new_name, :new_venue, :new_starts, :new_doors, :new_zone, :new_price, 'INR', :new_capacity,
            :new_from, :new_until)";

/// The condition is the whole of what was seen, so that nothing is replaced
/// that nobody saw, whoever changed it: this desk or a command. Letter by
/// letter: the columns themselves would take é for e.
const REPLACE: &str = "
    UPDATE event SET name = :new_name, venue = :new_venue, starts_at = :new_starts, doors_open_at = :new_doors,
        time_zone = :new_zone, price_paise = :new_price, capacity = :new_capacity,
        sales_from = :new_from, sales_until = :new_until
    WHERE id = 1 AND name COLLATE utf8mb4_bin = :old_name AND venue COLLATE utf8mb4_bin = :old_venue
      AND starts_at = :old_starts AND doors_open_at <=> :old_doors AND time_zone = :old_zone
      AND price_paise = :old_price AND capacity = :old_capacity
      AND sales_from <=> :old_from AND sales_until <=> :old_until";

fn both(before: &Event, wish: &Event) -> Params {
    match (values("new_", wish), values("old_", before)) {
        (Params::Named(mut new), Params::Named(old)) => {
            new.extend(old);
            Params::Named(new)
        }
        (other, _) => other,
    }
}

fn values(prefix: &str, event: &Event) -> Params {
    let naive = |at: DateTime<Utc>| Value::from(at.naive_utc());
    let maybe = |at: Option<DateTime<Utc>>| at.map_or(Value::NULL, naive);
    let named: [(&str, Value); 9] = [
        ("name", event.name.as_str().into()),
        ("venue", event.venue.as_str().into()),
        ("starts", naive(event.starts_at)),
        ("doors", maybe(event.doors_open_at)),
        ("zone", event.time_zone.name().into()),
        ("price", event.price.get().into()),
        ("capacity", event.capacity.into()),
        ("from", maybe(event.sales_from)),
        ("until", maybe(event.sales_until)),
    ];
    Params::Named(named.into_iter().map(|(name, value)| (format!("{prefix}{name}").into_bytes(), value)).collect())
}

#[cfg(test)]
mod tests {
    use common::Paise;

    use super::*;

    fn event() -> Event {
        Event {
            name: "Diwali Night".into(),
            venue: "Town Hall".into(),
            starts_at: "2026-11-22T14:00:00Z".parse().unwrap(),
            doors_open_at: None,
            time_zone: chrono_tz::Asia::Kolkata,
            price: Paise::parse("49900").unwrap(),
            capacity: 10,
            sold: 4,
            held: 5,
            sales_from: None,
            sales_until: None,
        }
    }

    #[test]
    fn what_was_seen_changes_with_a_setting_and_not_with_a_sale() {
        let was = seen(Some(&event()));
        assert_eq!(seen(Some(&Event { sold: 5, held: 0, ..event() })), was);
        for other in [
            Event { name: "Diwali night".into(), ..event() },
            Event { capacity: 11, ..event() },
            Event { doors_open_at: Some(event().starts_at), ..event() },
            Event { sales_until: Some(event().starts_at), ..event() },
            Event { sales_from: Some(event().starts_at), ..event() },
        ] {
            assert_ne!(seen(Some(&other)), was, "{other:?}");
        }
        assert_ne!(seen(None), was);
    }

    #[test]
    fn the_audit_says_before_and_after_of_what_changed_alone() {
        let after = Event { capacity: 20, sold: 9, name: "N".repeat(200), ..event() };
        let said = changes(Some(&event()), &after);
        assert_eq!(said.iter().map(|change| change.field).collect::<Vec<_>>(), [Field::Name, Field::Capacity]);
        assert_eq!(said[1].said(), "10 → 20");
        assert!(said[0].said().chars().count() < 255, "it fits into the table");
        assert!(changes(Some(&event()), &Event { sold: 0, ..event() }).is_empty());
        assert_eq!(changes(None, &event()).len(), 9);
    }
}

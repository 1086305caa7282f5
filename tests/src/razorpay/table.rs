//! Rows that are found without looking at each: by id, by other names, by time.
//!
//! A sale of twenty thousand tickets has as many links; a look through all of
//! them at every call would make the simulator the slowest part of a test.
//! Only the rows are written to the state file; the rest is made again from them.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::errors::ApiError;

/// What a row is found by. None of it may change once the row is in its table.
pub(super) trait Row {
    fn id(&self) -> &str;

    fn created_at(&self) -> i64;

    /// The other names; several rows may share one.
    fn names(&self) -> Vec<(Name, &str)>;
}

/// A kind of other name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// The merchant's own number of a link.
    Reference,
    /// The last part of a link's address.
    Code,
    /// The link that a payment is for.
    Link,
    /// The order that a payment is for.
    Order,
    /// The payment that a refund or a dispute is of.
    Payment,
}

/// Rows in the order in which they came.
#[derive(Debug)]
pub(super) struct Table<T> {
    rows: Vec<T>,
    by_id: HashMap<String, usize>,
    /// Not simply the order of the rows: a clock that was put forward is right again in the next run.
    by_time: BTreeSet<(i64, usize)>,
    by_name: HashMap<Name, HashMap<String, Vec<usize>>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new(), by_time: BTreeSet::new(), by_name: HashMap::new() }
    }
}

impl<T: Row> Table<T> {
    pub(super) fn push(&mut self, row: T) {
        let place = self.rows.len();
        self.by_id.insert(row.id().to_owned(), place);
        self.by_time.insert((row.created_at(), place));
        for (kind, name) in row.names() {
            self.by_name.entry(kind).or_default().entry(name.to_owned()).or_default().push(place);
        }
        self.rows.push(row);
    }

    /// Oldest first.
    pub(super) fn all(&self) -> &[T] {
        &self.rows
    }

    /// How many rows came before this one.
    pub(super) fn place(&self, id: &str) -> Result<usize, ApiError> {
        self.by_id.get(id).copied().ok_or_else(ApiError::unknown_id)
    }

    pub(super) fn get(&self, id: &str) -> Result<&T, ApiError> {
        Ok(&self.rows[self.place(id)?])
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Result<&mut T, ApiError> {
        let place = self.place(id)?;
        Ok(&mut self.rows[place])
    }

    /// The rows of that name, oldest first.
    pub(super) fn named(&self, kind: Name, name: &str) -> impl DoubleEndedIterator<Item = &T> + use<'_, T> {
        let places = self.by_name.get(&kind).and_then(|names| names.get(name)).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.rows[*place])
    }

    /// The rows made between two moments, both included.
    pub(super) fn newest_first(&self, from: i64, to: i64) -> impl Iterator<Item = &T> {
        let moments = (from, 0)..=(to.max(from), usize::MAX);
        self.by_time.range(moments).rev().filter(move |(at, _)| *at <= to).map(|(_, place)| &self.rows[*place])
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl<'de, T: Row + Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Self::default();
        Vec::deserialize(deserializer)?.into_iter().for_each(|row| table.push(row));
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Coin(String, i64, String);

    impl Row for Coin {
        fn id(&self) -> &str {
            &self.0
        }

        fn created_at(&self) -> i64 {
            self.1
        }

        fn names(&self) -> Vec<(Name, &str)> {
            vec![(Name::Payment, &self.2)]
        }
    }

    fn coin(id: &str, at: i64, of: &str) -> Coin {
        Coin(id.to_owned(), at, of.to_owned())
    }

    fn ids<'a>(coins: impl Iterator<Item = &'a Coin>) -> Vec<&'a str> {
        coins.map(Row::id).collect()
    }

    #[test]
    fn rows_are_found_by_id_name_and_time_also_after_a_journey_through_a_file() {
        let mut table = Table::default();
        // The second was made when the clock was ahead.
        for coin in [coin("a", 10, "x"), coin("b", 90, "y"), coin("c", 20, "x"), coin("d", 20, "x")] {
            table.push(coin);
        }
        let table: Table<Coin> = serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap();
        assert_eq!((table.get("c").unwrap().1, table.place("d").unwrap()), (20, 3));
        assert!(table.get("e").is_err());
        assert_eq!(ids(table.named(Name::Payment, "x")), ["a", "c", "d"]);
        assert_eq!(ids(table.named(Name::Link, "x")), [""; 0]);
        assert_eq!(ids(table.newest_first(0, i64::MAX)), ["b", "d", "c", "a"]);
        assert_eq!(ids(table.newest_first(10, 20)), ["d", "c", "a"]);
        assert_eq!(ids(table.newest_first(20, 10)), [""; 0]);
    }
}

//! What is not about one order: the seat counter, and look-ups that nobody does.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::Row;
use mysql_async::prelude::Queryable;

use super::difference::{Difference, Kind};
use super::judge::LATE;
use crate::db::{Db, DbError, column};

/// The counter, and what it should be: the guests of orders that are paid or held; orders whose look-up is late, and since when.
#[derive(Clone, Copy, Debug, Default)]
struct House {
    sold: i64,
    paid: i64,
    held: i64,
    waiting: i64,
    late: i64,
    since: Option<DateTime<Utc>>,
}

/// Looks, and judges.
pub(super) async fn look(db: &Db, now: DateTime<Utc>) -> Result<Vec<Difference>, DbError> {
    Ok(judge(&read(db, now).await?))
}

/// One statement, and so one moment: a sale that goes on meanwhile is in all of it or in none.
async fn read(db: &Db, now: DateTime<Utc>) -> Result<House, DbError> {
    let late = (now - LATE).naive_utc();
    let row: Option<Row> = db
        .work(|mut conn| async move {
            let query = "SELECT e.sold, e.held, COALESCE(g.paid, 0) AS paid, COALESCE(g.waiting, 0) AS waiting,
                                COALESCE(o.late, 0) AS late, o.since
                         FROM event e
                         JOIN (SELECT CAST(SUM(p.state = 'paid') AS SIGNED) AS paid,
                                      CAST(SUM(p.state = 'held') AS SIGNED) AS waiting
                               FROM attendees a JOIN orders p ON p.id = a.order_id) g
                         JOIN (SELECT CAST(SUM(next_look_at < ?) AS SIGNED) AS late, MIN(next_look_at) AS since
                               FROM orders) o";
            Ok(conn.exec_first(query, (late,)).await?)
        })
        .await?;
    let Some(row) = row else { return Ok(House::default()) };
    Ok(House {
        sold: column(&row, "sold")?,
        paid: column(&row, "paid")?,
        held: column(&row, "held")?,
        waiting: column(&row, "waiting")?,
        late: column(&row, "late")?,
        since: column::<Option<NaiveDateTime>>(&row, "since")?.map(|at| at.and_utc()),
    })
}

fn judge(house: &House) -> Vec<Difference> {
    let counters = [
        (Kind::SoldDiffers, "sold", house.sold, "paid", house.paid),
        (Kind::HeldDiffers, "held", house.held, "held", house.waiting),
    ];
    let wrong = counters.into_iter().filter(|(_, _, counter, _, guests)| counter != guests);
    let mut found: Vec<Difference> = wrong
        .map(|(kind, column, counter, state, guests)| {
            let ours = format!("the counter says {counter} {column}, and orders that are {state} have {guests} guests");
            // By as much as it is wrong, so that it may be done while the sale goes on.
            let by = guests - counter;
            let sign = if by < 0 { '-' } else { '+' };
            let sql = format!("UPDATE event SET {column} = {column} {sign} {} WHERE id = 1", by.abs());
            Difference::of_site(kind).ours(ours).remedy(sql)
        })
        .collect();
    if let (1.., Some(since)) = (house.late, house.since) {
        let ours =
            format!("{} orders were to be looked up, the first at {}", house.late, since.format("%Y-%m-%dT%H:%MZ"));
        found.push(Difference::of_site(Kind::LookUpOverdue).ours(ours));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: House = House { sold: 9, paid: 9, held: 1, waiting: 1, late: 0, since: Some(DateTime::UNIX_EPOCH) };

    #[test]
    fn a_wrong_counter_is_named_with_the_statement_that_mends_it() {
        assert_eq!(judge(&FULL), []);
        assert_eq!(judge(&House::default()), []);
        let remedy = |house: House| {
            let found = judge(&house);
            assert_eq!(found.len(), 1);
            (found[0].kind, found[0].remedy.clone())
        };
        let (kind, sql) = remedy(House { sold: 11, ..FULL });
        assert_eq!((kind, &*sql), (Kind::SoldDiffers, "UPDATE event SET sold = sold - 2 WHERE id = 1"));
        let (kind, sql) = remedy(House { held: 0, ..FULL });
        assert_eq!((kind, &*sql), (Kind::HeldDiffers, "UPDATE event SET held = held + 1 WHERE id = 1"));
        assert_eq!(remedy(House { late: 3, ..FULL }).0, Kind::LookUpOverdue);
    }
}

//! What the database says of the sale, read when Prometheus asks.
//!
//! All of it is one statement, so that its numbers belong together: there are
//! as many seats sold as orders paid, or something is wrong. A scrape never
//! waits long for it, and several that come together wait for the same one.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mysql_async::prelude::Queryable;
use mysql_async::{Row, params};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::families::{FAMILIES, Family};
use crate::chain;
use crate::conflicts;
use crate::db::{Db, DbError, column};

/// A scrape must not take a second, however the database is.
const READ_WITHIN: Duration = Duration::from_millis(800);
/// Several who look at the same site look at the same numbers.
const FRESH: Duration = Duration::from_secs(2);

static STATEMENT: LazyLock<String> = LazyLock::new(|| statement(|_| true));

/// One statement for the families that are wanted.
fn statement(wanted: impl Fn(&Family) -> bool) -> String {
    let queries = FAMILIES.iter().zip(0..).filter(|(family, _)| wanted(family));
    let parts =
        queries.map(|(family, number)| format!("(SELECT {number} AS family, f.* FROM ({}) AS f)", family.query));
    parts.collect::<Vec<_>>().join(" UNION ALL ")
}

/// What was read at one moment.
#[derive(Debug)]
pub(super) struct Figures(Vec<Figure>);

#[derive(Debug)]
struct Figure {
    /// Its place in [`FAMILIES`].
    family: usize,
    label: String,
    value: i64,
}

impl Figures {
    async fn read(db: &Db, statement: &str, now: DateTime<Utc>) -> Result<Self, DbError> {
        let rows: Vec<Row> = db
            .work(|mut conn| async move { Ok(conn.exec(statement, params! { "now" => now.naive_utc() }).await?) })
            .await?;
        let figure = |row: &Row| {
            Ok(Figure { family: column(row, "family")?, label: column(row, "label")?, value: column(row, "value")? })
        };
        rows.iter().map(figure).collect::<Result<_, _>>().map(Self)
    }
}

/// One figure, for a page.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) family: &'static str,
    pub(crate) label: String,
    pub(crate) value: i64,
}

/// Some of the families, for a page that wants no others.
///
/// # Errors
/// [`DbError`].
pub(crate) async fn some_figures(db: &Db, names: &[&str], now: DateTime<Utc>) -> Result<Vec<Named>, DbError> {
    let Figures(figures) = Figures::read(db, &statement(|family| names.contains(&family.name)), now).await?;
    let named = |Figure { family, label, value }| Some(Named { family: FAMILIES.get(family)?.name, label, value });
    Ok(figures.into_iter().filter_map(named).collect())
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for (number, family) in FAMILIES.iter().enumerate() {
            let rows: Vec<&Figure> = self.0.iter().filter(|figure| figure.family == number).collect();
            if family.label.is_none() && rows.is_empty() {
                continue;
            }
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, family.kind)?;
            let Some((label, values)) = family.label else {
                rows.iter().try_for_each(|figure| encode(&mut metric, family.kind, figure.value))?;
                continue;
            };
            for value in values {
                let row = rows.iter().find(|figure| figure.label == *value);
                let figure = row.map_or(0, |figure| figure.value);
                encode(&mut metric.encode_family(&[(label, *value)])?, family.kind, figure)?;
            }
        }
        Ok(())
    }
}

fn encode(metric: &mut MetricEncoder<'_>, kind: MetricType, value: i64) -> fmt::Result {
    match kind {
        MetricType::Counter => metric.encode_counter::<NoLabelSet, _, f64>(&value.unsigned_abs(), None),
        _ => metric.encode_gauge(&value),
    }
}

/// What a scrape learns.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// The database answers, were it only that it is there.
    pub(super) up: bool,
    /// `None` when it has not come to these in time.
    pub(super) figures: Option<Arc<Figures>>,
    /// Tickets that were let in twice; `None` likewise.
    pub(super) conflicts: Option<u64>,
}

impl Reading {
    async fn take(db: &Db) -> Self {
        let mut reading = Self::default();
        let taken = tokio::time::timeout(READ_WITHIN, async {
            db.ping().await?;
            reading.up = true;
            let (figures, conflicts) =
                tokio::try_join!(Figures::read(db, &STATEMENT, Utc::now()), conflicts::count(db))?;
            (reading.figures, reading.conflicts) = (Some(Arc::new(figures)), Some(conflicts));
            Ok::<_, DbError>(())
        });
        let cause = match taken.await {
            Ok(Ok(())) => return reading,
            Ok(Err(error)) => chain(&error),
            Err(late) => chain(&late),
        };
        tracing::warn!(cause, up = reading.up, "the database has no figures for Prometheus");
        reading
    }
}

/// The last reading. Whoever comes while it is taken waits for it.
#[derive(Debug, Default)]
pub(super) struct LastRead(tokio::sync::Mutex<Option<(Instant, Reading)>>);

impl LastRead {
    pub(super) async fn read(&self, db: &Db) -> Reading {
        let mut last = self.0.lock().await;
        if let Some((at, reading)) = &*last
            && at.elapsed() < FRESH
        {
            return reading.clone();
        }
        let reading = Reading::take(db).await;
        *last = Some((Instant::now(), reading.clone()));
        reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::OrderState;

    fn text(figures: Figures) -> String {
        let mut registry = prometheus_client::registry::Registry::default();
        registry.register_collector(Box::new(figures));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text
    }

    #[test]
    fn every_state_of_an_order_is_shown_also_when_none_is_in_it() {
        let family = FAMILIES.iter().position(|family| family.name == "orders").unwrap();
        let rows = [("unheard of", 1), ("revoked", 3), ("paid", 7)];
        let rows = rows.map(|(label, value)| Figure { family, label: label.to_owned(), value });
        let text = text(Figures(rows.into()));
        for state in OrderState::ALL {
            let value = match state {
                OrderState::Paid => 7,
                OrderState::Revoked => 3,
                _ => 0,
            };
            assert!(text.contains(&format!("orders{{state=\"{}\"}} {value}\n", state.as_str())), "{text}");
        }
        assert!(!text.contains("unheard of"), "labels are a list: {text}");
    }

    #[test]
    fn what_has_never_happened_is_left_out_and_not_zero() {
        let text = text(Figures(Vec::new()));
        assert!(!text.contains("reconciliation_timestamp_seconds"), "{text}");
    }
}

//! The figures, beside those of others.

use std::fmt;

use serde_json::{Value, json};

use super::cost::Cost;

/// One row for each load.
#[derive(Debug, Default)]
pub(super) struct Table(Vec<Cost>);

/// A figure, what it was aimed at, and what it is for others: the stack that
/// this one replaces and pretix, both measured on a machine of this kind, but
/// for the orders a minute, which pretix publishes itself.
struct Comparison {
    what: &'static str,
    ours: f64,
    aim: f64,
    /// More is better.
    more: bool,
    flask: Option<[f64; 2]>,
    pretix: [f64; 2],
}

impl Table {
    pub(super) fn add(&mut self, cost: Cost) {
        self.0.push(cost);
    }

    fn row(&self, name: &str) -> Option<&Cost> {
        self.0.iter().find(|cost| cost.name == name)
    }

    fn figure(&self, name: &str, figure: impl Fn(&Cost) -> f64) -> f64 {
        self.row(name).map_or(f64::NAN, figure)
    }

    fn paid_orders_per_minute(&self) -> f64 {
        self.figure("paid order", |cost| cost.per_second() * 60.0)
    }

    fn memory(&self) -> f64 {
        self.0.last().map_or(f64::NAN, |cost| cost.memory)
    }

    fn comparisons(&self) -> [Comparison; 4] {
        let cost = |name| self.figure(name, Cost::per_1000);
        let less =
            |what, ours, aim, flask, pretix| Comparison { what, ours, aim, more: false, flask: Some(flask), pretix };
        [
            less("CPU-s for 1,000 bookings", cost("booking"), 0.5, [6.3, 8.2], [165.0, 216.0]),
            less("CPU-s for 1,000 ticket pages", cost("ticket page"), 0.3, [4.3, 6.3], [74.0, 120.0]),
            less("memory, MiB", self.memory(), 40.0, [204.0; 2], [1330.0; 2]),
            Comparison {
                what: "paid orders a minute",
                ours: self.paid_orders_per_minute(),
                aim: 5000.0,
                more: true,
                flask: None,
                pretix: [1500.0; 2],
            },
        ]
    }

    pub(super) fn json(&self) -> Value {
        let rows = self.0.iter().map(|cost| {
            let [p50, p99] = [50, 99].map(|percent| cost.load.each.percentile(percent));
            let figures = json!({
                "count": cost.load.each.count(),
                "per_second": rounded(cost.per_second()),
                "per_cpu_second": rounded(cost.per_cpu_second()),
                "cpu_s_per_1000": rounded(cost.per_1000()),
                "database_cpu_s_per_1000": rounded(cost.database_per_1000()),
                "p50_ms": p50,
                "p99_ms": p99,
                "rss_mib": rounded(cost.memory),
            });
            (cost.name.replace(", ", "_").replace(' ', "_").to_lowercase(), figures)
        });
        json!({
            "paid_orders_per_minute": rounded(self.paid_orders_per_minute()),
            "cpu_s_per_1000_bookings": rounded(self.figure("booking", Cost::per_1000)),
            "cpu_s_per_1000_ticket_pages": rounded(self.figure("ticket page", Cost::per_1000)),
            "rss_mib": rounded(self.memory()),
            "peak_rss_mib": rounded(self.0.last().map_or(f64::NAN, |cost| cost.peak_memory)),
            "loads": rows.collect::<serde_json::Map<_, _>>(),
        })
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n  {:<18}{:>8}{:>10}{:>14}{:>16}{:>10}{:>9}{:>9}{:>7}{:>7}",
            "", "", "a second", "a CPU-second", "CPU-s for 1,000", "database", "p50 ms", "p99 ms", "MiB", "peak"
        )?;
        for cost in &self.0 {
            let [p50, p99] = [50, 99].map(|percent| cost.load.each.percentile(percent));
            writeln!(
                f,
                "  {:<18}{:>8}{:>10.0}{:>14.0}{:>16.3}{:>10.3}{p50:>9.1}{p99:>9.1}{:>7.1}{:>7.1}",
                cost.name,
                cost.load.each.count(),
                cost.per_second(),
                cost.per_cpu_second(),
                cost.per_1000(),
                cost.database_per_1000(),
                cost.memory,
                cost.peak_memory
            )?;
        }
        writeln!(f, "\n  {:<30}{:>10}{:>12}{:>26}{:>26}", "", "here", "aim", "Flask, gunicorn", "pretix")?;
        for comparison in self.comparisons() {
            writeln!(f, "{comparison}")?;
        }
        writeln!(f)
    }
}

impl Comparison {
    /// How many times better than these.
    fn ratio(&self, theirs: [f64; 2]) -> [f64; 2] {
        theirs.map(|theirs| if self.more { self.ours / theirs } else { theirs / self.ours })
    }

    fn beside(&self, theirs: [f64; 2]) -> String {
        let ([from, to], [least, most]) = (theirs, self.ratio(theirs));
        if from == to {
            format!("{from} ({least:.0}×)")
        } else {
            format!("{from} to {to} ({least:.0} to {most:.0}×)")
        }
    }

    fn is_met(&self) -> bool {
        if self.more { self.ours >= self.aim } else { self.ours <= self.aim }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.ours < 10.0 { 3 } else { 0 };
        let aim = format!("{} {}", if self.more { "≥" } else { "≤" }, self.aim);
        let flask = self.flask.map_or_else(|| "–".to_owned(), |theirs| self.beside(theirs));
        let pretix = self.beside(self.pretix);
        write!(f, "  {:<30}{:>10.digits$}{aim:>12}{flask:>26}{pretix:>26}", self.what, self.ours)?;
        if self.is_met() { Ok(()) } else { write!(f, "  aim missed") }
    }
}

/// As many digits as mean something.
fn rounded(figure: f64) -> f64 {
    if figure < 10.0 { (figure * 1000.0).round() / 1000.0 } else { (figure * 10.0).round() / 10.0 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use real_parts::spread::Spread;

    use super::super::load::Load;
    use super::*;

    fn thousand(name: &'static str, site_ms: u64, took_s: u64) -> Cost {
        let mut each = Spread::default();
        (0..1000).for_each(|_| each.add(2.0));
        Cost {
            name,
            load: Load { each, took: Duration::from_secs(took_s) },
            site: Duration::from_millis(site_ms),
            database: Duration::from_millis(300),
            memory: 25.0,
            peak_memory: 30.0,
        }
    }

    #[test]
    fn the_agreed_figures_are_there() {
        let mut table = Table::default();
        table.add(thousand("paid order", 900, 10));
        table.add(thousand("ticket page", 250, 1));
        table.add(thousand("booking", 630, 2));
        let json = table.json();
        let figures = ["paid_orders_per_minute", "cpu_s_per_1000_bookings", "cpu_s_per_1000_ticket_pages", "rss_mib"];
        assert_eq!(figures.map(|name| json[name].as_f64().unwrap()), [6000.0, 0.63, 0.25, 25.0]);
        let said = table.to_string();
        assert!(said.contains("6.3 to 8.2 (10 to 13×)"), "{said}");
        assert!(said.contains("1500 (4×)"), "{said}");
        assert_eq!(said.matches("aim missed").count(), 1, "{said}");
    }
}

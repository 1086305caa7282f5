//! How the evening stands.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

use super::desk::Desk;
use crate::organiser::charts::{Chart, Grain, columns, grouped};
use crate::organiser::numbers::Numbers;
use crate::organiser::numbers::wrong::{Warning, wrong};
use crate::words::ENGLISH;

/// `GET /organiser`.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/overview.html")]
pub struct OverviewPage {
    pub desk: Desk,
    /// `None` before there is an event.
    pub figures: Option<Figures>,
}

/// `GET /organiser/figures`: the part of it that changes while one looks.
#[derive(Clone, Debug, Template)]
#[template(path = "organiser/overview_figures.html")]
pub struct Figures {
    numbers: Arc<Numbers>,
    warnings: Vec<Warning>,
    charts: [Chart; 2],
}

/// One figure with its name.
#[derive(Clone, Debug)]
struct Tile {
    name: &'static str,
    value: String,
    beside: String,
}

impl Tile {
    fn new(name: &'static str, value: String, beside: impl Into<String>) -> Self {
        Self { name, value, beside: beside.into() }
    }
}

impl Figures {
    #[must_use]
    pub fn new(numbers: Arc<Numbers>) -> Self {
        let warnings = wrong(&numbers, numbers.as_of);
        let charts = [sales(&numbers), arrivals(&numbers)];
        Self { numbers, warnings, charts }
    }

    fn event_name(&self) -> &str {
        &self.numbers.event.name
    }

    fn as_of(&self) -> String {
        self.numbers.event.when(self.numbers.as_of).dated(&ENGLISH)
    }

    fn seats(&self) -> [Tile; 4] {
        let event = &self.numbers.event;
        [
            Tile::new("Sold", grouped(event.sold.into()), format!("of {} seats", grouped(event.capacity.into()))),
            Tile::new("Held", grouped(event.held.into()), "for guests who are paying"),
            Tile::new(
                "Free",
                grouped(event.seats_left().into()),
                if event.seats_left() == 0 { "sold out" } else { "" },
            ),
            Tile::new("Kept", rupees(self.numbers.money.kept()), self.money_words()),
        ]
    }

    fn money_words(&self) -> String {
        let money = &self.numbers.money;
        match money.given_back {
            0 => "nothing given back".into(),
            back => format!("{} taken, {} given back", rupees(money.taken), rupees(back)),
        }
    }

    fn doors(&self) -> [Tile; 4] {
        let (doors, money) = (&self.numbers.doors, &self.numbers.money);
        let failed = match money.failed {
            0 => String::new(),
            failed => format!("{} failed", grouped(failed)),
        };
        [
            Tile::new("Inside now", grouped(doors.inside), ""),
            Tile::new("Admitted", grouped(doors.admitted), "in all"),
            Tile::new("Not yet in", grouped(doors.to_come), "with a good ticket"),
            Tile::new("Refunds under way", grouped(money.going_back), failed),
        ]
    }

    fn gates(&self) -> Vec<GateRow<'_>> {
        self.numbers
            .gates
            .iter()
            .filter(|gate| gate.in_use() || gate.today.granted > 0)
            .map(|gate| self.row(gate))
            .collect()
    }

    fn row<'a>(&self, gate: &'a crate::organiser::numbers::doors::GateLine) -> GateRow<'a> {
        GateRow {
            name: &gate.name,
            contact: gate.last_contact.map_or_else(|| "never".into(), |at| ago(self.numbers.as_of - at)),
            granted: grouped(gate.today.granted),
            just_now: grouped(gate.just_now),
        }
    }
}

struct GateRow<'a> {
    name: &'a str,
    contact: String,
    granted: String,
    just_now: String,
}

fn sales(numbers: &Numbers) -> Chart {
    let span = match (numbers.sales.first(), numbers.sales.last()) {
        (Some((first, _)), Some((last, _))) => *last - *first,
        _ => TimeDelta::zero(),
    };
    let grain = Grain::over(span);
    Chart {
        id: "sales",
        title: format!("Tickets sold {}", grain.each()),
        unit: ["ticket", "tickets"],
        grain,
        columns: columns(&numbers.sales, numbers.event.time_zone, grain),
    }
}

fn arrivals(numbers: &Numbers) -> Chart {
    let grain = Grain::Minutes(5);
    Chart {
        id: "arrivals",
        title: "Arrivals in 5 minutes".into(),
        unit: ["arrival", "arrivals"],
        grain,
        columns: columns(&numbers.arrivals.0, numbers.event.time_zone, grain),
    }
}

/// `₹1,98,602`, with paise only where there are some.
fn rupees(paise: i64) -> String {
    let sign = if paise < 0 { "−" } else { "" };
    let (rupees, rest) = (grouped(paise.unsigned_abs() / 100), paise.unsigned_abs() % 100);
    if rest == 0 { format!("{sign}₹{rupees}") } else { format!("{sign}₹{rupees}.{rest:02}") }
}

/// How long ago, in one word or two.
fn ago(span: TimeDelta) -> String {
    let counted =
        |number: i64, what: &str| if number == 1 { format!("1 {what} ago") } else { format!("{number} {what}s ago") };
    match span.num_seconds() {
        ..10 => "just now".into(),
        seconds @ 10..90 => counted(seconds, "second"),
        90..5_400 => counted(span.num_minutes(), "minute"),
        5_400..172_800 => counted(span.num_hours(), "hour"),
        _ => counted(span.num_days(), "day"),
    }
}

/// Two instants of one page are told against the same one.
#[must_use]
pub fn since(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    ago(now - at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organiser::numbers::Money;
    use crate::organiser::numbers::doors::{Arrivals, Doors, GateLine, Verdicts};
    use crate::pages::event::tests::diwali_night;
    use crate::pages::organiser::Tab;

    fn numbers() -> Numbers {
        let as_of: DateTime<Utc> = "2026-11-22T14:02:00Z".parse().unwrap();
        let mut event = diwali_night();
        (event.sold, event.held, event.name) = (61, 3, "<script>alert(1)</script>".into());
        let gate = GateLine {
            name: "<img src=x> \u{202e}B".into(),
            account: Some("gate_0".into()),
            last_contact: Some(as_of - TimeDelta::seconds(3)),
            today: Verdicts { granted: 40, rejected: 2, cannot_check: 0 },
            just_now: 7,
            ..GateLine::default()
        };
        Numbers {
            as_of,
            event,
            money: Money { taken: 3_043_900, given_back: 49_900, going_back: 1, failed: 0, oldest: TimeDelta::zero() },
            sales: vec![(as_of - TimeDelta::days(3), 61)],
            doors: Doors { admitted: 44, inside: 40, to_come: 17 },
            arrivals: Arrivals(vec![(as_of - TimeDelta::minutes(2), 40)]),
            gates: vec![gate],
            conflicts: 2,
            silence: TimeDelta::minutes(20),
            compared: None,
        }
    }

    fn page(numbers: Numbers) -> String {
        let desk = Desk { name: "asha".into(), csrf: "mark".into(), here: Tab::Overview };
        OverviewPage { desk, figures: Some(Figures::new(Arc::new(numbers))) }.render().unwrap()
    }

    #[test]
    fn the_evening_stands_on_one_page() {
        let html = page(numbers());
        for expected in [
            "of 100 seats",
            "₹29,940",
            "₹30,439 taken, ₹499 given back",
            "just now",
            "silent for 20 minutes",
            "2 double admissions",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert_eq!(html.matches("<svg class=\"chart\"").count(), 2);
        assert_eq!(html.matches("<details").count(), 2, "the same figures for whoever does not see the drawings");
    }

    #[test]
    fn hostile_names_are_text() {
        let html = page(numbers());
        assert!(!html.contains("<script>alert") && !html.contains("<img"), "{html}");
        assert!(html.contains("<bdi>&#60;img src=x&#62; \u{202e}B</bdi>"), "{html}");
    }

    #[test]
    fn amounts_and_times_are_said_as_people_say_them() {
        for (paise, said) in [(0, "₹0"), (1_234_567_800, "₹1,23,45,678"), (49_950, "₹499.50"), (-100, "−₹1")]
        {
            assert_eq!(rupees(paise), said);
        }
        for (seconds, said) in [
            (-5, "just now"),
            (30, "30 seconds ago"),
            (100, "1 minute ago"),
            (3_600, "60 minutes ago"),
            (7_200, "2 hours ago"),
            (300_000, "3 days ago"),
        ] {
            assert_eq!(ago(TimeDelta::seconds(seconds)), said);
        }
    }
}

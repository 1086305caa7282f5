//! What somebody should look at, said before anything else.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::Numbers;
use crate::event::{Event, Sales};

/// As `silence` has it: Razorpay repeats what failed, so a while means nothing yet.
const SILENT: TimeDelta = TimeDelta::minutes(15);
/// A refund takes a day at the most before somebody should ask.
const STUCK: TimeDelta = TimeDelta::days(1);
/// Longer before the event nobody opens doors.
const DOORS_EARLY: TimeDelta = TimeDelta::hours(12);
/// A sale that closes so long before the event was perhaps meant to go on.
const CLOSES_EARLY: TimeDelta = TimeDelta::days(2);

/// One thing, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub title: String,
    pub remedy: String,
    /// The page where that is done.
    pub page: Option<&'static str>,
}

impl Warning {
    fn new(title: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { title: title.into(), remedy: remedy.into(), page: None }
    }

    fn at(self, page: &'static str) -> Self {
        Self { page: Some(page), ..self }
    }
}

/// Everything that is wrong, the money first.
#[must_use]
pub fn wrong(numbers: &Numbers, now: DateTime<Utc>) -> Vec<Warning> {
    let mut found = Vec::new();
    let money = &numbers.money;
    if let Some(last) = numbers.compared.filter(|last| last.differences > 0) {
        let differences = counted(last.differences.into(), "difference", "differences");
        found.push(
            Warning::new(
                format!("The last comparison with Razorpay found {differences}"),
                "Each is listed with what to do about it.",
            )
            .at("/organiser/books"),
        );
    }
    if money.failed > 0 {
        found.push(Warning::new(
            format!("{} failed", counted(money.failed, "refund", "refunds")),
            "Razorpay gave up. Look at the payment on Razorpay’s dashboard, is there enough on the balance? Then \
             run booking-web refund --again with the order.",
        ));
    }
    if money.going_back > 0 && money.oldest > STUCK {
        found.push(Warning::new(
            format!("A refund has been under way for {}", long(money.oldest)),
            "It is asked for again by itself. Is there enough money on Razorpay’s balance?",
        ));
    }
    if numbers.silence > SILENT {
        found.push(Warning::new(
            format!("Razorpay’s webhook has been silent for {} while payments came", long(numbers.silence)),
            "Tickets still come, only later. Is the webhook enabled on Razorpay’s dashboard (Account & Settings, \
             Webhooks), with this site’s address and the secret of RAZORPAY_WEBHOOK_SECRET?",
        ));
    }
    if numbers.conflicts > 0 {
        found.push(
            Warning::new(
                counted(numbers.conflicts, "double admission", "double admissions"),
                "While a gate was cut off, a ticket was let in that was inside already. Each is listed with both gates \
                 and times.",
            )
            .at("/organiser/conflicts"),
        );
    }
    found.extend(doubtful(&numbers.event, now).into_iter().map(|warning| warning.at("/organiser/event")));
    found
}

/// Settings that are allowed, and hardly meant.
#[must_use]
pub fn doubtful(event: &Event, now: DateTime<Utc>) -> Vec<Warning> {
    let mut found = Vec::new();
    let before_the_event = now < event.starts_at;
    let starts = event.starts_at.with_timezone(&event.time_zone);
    if starts.hour() == 0 && starts.minute() == 0 {
        found.push(Warning::new("The event starts at midnight", "Was the time left out?"));
    }
    match event.doors_open_at {
        Some(doors) if event.starts_at - doors > DOORS_EARLY => {
            found
                .push(Warning::new("The doors open more than twelve hours before the event", "Is that the right day?"));
        }
        _ => {}
    }
    if event.sales_from.is_some_and(|from| from >= event.starts_at) {
        found.push(Warning::new("Booking opens only when the event has begun", "Nobody can book before it."));
    } else if event.sales_until.is_some_and(|until| until > event.starts_at) {
        found.push(Warning::new("Booking goes on after the event has begun", "Late guests can still buy tickets."));
    } else if event.sales_until.is_some_and(|until| event.starts_at - until > CLOSES_EARLY) {
        found.push(Warning::new("Booking closes days before the event", "After that nobody can book."));
    }
    if before_the_event && matches!(event.sales(now), Sales::Over { .. }) {
        found.push(Warning::new("Booking is closed", "The event is still to come, and nobody can book."));
    }
    if now - event.starts_at > TimeDelta::days(1) {
        found.push(Warning::new("The event is over", "These are the settings of an event that has been."));
    }
    found
}

/// `1 refund`, `2 refunds`.
fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn long(span: TimeDelta) -> String {
    let whole = |number: i64, one, many| counted(number.unsigned_abs(), one, many);
    match span.num_minutes() {
        minutes @ ..120 => whole(minutes, "minute", "minutes"),
        120..2_880 => whole(span.num_hours(), "hour", "hours"),
        _ => whole(span.num_days(), "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use common::Paise;

    use super::*;
    use crate::organiser::numbers::{Money, doors};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn event() -> Event {
        Event {
            name: "Diwali Night".into(),
            venue: "Town Hall".into(),
            starts_at: at("2026-11-22T14:00:00Z"),
            doors_open_at: Some(at("2026-11-22T13:00:00Z")),
            time_zone: chrono_tz::Asia::Kolkata,
            price: Paise::parse("49900").unwrap(),
            capacity: 10,
            sold: 4,
            held: 5,
            sales_from: None,
            sales_until: None,
        }
    }

    fn numbers() -> Numbers {
        Numbers {
            as_of: at("2026-11-20T14:00:00Z"),
            event: event(),
            money: Money::default(),
            sales: Vec::new(),
            doors: doors::Doors::default(),
            arrivals: doors::Arrivals::default(),
            gates: Vec::new(),
            conflicts: 0,
            silence: TimeDelta::zero(),
            compared: None,
        }
    }

    #[test]
    fn an_evening_without_trouble_warns_of_nothing() {
        assert_eq!(wrong(&numbers(), at("2026-11-20T14:00:00Z")), []);
    }

    #[test]
    fn each_trouble_is_said_with_a_remedy_and_only_from_its_bound_on() {
        let now = at("2026-11-20T14:00:00Z");
        let said = |change: &dyn Fn(&mut Numbers)| {
            let mut numbers = numbers();
            change(&mut numbers);
            let found = wrong(&numbers, now);
            assert!(found.iter().all(|warning| warning.remedy.len() > 20), "{found:?}");
            found.into_iter().map(|warning| warning.title).collect::<Vec<_>>().join("|")
        };
        let last = |differences| Some(crate::reconcile::Last { finished_at: now, differences });
        assert_eq!(said(&|it| it.compared = last(0)), "");
        assert!(said(&|it| it.compared = last(2)).contains("2 differences"));
        assert_eq!(said(&|it| it.money.failed = 1), "1 refund failed");
        assert_eq!(said(&|it| (it.money.going_back, it.money.oldest) = (1, TimeDelta::hours(24))), "");
        assert!(said(&|it| (it.money.going_back, it.money.oldest) = (1, TimeDelta::hours(49))).contains("for 2 days"));
        assert_eq!(said(&|it| it.conflicts = 1), "1 double admission");
        assert_eq!(said(&|it| it.silence = TimeDelta::minutes(15)), "");
        assert!(said(&|it| it.silence = TimeDelta::minutes(16)).contains("silent for 16"));
    }

    #[test]
    fn settings_that_are_hardly_meant_are_doubted() {
        let now = at("2026-11-20T14:00:00Z");
        let said = |event: Event| doubtful(&event, now).into_iter().map(|it| it.title).collect::<Vec<_>>().join("|");
        assert_eq!(said(event()), "");
        assert!(said(Event { starts_at: at("2026-11-21T18:30:00Z"), ..event() }).contains("midnight"));
        assert!(said(Event { doors_open_at: Some(at("2026-11-21T13:00:00Z")), ..event() }).contains("doors"));
        assert!(said(Event { sales_from: Some(at("2026-11-22T14:00:00Z")), ..event() }).contains("opens only when"));
        assert!(said(Event { sales_until: Some(at("2026-11-22T14:00:01Z")), ..event() }).contains("goes on after"));
        let early = said(Event { sales_until: Some(at("2026-11-20T13:00:00Z")), ..event() });
        assert!(early.contains("closes days before") && early.contains("Booking is closed"), "{early}");
        assert_eq!(said(Event { price: Paise::ZERO, ..event() }), "", "free is free");
        assert!(said(Event { starts_at: at("2026-11-19T13:00:00Z"), doors_open_at: None, ..event() }).contains("over"));
    }
}

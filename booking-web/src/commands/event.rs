//! `booking-web event set | show`.

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use common::Paise;

use crate::db::Db;
use crate::event::Event;

#[derive(Debug, Subcommand)]
pub enum EventCommand {
    /// Set the event, or change what is given of it
    Set(EventArgs),
    /// Show the event and its seats
    Show,
}

/// Times are the event's own, such as 2026-12-31T19:30, or carry an offset.
#[derive(Debug, Default, Args)]
pub struct EventArgs {
    /// What it is called
    #[arg(long)]
    name: Option<String>,
    /// Where it is
    #[arg(long)]
    venue: Option<String>,
    /// When it starts
    #[arg(long, value_name = "TIME")]
    starts_at: Option<String>,
    /// Price of one ticket in paise: 49900 is ₹499, 0 is free
    #[arg(long, value_name = "PAISE")]
    price_paise: Option<Paise>,
    /// Number of seats
    #[arg(long, value_name = "SEATS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    capacity: Option<u32>,
    /// When the doors open
    #[arg(long, value_name = "TIME")]
    doors_open_at: Option<String>,
    /// IANA name of the event's time zone [default: Asia/Kolkata]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Tz>,
    /// When booking opens
    #[arg(long, value_name = "TIME")]
    sales_from: Option<String>,
    /// When booking closes [default: when the event starts]
    #[arg(long, value_name = "TIME")]
    sales_until: Option<String>,
}

/// Runs `event …`.
///
/// # Errors
/// Naming the option at fault and the remedy.
pub async fn run(db: &Db, command: EventCommand) -> anyhow::Result<()> {
    let stored = Event::load(db).await.context("cannot read the event; has `booking-web migrate` been run?")?;
    let event = match command {
        EventCommand::Show => stored.context("there is no event yet; `booking-web event set` makes one")?,
        EventCommand::Set(args) => {
            let event = args.apply(stored)?;
            save(db, &event).await?;
            event
        }
    };
    print(&event);
    Ok(())
}

async fn save(db: &Db, event: &Event) -> anyhow::Result<()> {
    match event.save(db).await {
        Err(error) if error.is_check() => bail!(
            "--capacity {} is below the seats already sold and held ({}); choose at least that many",
            event.capacity,
            event.sold + event.held
        ),
        result => result.context("the event was not saved"),
    }
}

impl EventArgs {
    fn apply(self, stored: Option<Event>) -> anyhow::Result<Event> {
        let zone = self.time_zone.or(stored.as_ref().map(|event| event.time_zone)).unwrap_or(chrono_tz::Asia::Kolkata);
        let time = |option: &str, typed: Option<String>| typed.map(|text| instant(option, &text, zone)).transpose();
        let starts_at = time("--starts-at", self.starts_at)?;
        let doors_open_at = time("--doors-open-at", self.doors_open_at)?;
        let sales_from = time("--sales-from", self.sales_from)?;
        let sales_until = time("--sales-until", self.sales_until)?;
        let name = self.name.map(|text| words("--name", &text)).transpose()?;
        let venue = self.venue.map(|text| words("--venue", &text)).transpose()?;
        if let Some(price) = self.price_paise
            && (1..100).contains(&price.get())
        {
            bail!("--price-paise {}: Razorpay takes nothing under 100 paise (₹1); use 0 for a free event", price.get());
        }
        let old = |field: &str| format!("a new event needs {field}");
        let event = match stored {
            Some(event) => Event {
                name: name.unwrap_or(event.name),
                venue: venue.unwrap_or(event.venue),
                starts_at: starts_at.unwrap_or(event.starts_at),
                doors_open_at: doors_open_at.or(event.doors_open_at),
                time_zone: zone,
                price: self.price_paise.unwrap_or(event.price),
                capacity: self.capacity.unwrap_or(event.capacity),
                sold: event.sold,
                held: event.held,
                sales_from: sales_from.or(event.sales_from),
                sales_until: sales_until.or(event.sales_until),
            },
            None => Event {
                name: name.with_context(|| old("--name"))?,
                venue: venue.with_context(|| old("--venue"))?,
                starts_at: starts_at.with_context(|| old("--starts-at"))?,
                doors_open_at,
                time_zone: zone,
                price: self.price_paise.with_context(|| old("--price-paise"))?,
                capacity: self.capacity.with_context(|| old("--capacity"))?,
                sold: 0,
                held: 0,
                sales_from,
                sales_until,
            },
        };
        in_order(&event)?;
        Ok(event)
    }
}

fn in_order(event: &Event) -> anyhow::Result<()> {
    if event.doors_open_at.is_some_and(|doors| doors > event.starts_at) {
        bail!("--doors-open-at is after --starts-at; doors open before an event starts");
    }
    if let (Some(from), Some(until)) = (event.sales_from, event.sales_until)
        && from >= until
    {
        bail!("--sales-from is not before --sales-until; booking must open before it closes");
    }
    Ok(())
}

fn words(option: &str, typed: &str) -> anyhow::Result<String> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        bail!("{option} needs 1 to 200 characters");
    }
    Ok(text)
}

/// With an offset an instant by itself; without, the wall clock of the event's zone.
fn instant(option: &str, typed: &str, zone: Tz) -> anyhow::Result<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(typed) {
        return Ok(instant.to_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(typed, form).ok())
        .with_context(|| format!("{option} {typed}: not a time; write it as 2026-12-31T19:30"))?;
    zone.from_local_datetime(&local)
        .earliest()
        .map(|at| at.to_utc())
        .with_context(|| format!("{option} {typed}: this hour does not exist in {zone}, the clocks change"))
}

fn print(event: &Event) {
    let local = |at: DateTime<Utc>| at.with_timezone(&event.time_zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let maybe = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".into(), local);
    println!("name          {}", event.name);
    println!("venue         {}", event.venue);
    println!("starts at     {}", local(event.starts_at));
    println!("doors open at {}", maybe(event.doors_open_at));
    println!("time zone     {}", event.time_zone);
    println!("price         {} ({} paise)", event.price, event.price.get());
    println!("sales from    {}", maybe(event.sales_from));
    println!("sales until   {}", maybe(event.sales_until));
    println!("capacity      {}", event.capacity);
    println!("sold          {}", event.sold);
    println!("held          {}", event.held);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> EventArgs {
        EventArgs {
            name: Some(" Diwali  Night ".into()),
            venue: Some("Town Hall".into()),
            starts_at: Some("2026-12-31T19:30".into()),
            price_paise: Some(Paise::parse("49900").unwrap()),
            capacity: Some(100),
            ..EventArgs::default()
        }
    }

    #[test]
    fn times_are_the_events_own() {
        let event = new().apply(None).unwrap();
        assert_eq!(event.name, "Diwali Night");
        assert_eq!(event.starts_at.to_rfc3339(), "2026-12-31T14:00:00+00:00");
    }

    #[test]
    fn what_is_not_given_stays() {
        let event = new().apply(None).unwrap();
        let changed = EventArgs { capacity: Some(200), ..EventArgs::default() }.apply(Some(event.clone())).unwrap();
        assert_eq!(changed, Event { capacity: 200, ..event });
    }

    #[test]
    fn each_fault_names_its_option() {
        let fault = |args: EventArgs| args.apply(None).unwrap_err().to_string();
        assert!(fault(EventArgs { name: None, ..new() }).contains("--name"));
        assert!(fault(EventArgs { venue: Some(" ".into()), ..new() }).contains("--venue"));
        assert!(fault(EventArgs { starts_at: Some("tomorrow".into()), ..new() }).contains("--starts-at tomorrow"));
        assert!(fault(EventArgs { price_paise: Some(Paise::parse("50").unwrap()), ..new() }).contains("--price-paise"));
        let late = Some("2027-01-01 00:00".into());
        assert!(fault(EventArgs { doors_open_at: late, ..new() }).contains("--doors-open-at"));
    }
}

//! `booking-web reconcile`.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use clap::Args;
use common::Paise;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{NO_TLS, Outcome};
use crate::config::Typed;
use crate::db::Db;
use crate::event::Event;
use crate::metrics::ApiCalls;
use crate::payment::client::Client;
use crate::reconcile::{Money, Report, Sides, Terms, reconcile};

#[derive(Debug, Args)]
pub struct ReconcileArgs {
    /// One JSON object on stdout instead of text
    #[arg(long)]
    json: bool,
    /// First bring each differing order up to date, as any webhook would
    #[arg(long)]
    settle: bool,
    /// Only orders made on this day (of the event's time zone) or later, such as 2026-11-01
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Seconds that something under way is given before it is a difference
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    grace: u64,
}

/// Compares the ledger with Razorpay's and prints where they differ.
///
/// # Errors
/// When one side cannot be read.
pub async fn run(settings: &Typed, args: &ReconcileArgs) -> anyhow::Result<Outcome> {
    let settings = settings.check_reconcile()?;
    let db = Db::open(&settings.database).context("DATABASE_URL")?;
    let event = Event::load(&db).await.context("cannot read the event; has `booking-web migrate` been run?")?;
    let terms = Terms {
        since: args.since.map(|day| start_of(day, event.as_ref())),
        settle: args.settle,
        grace: Duration::from_secs(args.grace),
    };
    let our_pages = settings.our_pages();
    let razorpay = Client::new(settings.razorpay, ApiCalls::default()).context(NO_TLS)?;
    let bar = progress();
    let outcome = reconcile(&Sides::new(db.clone(), razorpay, our_pages), &terms, &bar).await;
    bar.finish_and_clear();
    db.close().await;
    let report = outcome.context("the ledger could not be compared with Razorpay's; nothing is known to differ")?;
    if args.json {
        println!("{}", json(&report)?);
    } else {
        print(&report);
    }
    Ok(if report.agrees() { Outcome::Done } else { Outcome::Differs })
}

fn start_of(day: NaiveDate, event: Option<&Event>) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let local = event.and_then(|event| event.time_zone.from_local_datetime(&midnight).earliest());
    local.map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// On stderr, and only where somebody watches.
fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(1);
    let style = ProgressStyle::with_template("{msg:32} {bar:40} {percent:>3} %  {elapsed}");
    bar.set_style(style.expect("the template above is well formed"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn json(report: &Report) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Shown<'a> {
        agree: bool,
        #[serde(flatten)]
        report: &'a Report,
    }
    serde_json::to_string(&Shown { agree: report.agrees(), report })
}

fn print(report: &Report) {
    let counts = &report.counts;
    let count = |number: u64, what: &str| if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") };
    println!(
        "compared   {}, {}, {}, {}",
        count(counts.orders, "order"),
        count(counts.payments, "payment"),
        count(counts.refunds, "refund"),
        count(counts.tickets, "ticket")
    );
    for (number, what) in [
        (counts.tickets_without_order, "without an order: from elsewhere"),
        (counts.of_other_businesses, "payments of other businesses on the same account"),
        (counts.under_way, "orders under way: left for the next time"),
    ] {
        if number > 0 {
            println!("           {number} {what}");
        }
    }
    if let Some(settled) = report.settled {
        println!("settled    {} brought up to date first", count(settled as u64, "order"));
    }
    let (ours, razorpay) = (report.totals.ours, report.totals.razorpay);
    rupees("captured", ours, razorpay, |money| money.captured);
    rupees("given back", ours, razorpay, |money| money.given_back);
    rupees("kept", ours, razorpay, Money::kept);
    for difference in &report.differences {
        println!("\n{}", difference.kind.as_str());
        let subjects = [("order", &difference.order), ("payment", &difference.payment), ("refund", &difference.refund)];
        for (what, id) in subjects {
            if let Some(id) = id {
                println!("  {what:9}{id}");
            }
        }
        for (what, words) in
            [("ours", &difference.ours), ("razorpay", &difference.razorpay), ("remedy", &difference.remedy)]
        {
            if !words.is_empty() {
                println!("  {what:9}{words}");
            }
        }
    }
    match report.differences.len() {
        0 => println!("no difference"),
        1 => println!("\n1 difference"),
        number => println!("\n{number} differences"),
    }
}

/// One sum, or both where they are not the same.
fn rupees(what: &str, ours: Money, razorpay: Money, of: impl Fn(Money) -> i64) {
    let (ours, razorpay) = (of(ours), of(razorpay));
    let shown = |paise: i64| match Paise::try_from(paise.abs()) {
        Ok(amount) if paise >= 0 => amount.to_string(),
        Ok(amount) => format!("-{amount}"),
        // More than the largest amount of one order: whole rupees, ungrouped.
        Err(_) => format!("₹{}.{:02}", paise / 100, paise.abs() % 100),
    };
    if ours == razorpay {
        println!("{what:10} {}", shown(ours));
    } else {
        println!("{what:10} {}; Razorpay: {}", shown(ours), shown(razorpay));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_it_begins_for_the_guests() {
        let day = "2026-11-01".parse().unwrap();
        assert_eq!(start_of(day, None).to_rfc3339(), "2026-11-01T00:00:00+00:00");
        let mut event = crate::event::Event {
            name: "Diwali Night".into(),
            venue: "Town Hall".into(),
            starts_at: DateTime::UNIX_EPOCH,
            doors_open_at: None,
            time_zone: chrono_tz::Asia::Kolkata,
            price: Paise::ZERO,
            capacity: 1,
            sold: 0,
            held: 0,
            sales_from: None,
            sales_until: None,
        };
        assert_eq!(start_of(day, Some(&event)).to_rfc3339(), "2026-10-31T18:30:00+00:00");
        event.time_zone = chrono_tz::UTC;
        assert_eq!(start_of(day, Some(&event)), start_of(day, None));
    }
}

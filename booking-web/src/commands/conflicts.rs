//! `booking-web conflicts`: tickets that were let in twice.

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use clap::Args;
use serde_json::{Value, json};

use super::Outcome;
use crate::conflicts::{self, Admission, Conflict};
use crate::db::Db;
use crate::event::Event;

#[derive(Debug, Args)]
pub struct ConflictsArgs {
    /// One JSON object on stdout instead of text
    #[arg(long)]
    json: bool,
}

/// Prints each, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(db: &Db, args: &ConflictsArgs) -> anyhow::Result<Outcome> {
    let unread = "cannot read what the gates have granted; has `booking-web migrate` been run?";
    let conflicts = conflicts::all(db).await.context(unread)?;
    if args.json {
        println!("{}", json!({ "conflicts": conflicts.iter().map(view).collect::<Vec<_>>() }));
    } else {
        let zone = Event::load(db).await?.map_or(chrono_tz::Asia::Kolkata, |event| event.time_zone);
        print(&conflicts, zone);
    }
    Ok(if conflicts.is_empty() { Outcome::Done } else { Outcome::Conflicts })
}

fn view(conflict: &Conflict) -> Value {
    let admission = |Admission { scan_id, gate, at, mode }: &Admission| {
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        json!({ "scan_id": scan_id, "gate": gate, "at": at, "mode": mode })
    };
    json!({
        "unique_id": conflict.unique_id,
        "first_name": conflict.guest.first_name,
        "first": admission(&conflict.first),
        "second": admission(&conflict.second),
    })
}

/// A table as wide as it needs to be.
fn print(conflicts: &[Conflict], zone: Tz) {
    if conflicts.is_empty() {
        println!("no ticket was let in twice");
        return;
    }
    let mut lines = vec![["guest", "let in", "and again"].map(str::to_owned)];
    lines.extend(conflicts.iter().map(|conflict| {
        let guest = conflict.guest.first_name.clone().unwrap_or_else(|| "?".into());
        [guest, said(&conflict.first, zone), said(&conflict.second, zone)]
    }));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let (guests, firsts) = (width(0), width(1));
    for [guest, first, second] in &lines {
        println!("{guest:guests$}  {first:firsts$}  {second}");
    }
    let number = conflicts.len();
    println!("\n{number} in all; the organiser's desk says what each means and what to do, at /organiser/conflicts");
}

/// `Gate B, 22 Nov 2026 7:30:05 pm, offline`.
fn said(admission: &Admission, zone: Tz) -> String {
    let Admission { gate, at, mode, .. } = admission;
    format!("{gate}, {}, {}", clock(*at, zone), mode.as_str())
}

fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y %-I:%M:%S %P").to_string()
}

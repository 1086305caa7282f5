//! `booking-web privacy`: what is kept of a person, and that it is forgotten.

use anyhow::{Context, bail};
use chrono::Utc;
use clap::{Args, Subcommand};
use common::{PhoneNo, UniqueId};
use indicatif::{ProgressBar, ProgressStyle};
use mysql_async::prelude::Queryable;
use serde_json::{Value, json};

use super::order::json as file_json;
use crate::db::{Db, DbError};
use crate::event::Event;
use crate::order::{By, Order, OrderId};
use crate::organiser::file::File;
use crate::privacy::{self, Hindrance, ids_of, purge};

#[derive(Debug, Subcommand)]
pub enum PrivacyCommand {
    /// Everything that is kept of one person, as one JSON object
    Export(PersonArgs),
    /// Forget one person; amounts and dates stay, for the books
    Erase(PersonArgs),
    /// Forget everybody, once the event was so many days ago
    Purge(PurgeArgs),
}

#[derive(Debug, Args)]
pub struct PersonArgs {
    /// Their phone number, as they would type it
    #[arg(long, value_parser = PhoneNo::parse)]
    phone: PhoneNo,
}

#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Days after the event's start
    #[arg(long, value_name = "N", default_value_t = 30)]
    after_days: u32,
    /// Really; without it only says how many
    #[arg(long)]
    yes: bool,
}

/// Runs `privacy`.
///
/// # Errors
/// When somebody could not be forgotten, or nothing is known of them.
pub async fn run(db: &Db, command: PrivacyCommand) -> anyhow::Result<()> {
    match command {
        PrivacyCommand::Export(PersonArgs { phone }) => export(db, &phone).await,
        PrivacyCommand::Erase(PersonArgs { phone }) => erase(db, &phone).await,
        PrivacyCommand::Purge(args) => purge_all(db, &args).await,
    }
}

async fn known_ids(db: &Db, phone: &PhoneNo) -> anyhow::Result<Vec<UniqueId>> {
    let ids = ids_of(db, phone).await?;
    if ids.is_empty() {
        bail!("nothing is kept under this number");
    }
    Ok(ids)
}

async fn export(db: &Db, phone: &PhoneNo) -> anyhow::Result<()> {
    let mut tickets = Vec::new();
    for id in known_ids(db, phone).await? {
        let mut orders = Vec::new();
        for order in orders_of(db, &id).await? {
            orders.push(whole(db, order).await?);
        }
        tickets.push(json!({ "unique_id": id.as_str(), "orders": orders, "scans": scans_of(db, &id).await? }));
    }
    let all = json!({ "phone": format!("+{phone}"), "exported_at": Utc::now().to_rfc3339(), "tickets": tickets });
    println!("{}", serde_json::to_string_pretty(&all)?);
    Ok(())
}

async fn orders_of(db: &Db, id: &UniqueId) -> Result<Vec<Order>, DbError> {
    let query = "SELECT id FROM orders WHERE unique_id = ? ORDER BY id";
    let ids: Vec<String> = db.work(|mut conn| async move { Ok(conn.exec(query, (id.as_str(),)).await?) }).await?;
    let mut orders = Vec::new();
    for id in ids.iter().filter_map(|id| OrderId::parse(id)) {
        orders.extend(Order::find(db, By::Id(id)).await?);
    }
    Ok(orders)
}

/// The order's file with nothing masked: it goes to the person themselves.
async fn whole(db: &Db, order: Order) -> anyhow::Result<Value> {
    let (phone, email) = (order.phone.to_string(), order.email.as_ref().map(|email| email.as_str().to_owned()));
    let mut view = file_json::view(&File::of(db, order).await?);
    view["phone"] = phone.into();
    view["email"] = email.into();
    Ok(view)
}

async fn scans_of(db: &Db, id: &UniqueId) -> Result<Vec<Value>, DbError> {
    let query = "SELECT DATE_FORMAT(server_time, '%Y-%m-%dT%H:%i:%sZ'), gate, kind, verdict FROM scans
                 WHERE unique_id = ? ORDER BY server_time";
    let rows: Vec<(String, String, String, String)> =
        db.work(|mut conn| async move { Ok(conn.exec(query, (id.as_str(),)).await?) }).await?;
    let view = |(at, gate, kind, verdict)| json!({ "at": at, "gate": gate, "kind": kind, "verdict": verdict });
    Ok(rows.into_iter().map(view).collect())
}

async fn erase(db: &Db, phone: &PhoneNo) -> anyhow::Result<()> {
    let event = Event::load(db).await?;
    let mut hindrances: Vec<(UniqueId, Hindrance)> = Vec::new();
    for id in known_ids(db, phone).await? {
        match privacy::erase(db, &id, event.as_ref(), Utc::now()).await? {
            Ok(erased) => {
                println!("erased; orders: {}, tickets: {}; their amounts stay", erased.orders, erased.tickets);
            }
            Err(hindrance) => hindrances.push((id, hindrance)),
        }
    }
    for (id, hindrance) in &hindrances {
        eprintln!("{}: {hindrance}", id.masked());
    }
    match hindrances.len() {
        0 => Ok(()),
        left => bail!("{left} of this person's bookings were left as they are, see above"),
    }
}

async fn purge_all(db: &Db, args: &PurgeArgs) -> anyhow::Result<()> {
    let now = Utc::now();
    let event = Event::load(db).await?.context("there is no event, and nobody to forget")?;
    let known = privacy::count(db).await?;
    println!("guests known by name: {known}");
    if !purge::is_time(&event, args.after_days, now) {
        let from = event.starts_at + chrono::TimeDelta::days(args.after_days.into());
        bail!(
            "the event is not {} days ago; that is so from {} on",
            args.after_days,
            from.with_timezone(&event.time_zone)
        );
    }
    if !args.yes {
        bail!("nothing was done; add --yes to do it");
    }
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}").expect("the template is well formed");
    let bar = ProgressBar::new(known).with_style(style).with_message("erasing");
    let purged = purge::purge(db, &event, now, || bar.inc(1)).await?;
    bar.finish_and_clear();
    println!("erased {}; amounts and dates stay", purged.forgotten);
    match purged.left {
        0 => Ok(()),
        left => bail!("{left} were left: a payment, a refund or a dispute of theirs is not at its end"),
    }
}

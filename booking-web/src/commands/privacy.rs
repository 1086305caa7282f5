//! `booking-web privacy`: what is kept of a person, and that it is forgotten.

use anyhow::{Context, bail, ensure};
use chrono::Utc;
use clap::{Args, Subcommand};
use common::PhoneNo;
use indicatif::{ProgressBar, ProgressStyle};

use crate::db::Db;
use crate::event::Event;
use crate::privacy::{self, Forgotten, forget, purge, told};

const NOTHING: &str = "nothing is kept under this number";

#[derive(Debug, Subcommand)]
pub enum PrivacyCommand {
    /// Everything that is kept of one person, as one JSON object
    Export(PersonArgs),
    /// Forget one person and who came along by the same order; amounts and dates stay, for the books
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

async fn export(db: &Db, phone: &PhoneNo) -> anyhow::Result<()> {
    let all = told(db, phone, Utc::now()).await?.context(NOTHING)?;
    println!("{}", serde_json::to_string_pretty(&all)?);
    Ok(())
}

async fn erase(db: &Db, phone: &PhoneNo) -> anyhow::Result<()> {
    let Forgotten { erased, left } = forget(db, phone, None, Utc::now()).await?.context(NOTHING)?;
    if erased.guests > 0 {
        println!("erased; orders: {}, tickets: {}; their amounts stay", erased.orders, erased.tickets);
    }
    for (id, hindrance) in &left {
        eprintln!("{}: {hindrance}", id.masked());
    }
    ensure!(left.is_empty(), "{} of this person's tickets were left as they are, see above", left.len());
    Ok(())
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

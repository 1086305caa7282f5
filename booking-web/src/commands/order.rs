//! `booking-web order`: all that is known of one order, for whoever has the
//! guest on the telephone.
//!
//! Beside it is what the other commands on orders share: `which` one is
//! meant, `close` in words, `each` of several, `reason` and `when`.

pub(super) mod close;
pub(super) mod each;
pub(super) mod reason;
mod text;
pub(super) mod when;
pub(super) mod which;

use anyhow::Context;
use clap::Args;

use crate::db::Db;
use crate::organiser::file::File;
use crate::organiser::json as for_programs;

#[derive(Debug, Args)]
pub struct OrderArgs {
    #[arg(value_name = "ORDER", help = which::HELP)]
    order: String,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `order`.
///
/// # Errors
/// When no such order is there.
pub async fn show(db: &Db, args: OrderArgs) -> anyhow::Result<()> {
    let OrderArgs { order, json } = args;
    let meant = which::order(db, &order).await.with_context(|| order.clone())?;
    let file = File::of(db, meant.order).await?;
    if json {
        println!("{}", serde_json::to_string(&for_programs::view(&file))?);
    } else {
        print!("{}", text::view(&file));
    }
    Ok(())
}

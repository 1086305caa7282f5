//! `cargo xtask sale`: ten thousand seats, twenty thousand people who all come at once.

use std::time::Duration;

use anyhow::ensure;
use real_parts::buyers::{Chance, Crowd, Sale};
use real_parts::{install, programs, say};

use crate::{assets, release};

/// Time for a guest to pay, and short enough to see each unpaid seat sold to somebody else.
const LINK_LIFE: Duration = Duration::from_secs(15);
/// A sale that takes this long has left people in doubt.
const PATIENCE: Duration = Duration::from_mins(8);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many seats there are
    #[arg(long, default_value_t = 10_000)]
    seats: u32,
    /// How many people come for them
    #[arg(long, default_value_t = 20_000)]
    buyers: u32,
    /// Who they are: the same seed is the same people
    #[arg(long)]
    seed: Option<u64>,
    /// One JSON object on the last line of standard output
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    install::packages(install::DATABASE)?;
    assets::build()?;
    if !release::is_this() {
        return release::run_again();
    }
    say::step("Building booking-web for release", || {
        programs::built_site();
        Ok(())
    })?;
    let seed = args.seed.map_or_else(Chance::seed, Ok)?;
    say::line(format!("{} people come for {} seats; --seed {seed}", args.buyers, args.seats));
    let crowd = Crowd { buyers: args.buyers, seed, patience: PATIENCE };
    let sale = Sale { seats: args.seats, crowd, link_life: LINK_LIFE };
    let held = tokio::runtime::Runtime::new()?.block_on(sale.hold())?;
    println!("{held}");
    if args.json {
        println!("{}", held.json());
    }
    ensure!(held.faults.is_empty(), "the sale did not go well: {}", held.faults.join("; "));
    Ok(())
}

//! `cargo xtask bench`: figures, each measured in release mode in one run.
//!
//! Each asks only for what it needs: of the gate's window nothing is installed for the booking site.

mod booking;
mod decode;
mod gate;
mod offline;
mod ticket;

use real_parts::install;
use real_parts::programs;
use real_parts::rivals;
use real_parts::say;
use serde_json::Value;

use crate::{assets, release};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
    /// One JSON object on the last line of standard output
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What bookings, payments and pages cost the booking site, beside what they cost others
    Booking(booking::Args),
    /// What is read of codes badly held, and how fast, by the gate's reader and by others
    Decode(decode::Args),
    /// From a code before the camera to the verdict on the screen
    Gate(gate::Args),
    /// The gate without its database: what it costs to be ready for it, to go on, and to report afterwards
    Offline(offline::Args),
    /// Which way to print or show a ticket's code is read best
    Ticket(ticket::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let figures = match &args.what {
        What::Decode(decode) if !decode::is_ready() => return decode::build_and_run_again(decode),
        What::Decode(decode) => match decode.serve {
            Some(which) => return rivals::serve(which),
            None => decode::measure(decode)?,
        },
        What::Ticket(_) if !decode::is_ready() => return release::run_again_with(&[rivals::Which::Ours.feature()]),
        What::Ticket(ticket) => ticket::measure(ticket)?,
        What::Booking(_) if !release::is_this() => return release::run_again(),
        What::Booking(booking) => measured_booking(booking)?,
        What::Gate(gate) => measured_gate(gate)?,
        What::Offline(_) if !offline::is_ready() => return release::run_again_with(&[offline::FEATURE]),
        What::Offline(offline) => measured_offline(offline)?,
    };
    if args.json {
        println!("{figures}");
    }
    Ok(())
}

/// What both of our programs need.
fn prepare_the_site() -> anyhow::Result<()> {
    install::packages(install::DATABASE)?;
    assets::build()?;
    // Somebody may have done it already; then that is well, too.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(())
}

fn measured_booking(args: &booking::Args) -> anyhow::Result<Value> {
    prepare_the_site()?;
    say::step("Building booking-web for release", || {
        programs::built_site();
        Ok(())
    })?;
    tokio::runtime::Runtime::new()?.block_on(booking::measure(args))
}

fn measured_gate(args: &gate::Args) -> anyhow::Result<Value> {
    prepare_the_site()?;
    install::packages(install::WINDOW_TEST)?;
    build_both()?;
    tokio::runtime::Runtime::new()?.block_on(gate::measure(args))
}

fn measured_offline(args: &offline::Args) -> anyhow::Result<Value> {
    prepare_the_site()?;
    build_both()?;
    tokio::runtime::Runtime::new()?.block_on(offline::measure(args))
}

fn build_both() -> anyhow::Result<()> {
    install::packages(install::WINDOW_BUILD)?;
    programs::measure_release_builds();
    say::step("Building booking-web and kiosk-app for release", || {
        programs::built();
        Ok(())
    })
}

//! `cargo xtask demo`: the whole thing on this machine.
//!
//! Reading order: here, what is started and ended in which order → `site`
//! (database and booking site) → `gate` (its window).

mod gate;
mod site;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use real_parts::child::Running;
use real_parts::razorpay::{self, Razorpay, RefundsSettle};
use real_parts::{install, say};
use tokio::signal::unix::{SignalKind, signal};

use self::gate::Gate;
use self::site::{Site, is_free};
use crate::assets;
use crate::steps::{cargo, near, program, quietly, target_folder};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Forget the data of earlier runs
    #[arg(long)]
    fresh: bool,
    /// Where the booking site listens on this machine
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where the simulated Razorpay listens on this machine
    #[arg(long, default_value_t = 8081)]
    razorpay_port: u16,
}

/// Runs until Ctrl-C.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    for (option, port) in [("--port", args.port), ("--razorpay-port", args.razorpay_port)] {
        ensure!(is_free(port), "port {port} is taken by another program; choose another with {option}");
    }
    install::packages(install::DATABASE)?;
    assets::build()?;
    let has_window = gate::can_have_a_window();
    let mut build = cargo();
    // Chosen from the whole workspace, as the tests do: so that nothing is built twice.
    build.args(["build", "--workspace", "--bin", "booking-web", "--bin", "kiosk-app"]);
    if !has_window {
        build.arg("--no-default-features");
    }
    quietly("Building booking-web and kiosk-app", &mut build)?;
    tokio::runtime::Runtime::new()?.block_on(demo(args, has_window))
}

async fn demo(args: &Args, has_window: bool) -> anyhow::Result<()> {
    let folder = target_folder().join("demo");
    if args.fresh && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    let mut server = say::step("Starting a private MariaDB", || site::start_database(&folder))?;
    let database = site::database(&server, args.fresh).await?;
    let site = Site { folder: &folder, database: &database, url: format!("http://127.0.0.1:{}", args.port) };
    let razorpay = Razorpay::start(razorpay::Options {
        port: args.razorpay_port,
        webhook_url: Some(format!("{}/webhooks/razorpay", site.url)),
        state_file: Some(folder.join("razorpay.json")),
        refunds: RefundsSettle::After(Duration::from_secs(10)),
        ..razorpay::Options::default()
    })
    .await?;
    site.prepare().await?;
    let mut booking_web = site.serve(args.port, &razorpay)?;
    let mut gate = Gate::new(&folder, site.gate_file());
    if has_window {
        gate.open()?;
    }
    say::line(told(&site, &razorpay, &gate));
    let ended = wait(&mut booking_web, &mut gate).await;
    say::line("Stopping.");
    gate.close();
    booking_web.stop(Duration::from_secs(15));
    drop(razorpay);
    server.stop();
    ended
}

/// Until Ctrl-C, or until the booking site ends by itself. The gate's window may be closed before.
async fn wait(booking_web: &mut Running, gate: &mut Gate) -> anyhow::Result<()> {
    let mut look = tokio::time::interval(Duration::from_millis(500));
    // Listened to from here on: made anew in each round, a signal between two rounds would be lost.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            _ = interrupted.recv() => return Ok(()),
            _ = terminated.recv() => return Ok(()),
            _ = look.tick() => {
                gate.say_when_closed();
                if let Some(status) = booking_web.ended() {
                    bail!("booking-web ended by itself ({status}); its log says why");
                }
            },
        }
    }
}

/// Where everything is.
fn told(site: &Site<'_>, razorpay: &Razorpay, gate: &Gate) -> String {
    let shown = |path: PathBuf| near(path).display().to_string();
    format!(
        "
  Book a ticket      {site}/
  Organiser’s desk   {site}/organiser  (name {organiser}, password {password})
  Razorpay           {razorpay}  (simulated: no real money)
{gate}
  Log                {log}
  Database           {database}

Press Ctrl-C to stop. The data are kept for the next time; --fresh forgets them.
",
        site = site.url,
        organiser = site::ORGANISER,
        password = site.password(),
        razorpay = razorpay.url(),
        gate = gate.told(&shown(program("kiosk-app"))),
        log = shown(site.log_file()),
        database = site.database.url,
    )
}

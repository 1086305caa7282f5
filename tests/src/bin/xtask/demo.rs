//! `cargo xtask demo`: the whole thing on this machine.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use chrono::{TimeDelta, Utc};
use mysql_async::prelude::Queryable;
use real_parts::child::{self, Orphaned, Running};
use real_parts::install;
use real_parts::mariadb::{Database, Options, Server};
use real_parts::razorpay::{self, Razorpay, RefundsSettle};
use real_parts::say;
use tokio::signal::unix::{SignalKind, signal};

use crate::assets;
use crate::steps::{cargo, quietly, root};

const GATE: &str = "Gate A";
const START_PATIENCE: Duration = Duration::from_secs(60);

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
    let mut build = cargo();
    build.args(["build", "--package", "booking-web", "--package", "kiosk-app", "--bins"]);
    quietly("Building booking-web and kiosk-app", &mut build)?;
    tokio::runtime::Runtime::new()?.block_on(demo(args))
}

async fn demo(args: &Args) -> anyhow::Result<()> {
    let folder = target_folder().join("demo");
    if args.fresh && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    let mut server = say::step("Starting a private MariaDB", || start_database(&folder))?;
    let database = database(&server, args.fresh).await?;
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
    say::line(site.told(&razorpay));
    let ended = wait(&mut booking_web).await;
    say::line("Stopping.");
    booking_web.stop(Duration::from_secs(15));
    drop(razorpay);
    server.stop();
    ended
}

/// Until Ctrl-C, or until the booking site ends by itself.
async fn wait(booking_web: &mut Running) -> anyhow::Result<()> {
    let mut look = tokio::time::interval(Duration::from_millis(500));
    // Listened to from here on: made anew in each round, a signal between two rounds would be lost.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            _ = interrupted.recv() => return Ok(()),
            _ = terminated.recv() => return Ok(()),
            _ = look.tick() => if let Some(status) = booking_web.ended() {
                bail!("booking-web ended by itself ({status}); its log says why");
            },
        }
    }
}

/// At the port of the last time, if that is free: gates remember it.
fn start_database(folder: &Path) -> anyhow::Result<Server> {
    let remembered = folder.join("database-port");
    let port = fs::read_to_string(&remembered).ok().and_then(|text| text.trim().parse().ok());
    let server = Server::start(Options { port, ..Options::kept(folder.join("mariadb")) })?;
    fs::write(remembered, server.port().to_string())?;
    Ok(server)
}

/// Its data may be kept outside our folder, where the server's user can get to them: forgotten here, too.
async fn database(server: &Server, fresh: bool) -> anyhow::Result<Database> {
    let database = server.named_database("demo").await?;
    if fresh {
        let pool = database.pool();
        pool.get_conn().await?.query_drop("DROP DATABASE demo").await?;
        pool.disconnect().await?;
        return server.named_database("demo").await;
    }
    Ok(database)
}

/// The booking site of the demo.
struct Site<'a> {
    folder: &'a Path,
    database: &'a Database,
    url: String,
}

impl Site<'_> {
    /// What an organiser types once: schema, key, event, gate.
    async fn prepare(&self) -> anyhow::Result<()> {
        self.booking_web(&["migrate"])?;
        if !self.key_file().exists() {
            self.booking_web(&["keygen"])?;
        }
        if self.event_is_over().await? {
            let starts_at = (Utc::now() + TimeDelta::days(30)).format("%Y-%m-%dT19:30").to_string();
            let doors_open_at = starts_at.replace("19:30", "18:30");
            self.booking_web(&[
                "event",
                "set",
                "--name",
                "Diwali Night",
                "--venue",
                "Town Hall, Bengaluru",
                "--price-paise",
                "49900",
                "--capacity",
                "200",
                "--starts-at",
                &starts_at,
                "--doors-open-at",
                &doors_open_at,
            ])?;
        }
        self.prepare_gate()
    }

    /// There is no event that is still to come.
    async fn event_is_over(&self) -> anyhow::Result<bool> {
        let pool = self.database.pool();
        let mut conn = pool.get_conn().await?;
        let coming: Option<i64> = conn.query_first("SELECT 1 FROM event WHERE starts_at > UTC_TIMESTAMP()").await?;
        drop(conn);
        pool.disconnect().await?;
        Ok(coming.is_none())
    }

    /// The gate's settings, made anew when the database has moved to another port.
    fn prepare_gate(&self) -> anyhow::Result<()> {
        let address = self.database.url.rsplit('@').next().unwrap_or_default().to_owned();
        let file = self.gate_file();
        if fs::read_to_string(&file).is_ok_and(|settings| settings.contains(&address)) {
            return Ok(());
        }
        if self.booking_web(&["gate", "list"])?.contains(GATE) {
            // It may be revoked already: then its name is free, and there is nothing to do.
            let _ = self.booking_web(&["gate", "revoke", GATE]);
        }
        let code = self.folder.join("gate-a.png");
        let settings = self.booking_web(&["gate", "add", GATE, "--qr", &code.to_string_lossy()])?;
        write_private(&file, &settings)
    }

    fn serve(&self, port: u16, razorpay: &Razorpay) -> anyhow::Result<Running> {
        let log = self.log_file();
        let options = razorpay::Options::default();
        let mut command = self.command();
        command
            .arg("serve")
            .env("BIND", format!("127.0.0.1:{port}"))
            .env("PUBLIC_URL", &self.url)
            .env("RAZORPAY_API_URL", razorpay.api_url())
            .env("RAZORPAY_KEY_ID", options.key_id)
            .env("RAZORPAY_KEY_SECRET", options.key_secret)
            .env("RAZORPAY_WEBHOOK_SECRET", options.webhook_secret)
            .stderr(File::create(&log)?);
        let mut running = Running::start(command)?;
        let started = Instant::now();
        while is_free(port) {
            if running.ended().is_some() || started.elapsed() > START_PATIENCE {
                bail!("booking-web does not start; its log says:\n{}", fs::read_to_string(&log)?);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(running)
    }

    /// Runs one of the organiser's commands and returns what it printed.
    fn booking_web(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = self.command();
        command.args(arguments);
        let output = child::run(command, b"", START_PATIENCE)?;
        ensure!(output.status.success(), "booking-web {} failed:\n{}", arguments.join(" "), output.stderr);
        Ok(output.stdout)
    }

    fn command(&self) -> Command {
        let mut command = child::command(&program("booking-web"), Orphaned::Terminate, None);
        command.env("DATABASE_URL", &self.database.url).env("TICKET_SIGNING_KEY_FILE", self.key_file());
        command
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("signing-key.pem")
    }

    fn gate_file(&self) -> PathBuf {
        self.folder.join("gate-a.toml")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("booking-web.log")
    }

    /// Where everything is.
    fn told(&self, razorpay: &Razorpay) -> String {
        let near = |path: PathBuf| path.strip_prefix(root()).map_or(path.clone(), Path::to_owned).display().to_string();
        let (kiosk, gate) = (near(program("kiosk-app")), near(self.gate_file()));
        format!(
            "
  Book a ticket      {site}/
  Razorpay           {razorpay}  (simulated: no real money)
  Read a ticket      {kiosk} decode ticket.png
  Admit it at {GATE} {kiosk} --config {gate} --headless --frames ticket.png
  Log                {log}
  Database           {database}

Press Ctrl-C to stop. The data are kept for the next time; --fresh forgets them.
",
            site = self.url,
            razorpay = razorpay.url(),
            log = near(self.log_file()),
            database = self.database.url,
        )
    }
}

fn program(name: &str) -> PathBuf {
    target_folder().join("debug").join(name)
}

/// `CARGO_TARGET_DIR` may have moved it; this program stands in it.
fn target_folder() -> PathBuf {
    let this = std::env::current_exe().ok();
    let folder = this.as_deref().and_then(|program| program.parent()?.parent()).map(Path::to_owned);
    folder.unwrap_or_else(|| root().join("target"))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// It holds a password.
fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(out.write_all(text.as_bytes())?)
}

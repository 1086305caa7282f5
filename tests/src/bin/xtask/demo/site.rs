//! The demo's booking site, with a database of its own.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use chrono::{TimeDelta, Utc};
use data_encoding::HEXLOWER;
use mysql_async::prelude::Queryable;
use real_parts::child::{self, Orphaned, Running};
use real_parts::mariadb::{Database, Options, Server};
use real_parts::razorpay::{self, Razorpay};

use super::gate;
use crate::steps::program;

const START_PATIENCE: Duration = Duration::from_secs(60);
/// Who sits at the desk.
pub(super) const ORGANISER: &str = "asha";

/// At the port of the last time, if that is free: gates remember it.
pub(super) fn start_database(folder: &Path) -> anyhow::Result<Server> {
    let remembered = folder.join("database-port");
    let port = fs::read_to_string(&remembered).ok().and_then(|text| text.trim().parse().ok());
    let server = Server::start(Options { port, ..Options::kept(folder.join("mariadb")) })?;
    fs::write(remembered, server.port().to_string())?;
    Ok(server)
}

/// Its data may be kept outside our folder, where the server's user can get to them: forgotten here, too.
pub(super) async fn database(server: &Server, fresh: bool) -> anyhow::Result<Database> {
    let database = server.named_database("demo").await?;
    if fresh {
        let pool = database.pool();
        pool.get_conn().await?.query_drop("DROP DATABASE demo").await?;
        pool.disconnect().await?;
        return server.named_database("demo").await;
    }
    Ok(database)
}

/// The booking site, and what an organiser does with it.
pub(super) struct Site<'a> {
    pub(super) folder: &'a Path,
    pub(super) database: &'a Database,
    pub(super) url: String,
}

impl Site<'_> {
    /// What an organiser types once: schema, key, event, account, gate.
    pub(super) async fn prepare(&self) -> anyhow::Result<()> {
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
        self.prepare_organiser()?;
        self.prepare_gate()
    }

    /// With a password of this demo's own, which stays as long as its data do.
    fn prepare_organiser(&self) -> anyhow::Result<()> {
        let file = self.password_file();
        let known = self.booking_web(&["organiser", "list"])?.lines().any(|it| it.split(' ').next() == Some(ORGANISER));
        if known && file.exists() {
            return Ok(());
        }
        let mut random = [0; 8];
        getrandom::fill(&mut random)?;
        write_private(&file, &format!("{}\n", HEXLOWER.encode(&random)))?;
        let word = if known { "password" } else { "add" };
        self.booking_web(&["organiser", word, ORGANISER, "--password-file", &file.to_string_lossy()])?;
        Ok(())
    }

    pub(super) fn password(&self) -> String {
        fs::read_to_string(self.password_file()).unwrap_or_default().trim().to_owned()
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
        if self.booking_web(&["gate", "list"])?.contains(gate::NAME) {
            // It may be revoked already: then its name is free, and there is nothing to do.
            let _ = self.booking_web(&["gate", "revoke", gate::NAME]);
        }
        let code = self.folder.join("gate-a.png");
        let settings = self.booking_web(&["gate", "add", gate::NAME, "--qr", &code.to_string_lossy()])?;
        // The demo stays on this machine.
        write_private(&file, &format!("{settings}\nneighbours = false\noffline_folder = \"offline\"\n"))
    }

    pub(super) fn serve(&self, port: u16, razorpay: &Razorpay) -> anyhow::Result<Running> {
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

    fn password_file(&self) -> PathBuf {
        self.folder.join("organiser-password")
    }

    pub(super) fn gate_file(&self) -> PathBuf {
        self.folder.join("gate-a.toml")
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.folder.join("booking-web.log")
    }
}

pub(super) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// It holds a password.
fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut out = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(out.write_all(text.as_bytes())?)
}
